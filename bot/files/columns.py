"""Which column holds the codes, and whether a header stands above it: decided by what is in the cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.errors import NotCodes, Unreadable
from bot.files.cleaning import one_value
from bot.files.table import Table
from bot.files.titles import header, is_code_title, is_measure, is_mixed, is_title, names_codes, names_others, same_make
from bot.promo.codes import mask
from bot.promo.findings import Column, Options

_CODE = re.compile(r"[^\s@/\\:]{3,100}")
# Capitals and digits with signs between them, or in groups with spaces.
_SIGNED = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]+(?:[@/:_.#+-][A-Z0-9]+)+")
_GROUPED = re.compile(r"(?=.*\d)(?:(?=.*[A-Z])[A-Z0-9]{2,6}(?: [A-Z0-9]{2,6}){1,5}|\d{4,6}(?: \d{4,6}){1,5})")
_PHONE = re.compile(r"\+\d[\d ()-]{6,}")
_SETTING = re.compile(r"[A-Za-z_]\w*=.+")
_ADDRESS = re.compile(r"\S+@\S+\.\S+|\S+://\S+")
_WORDS = re.compile(r"\S+\s+\S+\s+\S+")
_SAMPLE = 500
# Characters of a cell that tell what it is.
_LOOKED_AT = 200
# A header is looked for this far down, under the title of a report.
_TITLES_AT_MOST = 20
# A column below this is no column of codes; one within this of the best is a rival, the more so of one without a title.
_ENOUGH = 0.5
_RIVAL = 0.12
_RIVAL_UNTITLED = 0.3

Head = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The column of the codes, how many rows stand above them (the last is the header), and whether that is sure."""

    column: Column
    header: int
    sure: bool
    columns: tuple[Column, ...]
    score: float


def choose(table: Table, options: Options) -> Choice:
    """The column and header by the evidence, or as a person chose them. Raises NotCodes, Unreadable."""
    blank = next((row for row, cells in enumerate(table.head) if any(map(str.strip, cells))), 0)
    above = _title_rows(table.head[blank:])
    # What stands below the last code may be thousands of empty rows.
    head = [row for row in map(_row, table.head[blank + above :]) if any(row)][:_SAMPLE]
    columns = tuple(_column(head, index) for index in range(table.width))
    scores = [_score(head, index, alone=table.width == 1) for index in range(len(columns))]
    if not scores or not head or (table.height == 1 and any(map(is_title, head[0]))):
        raise NotCodes
    best = max(range(len(scores)), key=lambda index: scores[index])
    if options.column is not None:
        if options.column >= len(columns):
            raise Unreadable("no_column")
        best = options.column
    elif scores[best] < _ENOUGH:
        raise NotCodes
    named = names_codes(_cells(head, best)[0]) if head else False
    near = scores[best] - (_RIVAL if named else _RIVAL_UNTITLED)
    rivals = [index for index, score in enumerate(scores) if index != best and score > max(near, _ENOUGH)]
    titled, certain = (True, True) if above else header(head, best)
    if options.header is not None:
        titled, certain = options.header, True
    shown = tuple(_titled(one, head, titled) for one in columns)
    sure = certain and (options.column is not None or not rivals)
    return Choice(shown[best], blank + above + 1 if titled else 0, sure, shown, scores[best])


def _row(row: Sequence[str]) -> list[str]:
    return [cell[:_LOOKED_AT].strip() for cell in row]


