"""The check of one file, as it runs in the child: sources -> codes -> findings; how it ends is in `result.py`."""

from __future__ import annotations

import datetime
import hashlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import NotCodes, TooManyCodes
from bot.files.archives import sources
from bot.files.cleaning import Cleaned, clean, whole_column
from bot.files.encodings import CHOICES
from bot.files.reading import Plan, Reading, candidates_of, plan
from bot.files.usage import usage
from bot.files.values import Sort, sort_of
from bot.promo.codes import mask, mask_in
from bot.promo.file_types import is_list
from bot.promo.findings import (
    REPAIRABLE,
    Fate,
    Kind,
    Layout,
    Marked,
    Options,
    Part,
    Shape,
)

CLEANED = frozenset({Kind.SPACES, Kind.INVISIBLE, Kind.QUOTES, Kind.EMPTY})
NO_CODES = frozenset({Kind.NOT_A_CODE, Kind.NOTHING, Kind.WORDS})


@dataclass(slots=True)
class Check:
    """A check under way. `codes` with their global `rows` are to be uploaded; `left_out` are (row, kind, value)."""

    options: Options
    digest: str
    layout: Layout
    unread: tuple[str, ...] = ()
    parts: list[Part] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    rows: array[int] = field(default_factory=lambda: array("I"))
    read: int = 0
    found: dict[tuple[Kind, Fate], array[int]] = field(default_factory=dict)
    left_out: list[tuple[int, str, str]] = field(default_factory=list)
    marked: list[Marked] = field(default_factory=list)
    nearest: datetime.date | None = None

    def note(self, kind: Kind, fate: Fate, rows: Sequence[int]) -> None:
        """More rows of one kind that met one fate."""
        if rows:
            self.found.setdefault((kind, fate), array("I")).extend(rows)


def begin(
    content: bytes,
    name: str,
    options: Options,
    *,
    max_codes: int,
    unpacked_at_most: int,
    known: Sequence[Shape] = (),
    today: datetime.date | None = None,
) -> Check:
    """Reads a file up to its codes, before it is known which of them were loaded earlier. Raises FileError.

    `known` are shapes of what was loaded before; without `today` no code counts as expired.
    """
    read = plan(sources(content, name, options, unpacked_at_most), options, known)
    # What holds no table at all is here only because somebody may take it for codes.
    unread = tuple(source.name for source in read.unread if is_list(source.name) or not source.tables)
    check = Check(options, hashlib.sha256(content).hexdigest(), _layout(read, options), unread)
    offset = 0
    for reading in read.readings:
        offset = _read_part(check, reading, offset, today)
        if len(check.codes) > max_codes:
            raise TooManyCodes(max_codes)
    _repeated(check)
    if not check.layout.sure and "".join(check.codes).isascii():
        # Whatever the encoding is, these codes are the same in it.
        check.layout = _layout(read, options, encoding_matters=False)
    if not check.codes and not check.left_out:
        raise NotCodes
    if any(mark.count == mark.of and mark.kind is not Kind.EXPIRED for mark in check.marked) and not options.trusted:
        check.layout = replace(check.layout, asks=True, candidates=check.layout.candidates or candidates_of(read))
    return check


def _layout(read: Plan, options: Options, *, encoding_matters: bool = True) -> Layout:
    table, choice = read.readings[0].table, read.readings[0].choice
    return Layout(
        format=table.format,
        encoding=table.encoding,
        sheet=table.sheet if len(read.readings) == 1 or len(table.siblings) < 2 else "",
        column=choice.column if table.width > 1 and len(read.readings) == 1 else None,
        header=max(table.line(choice.title_row), 1) if choice.title_row is not None else 0,
        sure=choice.sure and table.sure and (table.encoding_sure or not encoding_matters),
        encodings=CHOICES if options.encoding or not table.encoding_sure else (),
        sheets=tuple(table.siblings) if len(table.siblings) > 1 else (),
        columns=choice.columns if table.width > 1 else (),
        candidates=read.candidates,
        asks=read.asks and not options.trusted,
        taken=_taken(read.readings[0]),
        passed=read.passed,
    )


def _taken(reading: Reading) -> tuple[str, str] | None:
    """A line before and after the code was taken out of it, both masked."""
    codes = sorted(reading.choice.evidence[reading.choice.column.index].cells, key=len, reverse=True)
    for line in reading.table.taken_from:
        code = next((code for code in codes if code in line), "")
        if code and code != line and sort_of(code) is not Sort.WORD:
            return mask_in(line, [code]), mask(code)
    return None


