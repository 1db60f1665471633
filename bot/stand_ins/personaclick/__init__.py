"""A stand-in PersonaClick: the vendor's promo-code API on loopback, with faults to order and a truthful record."""

from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.personaclick.state import Post, StandInList, Style, demo_lists

__all__ = ["Post", "StandInList", "StandInPersonaClick", "Style", "demo_lists"]
