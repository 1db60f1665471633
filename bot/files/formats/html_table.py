"""Tables of a web page: what many shop systems export with the name of a workbook, and Google Sheets as "web page"."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from bot.errors import OtherFormat, Unreadable
from bot.files.encodings import decode
from bot.files.table import MAX_COLUMNS, MAX_ROWS, Table, grid
from bot.promo.findings import Options

_BEGIN = re.compile(rb"(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body|meta|table|div|style)\b", re.DOTALL)
_MAX_TABLES = 100
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
# Elements that end a line of a cell, and those whose text is not shown.
_BREAKS = frozenset({"br", "p", "div", "li"})
_UNSEEN = frozenset({"script", "style", "title"})
_STRUCK = frozenset({"s", "del", "strike"})


def detect(start: bytes, name: str) -> bool:
    """By its first element."""
    del name
    return _BEGIN.match(start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()) is not None


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """One table per `<table>` with rows. Raises OtherFormat for a page without one, Unreadable."""
    del name
    said = _CHARSET.search(content[:4096])
    text, encoding, sure = decode(content, options.encoding, said.group(1).decode() if said else "")
    page = _Page()
    page.feed(text)
    page.close()
    found = [table for table in page.tables if table.rows]
    if not found:
        raise OtherFormat("web_page")
    names = [f"Table {number}" for number in range(1, len(found) + 1)] if len(found) > 1 else [""]
    return [
        grid(
            "html",
            table.rows,
            sheet=title,
            siblings=names if len(names) > 1 else (),
            encoding=encoding,
            encoding_sure=sure,
            hidden_rows=frozenset(table.hidden),
            struck_rows=frozenset(table.struck),
        )
        for table, title in zip(found, names, strict=True)
    ]


class _Rows:
    """One table under way: its rows, the cell being read, and how far cells of earlier rows reach down."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.hidden: set[int] = set()
        self.struck: set[int] = set()
        self.cell: list[str] | None = None
        self._at = 0
        self._reach: dict[int, int] = {}

    def row(self, *, hidden: bool) -> None:
        self.end_cell()
        if len(self.rows) >= MAX_ROWS:
            raise Unreadable("too_big_inside")
        if hidden:
            self.hidden.add(len(self.rows))
        self.rows.append([])

    def start_cell(self, across: int, down: int) -> None:
        self.end_cell()
        if not self.rows:
            self.row(hidden=False)
        row = self.rows[-1]
        while self._reach.get(len(row), 0) >= len(self.rows):
            row.append("")
        if len(row) + across > MAX_COLUMNS:
            raise Unreadable("too_wide")
        for column in range(len(row), len(row) + across) if down > 1 else ():
            self._reach[column] = len(self.rows) + down - 1
        row += [""] * across
        self._at = len(row) - across
        self.cell = []

    def end_cell(self) -> None:
        if self.cell is not None:
            lines = (" ".join(line.split()) for line in "".join(self.cell).split("\n"))
            self.rows[-1][self._at] = "\n".join(line for line in lines if line)
            self.cell = None

    def strike(self) -> None:
        if self.rows:
            self.struck.add(len(self.rows) - 1)


class _Page(HTMLParser):
    """Collects the cells of every table; a table inside a cell is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Rows] = []
        self._open: list[_Rows] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        table = self._open[-1] if self._open else None
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            if len(self.tables) >= _MAX_TABLES:
                raise Unreadable("too_big_inside")
            self.tables.append(_Rows())
            self._open.append(self.tables[-1])
        elif table is None:
            return
        elif tag == "tr":
            about = dict(attrs)
            table.row(hidden="hidden" in about or bool(_HIDDEN.search(about.get("style") or "")))
        elif tag in ("td", "th"):
            about = dict(attrs)
            table.start_cell(_span(about.get("colspan")), _span(about.get("rowspan")))
        elif tag in _BREAKS and table.cell is not None:
            table.cell.append("\n")
        elif tag in _STRUCK:
            table.strike()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._open and tag in ("td", "th", "tr", "table"):
            self._open[-1].end_cell()
            if tag == "table":
                self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and not self._unseen and (cell := self._open[-1].cell) is not None:
            # A line break in the source is a space on the page.
            cell.append(data.replace("\n", " ").replace("\r", " "))


def _span(value: str | None) -> int:
    return min(int(value), MAX_COLUMNS) if value and value.isdecimal() and int(value) else 1
