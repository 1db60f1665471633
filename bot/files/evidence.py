"""What every column of a table is, from its values first and its title second: one score for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations

from bot.files.titles import CERTAIN, weight
from bot.files.values import Sort, make_of, skeleton, sort_of
from bot.promo.findings import Shape
from bot.promo.shapes import likeness, shape_of

# How much a value of each sort looks like a promo code; DIGITS, WORD and CAPITALS depend on the others of the column.
_LIKE = {
    Sort.CODE: 1.0,
    Sort.GROUPS: 0.9,
    Sort.UUID: 0.35,
    Sort.DATABASE_ID: 0.3,
    Sort.NAME: 0.12,
    Sort.PROSE: 0.03,
    Sort.CURSOR: 0.05,
}
# A column of codes, beyond doubt of its own; one that is shown and asked; how far the next best has to be behind.
ENOUGH = 0.5
PERHAPS = 0.36
MARGIN = 0.27
_BONUS = 0.35
_KNOWN_BONUS = 0.3
# Under the title of codes and nothing else, values of another sort may be what became of codes.
_UNDER_TITLE = 0.55
# Titles that name something else leave a column in peace; unclear ones have it asked about.
_NAMES_OTHERS = -0.7
_UNCLEAR = -0.4
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Evidence:
    """One column: its title, cells with something in them, what they mostly are, and its score (0 to about 1.7)."""

    index: int
    title: str
    cells: tuple[str, ...]
    sort: Sort
    distinct: float
    value: float
    titled: float
    score: float
    same_as: int | None = None
    filled: float = 1.0


def weigh(
    columns: Sequence[Sequence[str]],
    titles: Sequence[str],
    *,
    hidden: frozenset[int] = frozenset(),
    known: Sequence[Shape] = (),
) -> list[Evidence]:
    """The evidence of every column, whose cells (stripped, of all rows alike) stand in `columns`."""
    alone = sum(any(column) for column in columns) == 1
    found = [
        _column(index, cells, title, alone, known)
        for index, (cells, title) in enumerate(zip(columns, titles, strict=True))
    ]
    if not alone:
        found = _explained(found, columns)
    return [replace(one, score=one.score * 0.3) if one.index in hidden else one for one in found]


def _column(index: int, column: Sequence[str], title: str, alone: bool, known: Sequence[Shape]) -> Evidence:
    cells = tuple(cell for cell in column[:_SAMPLE] if cell) or tuple(cell for cell in column if cell)[:1]
    sorts = Counter(map(sort_of, cells))
    gone = sorts.pop(Sort.NOTHING, 0)
    if not sorts:
        return Evidence(index, title, cells, Sort.EMPTY, 0.0, 0.0, weight(title), 0.0)
    full = [cell for cell in cells if sort_of(cell) is not Sort.NOTHING] if gone else list(cells)
    distinct = len(set(full)) / len(full)
    like = _like(full, sorts, alone) * (0.85 + 0.15 * _coherence(full))
    filled = len(full) / max(1, min(len(column), _SAMPLE))
    like *= _distinctness(full, distinct, alone) * (0.3 + 0.7 * min(1.0, filled))
    titled = weight(title)
    like *= 1.0 if alone else _serial(full, titled)
    if alone and _counts_up(full) and min(map(len, full)) < 4:
        like *= 0.3
    sort = sorts.most_common(1)[0][0]
    if alone and titled > _UNCLEAR:
        titled = max(titled, 0.0)
    evidence = Evidence(index, title, cells, sort, distinct, like, titled, 0.0, filled=filled)
    return replace(evidence, score=_score(evidence, len(full)) + _familiar(full, like, known))


def _score(found: Evidence, count: int) -> float:
    """The values count; a title adds to what can be codes, and never makes something else of what cannot."""
    if found.titled <= _NAMES_OTHERS:
        return found.value * 0.35
    if found.titled <= _UNCLEAR:
        return found.value * 0.45
    if found.value >= 0.3:
        return max(0.0, found.value + _BONUS * found.titled)
    worded = found.sort in (Sort.WORD, Sort.NAME) and count < 3
    usual = found.sort not in (Sort.LINK, Sort.EMAIL, Sort.PROSE, Sort.BOOLEAN, Sort.PHONE) and not worded
    if found.titled >= CERTAIN and usual and (found.distinct >= 0.5 or count < 3):
        return max(found.value, _UNDER_TITLE)
    return max(0.0, found.value + _BONUS * min(found.titled, 0.0))


def _familiar(cells: Sequence[str], like: float, known: Sequence[Shape]) -> float:
    """What was loaded to the shop's lists before speaks for a column made alike."""
    if like < 0.2 or not known:
        return 0.0
    shape = shape_of(cells)
    return _KNOWN_BONUS if max(likeness(shape, before) for before in known) >= 0.7 else 0.0


def _like(cells: Sequence[str], sorts: Counter[Sort], alone: bool) -> float:
    count = len(cells)
    weights = {
        **_LIKE,
        Sort.DIGITS: _digits(cells, alone),
        Sort.CAPITALS: 0.8 if alone or sorts[Sort.CODE] else 0.55,
        Sort.WORD: _word(cells, sorts, alone),
    }
    if alone:
        weights[Sort.DATABASE_ID] = weights[Sort.UUID] = 0.6
        if sorts[Sort.CODE] + sorts[Sort.CAPITALS] > 0.5 * count:
            # Among codes, what looks like an amount or a date may be one.
            weights |= {Sort.AMOUNT: 0.6, Sort.DATE: 0.3, Sort.WORD: 0.6}
    return sum(number * weights.get(sort, 0.0) for sort, number in sorts.items()) / count