def _title_rows(head: Head) -> int:
    """How many rows stand above the header: the name of a report, its date, empty rows. 0 when in doubt."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in head[: _TITLES_AT_MOST + 1]]
    for row in range(1, min(len(filled), len(head) - 1)):
        widest = max(filled[:row])
        # A single cell has to say more: an empty row above it, and nothing but the usual title.
        alone = filled[row] == 1 and not filled[row - 1] and widest == 1
        if filled[row] > widest or alone:
            for index, cell in enumerate(head[row]):
                below = [one for one in _cells(head, index, row + 1) if one]
                named = is_code_title(cell.strip()) if alone else names_codes(cell.strip())
                if named and below and not same_make(cell.strip(), below):
                    return row
    return 0


def _cells(head: Head, index: int, start: int = 0) -> list[str]:
    return [row[index][:_LOOKED_AT].strip() if index < len(row) else "" for row in head[start : start + _SAMPLE]]


def _column(head: Head, index: int) -> Column:
    cells = [cell for cell in _cells(head, index, 1) if cell] or [""]
    return Column(index, "", mask(one_value(cells[0])[0] or cells[0]))


def _titled(column: Column, head: Head, titled: bool) -> Column:
    title = _cells(head, column.index)[0] if titled and head else ""
    return Column(column.index, title[:60], column.sample)


def _score(head: Head, index: int, *, alone: bool) -> float:
    """From 0 to about 1.6: how much a column looks like promo codes."""
    first, *rest = _cells(head, index) or [""]
    cells = [cell for cell in rest if cell] or [first]
    titled = is_code_title(first) or (not alone and names_codes(first))
    # Under such a title there are codes, whatever became of them.
    like = sum(_may_be_code(cell, alone) if titled else _is_like_code(cell) for cell in cells) / len(cells)
    # A list may hold one code many times; a column of a few words is another matter.
    unique = len(set(cells)) / len(cells) if not alone else 1
    filled = len(cells) / max(len(rest), 1)
    mixed = sum(is_mixed(cell) for cell in cells) / len(cells)
    words = sum(bool(_WORDS.match(cell)) and not _GROUPED.fullmatch(cell) for cell in cells) / len(cells)
    score = like * (0.4 + 0.6 * unique) * (0.2 + 0.8 * min(filled, 1)) * (0.75 + 0.25 * mixed)
    if words > 0.3:
        return score * 0.2
    if _counts_up(cells) and not (alone and min(map(len, cells)) >= 4):
        score *= 0.4
    if like >= 0.5 and titled:
        return score + 0.6
    return score * 0.4 if names_others(first) or _are_words(cells) or _are_quantities(cells) else score


def _are_words(cells: Sequence[str]) -> bool:
    """Small letters without a digit, now short, now long: words of a language rather than codes."""
    plain = [cell for cell in cells if cell[1:].islower() and not any(map(str.isdigit, cell))]
    lengths = Counter(map(len, plain))
    uneven = len(plain) < 3 or lengths.most_common(1)[0][1] < 0.6 * len(plain)
    return len(plain) > 0.7 * len(cells) and uneven


def _are_quantities(cells: Sequence[str]) -> bool:
    """Digits alone, now few, now many."""
    lengths = Counter(len(cell) for cell in cells if cell.isdecimal())
    return sum(lengths.values()) > 0.9 * len(cells) and lengths.most_common(1)[0][1] < 0.6 * len(cells)


def _is_like_code(cell: str) -> bool:
    if _GROUPED.fullmatch(cell) or _SIGNED.fullmatch(cell):
        return not is_measure(cell)
    if is_measure(cell) or _PHONE.fullmatch(cell) or _SETTING.fullmatch(cell):
        return False
    return bool(_CODE.fullmatch(cell)) and not (cell.isdecimal() and len(cell) < 4)


def _may_be_code(cell: str, alone: bool) -> bool:
    """Whether a cell under the title of codes can be one, or can have been one before a spreadsheet had it."""
    return (1 if alone else 3) <= len(cell) <= 100 and not _ADDRESS.fullmatch(cell)


def _counts_up(cells: Sequence[str]) -> bool:
    """1, 2, 3: a row number rather than codes."""
    numbers = [int(cell) for cell in cells[:50] if cell.isdecimal() and len(cell) < 10]
    steps = Counter(right - left for left, right in pairwise(numbers))
    return len(numbers) > 2 and len(numbers) == len(cells[:50]) and steps.most_common(1)[0] == (1, len(numbers) - 1)
