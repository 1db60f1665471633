"""Where a list's counts do not tell what was taken: loads, codes taken back, refills elsewhere, slips, empty hours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import ge, gt, itemgetter

# Codes that come back to a list in such numbers were handed back (a basket given up), not loaded.
_HANDED_BACK = 3
# A count that jumps and returns at the next reading, this soon, is a slip of the count.
_SLIP_S = 7200.0
# How far from its recorded moment an upload may show in the count.
_SHOWS_WITHIN_S = 3600.0
# Codes that go this many times faster than ever seen around an upload were not taken: they never landed.
_TOO_FAST = 10.0


@dataclass(frozen=True, slots=True)
class Break:
    """From reading `first` to reading `last` the count alone does not tell: `taken` codes went, None is unknown."""

    first: int
    last: int
    taken: float | None


def _rises(left: Sequence[float]) -> list[int]:
    """The numbers of the readings that are followed by a higher one."""
    flags = bytes(map(gt, left[1:], left))
    found = []
    number = flags.find(1)
    while number >= 0:
        found.append(number)
        number = flags.find(1, number + 1)
    return found


def smooth(at: list[float], left: list[float]) -> None:
    """Takes out counts that jumped for one reading only."""
    for before in reversed(_rises(left)):
        if before + 1 >= len(left):
            continue
        rise = left[before + 1] - left[before]
        # down and up again
        if before >= 1 and left[before + 1] <= left[before - 1] <= left[before] + 2 * rise:
            if at[before + 1] - at[before - 1] <= _SLIP_S:
                del at[before], left[before]
        # up and down again
        elif (
            before + 2 < len(left)
            and left[before + 2] <= left[before] <= left[before + 2] + rise
            and at[before + 2] - at[before] <= _SLIP_S
        ):
            del at[before + 1], left[before + 1]


def breaks_in(
    at: Sequence[float],
    left: Sequence[float],
    loads: Sequence[tuple[float, int]],
    unlike: Sequence[tuple[float, float]],
) -> list[Break]:
    """Where the counts alone do not tell what was taken: around `loads` (moment, codes) by time, rises, empty hours.

    The spans of `unlike` were no usual demand. All in epoch seconds, oldest first.
    """
    rises = _rises(left)
    fallen = sum(left[low] - left[high] for low, high in _falls(rises, len(left)))
    back = sum(min(0, codes) for _, codes in loads)
    usual = max(0.0, fallen + back) / max(at[-1] - at[0], 1.0)
    spans = [
        _shown(at, rises, moment) if codes > 0 else _taken_back(at, left, moment, usual) for moment, codes in loads
    ]
    breaks: list[Break] = []
    for first, last, codes in _merged(
        [
            *((first, last, codes) for (first, last), (_, codes) in zip(spans, loads, strict=True)),
            *((number, number + 1, None) for number in rises if left[number + 1] - left[number] > _HANDED_BACK),
            *((low, high, None) for low, high in _empty(left)),
        ]
    ):
        if codes is None or left[first] <= 0:
            breaks.append(Break(first, last, None))
            continue
        taken = left[first] + codes - left[last]
        most = _HANDED_BACK + abs(codes) / 100 + _TOO_FAST * usual * (at[last] - at[first])
        breaks.append(Break(first, last, taken if 0 <= taken <= most else None))
    return _with_unlike(at, breaks, unlike)


def _merged(spans: Iterable[tuple[int, int, int | None]]) -> list[tuple[int, int, int | None]]:
    """Spans that share readings as one, with the codes that are known to be loaded in them; None where none are."""
    merged: list[tuple[int, int, int | None]] = []
    for first, last, codes in sorted(spans, key=itemgetter(0, 1)):
        if merged and first < merged[-1][1]:
            before, end, known = merged[-1]
            both = codes if known is None else known + (codes or 0)
            merged[-1] = before, max(end, last), both
        else:
            merged.append((first, last, codes))
    return merged


def _falls(rises: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """The stretches of readings without a rise, as first and last number."""
    start = 0
    for number in rises:
        yield start, number
        start = number + 1
    yield start, count - 1


def _empty(left: Sequence[float]) -> Iterator[tuple[int, int]]:
    """The stretches in which the list stood at nothing, up to the first reading with codes again."""
    empty = bytes(map(ge, repeat(0), left))
    start = empty.find(1)
    while start >= 0:
        end = empty.find(0, start)
        end = len(left) - 1 if end < 0 else end
        if end > start:
            yield start, end
        start = empty.find(1, end + 1)


def _shown(at: Sequence[float], rises: Sequence[int], moment: float) -> tuple[int, int]:
    """Between which readings an upload shows: its own moment, and the rises around it."""
    first = bisect_left(at, moment) - 1
    last = first + 1
    near = bisect_left(rises, first)
    for number in rises[max(0, near - 3) : near + 4]:
        if number < first and at[first] - at[number + 1] <= _SHOWS_WITHIN_S:
            first = min(first, number)
        elif number >= last and at[number] - at[last] <= _SHOWS_WITHIN_S and not _any_between(rises, first, last):
            last = number + 1
    return first, last


def _taken_back(at: Sequence[float], left: Sequence[float], moment: float, usual: float) -> tuple[int, int]:
    """Between which readings codes that were taken back show: their own moment, and the sudden falls around it."""

    def sudden(number: int) -> bool:
        fast = _HANDED_BACK + _TOO_FAST * usual * (at[number + 1] - at[number])
        return left[number] - left[number + 1] > fast

    first = low = bisect_left(at, moment) - 1
    last = high = first + 1
    while first > 0 and at[low] - at[first] <= _SHOWS_WITHIN_S and sudden(first - 1):
        first -= 1
    while last < len(at) - 1 and at[last] - at[high] <= _SHOWS_WITHIN_S and sudden(last):
        last += 1
    return first, last


def _any_between(rises: Sequence[int], first: int, last: int) -> bool:
    place = bisect_left(rises, first)
    return place < len(rises) and rises[place] < last


def _with_unlike(at: Sequence[float], breaks: list[Break], unlike: Sequence[tuple[float, float]]) -> list[Break]:
    """The breaks, with the spans of unlike demand as further ones."""
    spans = [(one.first, one.last, one.taken) for one in breaks]
    for start, end in unlike:
        first = max(0, bisect_right(at, start) - 1)
        last = min(len(at) - 1, bisect_left(at, end))
        spans.append((first, max(last, first), None))
    if not unlike:
        return breaks
    merged: list[Break] = []
    for first, last, taken in sorted(spans, key=lambda span: span[:2]):
        if merged and first < merged[-1].last:
            merged[-1] = Break(merged[-1].first, max(merged[-1].last, last), None)
        else:
            merged.append(Break(first, last, taken))
    return merged
