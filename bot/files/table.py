"""Rows of a file, whatever format they came in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.promo.findings import Kind

# The most a sheet of Excel has, and far more columns than a list of codes.
MAX_ROWS = 1_048_576
MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """What a format knows about a cell beyond its text: damage, and the repair that the file itself proves."""

    kind: Kind
    repair: str = ""


Marks = dict[int, Mark]


@dataclass(slots=True)
class Table:
    """One sheet, or one text. `column(i)` gives its values from the first row on, and what is known of them by row.

    `siblings` are all sheets of its workbook; `sure` says that its rows and columns are told apart beyond doubt.
    `head` are the first rows; row n stands in line n + 1 unless `lines` says otherwise. `hidden` is a sheet nobody
    sees; `hidden_rows`, `hidden_columns` (a filter or a person hid them) and `struck_rows` count from 0. `titled`
    says that the first row names the columns beyond doubt; `taken_from` are lines that more than a code stood in.
    """

    format: str
    height: int
    width: int
    head: Sequence[Sequence[str]]
    column: Callable[[int], tuple[list[str], Marks]]
    sheet: str = ""
    siblings: Sequence[str] = ()
    hidden: bool = False
    encoding: str = ""
    encoding_sure: bool = True
    sure: bool = True
    lines: Sequence[int] = field(default_factory=tuple)
    titled: bool = False
    taken_from: Sequence[str] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck_rows: frozenset[int] = frozenset()

    def line(self, row: int) -> int:
        """The line a row stands in, from 1."""
        return self.lines[row] if self.lines else row + 1


@dataclass(slots=True)
class Source:
    """One file: its sheets, or its one text. `name` is the file's own name."""

    name: str
    tables: list[Table]


def single(kind: str, values: list[str], **more: object) -> Table:
    """A table of one column."""
    return Table(kind, len(values), 1, [[one] for one in values[:500]], lambda _: (values, {}), **more)  # type: ignore[arg-type]


def grid(kind: str, rows: list[list[str]], **more: object) -> Table:
    """A table of rows, which may be of different lengths."""
    width = max((len(row) for row in rows[:1000]), default=0)

    def column(index: int) -> tuple[list[str], Marks]:
        return [row[index] if index < len(row) else "" for row in rows], {}

    return Table(kind, len(rows), width, rows[:1000], column, **more)  # type: ignore[arg-type]
