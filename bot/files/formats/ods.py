"""ODS, and flat ODS, which is its XML alone. What python-calamine does not say of its cells is read from the XML."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field

from bot.errors import Unreadable
from bot.files.formats.cells import Display, Facts, Shown
from bot.files.formats.workbook import part, tables
from bot.files.table import MAX_COLUMNS, MAX_ROWS, Table
from bot.promo.findings import Options

_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
# python-calamine looks here for encrypted parts.
_MANIFEST = '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
_FLAT = re.compile(rb"<(/?)office:document\b")
# A flat ODS is written for people to read; python-calamine takes its indents for content.
_INDENT = re.compile(rb">\s*\n\s*<")
_SHEET = re.compile(rb"<table:table\s")
_TOKEN = re.compile(
    rb"<table:(table-row|table-column|(?:covered-)?table-cell)\b([^>]*)>|"
    rb"<text:p\b[^>]*>([^<]{2,100})</text:p>|</table:table>"
)
_REPEATED = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,7})"')
_HIDDEN = re.compile(rb'table:visibility="(?:collapse|filter)"')
_STYLE = re.compile(rb'<style:style\s[^>]*?style:name="([^"]{1,80})"[^>]*>(.*?)</style:style>', re.DOTALL)
_STRUCK = re.compile(rb'style:text-line-through-(?:style|type)="(?!none)')
_STYLE_NAME = re.compile(rb'table:(?:default-cell-)?style-name="([^"]{1,80})"')


def detect(start: bytes, name: str) -> bool:
    """By the type that stands first in its ZIP, or in the XML of a flat one."""
    del name
    packed = start.startswith(b"PK\x03\x04") and _MIMETYPE in start[:200]
    return packed or is_flat(start)


def is_flat(start: bytes) -> bool:
    """Whether this is the XML of a flat ODS."""
    return b"<office:document" in start and _MIMETYPE in start


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table per sheet that holds anything. Raises Encrypted, Unreadable and NotCodes."""
    if content.startswith(b"PK"):
        return tables(content, name, "ods", options, facts)
    return tables(_packed(content), name, "fods", options, facts)


def _packed(flat: bytes) -> bytes:
    """A flat ODS as the ZIP that python-calamine reads. Raises Unreadable."""
    if b"<!ENTITY" in flat:
        raise Unreadable("damaged")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", _MIMETYPE)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _INDENT.sub(b"><", _FLAT.sub(rb"<\1office:document-content", flat)))
    return out.getvalue()


@dataclass(slots=True)
class _Place:
    """Where in the sheet the reading is, and for how many rows and columns the present cell stands."""

    struck: frozenset[bytes]
    row: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0
    # Columns are told before the first row.
    told: int = 0
    found: Facts = field(default_factory=Facts)

    def next_column(self, about: bytes) -> None:
        first, self.told = self.told, self.told + _repeated(about)
        if _HIDDEN.search(about):
            self.found.hidden_columns.update(range(first, min(self.told, MAX_COLUMNS)))

    def next_row(self, about: bytes) -> None:
        self.row, self.column, self.columns = self.row + self.rows, 0, 0
        self.rows = min(_repeated(about), max(0, MAX_ROWS - self.row))
        if _HIDDEN.search(about):
            self.found.hidden_rows.update(range(self.row, self.row + self.rows))

    def next_cell(self, about: bytes) -> None:
        self.column, self.columns = self.column + self.columns, _repeated(about)
        if b'calcext:value-type="error"' in about:
            self.found.errors.update(self.cells())
        elif b"table:formula=" in about:
            self.found.formulas.update(self.cells())
        if self.struck and b"office:value-type=" in about:
            style = _STYLE_NAME.search(about)
            if style and style.group(1) in self.struck:
                self.found.struck_rows.update(range(self.row, self.row + self.rows))

    def cells(self) -> list[tuple[int, int]]:
        last = min(self.column + self.columns, MAX_COLUMNS)
        return [(row, column) for column in range(self.column, last) for row in range(self.row, self.row + self.rows)]


def facts(content: bytes, sheet: int) -> Facts:
    """What one sheet, counted from 0, says of its cells. Raises Unreadable, KeyError, zipfile.BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = part(archive, "content.xml")
        styles = part(archive, "styles.xml") if "styles.xml" in archive.namelist() else b""
    struck = {
        name
        for text in (body, styles)
        if b"line-through" in text
        for name, about in _STYLE.findall(text)
        if _STRUCK.search(about)
    }
    starts = [found.end() for found in _SHEET.finditer(body)]
    place, number = _Place(frozenset(struck)), False
    for found in _TOKEN.finditer(body, starts[sheet]) if sheet < len(starts) else ():
        kind, about, text = found.groups()
        if kind == b"table-row":
            place.next_row(about)
        elif kind == b"table-column":
            place.next_column(about)
        elif kind:
            place.next_cell(about)
            number = b'office:value-type="float"' in about
        elif text is None:
            break
        elif number and (shown := _shown(text)):
            place.found.displays.update(dict.fromkeys(place.cells(), shown))
    return place.found


def _shown(text: bytes) -> Display:
    """What the text of a number's cell proves."""
    if re.fullmatch(rb"0\d{1,31}", text):
        return len(text)
    if re.fullmatch(rb"[\d.,]+E\+?\d+", text):
        return Shown.SCIENTIFIC
    return Shown.OTHERWISE if re.search(rb"[A-Za-z/()]|\d-\d", text) else 0


def _repeated(about: bytes) -> int:
    found = _REPEATED.search(about)
    return int(found.group(1)) if found else 1
