"""The sheets of a workbook of any kind through python-calamine, with what each format's own module knows beside."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from bot.errors import Encrypted, NotCodes, Unreadable
from bot.files.formats.cells import Facts, plain, read_cell
from bot.files.table import MAX_COLUMNS, MAX_ROWS, Mark, Marks, Table
from bot.promo.file_types import is_list
from bot.promo.findings import Kind, Options

_MAX_PART = 200 * 1024 * 1024
_HEAD = 1000
# What reading a part of a damaged ZIP may raise.
DAMAGED_ZIP = (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error)
# What the facts of one sheet, counted from 0, are read with.
ReadFacts = Callable[[bytes, int], Facts]


def tables(content: bytes, name: str, kind: str, options: Options, facts: ReadFacts) -> list[Table]:
    """One table per sheet that holds anything. Raises Encrypted, Unreadable and NotCodes."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [sheet for sheet in book.sheet_names if options.sheet in (None, sheet)] or book.sheet_names
        found = [_table(book, sheet, kind, known(content, book.sheet_names.index(sheet), facts)) for sheet in names]
    except PasswordError:
        raise Encrypted from None
    except (CalamineError, OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise Unreadable("damaged") from None
    full = [table for table in found if table.height]
    if not full:
        raise Unreadable("no_sheet") if is_list(name) else NotCodes
    return full


def known(content: bytes, sheet: int, facts: ReadFacts) -> Facts:
    """What the workbook says of one sheet; nothing where it cannot be told. Raises Unreadable."""
    try:
        return facts(content, sheet)
    except (*DAMAGED_ZIP, struct.error, LookupError, ValueError, OverflowError):
        return Facts()


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part of a workbook that is a ZIP. Raises Unreadable, KeyError."""
    if archive.getinfo(name).file_size > _MAX_PART:
        raise Unreadable("too_big_inside")
    return archive.read(name)


def _table(book: Any, sheet: str, kind: str, facts: Facts) -> Table:
    from python_calamine import SheetVisibleEnum

    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    if len(rows) > MAX_ROWS:
        raise Unreadable("damaged")
    width = max((len(row) for row in rows[:_HEAD]), default=0)
    if width > MAX_COLUMNS:
        raise Unreadable("too_wide")
    # An error or a formula without a value at the end is no cell to calamine.
    rows += [[] for _ in range(facts.height - len(rows))]

    def column(index: int) -> tuple[list[str], Marks]:
        return _column(rows, index, facts)

    return Table(
        kind,
        len(rows),
        width,
        [[plain(cell) for cell in row] for row in rows[:_HEAD]],
        column,
        sheet=sheet,
        siblings=book.sheet_names,
        hidden=any(about.name == sheet and about.visible != SheetVisibleEnum.Visible for about in book.sheets_metadata),
        hidden_rows=frozenset(facts.hidden_rows),
        hidden_columns=frozenset(facts.hidden_columns),
        struck_rows=frozenset(facts.struck_rows),
    )


def _column(rows: list[list[Any]], index: int, facts: Facts) -> tuple[list[str], Marks]:
    values: list[str] = []
    marks: Marks = {}
    for row, cells in enumerate(rows):
        cell = cells[index] if index < len(cells) else ""
        text, mark = read_cell(cell, facts.displays.get((row, index), 0))
        if mark is None and (row, index) in facts.formulas:
            mark = Mark(Kind.FORMULA if text else Kind.CELL_ERROR)
        elif mark is None and (row, index) in facts.errors:
            mark = Mark(Kind.CELL_ERROR)
        values.append(text)
        if mark is not None:
            marks[row] = mark
    return values, marks
