"""Typed words without what is around them."""

from __future__ import annotations

import re

from bot.slack.blocks.text import clean

# Longer than any list's name with a command before it; what is compared with 10,000 lists has to be short.
MAX_TYPED = 200
# Signs that people, phones and office programs put around a name.
_QUOTES = "\"'`«»„“”‚‘’"
_COURTESY = re.compile(r"^(?:please|pls)[,]?\s+|[\s,]+(?:please|pls|thanks|thank you)[.!]*$", re.IGNORECASE)


def unescaped(text: str) -> str:
    """What was typed, of text as Slack sends it; https://docs.slack.dev/messaging/formatting-message-text"""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def tidy(text: str) -> str:
    """Typed words as they are compared: one space between them, 200 characters at most, no invisible signs."""
    return " ".join(clean(text[: 8 * MAX_TYPED]).split())[:MAX_TYPED].strip()


def unquoted(words: str) -> str:
    """The words without the quotation marks around them."""
    return words.strip(_QUOTES).strip() or words


def unwrapped(text: str) -> str:
    """The text without one pair of quotation marks around the whole of it."""
    inner = text.strip()
    wrapped = len(inner) > 2 and inner[0] in _QUOTES and inner[-1] in _QUOTES
    return inner[1:-1] if wrapped and not any(sign in _QUOTES for sign in inner[1:-1]) else text


def without_courtesy(words: str) -> str:
    """The words without "please" and question marks around them; as they are where nothing else is there."""
    return _COURTESY.sub("", words).rstrip("?! ") or words