def _read_part(check: Check, reading: Reading, offset: int, today: datetime.date | None) -> int:
    """Adds the codes of one column; answers the offset of the next."""
    table, choice = reading.table, reading.choice
    values, marks = table.column(choice.column.index)
    start = choice.header
    if start:
        values, marks = values[start:], {row - start: mark for row, mark in marks.items() if row >= start}
    cleaned = clean(values, marks, check.options) if values else Cleaned([])
    for kind, found in whole_column(cleaned.codes, [column.title for column in choice.columns]).items():
        cleaned.rows.setdefault(kind, []).extend(found)
    if check.options.header is False and 0 in cleaned.rows.get(Kind.WORDS, ()):
        # A person said that the first row is a code.
        cleaned.rows[Kind.WORDS].remove(0)
    _beside(check, reading, cleaned, today)
    last = table.line(table.height - 1) if table.height else 0

    def places(rows: Sequence[int]) -> array[int]:
        if not table.lines and isinstance(rows, range):
            return array("I", range(offset + start + 1, offset + start + 1 + len(rows)))
        return array("I", [offset + table.line(row + start) for row in rows])

    gone = _judge(check, cleaned, values, places)
    rows = places(range(len(values)))
    kept = (
        [at for at, code in enumerate(cleaned.codes) if code and at not in gone]
        if gone or "" in cleaned.codes
        else None
    )
    codes = cleaned.codes if kept is None else [cleaned.codes[at] for at in kept]
    check.codes += codes
    check.rows += rows if kept is None else array("I", [rows[at] for at in kept])
    check.read += len(values)
    check.parts.append(Part(reading.named or reading.source.name, offset, len(codes)))
    return offset + last


def _beside(check: Check, reading: Reading, cleaned: Cleaned, today: datetime.date | None) -> None:
    """Notes rows that are hidden, struck out, or marked as used or expired in the columns beside the codes."""
    table, start = reading.table, reading.choice.header
    for kind, hidden in ((Kind.HIDDEN, table.hidden_rows), (Kind.STRUCK, table.struck_rows)):
        if rows := [
            row - start
            for row in sorted(hidden)
            if row >= start and cleaned.codes[row - start : row - start + 1] > [""]
        ]:
            cleaned.rows[kind] = rows
    if table.width < 2:
        return
    bad = {row for kind, rows in cleaned.rows.items() if kind in NO_CODES for row in rows}
    present = [bool(code) and row not in bad for row, code in enumerate(cleaned.codes)]
    found = usage(
        reading.choice.evidence,
        reading.choice.column.index,
        lambda index: table.column(index)[0][start:],
        present,
        today,
    )
    check.nearest = min(filter(None, (check.nearest, found.nearest)), default=None)
    for mark in found.marked:
        # Where every code is marked alike, the mark tells none from the others: it is told, and they stay.
        if mark.count < mark.of:
            cleaned.rows.setdefault(mark.kind, []).extend(
                set(found.rows[mark.kind]).difference(cleaned.rows.get(mark.kind, ()))
            )
    check.marked += found.marked


def _judge(
    check: Check, cleaned: Cleaned, values: Sequence[str], places: Callable[[Sequence[int]], array[int]]
) -> set[int]:
    """Notes every finding with its fate; answers the rows that are left out."""
    gone: set[int] = set()
    for kind, rows in cleaned.rows.items():
        fate = fate_of(kind, check.options)
        shown = places(rows)
        check.note(kind, fate, shown)
        if fate is Fate.LEFT_OUT:
            gone.update(rows)
            check.left_out += [(place, kind.value, values[row]) for place, row in zip(shown, rows, strict=True)]
    return gone


def fate_of(kind: Kind, options: Options) -> Fate:
    """What becomes of codes of which that is said."""
    if kind in CLEANED:
        return Fate.CLEANED
    if kind is Kind.MENDED:
        return Fate.REPAIRED
    if kind in REPAIRABLE:
        return Fate.REPAIRED if options.repair else Fate.LEFT_OUT
    return Fate.KEPT if kind in options.keep else Fate.LEFT_OUT


def _repeated(check: Check) -> None:
    """Takes out codes that came before, and finds those that differ in case only."""
    if len(set(check.codes)) != len(check.codes):
        _drop(check, Kind.REPEATED, _again(check.codes))
    joined = "".join(check.codes)
    if joined != joined.upper() and joined != joined.lower():
        alike = _again(map(str.casefold, check.codes))
        if Kind.CASE_REPEATED in check.options.keep:
            check.note(Kind.CASE_REPEATED, Fate.KEPT, [check.rows[at] for at in alike])
        else:
            _drop(check, Kind.CASE_REPEATED, alike)


def _again(codes: Iterable[str]) -> list[int]:
    """Where a code stands that came before."""
    seen: set[str] = set()
    again = []
    for at, code in enumerate(codes):
        if code in seen:
            again.append(at)
        seen.add(code)
    return again


def _drop(check: Check, kind: Kind, positions: Sequence[int]) -> None:
    """Leaves out the codes at these positions, which ascend."""
    if not positions:
        return
    check.note(kind, Fate.LEFT_OUT, [check.rows[at] for at in positions])
    check.left_out += [(check.rows[at], kind.value, check.codes[at]) for at in positions]
    out = set(positions)
    check.codes = [code for at, code in enumerate(check.codes) if at not in out]
    check.rows = array("I", [row for at, row in enumerate(check.rows) if at not in out])
