"""What can be typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.slack.blocks.choices import ask
from bot.slack.blocks.kit import Bold, Code, Line, Message, actions, flat, header, rich

TITLE = "What you can type"


@dataclass(frozen=True, slots=True)
class Example:
    """What can be typed after `/promo`, and what it does."""

    typed: str
    does: str


@cache
def help_message(examples: tuple[Example, ...]) -> Message:
    """What can be typed, with examples; the two main jobs are buttons."""
    lines: list[Line] = [[Code(f"/promo {example.typed}"), f"  {example.does}"] for example in examples]
    lines += [
        [Bold("To load codes"), ", drop a file into a channel I am in, or here: ", _TYPES, "."],
        ["Nothing is uploaded before you confirm. In our direct messages the words work without /promo."],
    ]
    buttons = [ask("Show all lists", "lists"), ask("Load codes", "upload", 1)]
    return Message(flat([[TITLE], *lines]), [header(TITLE), rich(lines), actions(buttons)])


_TYPES = "CSV, TSV, TXT, Excel, ODS, JSON, ZIP or GZ"
