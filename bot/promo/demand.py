"""What shoppers took from a list, as its readings tell: refills, uploads, slips and empty hours are not demand."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter, neg

from bot.promo.breaks import Break, breaks_in, smooth

HOUR = 3600.0
DAY = 86400.0
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
    smooth(at, left)
    return _filled(at, left, breaks_in(at, left, loads, spans))


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


def _filled(at: Sequence[float], left: Sequence[float], breaks: Sequence[Break]) -> Demand:
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


def _joined(at: Sequence[float], left: Sequence[float], breaks: Sequence[Break], filled: dict[int, float]) -> Demand:
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
