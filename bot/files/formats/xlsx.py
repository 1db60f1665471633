"""XLSX (and XLSM, XLSB): a ZIP of XML. What python-calamine does not say of its cells is read from the XML itself."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from html import unescape

from bot.files.formats.cells import BUILT_IN, Display, Facts, Place, display
from bot.files.formats.workbook import part, tables
from bot.files.table import Table
from bot.promo.findings import Options

# Some writers put a prefix before every element: <x:row>.
_NS = rb"(?:\w{1,20}:)?"
_FORMAT = re.compile(rb"<" + _NS + rb'numFmt\s(?:[^>"]|"[^"]*")*>')
_ATTRIBUTE = re.compile(rb'(numFmtId|formatCode)="([^"]*)"')
_FONTS = re.compile(rb"<" + _NS + rb"fonts\b.*?</" + _NS + rb"fonts>", re.DOTALL)
_FONT = re.compile(rb"<" + _NS + rb"font(?:/>|>.*?</" + _NS + rb"font>)", re.DOTALL)
_STRIKE = re.compile(rb"<" + _NS + rb'strike\s*(?:/>|>|val="(?:1|true)")')
_STYLES = re.compile(rb"<" + _NS + rb"cellXfs[^>]*>(.*?)</" + _NS + rb"cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<" + _NS + rb"xf\s[^>]*>")
_NUMBER_FORMAT, _FONT_ID = re.compile(rb'\bnumFmtId="(\d+)"'), re.compile(rb'\bfontId="(\d+)"')
_CELL = re.compile(
    rb"<" + _NS + rb'c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bs="(\d{1,5})"[^>]*|'
    rb"<" + _NS + rb'c\b[^>]*?\bs="(\d{1,5})"[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*'
)
_FORMULA = re.compile(rb"<" + _NS + rb'c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?>\s*<' + _NS + rb"f\b")
_ERROR = re.compile(rb"<" + _NS + rb'c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bt="e"')
_ROW = re.compile(rb"<" + _NS + rb"row\b([^>]*)>")
_ROW_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_COLUMNS = re.compile(rb"<" + _NS + rb"col\s([^>]*)>")
_FIRST, _LAST = re.compile(rb'\bmin="(\d{1,5})"'), re.compile(rb'\bmax="(\d{1,5})"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_SHEET = re.compile(rb"<" + _NS + rb'sheet\s[^>]*?r:id="([^"]{1,40})"')
_RELATION = re.compile(rb"<" + _NS + rb"Relationship\s[^>]*>")


@dataclass(slots=True)
class _Styles:
    """By the number of a cell style: what it shows of a number, and whether it strikes a text out."""

    displays: dict[bytes, Display] = field(default_factory=dict)
    struck: set[bytes] = field(default_factory=set)


def detect(start: bytes, name: str) -> bool:
    """By its first bytes: whatever ZIP is no archive of files and no OpenDocument is a workbook."""
    return start.startswith(b"PK\x03\x04") and not name.endswith(".zip")


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table per sheet that holds anything. Raises Encrypted, Unreadable and NotCodes."""
    kind = "xlsb" if name.casefold().endswith(".xlsb") else "xlsx"
    return tables(content, name, kind, options, facts)


def facts(content: bytes, sheet: int) -> Facts:
    """What one sheet, counted from 0, says of its cells. Raises Unreadable, KeyError, zipfile.BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = _styles(part(archive, "xl/styles.xml")) if "xl/styles.xml" in archive.namelist() else _Styles()
        path = _path(archive, sheet)
        body = part(archive, path) if path else b""
    found = Facts()
    if b"<f" in body or b":f" in body:
        found.formulas = {_place(*cell.groups()) for cell in _FORMULA.finditer(body)}
    if b't="e"' in body:
        found.errors = {_place(*cell.groups()) for cell in _ERROR.finditer(body)}
    if styles.displays or styles.struck:
        _apply(styles, body, found)
    if b"hidden=" in body:
        _hidden(body, found)
    return found


def _apply(styles: _Styles, body: bytes, found: Facts) -> None:
    for cell in _CELL.finditer(body):
        letters, row, style, style_first, letters_last, row_last = cell.groups()
        style = style or style_first
        if shown := styles.displays.get(style):
            found.displays[_place(letters or letters_last, row or row_last)] = shown
        if style in styles.struck and not cell.group().endswith(b"/"):
            found.struck_rows.add(int(row or row_last) - 1)


def _hidden(body: bytes, found: Facts) -> None:
    at = 0
    for row in _ROW.finditer(body):
        number = _ROW_NUMBER.search(row.group(1))
        at = int(number.group(1)) if number else at + 1
        if _HIDDEN.search(row.group(1)):
            found.hidden_rows.add(at - 1)
    for columns in _COLUMNS.findall(body):
        first, last = _FIRST.search(columns), _LAST.search(columns)
        if first and last and _HIDDEN.search(columns):
            found.hidden_columns.update(range(int(first.group(1)) - 1, min(int(last.group(1)), 16_384)))


def _styles(styles: bytes) -> _Styles:
    formats: dict[bytes, Display] = {str(number).encode(): shown for number, shown in BUILT_IN.items()}
    for numbers in _FORMAT.finditer(styles):
        about = dict(_ATTRIBUTE.findall(numbers.group()))
        if shown := display(unescape(about.get(b"formatCode", b"").decode("utf-8", "replace"))):
            formats[about.get(b"numFmtId", b"")] = shown
    fonts = _FONTS.search(styles)
    every = _FONT.findall(fonts.group()) if fonts else []
    struck = {str(index).encode() for index, font in enumerate(every) if _STRIKE.search(font)}
    result = _Styles()
    cells = _STYLES.search(styles)
    for index, style in enumerate(_STYLE.findall(cells.group(1)) if cells else ()):
        number, font = _NUMBER_FORMAT.search(style), _FONT_ID.search(style)
        if number and number.group(1) in formats:
            result.displays[str(index).encode()] = formats[number.group(1)]
        if font and font.group(1) in struck:
            result.struck.add(str(index).encode())
    return result


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


def _place(letters: bytes, row: bytes) -> Place:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(row) - 1, column - 1
