"""Lines as people paste them: numbered, labelled, in quotes, or a table left whole in one column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.errors import NotCodes
from bot.files.columns import choose
from bot.files.evidence import ENOUGH
from bot.files.peeling import MOST, peeling, unwrap
from bot.files.table import Marks, Table
from bot.files.titles import weight
from bot.files.values import GROUPS, Sort, skeleton, sort_of
from bot.promo.findings import Options

_SAMPLE = 400
_CODE, _TITLES = "Code", 5
# What is no list of codes, whatever its parts look like.
_WHOLE = frozenset({Sort.PHONE, Sort.DATE, Sort.AMOUNT, Sort.EMAIL, Sort.UUID})
# Letters, digits, dashes; or those as exports keep Excel from eating zeros, which is taken off with the quotes.
_PLAIN = re.compile(r'[-_]*[^\W_][\w-]*|"?=\s?"+[^"]*"+')
# What stands between a code and what is said of it.
_SEPARATORS = tuple(
    map(
        re.compile,
        (
            r"\t+",
            r"\s*\|\s*",
            r"\s*;\s*",
            r"\s*,\s*",
            r"\s{2,}",
            r"\s+[-–—=/:]+>?\s+|\s*→\s*|\s*=>\s*",
            r"\s+(?=\()",
            r"\s+",
        ),
    )
)
_SPACE = _SEPARATORS[-1]
# A dash or a bracket: a word about some of the codes.
_REMARKS = (_SEPARATORS[5], _SEPARATORS[6])
_TOGETHER = re.compile(r"\s*[,;|/\t]\s*|\s+")
Cut = Callable[[str], list[str]]


def unfolded(table: Table, options: Options) -> Table:
    """The table with its lines taken apart, where each holds a code and more around it; else as it is."""
    filled = [
        index for index in range(table.width) if any(index < len(row) and row[index].strip() for row in table.head)
    ]
    if len(filled) != 1:
        return table
    values, _ = table.column(filled[0])
    sample = [value.strip() for value in values[:_SAMPLE] if value.strip()]
    if not sample or _is_plain(sample) or sum(sort_of(value) in _WHOLE for value in sample) >= MOST * len(sample):
        return table
    peel = peeling([*sample])
    bare = list(map(peel, sample))
    if together := _together(bare):
        return _exploded(table, values, peel, together)
    cutting = _best_cutting(table, values, sample, peel, options)
    if cutting is not None:
        return cutting
    if bare == sample or not _better(bare, sample):
        return table
    return _mapped(table, values, lambda value: [peel(value)])


def _is_plain(sample: Sequence[str]) -> bool:
    return all(map(_PLAIN.fullmatch, sample))


def _better(bare: Sequence[str], sample: Sequence[str]) -> bool:
    """Whether what is left looks like codes, more than the lines do."""
    like = (Sort.CODE, Sort.GROUPS, Sort.CAPITALS, Sort.DIGITS, Sort.WORD)
    changed = sum(left != right for left, right in zip(bare, sample, strict=True))
    return changed >= MOST * len(sample) and sum(sort_of(value) in like for value in bare) >= MOST * len(bare)


def _together(bare: Sequence[str]) -> re.Pattern[str] | None:
    """How to part lines that hold several codes of one make each, perhaps under a title; None for others."""
    lines = bare[1:] if bare and weight(bare[0]) > 0.3 else bare
    parts = [[part for part in _TOGETHER.split(line) if part] for line in lines]
    several = sum(len(part) > 1 for part in parts)
    cells = [cell for part in parts for cell in part]
    if several * 2 < len(parts) or len(cells) < 2 or _are_groups(lines, parts):
        return None
    like = sum(sort_of(cell) in (Sort.CODE, Sort.CAPITALS) for cell in cells)
    makes = Counter(map(skeleton, cells)).most_common(1)[0][1]
    same_length = makes >= 0.9 * len(cells) and like >= 0.9 * len(cells) and len(set(cells)) > 0.7 * len(cells)
    return _TOGETHER if same_length else None


def _are_groups(lines: Sequence[str], parts: Sequence[Sequence[str]]) -> bool:
    """ABCD 1234: as many short groups in every line, with spaces between them, are one code."""
    width, count = Counter(map(len, parts)).most_common(1)[0]
    short = max(len(cell) for part in parts for cell in part) <= 6
    spaced = not any(sign in line for line in lines for sign in ",;|/\t")
    return spaced and len(lines) > 1 and width <= 6 and count >= 0.9 * len(lines) and short


def apart(table: Table, index: int) -> Table | None:
    """The table with each of several codes in one cell of a column in a row of its own, or None."""
    sample = [row[index].strip() for row in table.head[:_SAMPLE] if index < len(row) and row[index].strip()]
    if _is_plain(sample) or not (parting := _together(sample)):
        return None
    values, _ = table.column(index)
    return _exploded(table, values, str.strip, parting, index)


def _exploded(
    table: Table, values: Sequence[str], peel: Callable[[str], str], parting: re.Pattern[str], index: int = 0
) -> Table:
    """Every code of a line as a row of its own; what stands beside them is repeated."""
    cells: list[str] = []
    rows: list[int] = []
    for row, value in enumerate(values):
        line = peel(value)
        whole = not line or weight(line) > 0.3
        found = [line] if whole else [part for part in parting.split(line) if part]
        cells += found
        rows += [row] * len(found)

    def column(wanted: int) -> tuple[list[str], Marks]:
        if wanted == index:
            return cells, {}
        beside, _ = table.column(wanted)
        return [beside[row] for row in rows], {}

    places = [row for row in rows[:1000] if row < len(table.head)]
    head = [
        [*table.head[row][:index], cell, *table.head[row][index + 1 :]]
        for row, cell in zip(places, cells, strict=False)
    ]
    return replace(
        table,
        height=len(cells),
        head=head,
        column=column,
        lines=[table.line(row) for row in rows],
        hidden_rows=frozenset(at for at, row in enumerate(rows) if row in table.hidden_rows),
        struck_rows=frozenset(at for at, row in enumerate(rows) if row in table.struck_rows),
        taken_from=_lines(values),
    )


def _best_cutting(
    table: Table, values: Sequence[str], sample: Sequence[str], peel: Callable[[str], str], options: Options
) -> Table | None:
    """The way to cut lines into columns that leaves one column of codes, and something else beside it."""
    bare = list(map(peel, sample))
    if _in_groups(bare):
        return None
    whole = sum(sort_of(line) in (Sort.CODE, Sort.CAPITALS) and " " not in line for line in bare) / len(bare)
    ways: list[re.Pattern[str] | _Places] = [*_SEPARATORS[:4], *_of_places(bare), *_SEPARATORS[4:]]
    for separator in ways:
        widths = Counter(len(separator.split(line)) for line in bare)
        cut = sum(number for width, number in widths.items() if width > 1) / len(bare)
        width, count = widths.most_common(1)[0]
        needed = 0.8 if separator is _SPACE else 0.1 if separator in _REMARKS else 0.3
        if cut < needed or (separator is _SPACE and (width > 6 or count < needed * len(bare))):
            continue
        made = _mapped(table, values, _cutter(separator, peel))
        try:
            choice = choose(made, replace(options, column=None, header=None))
        except NotCodes:
            continue
        taken = [cell for one in choice.evidence if one.index == choice.column.index for cell in one.cells]
        inside = sum(sort_of(cell) in (Sort.CODE, Sort.GROUPS, Sort.DIGITS, Sort.CAPITALS) for cell in taken)
        sure = choice.score >= ENOUGH + 0.1 and inside >= 0.7 * len(taken)
        if sure and not (choice.rivals and separator is _SPACE) and (whole < 0.9 or separator in _SEPARATORS[:4]):
            return made
    return None


@dataclass(frozen=True, slots=True)
class _Places:
    """Columns of fixed width: where each begins and ends."""

    spans: tuple[tuple[int, int], ...]

    def split(self, line: str) -> list[str]:
        """The cells of a line."""
        return [line[start:end].strip() for start, end in self.spans]


def _of_places(lines: Sequence[str]) -> list[_Places]:
    """The columns of lines that have their spaces in the same places, under each other."""
    if len(lines) < 3 or sum("  " in line or " " in line for line in lines) < 0.9 * len(lines):
        return []
    length = max(map(len, lines))
    filled = [sum(line[at : at + 1] not in ("", " ") for line in lines) for at in range(length)]
    gaps = [number <= 0.02 * len(lines) for number in filled]
    spans: list[tuple[int, int]] = []
    start = 0
    for at in range(length + 1):
        if at == length or gaps[at]:
            if at > start:
                spans.append((start, at if at < length else 10_000))
            start = at + 1
    return [_Places(tuple(spans))] if 1 < len(spans) <= 20 else []


def _in_groups(lines: Sequence[str]) -> bool:
    """ABCD 1234 EFGH: groups of one length each are one code."""
    parts = [line.split(" ") for line in lines if GROUPS.fullmatch(line)]
    if len(parts) < 0.7 * len(lines):
        return False
    return sum(len(set(map(len, part))) == 1 for part in parts) >= 0.8 * len(parts)


def _cutter(separator: re.Pattern[str] | _Places, peel: Callable[[str], str]) -> Cut:
    return lambda line: [unwrap(cell.strip()).rstrip(":,;") for cell in separator.split(peel(line))]


def _mapped(table: Table, values: Sequence[str], cut: Cut) -> Table:
    """The same rows, each cut into cells."""
    head = [cut(value) for value in values[:1000]]
    width = max(map(len, head), default=1)

    def column(index: int) -> tuple[list[str], Marks]:
        rows = map(cut, values)
        return [row[index] if index < len(row) else "" for row in rows], {}

    return replace(table, width=width, head=head, column=column, hidden_columns=frozenset(), taken_from=_lines(values))


def peeled(table: Table) -> Table:
    """The table with the codes taken out of every column that holds them with more around, such as links."""
    takers: dict[int, Callable[[str], str]] = {}
    for index in range(table.width):
        sample = [row[index].strip() for row in table.head[1:_SAMPLE] if index < len(row) and row[index].strip()]
        if len(sample) < 2:
            continue
        peel = peeling(sample)
        if _better(list(map(peel, sample)), sample):
            takers[index] = peel

    if not takers:
        return table

    def column(index: int) -> tuple[list[str], Marks]:
        values, marks = table.column(index)
        return (list(map(takers[index], values)), {}) if index in takers else (values, marks)

    head = [[takers[at](cell) if at in takers else cell for at, cell in enumerate(row)] for row in table.head]
    # What the title named, links perhaps, is gone; what is left are codes.
    for row, cells in enumerate(head[:_TITLES]):
        head[row] = [_CODE if at in takers and weight(cell) < 0 else cell for at, cell in enumerate(cells)]
    examples = [row[at] for row in table.head[1:] for at in takers if at < len(row)]
    return replace(table, head=head, column=column, taken_from=_lines(examples))


def _lines(values: Sequence[str]) -> list[str]:
    return [value.strip()[:200] for value in values[:_SAMPLE]]
