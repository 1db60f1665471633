"""Words for what was typed about watching and could not be understood."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import NotUnderstood
from bot.slack.blocks.kit import clip

ALERT: Mapping[str, str] = {
    "alert closed": "That alert is closed already: the list needs nobody now.",
    "alert gone": "That alert is not known here any more.",
}

_SAID: Mapping[str, tuple[str, str]] = {
    "date": ("I cannot read “{}” as a date.", "Try: today, friday, 27 nov, 2026-11-27, in 3 days, friday 18:00."),
    "when": ("From when to when?", "Type for example: /promo {}"),
    "past": ("“{}” is over already.", "Name a time to come."),
    "order": ("“{}” ends before it begins.", "Name the first day first."),
    "number": ("How many codes, and of which list?", "Type for example: /promo {}"),
    "schedule": (
        "I cannot read “{}” as a schedule.",
        "Try: weekdays 09:00, daily, mondays 8:30, tuesdays and fridays 14:00.",
    ),
    "hours": ("I cannot read “{}” as hours.", "Try: /promo quiet 22:00 to 7:00, or /promo quiet off"),
    "person": ("I find no one person called “{}”.", "Choose the person from the names that Slack offers after @."),
}


def not_understood(error: NotUnderstood) -> tuple[str, str]:
    """What was not understood, and what to type instead."""
    first, then = _SAID[error.what]
    words = clip(error.words, 100)
    return first.replace("{}", words), then.replace("{}", words)
