"""Block Kit in short: text that cannot ping, link or format; buttons, tables and inputs within Slack's limits.

Limits: https://docs.slack.dev/reference/block-kit/blocks and `…/block-elements`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.slack.blocks.text import clean

Block = dict[str, Any]

# Slack cuts off at 40,000; https://docs.slack.dev/reference/methods/chat.postMessage
TEXT_AT_MOST = 12_000
RICH_TEXT_AT_MOST = 2_900
# A line that begins with it is an item of a list.
BULLET = "• "
_TABLES = ("data_table", "data_visualization")
# Characters with which mrkdwn makes text bold, italic, struck, code or an emoji.
_FORMATS = re.compile(r"[*_~`]|:[\w+-]+:")


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its blocks, and the same in plain words for notifications and screen readers.

    `lines` say what its tables say, for a Slack that refuses those.
    """

    text: str
    blocks: list[Block]
    lines: Sequence[Line] = ()

    def without_tables(self) -> Message:
        """The message for a Slack that refuses native tables: lines take their place."""
        kept = [block for block in self.blocks if block["type"] not in _TABLES]
        if len(kept) == len(self.blocks):
            return self
        told = [rich(lines) for lines in _pages(self.lines or [[self.text]])]
        return Message(self.text, [*told, *[block for block in kept if block["type"] == "actions"]])


# Parts of a line. A plain `str` is shown as it is, whatever is in it.


@dataclass(frozen=True, slots=True)
class Bold:
    """Bold text, shown as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code's masked sample, or anything else to be read letter by letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person, or a group of people (S…), by Slack's id."""

    id: str


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads to an address of ours or Slack's."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class When:
    """A moment (epoch seconds), shown in the reader's own time zone."""

    at: float


Part = str | Bold | Code | Person | Link | When
Line = Sequence[Part]


def escape(text: str) -> str:
    """Text that mrkdwn shows without pinging or linking; https://docs.slack.dev/messaging/formatting-message-text"""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, length: int) -> str:
    """At most `length` characters, with an ellipsis where something was cut."""
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"


def number(value: int) -> str:
    """1,234,567"""
    return f"{value:,}"


def counted(value: int, singular: str, plural: str = "") -> str:
    """1 code, 2 codes"""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def names(items: Sequence[str], at_most: int = 5, *, last: str = "and") -> str:
    """a, b and c; or a, b and 7 more; `last` joins the last one."""
    shown = list(items[:at_most])
    if len(items) > at_most:
        shown.append(f"{number(len(items) - at_most)} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}" if shown else ""


def duration(seconds: float) -> str:
    """About 3 minutes."""
    if seconds < 50:
        return f"about {max(5, round(seconds / 5) * 5)} seconds"
    size, unit = (60, "minute") if seconds < 5400 else (3600, "hour") if seconds < 172_800 else (86_400, "day")
    return f"about {counted(max(1, round(seconds / size)), unit)}"


def bar(done: int, total: int, width: int = 20) -> str:
    """A bar that is full only when everything is done."""
    filled = width if done >= total else min(width - 1, done * width // max(total, 1))
    return "█" * filled + "░" * (width - filled)


def utc(at: float) -> str:
    """2026-11-24 09:30 UTC"""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at))


def flat(lines: Iterable[Line]) -> str:
    """The lines as a message's top-level text."""
    return clip("\n".join("".join(_flat(part) for part in line) for line in lines), TEXT_AT_MOST)


def _flat(part: Part) -> str:
    match part:
        case Person(id):
            return f"<!subteam^{id}>" if id.startswith("S") else f"<@{id}>"
        case Link(url, text):
            return f"<{url}|{escape(text)}>" if url else escape(text)
        case When(at):
            return f"<!date^{int(at)}^{{date_short_pretty}} {{time}}|{utc(at)}>"
        case Bold(text) | Code(text):
            return escape(text)
        case str():
            return escape(part)


def rich(lines: Iterable[Line], block_id: str = "") -> Block:
    """The lines as one block in which nothing is parsed; those that begin with BULLET as a list."""
    elements: list[Block] = []
    room = RICH_TEXT_AT_MOST
    for listed, group in groupby(lines, lambda line: tuple(line[:1]) == (BULLET,)):
        shown: list[list[Block]] = []
        for line in group:
            made, room = _fitting(line[listed:], room)
            shown.append(made)
        if any(shown):
            elements.append(_bullets(shown) if listed else _section(shown))
    return _named({"type": "rich_text", "elements": elements or [_section([])]}, block_id)


def _fitting(line: Line, room: int) -> tuple[list[Block], int]:
    """A line's elements as far as there is room, and the room left."""
    made: list[Block] = []
    for part in line:
        element = _rich(part, room)
        room -= len(element.get("text", "")) if element else 0
        if element and room > 0:
            made.append(element)
    return made, room


