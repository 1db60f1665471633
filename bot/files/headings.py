"""Where the codes begin: the rows above them are titles of a report, headers in one language or two, and templates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.files.titles import CERTAIN, is_code_title, names_codes, names_others, same_make, weight
from bot.files.values import Sort, skeleton, sort_of

# Headers are looked for this far down.
_AT_MOST = 20
_GENERIC = re.compile(r"([^\W\d_]*[ _-]?)(\d{1,3})")
_TEXT = frozenset({Sort.WORD, Sort.NAME, Sort.PROSE})
_LIKE_CODES = frozenset({Sort.CODE, Sort.CAPITALS, Sort.GROUPS})

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Heading:
    """How many `rows` stand above the codes, the `title` of each column, the row they stand in, and whether it is sure.

    `row` is None where no titles are. A row that may be a title is kept among the codes: that is what `sure` doubts.
    """

    rows: int
    titles: tuple[str, ...]
    row: int | None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Profile:
    """What the cells of a column mostly are, how often each comes, and the cells themselves."""

    sort: Sort
    share: float
    counts: Counter[str]
    cells: tuple[str, ...]


def heading(rows: Rows, width: int) -> Heading:
    """What stands above the codes; `rows` are stripped and as they stand in the file, empty ones, too."""
    profiles = [_profile([row[index] for row in rows if index < len(row) and row[index]]) for index in range(width)]
    usual = Counter(sum(map(bool, row)) for row in rows if any(row)).most_common(1)
    typical = usual[0][0] if usual else 0
    last, sure = -1, True
    titled: list[int] = []
    for at, row in enumerate(rows[:_AT_MOST]):
        if not any(row):
            continue
        titles, data, doubt = _votes(row, profiles, bool(titled))
        if _numbered(row) and not titled:
            titles = data + 1
        if titles > data and at + 1 < len(rows):
            last = at
            titled.append(at)
            continue
        filled = sum(map(bool, row))
        if filled == 1 < typical:
            # The title of a report stands alone above the header, if one comes.
            continue
        if data or (filled >= typical and not (titled and titled[0] == at)):
            sure = not (doubt and not titled)
            break
    if last < 0:
        return Heading(0, ("",) * width, None, sure)
    # The widest of the titles names the columns; of two languages the first.
    widest = max(titled, key=lambda at: (_named(rows[at]), sum(map(bool, rows[at])), -at))
    return Heading(last + 1, tuple(_cell(rows[widest], index)[:60] for index in range(width)), widest, True)


def told(rows: Rows, width: int, *, header: bool) -> Heading:
    """What a person said: the first row that is not empty is the header, or there is none."""
    first = next((at for at, row in enumerate(rows) if any(row)), 0)
    if not header or not rows:
        return Heading(0, ("",) * width, None)
    return Heading(first + 1, tuple(_cell(rows[first], index)[:60] for index in range(width)), first)


def _numbered(row: Sequence[str]) -> bool:
    """Field1, Field2, Field3, or 0, 1, 2: names a program gave to columns that had none."""
    found = [_GENERIC.fullmatch(cell) for cell in row]
    if len(row) < 2 or not all(found):
        return False
    words, numbers = {match[1].casefold() for match in found if match}, [int(match[2]) for match in found if match]
    return len(words) == 1 and numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _named(row: Sequence[str]) -> bool:
    return any(weight(cell) >= CERTAIN for cell in row)


def _cell(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _profile(cells: Sequence[str]) -> _Profile:
    sorts = Counter(_family(sort_of(cell)) for cell in cells)
    if not sorts:
        return _Profile(Sort.EMPTY, 0.0, Counter(), ())
    sort, count = sorts.most_common(1)[0]
    return _Profile(sort, count / len(cells), Counter(cells), tuple(cells))


def _family(sort: Sort) -> Sort:
    return Sort.CODE if sort in _LIKE_CODES else sort


def _votes(row: Sequence[str], profiles: Sequence[_Profile], below: bool) -> tuple[float, float, bool]:
    """How many cells of a row read like titles over what is below them, how many like the rest; and a doubt."""
    titles = data = 0.0
    doubt = False
    for cell, profile in zip(row, profiles, strict=False):
        if not cell:
            continue
        # Below a title CODE2U is rather a code than the next title.
        vote = -1.0 if below and cell.isupper() and profile.sort is Sort.CODE else _vote(cell, profile)
        titles += max(vote, 0.0)
        data += max(-vote, 0.0)
        doubt = doubt or (vote == 0.0 and len(profiles) == 1)
    return titles, data, doubt


def _vote(cell: str, profile: _Profile) -> float:
    """Above 0 for a title, below for one of the values, 0 where it cannot be told."""
    sort = sort_of(cell)
    again = profile.counts[cell] > 2
    if again and weight(cell) < CERTAIN:
        # One of a few words, such as a status; a title comes once.
        return -1.0
    if weight(cell) >= CERTAIN and not any(map(str.isdigit, cell)):
        return 1.5
    few = len(profile.counts) <= max(3, 0.2 * len(profile.cells)) and len(profile.cells) >= 5
    if few:
        return 1.0 if sort in _TEXT or sort is Sort.CAPITALS or names_codes(cell) or names_others(cell) else -0.5
    if profile.share < 0.6:
        return 0.5 if is_code_title(cell) or names_others(cell) else 0.0
    if profile.sort is Sort.CODE:
        return _over_codes(cell, sort, profile)
    if profile.sort in _TEXT:
        named = is_code_title(cell) or (names_others(cell) and len(profile.cells) > 3)
        return 1.0 if named or _written_otherwise(cell, profile.cells) else 0.0
    if _family(sort) is profile.sort:
        return -1.0
    return 1.0 if sort in _TEXT or sort is Sort.CAPITALS or names_others(cell) or names_codes(cell) else 0.0


def _parted_otherwise(cell: str, below: Sequence[str]) -> bool:
    """Whether the codes have their signs all in the same places, and the cell has them elsewhere or none."""
    makes = {skeleton(other) for other in below}
    return len(makes) == 1 and skeleton(cell) not in makes and not next(iter(makes)).isalnum()


def _written_otherwise(cell: str, cells: Sequence[str]) -> bool:
    """A capital, or another alphabet, above nothing but small letters."""
    below = [other for other in cells if other != cell]
    small = len(below) > 4 and all(other == other.lower() and other.isascii() for other in below)
    return small and " " not in "".join(below) and (cell != cell.lower() or not cell.isascii())


def _over_codes(cell: str, sort: Sort, profile: _Profile) -> float:
    """A title over codes is made of words, where they are made of capitals and digits or are all of one length."""
    below = list(profile.cells)
    below.remove(cell)
    if not below:
        return 1.0 if names_codes(cell) else -1.0
    alike = same_make(cell, below) and not _parted_otherwise(cell, below)
    small = any(map(str.islower, cell))
    if sort in (Sort.NAME, Sort.PROSE) and not any(" " in other for other in below):
        return 1.0
    numbered = sum(any(map(str.isdigit, other)) for other in below) >= 0.5 * len(below)
    if numbered and names_codes(cell) and sort is Sort.WORD:
        return 1.0
    if alike:
        # GIFT or PROMO among vanity codes may be one of them.
        return 0.0 if names_codes(cell) and sort is Sort.CAPITALS else -1.0
    if sort is Sort.WORD or names_codes(cell) or names_others(cell):
        return 1.0
    if sort is Sort.CODE and small and not any(map(str.islower, "".join(below))):
        return 0.0
    if sort is Sort.CAPITALS:
        return 1.0 if not cell.isascii() and all(map(str.isascii, below)) else 0.0
    return -1.0
