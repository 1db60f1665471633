"""Whom to ask, named in a sentence."""

from __future__ import annotations

import re

from bot.slack.blocks.kit import Line, Part, Person

# What sentences say while nobody is named.
_SOMEBODY = re.compile("(W|w)hoever runs this bot")
_ID = re.compile(r"(?=.*\d)[UWS][A-Z0-9]+")


def with_contact(sentence: str, contact: str) -> Line:
    """The sentence with `contact` (a user id, a user-group id or words) in place of "whoever runs this bot"."""
    if not contact:
        return [sentence]
    named: Part = Person(contact) if _ID.fullmatch(contact) else contact
    parts: list[Part] = []
    for place, words in enumerate(_SOMEBODY.split(sentence)):
        # Every second piece is the W that the pattern keeps.
        begins = words == "W" and isinstance(named, str)
        part: Part = words if not place % 2 else f"{contact[:1].upper()}{contact[1:]}" if begins else named
        if part:
            parts.append(part)
    return parts
