"""A stand-in PersonaClick: the vendor's promo-code API on loopback, with faults to order and a truthful record."""

from bot.playground.personaclick.server import StandInPersonaClick
from bot.playground.personaclick.state import Post, StandInList, Style, demo_lists

__all__ = ["Post", "StandInList", "StandInPersonaClick", "Style", "demo_lists"]
