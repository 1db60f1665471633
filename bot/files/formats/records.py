"""Any other XML: elements that repeat side by side are rows, what stands inside each of them the columns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot.errors import OtherFormat, Unreadable
from bot.files.formats.markup import parse
from bot.files.table import MAX_COLUMNS, MAX_ROWS, Table, grid
from bot.promo.findings import Options

Path = tuple[str, ...]


def detect(start: bytes, name: str) -> bool:
    """By its declaration, or by an element at the start of a file that says it is XML."""
    begin = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return begin.startswith((b"<?xml", b"<svg")) or (name.endswith(".xml") and begin.startswith(b"<"))


def read(content: bytes, name: str, options: Options) -> list[Table]:
    """The elements that come most often, as one table with their fields as header. Raises OtherFormat, Unreadable."""
    del name, options
    counted = _Count()
    parse(content, counted.start, counted.end, lambda _: None)
    record = counted.record()
    if record is None:
        raise OtherFormat("xml")
    found = _Records(record)
    parse(content, found.start, found.end, found.text)
    titles = ["/".join(path) or record[-1] for path in found.fields]
    rows = [titles, *found.rows]
    # The names of the fields stand in line 0, as a header does.
    return [grid("xml", rows, lines=range(len(rows)))]


@dataclass(slots=True)
class _Count:
    """How often each path of elements comes, and which of them hold others."""

    path: list[str] = field(default_factory=list)
    times: Counter[Path] = field(default_factory=Counter)
    parents: set[Path] = field(default_factory=set)
    attributes: set[Path] = field(default_factory=set)

    def start(self, name: str, about: dict[str, str]) -> None:
        if self.path:
            self.parents.add(tuple(self.path))
        self.path.append(name)
        path = tuple(self.path)
        self.times[path] += 1
        if len(self.times) > MAX_COLUMNS * 10:
            raise Unreadable("too_wide")
        if about:
            self.attributes.add(path)

    def end(self, name: str) -> None:
        del name
        self.path.pop()

    def record(self) -> Path | None:
        """The path of the rows: the outermost that repeats, of those that repeat most."""
        repeated = {path: times for path, times in self.times.items() if len(path) > 1 and times > 1}
        if not repeated:
            return None
        most = max(repeated.values())
        # A row may lack a field; the fields of a row repeat as often as the row.
        return min((path for path, times in repeated.items() if times >= 0.5 * most), key=len)


@dataclass(slots=True)
class _Records:
    """The rows of one path: the texts and attributes below each of its elements."""

    record: Path
    path: list[str] = field(default_factory=list)
    fields: dict[Path, int] = field(default_factory=dict)
    rows: list[list[str]] = field(default_factory=list)
    inside: bool = False
    data: list[str] = field(default_factory=list)

    def start(self, name: str, about: dict[str, str]) -> None:
        self.path.append(name)
        if tuple(self.path) == self.record:
            if len(self.rows) >= MAX_ROWS * 2:
                raise Unreadable("too_big_inside")
            self.rows.append([])
            self.inside = True
        if self.inside:
            self.data = []
            for key, value in about.items():
                self._put((*self.path[len(self.record) :], key), value)

    def text(self, text: str) -> None:
        if self.inside:
            self.data.append(text)

    def end(self, name: str) -> None:
        del name
        if self.inside:
            if value := "".join(self.data).strip():
                self._put(tuple(self.path[len(self.record) :]), value)
            self.data = []
            self.inside = tuple(self.path) != self.record
        self.path.pop()

    def _put(self, path: Path, value: str) -> None:
        column = self.fields.setdefault(path, len(self.fields))
        if column >= MAX_COLUMNS:
            raise Unreadable("too_wide")
        row = self.rows[-1]
        row += [""] * (column + 1 - len(row))
        if not row[column]:
            row[column] = value