def _section(lines: Iterable[list[Block]]) -> Block:
    parted = [one for line in lines for one in ({"type": "text", "text": "\n"}, *line)][1:]
    return {"type": "rich_text_section", "elements": parted or [{"type": "text", "text": " "}]}


def _bullets(lines: Iterable[list[Block]]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": [_section([line]) for line in lines if line]}


def _pages(lines: Iterable[Line]) -> list[list[Line]]:
    """The lines in as many groups as there are rich text blocks to fill."""
    pages: list[list[Line]] = [[]]
    room = RICH_TEXT_AT_MOST
    for line in lines:
        length = len(flat([line])) + 1
        if length > room and pages[-1]:
            pages.append([])
            room = RICH_TEXT_AT_MOST
        pages[-1].append(line)
        room -= length
    return pages


def _rich(part: Part, room: int) -> Block | None:
    match part:
        case Person(id) if id.startswith("S"):
            return {"type": "usergroup", "usergroup_id": id}
        case Person(id):
            return {"type": "user", "user_id": id}
        case Link(url, text) if url:
            return {"type": "link", "url": clip(url, 3000), "text": clip(clean(text), 300) or "link"}
        case When(at):
            pattern = "{date_short_pretty} at {time}"
            return {"type": "date", "timestamp": int(at), "format": pattern, "fallback": utc(at)}
        case Bold(text):
            return _text(text, room, bold=True)
        case Code(text):
            return _text(text, room, code=True)
        case Link(_, text) | (str() as text):
            return _text(text, room)


def _text(text: str, room: int, **style: bool) -> Block | None:
    shown = clip(clean(text), room)
    return {"type": "text", "text": shown, **({"style": style} if style else {})} if shown else None


def small(lines: Iterable[Line]) -> Block:
    """Grey small print. Context blocks know no rich text, so what mrkdwn could format stands apart as plain text."""
    elements: list[Block] = []
    for part in [part for line in lines for part in (*line, "\n")][:-1]:
        plainly = isinstance(part, str) and _FORMATS.search(part) is not None
        kind, words = ("plain_text", clean(str(part))) if plainly else ("mrkdwn", _flat(part))
        if elements and elements[-1]["type"] == kind:
            elements[-1]["text"] += words
        else:
            elements.append({"type": kind, "text": words, "emoji" if plainly else "verbatim": not plainly})
    for element in elements:
        element["text"] = clip(element["text"].strip(), 2_000)
    return {"type": "context", "elements": [one for one in elements if one["text"]][:10] or [plain(" ", 1)]}


def header(text: str, block_id: str = "") -> Block:
    """A heading."""
    return _named({"type": "header", "text": plain(text, 150)}, block_id)


def plain(text: str, length: int) -> Block:
    """A text object in which nothing is parsed."""
    return {"type": "plain_text", "text": clip(clean(text), length) or " ", "emoji": False}


def button(text: str, action_id: str, value: str = "", *, style: str = "", confirm: Block | None = None) -> Block:
    """A button; `style` is primary or danger."""
    made: Block = {"type": "button", "text": plain(text, 75), "action_id": action_id}
    if value:
        made["value"] = value
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = confirm
    return made


def confirm(title: str, text: str, yes: str, no: str = "Not now") -> Block:
    """The question Slack asks before a click counts."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def actions(elements: Sequence[Block], block_id: str = "") -> Block:
    """A row of buttons and selects."""
    return _named({"type": "actions", "elements": list(elements)[:25]}, block_id)


def option(text: str, value: str) -> Block:
    """One choice."""
    return {"text": plain(text, 75), "value": clip(value, 150)}


def external_select(action_id: str, placeholder: str, initial: Block | None = None) -> Block:
    """A type-ahead select that opens with suggestions at once."""
    made: Block = {
        "type": "external_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "min_query_length": 0,
    }
    if initial:
        made["initial_option"] = initial
    return made


def static_select(action_id: str, placeholder: str, options: Sequence[Block], initial: Block | None = None) -> Block:
    """A select with up to 100 options."""
    made: Block = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "options": list(options)[:100],
    }
    if initial in made["options"]:
        made["initial_option"] = initial
    return made


def labelled(block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    """An input of a form."""
    made: Block = {"type": "input", "block_id": block_id, "label": plain(label, 2000), "element": element}
    if hint:
        made["hint"] = plain(hint, 2000)
    if optional:
        made["optional"] = True
    return made


def _named(block: Block, block_id: str) -> Block:
    return {**block, "block_id": clip(block_id, 255)} if block_id else block
