"""XML Spreadsheet 2003, which shop systems export as .xls or .xml. The text of a number is exact in it.

https://learn.microsoft.com/previous-versions/office/developer/office-xp/aa140066(v=office.10)
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.errors import Unreadable
from bot.files.formats.cells import Display, display, number_mark
from bot.files.formats.markup import parse
from bot.files.table import MAX_COLUMNS, MAX_ROWS, Mark, Marks, Table, grid
from bot.promo.findings import Kind, Options

_MAX_SHEETS = 200


def detect(start: bytes, name: str) -> bool:
    """By the namespace of its root."""
    del name
    return b"urn:schemas-microsoft-com:office:spreadsheet" in start and b"<Workbook" in start


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table per worksheet that holds anything. Raises Unreadable."""
    del name, options
    book = _Book()
    parse(content, book.start, book.end, book.text)
    sheets = [sheet for sheet in book.sheets if any(sheet.rows)]
    if not sheets:
        raise Unreadable("no_sheet")
    names = [sheet.name for sheet in book.sheets]
    return [sheet.table(names if len(names) > 1 else ()) for sheet in sheets]


@dataclass(slots=True)
class _Sheet:
    name: str
    rows: list[list[str]] = field(default_factory=list)
    marks: dict[int, Marks] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck_rows: set[int] = field(default_factory=set)
    columns: int = 0

    def table(self, siblings: list[str] | tuple[()]) -> Table:
        found = grid("xml", self.rows)
        plain = found.column
        found.column = lambda index: (plain(index)[0], self.marks.get(index, {}))
        found.sheet, found.siblings, found.hidden = self.name, siblings, self.hidden
        found.hidden_rows = frozenset(self.hidden_rows)
        found.hidden_columns = frozenset(self.hidden_columns)
        found.struck_rows = frozenset(self.struck_rows)
        return found


@dataclass(slots=True)
class _Book:
    """Collects the cells of every sheet while the elements go by."""

    sheets: list[_Sheet] = field(default_factory=list)
    shown: dict[str, Display] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    style: str = ""
    row_style: str = ""
    cell_style: str = ""
    column: int = 0
    kind: str = ""
    formula: bool = False
    data: list[str] | None = None
    visible: list[str] | None = None

    def start(self, name: str, about: dict[str, str]) -> None:
        match name:
            case "style":
                self.style = about.get("id", "")
            case "numberformat" if shown := display(about.get("format", "")):
                self.shown[self.style] = shown
            case "font" if about.get("strikethrough") == "1":
                self.struck.add(self.style)
            case "worksheet":
                if len(self.sheets) >= _MAX_SHEETS:
                    raise Unreadable("too_big_inside")
                self.sheets.append(_Sheet(about.get("name", "")))
            case "column" if self.sheets:
                self._start_column(about)
            case "row" if self.sheets:
                self._start_row(about)
            case "cell" if self.sheets and self.sheets[-1].rows:
                self._start_cell(about)
            case "data":
                self.kind, self.data = about.get("type", "String"), []
            case "visible":
                self.visible = []

    def text(self, text: str) -> None:
        for into in (self.data, self.visible):
            if into is not None:
                into.append(text)

    def end(self, name: str) -> None:
        if name == "data" and self.data is not None:
            if self.sheets and self.sheets[-1].rows:
                self._put("".join(self.data))
            self.data = None
        elif name == "visible" and self.visible is not None:
            if self.sheets:
                self.sheets[-1].hidden = "Hidden" in "".join(self.visible)
            self.visible = None

    def _start_column(self, about: dict[str, str]) -> None:
        sheet = self.sheets[-1]
        first = _number(about.get("index"), sheet.columns + 1) - 1
        sheet.columns = first + 1 + min(_number(about.get("span"), 0), MAX_COLUMNS)
        if about.get("hidden") == "1":
            sheet.hidden_columns.update(range(first, sheet.columns))

    def _start_row(self, about: dict[str, str]) -> None:
        rows = self.sheets[-1].rows
        at = _number(about.get("index"), len(rows) + 1) - 1
        if at >= MAX_ROWS:
            raise Unreadable("damaged")
        rows += [[] for _ in range(at + 1 - len(rows))]
        if about.get("hidden") == "1":
            self.sheets[-1].hidden_rows.add(len(rows) - 1)
        self.column, self.row_style = 0, about.get("styleid", "")

    def _start_cell(self, about: dict[str, str]) -> None:
        self.column = _number(about.get("index"), self.column + 1)
        if self.column > MAX_COLUMNS:
            raise Unreadable("too_wide")
        self.cell_style = about.get("styleid", self.row_style)
        self.formula = "formula" in about
        row = self.sheets[-1].rows[-1]
        row += [""] * (self.column - len(row))

    def _put(self, value: str) -> None:
        sheet, index = self.sheets[-1], self.column - 1
        if index < 0 or index >= len(sheet.rows[-1]):
            return
        row = len(sheet.rows) - 1
        sheet.rows[-1][index] = value
        if self.cell_style in self.struck:
            sheet.struck_rows.add(row)
        if mark := self._mark(value):
            sheet.marks.setdefault(index, {})[row] = mark

    def _mark(self, value: str) -> Mark | None:
        match self.kind:
            case "Number":
                return _number_mark(value, self.shown.get(self.cell_style, 0))
            case "Boolean":
                return Mark(Kind.BOOLEAN)
            case "DateTime":
                return Mark(Kind.DATE)
            case "Error":
                return Mark(Kind.CELL_ERROR)
        return Mark(Kind.FORMULA) if self.formula else None


def _number_mark(value: str, shown: Display) -> Mark | None:
    try:
        return number_mark(float(value), shown)
    except (ValueError, OverflowError):
        return None


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 9 else otherwise
