"""What an ODS file says about its cells and python-calamine does not: the text shown for numbers, formulas, errors."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field

from bot.files.formats.cells import SCIENTIFIC, SHOWN_OTHERWISE, Sheet, part

_COLUMNS_AT_MOST = 500
_SHEET = re.compile(rb"<table:table\s")
_TOKEN = re.compile(
    rb"<table:(table-row|(?:covered-)?table-cell)\b([^>]*)>|<text:p>([^<]{2,100})</text:p>|</table:table>"
)
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,7})"')


@dataclass(slots=True)
class _Place:
    """Where in the sheet the reading is, and for how many rows and columns the present cell stands."""

    row: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0
    found: Sheet = field(default_factory=lambda: Sheet({}, set(), set()))

    def next_row(self, about: bytes) -> None:
        self.row, self.rows, self.column, self.columns = self.row + self.rows, _repeated(about), 0, 0

    def next_cell(self, about: bytes) -> None:
        self.column, self.columns = self.column + self.columns, _repeated(about)
        if b'calcext:value-type="error"' in about:
            self.found.errors.update(self.cells())
        elif b"table:formula=" in about:
            self.found.formulas.update(self.cells())

    def cells(self) -> list[tuple[int, int]]:
        last = min(self.column + self.columns, _COLUMNS_AT_MOST)
        return [(row, column) for column in range(self.column, last) for row in range(self.row, self.row + self.rows)]


def shown_cells(archive: zipfile.ZipFile, sheet: int) -> Sheet:
    """What one sheet, counted from 0, shows. Raises Unreadable, KeyError."""
    body = part(archive, "content.xml")
    starts = [found.end() for found in _SHEET.finditer(body)]
    place, number = _Place(), False
    for found in _TOKEN.finditer(body, starts[sheet]) if sheet < len(starts) else ():
        kind, about, text = found.groups()
        if kind == b"table-row":
            place.next_row(about)
        elif kind:
            place.next_cell(about)
            number = b'office:value-type="float"' in about
        elif text is None:
            break
        elif number and (shown := _shown(text)):
            place.found.widths.update(dict.fromkeys(place.cells(), shown))
    return place.found


def _shown(text: bytes) -> int:
    """What the text of a number's cell proves, as `shown_digits` says it."""
    if re.fullmatch(rb"0\d{1,31}", text):
        return len(text)
    if re.fullmatch(rb"[\d.,]+E\+?\d+", text):
        return SCIENTIFIC
    return SHOWN_OTHERWISE if re.search(rb"[A-Za-z/()]|\d-\d", text) else 0


def _repeated(about: bytes) -> int:
    found = _REPEATED.search(about)
    return int(found.group(1)) if found else 1
