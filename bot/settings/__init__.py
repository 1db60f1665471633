"""Every setting of the bot, read once from the environment (and a local `.env`)."""

from bot.settings.settings import Settings

__all__ = ["Settings"]
