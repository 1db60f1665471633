"""What a person typed after `/promo`, as data."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

COMMANDS = ("help", "lists", "list", "upload", "history")


@dataclass(frozen=True, slots=True)
class Help:
    """`/promo` or `/promo help`."""


@dataclass(frozen=True, slots=True)
class Lists:
    """`/promo lists [words]`."""

    words: str


@dataclass(frozen=True, slots=True)
class OneList:
    """`/promo list <list>`."""

    words: str


@dataclass(frozen=True, slots=True)
class UploadForm:
    """`/promo upload [list]`."""

    words: str


@dataclass(frozen=True, slots=True)
class History:
    """`/promo history [list]`."""

    words: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything else; `nearest` is the command that comes closest, or empty."""

    word: str
    nearest: str


Typed = Help | Lists | OneList | UploadForm | History | Unknown


def parse(command: str, text: str) -> Typed:
    """What `text` after `command` asks for; `/promo-lists` and `/promo-upload` bring their word with them."""
    _, _, word = command.partition("-")
    if not word:
        word, text = (*text.split(None, 1), "", "")[:2]
    words = " ".join(text.split())
    match word.casefold():
        case "" | "help":
            return Help()
        case "lists":
            return Lists(words)
        case "list":
            return OneList(words) if words else Lists("")
        case "upload":
            return UploadForm(words)
        case "history":
            return History(words)
    return Unknown(word, next(iter(get_close_matches(word.casefold(), COMMANDS, n=1, cutoff=0.65)), ""))
