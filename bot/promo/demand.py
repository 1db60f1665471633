"""What shoppers took from a list, as its readings tell: refills, uploads, slips and empty hours are not demand."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, repeat
from operator import attrgetter, ge, gt, neg

HOUR = 3600.0
DAY = 86400.0
# Codes that come back to a list in such numbers were handed back (a basket given up), not loaded.
_HANDED_BACK = 3
# A count that jumps and returns at the next reading, this soon, is a slip of the count.
_SLIP_S = 2 * HOUR
# How far from its recorded moment an upload may show in the count.
_SHOWS_WITHIN_S = HOUR
# Codes that go this many times faster than ever seen around an upload were not taken: they never landed.
_TOO_FAST = 10.0
# Before the last days so many readings tell as much as all of them.
_DENSE_S = 2 * DAY
_OLD_AT_MOST = 1_200
# So many unseen spans are filled in from the same hours of other days; more would cost more than they tell.
_FILLED_AT_MOST = 24


_MOMENT = attrgetter("at")


@dataclass(frozen=True, slots=True)
class Reading:
    """`available` codes of one list at one moment (epoch seconds)."""

    at: float
    available: int


@dataclass(frozen=True, slots=True)
class Demand:
    """Codes taken since the first reading, growing with time, and the spans in which nobody could see them taken.

    `at` are moments in epoch seconds, oldest first, and `taken` the codes taken up to each. What was taken in an unseen
    span is filled in from the same hours of other days.
    """

    at: list[float]
    taken: list[float]
    unseen: list[tuple[float, float]] = field(default_factory=list)

    def until(self, moment: float) -> float:
        """The codes taken up to `moment`, between two readings in a straight line."""
        after = bisect_right(self.at, moment)
        if after == 0:
            return self.taken[0]
        if after == len(self.at):
            return self.taken[-1]
        start, end = self.at[after - 1], self.at[after]
        low, high = self.taken[after - 1], self.taken[after]
        return low + (high - low) * (moment - start) / (end - start)

    def when(self, codes: float, chance: float = 0.0) -> float:
        """The moment by which so many codes were taken; the last one when they never were.

        Nobody saw which moment between two readings it was: `chance` (of a standard normal) picks one of those that
        codes taken one by one leave open, 0 the middle.
        """
        after = bisect_left(self.taken, codes)
        if after == 0:
            return self.at[0]
        if after == len(self.taken):
            return self.at[-1]
        start, low, high = self.at[after - 1], self.taken[after - 1], self.taken[after]
        part = (codes - low) / (high - low)
        if chance:
            part += chance * math.sqrt(part * (1.0 - part) / (high - low + 1.0))
            part = min(1.0, max(0.0, part))
        return start + (self.at[after] - start) * part

    def unseen_in(self, start: float, end: float) -> float:
        """How many seconds of a span are unseen."""
        total = 0.0
        for low, high in self.unseen:
            if low < end and high > start:
                total += min(end, high) - max(start, low)
        return total


@dataclass(frozen=True, slots=True)
class _Break:
    """From reading `first` to reading `last` the count alone does not tell: `taken` codes went, None is unknown."""

    first: int
    last: int
    taken: float | None


def demand(
    readings: Sequence[Reading],
    since: float,
    until: float,
    added: Sequence[tuple[float, int]] = (),
    unlike: Sequence[tuple[float, float]] = (),
) -> Demand:
    """What was taken from `since` to `until`, read from a list's readings (oldest first, as irregular as they come).

    A rise is never demand, and `added` (moment, codes) explains it; the spans of `unlike` were no usual demand.
    """
    at, left = _between(readings, since, until)
    loads = sorted((moment, codes) for moment, codes in added if at and at[0] < moment <= at[-1] and codes)
    spans = [span for span in unlike if at and span[1] > at[0] and span[0] < at[-1]]
    if not loads and not spans:
        taken = list(map(neg, left))
        if taken == sorted(taken):
            return Demand(at, taken)
    _smooth(at, left)
    return _filled(at, left, _breaks(at, left, loads, spans))


def in_order(readings: Sequence[Reading]) -> Sequence[Reading]:
    """The same readings, oldest first."""
    moments = [reading.at for reading in readings]
    return readings if moments == sorted(moments) else sorted(readings, key=_MOMENT)


def _between(readings: Sequence[Reading], since: float, until: float) -> tuple[list[float], list[float]]:
    """The moments and counts from the last reading before `since` up to `until`, the dense ones of old thinned out."""
    first = max(0, bisect_right(readings, since, key=_MOMENT) - 1)
    kept = readings[first : bisect_right(readings, until, key=_MOMENT)]
    old = bisect_left(kept, until - _DENSE_S, key=_MOMENT)
    if old > _OLD_AT_MOST:
        kept = [*kept[: old : -(-old // _OLD_AT_MOST)], *kept[old:]]
    return [reading.at for reading in kept], [reading.available for reading in kept]


def _rises(left: Sequence[float]) -> list[int]:
    """The numbers of the readings that are followed by a higher one."""
    flags = bytes(map(gt, left[1:], left))
    found = []
    number = flags.find(1)
    while number >= 0:
        found.append(number)
        number = flags.find(1, number + 1)
    return found


def _smooth(at: list[float], left: list[float]) -> None:
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


def _breaks(
    at: Sequence[float],
    left: Sequence[float],
    loads: Sequence[tuple[float, int]],
    unlike: Sequence[tuple[float, float]],
) -> list[_Break]:
    rises = _rises(left)
    usual = sum(left[low] - left[high] for low, high in _falls(rises, len(left))) / max(at[-1] - at[0], 1.0)
    spans = [_shown(at, rises, moment, codes) for moment, codes in loads]
    spans += [(number, number + 1, 0) for number in rises if left[number + 1] - left[number] > _HANDED_BACK]
    spans += [(low, high, 0) for low, high in _empty(left)]
    merged: list[list[int]] = []
    for first, last, codes in sorted(spans):
        if merged and first < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], last)
            merged[-1][2] += codes
        else:
            merged.append([first, last, codes])
    breaks = []
    for first, last, codes in merged:
        taken = left[first] + codes - left[last]
        most = _HANDED_BACK + codes / 100 + _TOO_FAST * usual * (at[last] - at[first])
        told = codes != 0 and 0 <= taken <= most and left[first] > 0
        breaks.append(_Break(first, last, taken if told else None))
    return _with_unlike(at, breaks, unlike)


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


def _shown(at: Sequence[float], rises: Sequence[int], moment: float, codes: int) -> tuple[int, int, int]:
    """Between which readings an upload shows: its own moment, and the rises around it."""
    first = bisect_left(at, moment) - 1
    last = first + 1
    near = bisect_left(rises, first)
    for number in rises[max(0, near - 3) : near + 4]:
        if number < first and at[first] - at[number + 1] <= _SHOWS_WITHIN_S:
            first = min(first, number)
        elif number >= last and at[number] - at[last] <= _SHOWS_WITHIN_S and not _any_between(rises, first, last):
            last = number + 1
    return first, last, codes


def _any_between(rises: Sequence[int], first: int, last: int) -> bool:
    place = bisect_left(rises, first)
    return place < len(rises) and rises[place] < last


def _with_unlike(at: Sequence[float], breaks: list[_Break], unlike: Sequence[tuple[float, float]]) -> list[_Break]:
    """The breaks, with the spans of unlike demand as further ones."""
    spans = [(one.first, one.last, one.taken) for one in breaks]
    for start, end in unlike:
        first = max(0, bisect_right(at, start) - 1)
        last = min(len(at) - 1, bisect_left(at, end))
        spans.append((first, max(last, first), None))
    if not unlike:
        return breaks
    merged: list[_Break] = []
    for first, last, taken in sorted(spans, key=lambda span: span[:2]):
        if merged and first < merged[-1].last:
            merged[-1] = _Break(merged[-1].first, max(merged[-1].last, last), None)
        else:
            merged.append(_Break(first, last, taken))
    return merged


def _filled(at: Sequence[float], left: Sequence[float], breaks: Sequence[_Break]) -> Demand:
    """The codes taken, with what went unseen filled in from the same hours of other days."""
    bare = _joined(at, left, breaks, {})
    if not bare.unseen:
        return bare
    filled: dict[int, float] = {}
    for found in [found for found in breaks if found.taken is None][-_FILLED_AT_MOST:]:
        filled[found.first] = _usual(bare, at[found.first], at[found.last])
    return _joined(at, left, breaks, filled)


def _usual(seen: Demand, start: float, end: float) -> float:
    """What the same hours of the days around took on average, where they were seen."""
    amounts: list[float] = []
    for days in (1, -1, 2, -2, 7, -7, 3, -3):
        low, high = start + days * DAY, end + days * DAY
        if low >= seen.at[0] and high <= seen.at[-1] and seen.unseen_in(low, high) == 0:
            amounts.append(seen.until(high) - seen.until(low))
            if len(amounts) == 4:
                break
    return sum(amounts) / len(amounts) if amounts else 0.0


def _joined(at: Sequence[float], left: Sequence[float], breaks: Sequence[_Break], filled: dict[int, float]) -> Demand:
    moments: list[float] = []
    taken: list[float] = []
    unseen: list[tuple[float, float]] = []
    start, offset = 0, 0.0
    for found in breaks:
        moments += at[start : found.first + 1]
        taken += [offset - count for count in left[start : found.first + 1]]
        went = found.taken if found.taken is not None else filled.get(found.first, 0.0)
        offset += went - (left[found.first] - left[found.last])
        start = found.last
        if found.taken is None:
            unseen.append((at[found.first], at[found.last]))
        if start == found.first:
            start += 1
    moments += at[start:]
    taken += [offset - count for count in left[start:]]
    if taken != sorted(taken):
        taken = list(accumulate(taken, max))
    return Demand(moments, taken, unseen)