def _word(cells: Sequence[str], sorts: Counter[Sort], alone: bool) -> float:
    """Words in small letters: as long as each other they may be codes, now short, now long they are a language's."""
    words = [cell for cell in cells if sort_of(cell) is Sort.WORD]
    lengths = Counter(map(len, words))
    even = len(words) >= 5 and lengths.most_common(1)[0][1] >= 0.8 * len(words) and max(lengths) >= 5
    if even or sorts[Sort.CODE] >= 0.6 * len(cells):
        return 0.75
    return 0.28 if alone or sorts[Sort.CODE] >= 0.2 * len(cells) else 0.15


def _digits(cells: Sequence[str], alone: bool) -> float:
    """Digits are codes when they are many and as many in each; not article numbers, moments or counts."""
    numbers = [cell for cell in cells if cell.isdecimal()]
    if not numbers:
        return 0.0
    lengths = Counter(map(len, numbers))
    usual, count = lengths.most_common(1)[0]
    if _article_numbers(numbers) or (not alone and _moments(numbers)):
        return 0.12
    if len(numbers) < 0.5 * len(cells):
        return 0.5 if usual >= 4 or alone else 0.2
    # Zeros in front that were lost make some shorter.
    near = sum(number for length, number in lengths.items() if usual - 2 <= length <= usual)
    if count < 0.6 * len(numbers) and near < 0.9 * len(numbers):
        return 0.4 if alone and min(lengths) >= 6 else 0.12
    return 0.8 if usual >= 6 else 0.65 if usual == 5 else 0.5 if usual == 4 else 0.1


def _article_numbers(numbers: Sequence[str]) -> bool:
    """Whether all have the check digit of EAN, UPC or GTIN (GS1 General Specifications 7.9)."""
    if len(numbers) < 5 or {*map(len, numbers)} - {8, 12, 13, 14}:
        return False
    return all(
        sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(cell))) % 10 == 0 for cell in numbers
    )


def _moments(numbers: Sequence[str]) -> bool:
    """Whether all are seconds or milliseconds of Unix time, from 2010 to 2035."""
    return len(numbers) >= 5 and all(
        len(cell) in (10, 13) and "1262304000" <= cell[:10] <= "2051222400" for cell in numbers
    )


def _coherence(cells: Sequence[str]) -> float:
    """How many are made like the most usual one."""
    makes = Counter(map(skeleton, cells))
    return makes.most_common(1)[0][1] / len(cells)


def _distinctness(cells: Sequence[str], distinct: float, alone: bool) -> float:
    if alone:
        return 1.0
    if len(cells) >= 3 and len(set(cells)) == 1:
        return 0.05
    return 0.1 + 0.9 * distinct if distinct >= 0.5 else 0.5 * distinct


def _serial(cells: Sequence[str], titled: float) -> float:
    """Row numbers are no codes; numbers that go up in even steps are rather a key of the table than codes."""
    if _counts_up(cells):
        return 0.15
    if len(cells) < 4:
        return 1.0
    makes = {make_of(cell) for cell in cells}
    if len(makes) > 2:
        return 1.0
    numbers = [int(digits) for cell in cells if (digits := "".join(filter(str.isdecimal, cell))) and len(digits) < 30]
    steps = {right - left for left, right in pairwise(numbers)}
    if len(numbers) < len(cells) or len(steps) > 1:
        return 1.0
    # shirt-1, shirt-2: the rows of a table, unless the title says otherwise.
    return 0.45 if steps == {1} and titled < 0.3 else 0.8


def _counts_up(cells: Sequence[str]) -> bool:
    """1, 2, 3: a row number rather than codes."""
    numbers = [int(cell) for cell in cells[:50] if cell.isdecimal() and len(cell) < 12]
    steps = Counter(right - left for left, right in pairwise(numbers))
    return len(numbers) > 2 and len(numbers) == len(cells[:50]) and steps.most_common(1)[0] == (1, len(numbers) - 1)


def _explained(found: list[Evidence], columns: Sequence[Sequence[str]]) -> list[Evidence]:
    """A column that repeats another, or holds it with more around it, is explained by that one."""
    able = [one for one in found if one.value >= 0.2]
    result = list(found)
    for longer, other in permutations(able, 2):
        pairs = [pair for pair in zip(columns[longer.index], columns[other.index], strict=False) if all(pair)][:100]
        if len(pairs) < 2:
            continue
        if sum(left == right for left, right in pairs) >= 0.9 * len(pairs):
            if (longer.score, -longer.index) < (other.score, -other.index):
                result[longer.index] = replace(longer, same_as=other.index)
        elif len({right for _, right in pairs}) > 0.5 * len(pairs) and _within(pairs):
            explained = _explained_one(longer, other)
            result[explained.index] = replace(explained, score=explained.score * 0.4)
    return result


def _explained_one(longer: Evidence, within: Evidence) -> Evidence:
    """An id holds the code and the campaign; a code holds its running number."""
    if longer.titled >= within.titled and (within.sort is Sort.DIGITS or longer.titled >= CERTAIN):
        return within
    return longer


def _within(pairs: Sequence[tuple[str, str]]) -> bool:
    return sum(len(right) > 2 and right != left and right in left for left, right in pairs) >= 0.9 * len(pairs)
