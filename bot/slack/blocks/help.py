"""What can be typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.slack.blocks.choices import ask
from bot.slack.blocks.kit import BULLET, Bold, Code, Line, Message, actions, flat, header, rich
from bot.slack.blocks.text import repeated

TITLE = "What you can type"


@dataclass(frozen=True, slots=True)
class Example:
    """What can be typed after `/promo`, what it does, and the topic it stands under."""

    typed: str
    does: str
    topic: str = ""


@cache
def help_message(examples: tuple[Example, ...]) -> Message:
    """What can be typed, with examples by topic; the two main jobs are buttons."""
    topics: dict[str, list[Line]] = {}
    for example in examples:
        line: Line = [BULLET, Code(f"/promo {example.typed}"), f"  {example.does}"]
        topics.setdefault(example.topic, []).append(line)
    last: list[Line] = [
        [Bold("Or drop a file of codes"), f" into a channel I am in, or here: {_TYPES}."],
        ["Nothing is uploaded before you confirm. In our direct messages the words work without /promo."],
    ]
    parts = [[[Bold(topic)], *lines] for topic, lines in topics.items()]
    buttons = [ask("Show all lists", "lists"), ask("Load codes", "upload", 1)]
    blocks = [header(TITLE), *map(rich, parts), rich(last), actions(buttons)]
    return Message(flat([[TITLE], *(line for part in parts for line in part), *last]), blocks)


def not_understood(words: str, examples: tuple[Example, ...]) -> Message:
    """What can be typed, after words in which nothing was understood."""
    first: list[Line] = [[Bold(f"I do not understand “{repeated(words)}”.")]]
    help_ = help_message(examples)
    return Message(f"{flat(first)}\n{help_.text}", [rich(first), *help_.blocks])


_TYPES = "CSV, TSV, TXT, Excel, ODS, JSON, ZIP or GZ"
