"""What an XLSX file says about its cells and python-calamine does not: number formats, formulas and errors."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from html import unescape

from bot.errors import Unreadable

_PART_AT_MOST = 200 * 1024 * 1024
_FORMAT = re.compile(rb'<numFmt\s(?:[^>"]|"[^"]*")*>')
_ATTRIBUTE = re.compile(rb'(numFmtId|formatCode)="([^"]*)"')
# Excel's own formats 0.00E+00 and ##0.0E+0 (ECMA-376 part 1, 18.8.30); it sets them when 1234E4 is typed.
# Stands for the number of digits where a format shows 1.23E+07 instead.
SCIENTIFIC = -1
# Stands for it where a format shows more than the number, as SALE-0012 for 12.
SHOWN_OTHERWISE = -2
BUILT_IN = {11: SCIENTIFIC, 48: SCIENTIFIC}
_SHOWN = re.compile(r"(0{2,32})(?:;.*)?|[0#.]+E\+0+(?:;.*)?")
# What stands among the digits as it is: "SALE"0000, 000-000, \A0000.
_LITERAL = re.compile(r'"[^"]*"|\\.|[-/:()]')
_STYLES = re.compile(rb"<cellXfs[^>]*>(.*?)</cellXfs>", re.DOTALL)
_STYLE = re.compile(rb'<xf\s[^>]*?numFmtId="(\d+)"')
_CELL = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bs="(\d{1,5})"|'
    rb'<c\b[^>]*?\bs="(\d{1,5})"[^>]*?\br="([A-Z]{1,3})(\d{1,7})"'
)
_FORMULA = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?>\s*<f\b')
_ERROR = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bt="e"')
_SHEET = re.compile(rb'<sheet\s[^>]*?r:id="([^"]{1,40})"')
_RELATION = re.compile(rb"<Relationship\s[^>]*>")


@dataclass(frozen=True, slots=True)
class Sheet:
    """By (row, column), from 0: how many digits the format shows, and which cells are formulas or errors."""

    widths: dict[tuple[int, int], int]
    formulas: set[tuple[int, int]]
    errors: set[tuple[int, int]]

    @property
    def height(self) -> int:
        """How many rows the formulas and errors reach down."""
        return max((row + 1 for row, _ in self.formulas | self.errors), default=0)


NOTHING = Sheet({}, set(), set())


def shown_digits(code: str) -> int:
    """How many digits a number format shows, SCIENTIFIC or SHOWN_OTHERWISE; 0 where it proves nothing."""
    found = _SHOWN.fullmatch(code)
    if found is None:
        shown = code.split(";")[0]
        digits = _LITERAL.sub("", shown)
        return SHOWN_OTHERWISE if digits != shown and re.fullmatch("[0 ]*0[0 ]*", digits) else 0
    return len(found.group(1)) if found.group(1) else SCIENTIFIC


def styled_cells(archive: zipfile.ZipFile, sheet: int) -> Sheet:
    """What one sheet of an XLSX, counted from 0, says of its cells. Raises Unreadable, KeyError."""
    styles = _zero_styles(part(archive, "xl/styles.xml"))
    path = _path(archive, sheet)
    body = part(archive, path) if path else b""
    formulas = {_place(*found.groups()) for found in _FORMULA.finditer(body)} if b"<f" in body else set()
    errors = {_place(*found.groups()) for found in _ERROR.finditer(body)} if b't="e"' in body else set()
    return Sheet(_widths(body, styles) if styles else {}, formulas, errors)


def _widths(body: bytes, styles: dict[bytes, int]) -> dict[tuple[int, int], int]:
    widths: dict[tuple[int, int], int] = {}
    for found in _CELL.finditer(body):
        letters, row, style, style_first, letters_last, row_last = found.groups()
        if width := styles.get(style or style_first):
            widths[_place(letters or letters_last, row or row_last)] = width
    return widths


def _zero_styles(styles: bytes) -> dict[bytes, int]:
    """The cell styles whose number format proves how a number is shown, with what `shown_digits` says of it."""
    formats = {str(number).encode(): digits for number, digits in BUILT_IN.items()}
    for found in _FORMAT.finditer(styles):
        about = dict(_ATTRIBUTE.findall(found.group()))
        if shown := shown_digits(unescape(about.get(b"formatCode", b"").decode("utf-8", "replace"))):
            formats[about.get(b"numFmtId", b"")] = shown
    cells = _STYLES.search(styles)
    if cells is None:
        return {}
    used = [found.group(1) for found in _STYLE.finditer(cells.group(1))]
    return {str(index).encode(): formats[number] for index, number in enumerate(used) if number in formats}


def _path(archive: zipfile.ZipFile, sheet: int) -> str:
    ids = _SHEET.findall(part(archive, "xl/workbook.xml"))
    if sheet >= len(ids):
        return ""
    for relation in _RELATION.findall(part(archive, "xl/_rels/workbook.xml.rels")):
        if b'Id="' + ids[sheet] + b'"' in relation:
            target = re.search(rb'Target="([^"]{1,200})"', relation)
            path = target.group(1).decode() if target else ""
            return path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return ""


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part of a workbook. Raises Unreadable, KeyError."""
    if archive.getinfo(name).file_size > _PART_AT_MOST:
        raise Unreadable("too_big_inside")
    return archive.read(name)


def _place(letters: bytes, row: bytes) -> tuple[int, int]:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(row) - 1, column - 1
