"""Native tables within Slack's limits; https://docs.slack.dev/reference/block-kit/blocks"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.slack.blocks.choices import ask
from bot.slack.blocks.kit import Block, Link, Part, Person, When, clip, number, rich
from bot.slack.blocks.text import clean

TABLE_ROWS = 100
TABLE_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True)
class Does:
    """A button in a row: it does what `typed` after /promo does; `place` tells the buttons of one message apart."""

    text: str
    typed: str
    place: int


# What a table shows: text, a number, a person, a moment, text that leads somewhere, a line of these, or a button.
Cell = str | int | Person | When | Link | tuple[Part, ...] | Does


def data_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], page_size: int = 10) -> Block:
    """A native table, numbers sortable as numbers; at most 100 rows and 10,000 characters, the rest is left out."""
    table = [[_cell(title) for title in head]]
    room = TABLE_CHARACTERS - sum(len(title) for title in head)
    for row in rows:
        cells = [_cell(value) for value in row]
        room -= sum(_length(cell) for cell in cells)
        if room < 0 or len(table) > TABLE_ROWS:
            break
        table.append(cells)
    return {
        "type": "data_table",
        "caption": clip(clean(caption), 300) or "Table",
        "rows": table,
        "page_size": page_size,
    }


def _length(cell: Block) -> int:
    parts = [part for section in cell.get("elements", ()) for part in section["elements"]]
    return len(cell.get("text", "")) + sum(len(part.get("text", "")) for part in parts)


def _cell(value: Cell) -> Block:
    if isinstance(value, Does):
        return {
            "type": "action_cell",
            "element": ask(value.text, value.typed, value.place),
            "fallback": {"type": "raw_text", "text": "–"},
        }
    if isinstance(value, tuple):
        return rich([list(value)])
    if isinstance(value, Person | When | Link):
        return rich([[value]])
    if isinstance(value, int):
        return {"type": "raw_number", "value": value, "text": number(value)}
    return {"type": "raw_text", "text": clip(clean(value).strip(), 90) or "–"}
