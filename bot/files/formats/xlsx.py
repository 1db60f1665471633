"""XLSX, XLS and ODS through python-calamine; what a spreadsheet did to codes is read from its own cells."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
import zlib
from typing import Any

from bot.errors import Encrypted, NotCodes, Unreadable
from bot.files.formats.cells import NOTHING, SCIENTIFIC, SHOWN_OTHERWISE, Sheet, styled_cells
from bot.files.formats.ods import shown_cells
from bot.files.formats.xls import binary_cells
from bot.files.table import Mark, Marks, Table
from bot.promo.findings import Kind, Options

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROWS_AT_MOST = 1_048_576
_COLUMNS_AT_MOST = 500
# A double keeps 15 digits; https://learn.microsoft.com/office/troubleshoot/excel/long-numbers-incorrectly
_EXACT = 10**15
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")
# What reading a part of a damaged ZIP may raise.
_DAMAGED_ZIP = (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error)
_SECRET = "EncryptedPackage".encode("utf-16-le")


def claims(start: bytes, name: str) -> bool:
    """By its first bytes: a workbook is a ZIP of its own kind, or an OLE file."""
    return start.startswith(_OLE) or (start.startswith(b"PK\x03\x04") and not name.endswith(".zip"))


def is_document(archive: zipfile.ZipFile) -> bool:
    """Whether a ZIP is a document of an office program rather than an archive of files."""
    names = archive.namelist()
    return "[Content_Types].xml" in names or "content.xml" in names


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a ZIP is a workbook: not a text, and not slides. Raises Unreadable."""
    names = archive.namelist()
    if "content.xml" in names:
        try:
            return "mimetype" not in names or b"spreadsheet" in archive.read("mimetype")[:100]
        except _DAMAGED_ZIP:
            raise Unreadable("damaged") from None
    return any(name.startswith("xl/") for name in names)


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table per sheet that holds anything. Raises Encrypted, Unreadable and NotCodes."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if content.startswith(_OLE) and _SECRET in content:
        raise Encrypted
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [one for one in book.sheet_names if options.sheet in (None, one)] or book.sheet_names
        tables = [_table(book, one, content, name) for one in names]
    except PasswordError:
        raise Encrypted from None
    except (CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise Unreadable("damaged") from None
    full = [one for one in tables if one.height]
    if not full:
        raise Unreadable("no_sheet") if name.casefold().endswith((".xlsx", ".xls", ".ods")) else NotCodes
    return full


def _table(book: Any, sheet: str, content: bytes, name: str) -> Table:
    from python_calamine import SheetVisibleEnum

    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    if len(rows) > _ROWS_AT_MOST:
        raise Unreadable("damaged")
    width = max((len(row) for row in rows[:1000]), default=0)
    if width > _COLUMNS_AT_MOST:
        raise Unreadable("too_wide")
    kind = "xls" if content.startswith(_OLE) else "ods" if name.casefold().endswith(".ods") else "xlsx"
    known = known_cells(content, book.sheet_names.index(sheet))
    # An error or a formula without a value at the end is no cell to calamine.
    rows += [[] for _ in range(known.height - len(rows))]

    def column(index: int) -> tuple[list[str], Marks]:
        return _column(rows, index, known)

    head = [[_plain(cell) for cell in row] for row in rows[:1000]]
    hidden = any(one.name == sheet and one.visible != SheetVisibleEnum.Visible for one in book.sheets_metadata)
    return Table(kind, len(rows), width, head, column, sheet=sheet, siblings=book.sheet_names, hidden=hidden)


def known_cells(content: bytes, sheet: int) -> Sheet:
    """What the workbook says of one sheet's cells; nothing where it cannot be told. Raises Unreadable."""
    try:
        if content.startswith(_OLE):
            return binary_cells(content, sheet)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return (shown_cells if "content.xml" in archive.namelist() else styled_cells)(archive, sheet)
    except (*_DAMAGED_ZIP, struct.error, LookupError, ValueError, OverflowError):
        return NOTHING


def _column(rows: list[list[Any]], index: int, known: Sheet) -> tuple[list[str], Marks]:
    values: list[str] = []
    marks: Marks = {}
    for row, cells in enumerate(rows):
        cell = cells[index] if index < len(cells) else ""
        if isinstance(cell, str):
            text, mark = cell, Mark(Kind.CELL_ERROR) if cell in _ERRORS else None
        else:
            text, mark = _plain(cell), _mark(cell, known.widths.get((row, index), 0))
        if mark is None and (row, index) in known.formulas:
            mark = Mark(Kind.FORMULA if text else Kind.CELL_ERROR)
        elif mark is None and (row, index) in known.errors:
            mark = Mark(Kind.CELL_ERROR)
        values.append(text)
        if mark is not None:
            marks[row] = mark
    return values, marks


def _plain(cell: Any) -> str:
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


def _mark(cell: Any, width: int) -> Mark | None:
    match cell:
        case bool():
            return Mark(Kind.BOOLEAN)
        case int() | float():
            return _number(float(cell), width)
        case datetime.date() | datetime.time() | datetime.timedelta():
            return Mark(Kind.DATE)
    return None


def _number(value: float, width: int) -> Mark | None:
    if width == SHOWN_OTHERWISE:
        return Mark(Kind.FORMATTED)
    if not value.is_integer() or abs(value) >= 1e21 or width == SCIENTIFIC:
        return Mark(Kind.SCIENTIFIC)
    if abs(value) >= _EXACT:
        return Mark(Kind.ROUNDED)
    text = str(int(value))
    if width > len(text):
        return Mark(Kind.ZEROS_PROVEN, text.zfill(width))
    return None
