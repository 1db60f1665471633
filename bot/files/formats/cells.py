"""What a spreadsheet does to codes, cell by cell: how a number is shown, formulas, errors, what is hidden or struck."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.files.table import Mark
from bot.promo.findings import Kind

# A double keeps 15 digits; https://learn.microsoft.com/office/troubleshoot/excel/long-numbers-incorrectly
_EXACT = 10**15
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
_NUMBER_FORMAT = re.compile(r"(0{2,32})(?:;.*)?|[0#.]+E\+0+(?:;.*)?")
# What stands among the digits as it is: "SALE"0000, 000-000, \A0000.
_LITERAL = re.compile(r'"[^"]*"|\\.|[-/:()]')

Place = tuple[int, int]


class Shown(Enum):
    """How a number is shown where it is not its digits: as 1.23E+07, or with more than the number, as SALE-0012."""

    SCIENTIFIC = "scientific"
    OTHERWISE = "otherwise"


# How many digits a cell shows (zeros in front included), or that it shows no plain digits; 0 where nothing is proven.
Display = int | Shown
# Excel's own formats 0.00E+00 and ##0.0E+0 (ECMA-376 part 1, 18.8.30); it sets them when 1234E4 is typed.
BUILT_IN: dict[int, Display] = {11: Shown.SCIENTIFIC, 48: Shown.SCIENTIFIC}


@dataclass(slots=True)
class Facts:
    """What a workbook says of one sheet. Places are (row, column), from 0; hidden: by a filter or a person."""

    displays: dict[Place, Display] = field(default_factory=dict)
    formulas: set[Place] = field(default_factory=set)
    errors: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck_rows: set[int] = field(default_factory=set)

    @property
    def height(self) -> int:
        """How many rows the formulas and errors reach down."""
        return max((row + 1 for row, _ in self.formulas | self.errors), default=0)


def display(code: str) -> Display:
    """What a number format shows of a number."""
    found = _NUMBER_FORMAT.fullmatch(code)
    if found is not None:
        return len(found.group(1)) if found.group(1) else Shown.SCIENTIFIC
    shown = code.split(";")[0]
    digits = _LITERAL.sub("", shown)
    return Shown.OTHERWISE if digits != shown and re.fullmatch("[0 ]*0[0 ]*", digits) else 0


def read_cell(cell: Any, shown: Display = 0) -> tuple[str, Mark | None]:
    """The text of a cell as python-calamine gives it, and what it proves."""
    match cell:
        case str():
            return cell, Mark(Kind.CELL_ERROR) if cell in _ERRORS else None
        case bool():
            return "TRUE" if cell else "FALSE", Mark(Kind.BOOLEAN)
        case int() | float():
            return plain(cell), number_mark(float(cell), shown)
        case datetime.date() | datetime.time() | datetime.timedelta():
            return plain(cell), Mark(Kind.DATE)
    return str(cell), None


def plain(cell: Any) -> str:
    """The text of a cell."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e21 else repr(cell).upper()
        case datetime.datetime():
            return cell.isoformat(" ")
    return str(cell)


def number_mark(value: float, shown: Display) -> Mark | None:
    """What became of a code that a spreadsheet took for a number."""
    if shown is Shown.OTHERWISE:
        return Mark(Kind.FORMATTED)
    if shown is Shown.SCIENTIFIC or abs(value) >= 1e21:
        return Mark(Kind.SCIENTIFIC)
    if not value.is_integer():
        return Mark(Kind.DECIMAL)
    if abs(value) >= _EXACT:
        return Mark(Kind.ROUNDED)
    text = str(int(value))
    return Mark(Kind.ZEROS_PROVEN, text.zfill(shown)) if shown > len(text) else None
