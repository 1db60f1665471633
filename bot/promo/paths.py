"""Paths that demand may take from now on, drawn from a list's own whole days, so that nights stay nights.

Days are counted back from the last reading, so the hours of a drawn day fall where they belong without anybody knowing
the time zone. The same numbers are drawn for every list: the same readings give the same forecast.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add, ge, itemgetter
from statistics import NormalDist

from bot.promo.demand import DAY, HOUR, Demand
from bot.promo.level import Day, level, weekly

# No forecast looks further ahead.
HORIZON_DAYS = 90
# Whole weeks of the first fortnight are drawn again for what comes after it.
_FORTNIGHT = 14
# A number that four weeks, two weeks and one week of days divide.
_PATHS = 140


@dataclass(frozen=True, slots=True)
class Booked:
    """A campaign that plans to take `codes` between `start` and `end` (epoch seconds), evenly."""

    start: float
    end: float
    codes: int

    def used_by(self, moment: float) -> float:
        """The codes it plans to have taken by `moment`."""
        if moment <= self.start:
            return 0.0
        return self.codes * min(1.0, (moment - self.start) / max(self.end - self.start, 1.0))


@dataclass(frozen=True, slots=True)
class _Source:
    """The part of the past that a part of a path repeats: its start, the codes taken before and in it."""

    start: float
    before: float
    codes: float


# No part of the past: what is taken, is taken evenly.
_EVENLY = _Source(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Span:
    """A day or week ahead, and where in it paths run out: the part of it that is over when the last code goes."""

    start: float
    length: float
    ends: list[tuple[_Source, float]]

    def moments(self, seen: Demand) -> list[float]:
        """When these paths run out, soonest first."""
        return sorted(self.start + self._offset(seen, source, part) for source, part in self.ends)

    def _offset(self, seen: Demand, source: _Source, part: float) -> float:
        if source.codes <= 0:
            return self.length * min(1.0, part)
        return min(self.length, max(0.0, seen.when(source.before + part * source.codes) - source.start))


@dataclass(frozen=True, slots=True)
class Paths:
    """When each of the paths runs out, as far as any does within the horizon."""

    seen: Demand
    spans: list[_Span]

    def at(self, share: float) -> float:
        """The moment by which this share of all paths (0 to 1) has run out; infinity where fewer do."""
        place = min(max(0.0, share * _PATHS - 0.5), _PATHS - 1.0)
        low = int(place)
        first, second = self._moment(low), self._moment(min(low + 1, _PATHS - 1))
        if math.isinf(second):
            return first if place - low < 0.5 else math.inf
        return first + (place - low) * (second - first)

    def _moment(self, rank: int) -> float:
        for span in self.spans:
            if rank < len(span.ends):
                return span.moments(self.seen)[rank]
            rank -= len(span.ends)
        return math.inf


@lru_cache(maxsize=8192)
def _order(count: int, ahead: int) -> tuple[int, ...]:
    """Which past day each path takes for a day ahead: every one as often as any other, in an order of its own."""
    order = [number * count // _PATHS for number in range(_PATHS)]
    random.Random(1000 * count + ahead).shuffle(order)  # noqa: S311
    return tuple(order)


@lru_cache(maxsize=8192)
def _pick(count: int, ahead: int) -> itemgetter[tuple[float, ...]]:
    return itemgetter(*_order(count, ahead))


@lru_cache(maxsize=1)
def _even() -> tuple[float, ...]:
    """A number between 0 and 1 for each path: codes go one by one, somewhere between two counts."""
    values = [(number + 0.5) / _PATHS for number in range(_PATHS)]
    random.Random(2).shuffle(values)  # noqa: S311
    return tuple(values)


@lru_cache(maxsize=1)
def _chances() -> tuple[float, ...]:
    """A standard normal number for each path."""
    values = [NormalDist().inv_cdf((number + 0.5) / _PATHS) for number in range(_PATHS)]
    random.Random(1).shuffle(values)  # noqa: S311
    return tuple(values)


def draw(seen: Demand, days: Sequence[Day], stock: float, booked: Sequence[Booked] = ()) -> Paths:
    """The paths on from the last reading, each until it has taken `stock` codes, with what is booked on top.

    `days` are those of the past that may come again (one at least), latest first.
    """
    shape = weekly(days)
    plain = [day.codes / shape[day.ago % 7] for day in days]
    mean = sum(plain) / len(plain)
    if mean <= 0 and not booked:
        return Paths(seen, [])
    now = level(plain, min(stock / mean, HORIZON_DAYS) if mean > 0 else HORIZON_DAYS)
    factors = [math.exp(now.unsure * chance - now.unsure**2 / 2) for chance in _chances()]
    needed = [(stock - part) / factor for part, factor in zip(_even(), factors, strict=True)]
    pools = [[now.share * week * codes for codes in plain] for week in shape]
    if booked:
        return Paths(seen, _with_booked(seen, days, pools, factors, needed, booked))
    return Paths(seen, _alone(seen, days, pools, needed))


def _alone(seen: Demand, days: Sequence[Day], pools: Sequence[Sequence[float]], needed: list[float]) -> list[_Span]:
    """Day by day for a fortnight, then week by week."""
    last, count = seen.at[-1], len(days)
    sources = [_Source(day.start, day.before, day.codes) for day in days]
    week = seen.until(last - 7 * DAY)
    a_week = _Source(last - 7 * DAY, week, seen.taken[-1] - week if last - seen.at[0] >= 7 * DAY else 0.0)
    gone: Sequence[float] = [0.0] * _PATHS
    weeks: Sequence[float] = ()
    spans: list[_Span] = []
    least, ahead, left = min(needed), 0, _PATHS
    while ahead < HORIZON_DAYS and left > _PATHS // 40:
        before, start = gone, last + ahead * DAY
        if ahead < _FORTNIGHT:
            taken, length = _pick(count, ahead)(pools[-ahead % 7]), 1
        else:
            taken, length = _pick(_PATHS, ahead)(weeks), 7
        gone = list(map(add, gone, taken))
        if max(gone) >= least:
            ends = []
            order = _order(count, ahead) if length == 1 else None
            for path in [path for path, over in enumerate(map(ge, gone, needed)) if over]:
                source = a_week if order is None else sources[order[path]]
                ends.append((source, (needed[path] - before[path]) / taken[path]))
                needed[path] = math.inf
            spans.append(_Span(start, length * DAY, ends))
            least = min(needed)
            left -= len(ends)
        ahead += length
        if ahead == 7:
            weeks = gone
    return spans


def _with_booked(
    seen: Demand,
    days: Sequence[Day],
    pools: Sequence[Sequence[float]],
    factors: Sequence[float],
    needed: list[float],
    booked: Sequence[Booked],
) -> list[_Span]:
    """Day by day, the booked campaigns as they are planned, to the hour."""
    last, count = seen.at[-1], len(days)
    spans: list[_Span] = []
    gone: Sequence[float] = [0.0] * _PATHS
    left = _PATHS
    for ahead in range(HORIZON_DAYS):
        before, start = gone, last + ahead * DAY
        taken = _pick(count, ahead)(pools[-ahead % 7])
        gone = list(map(add, gone, taken))
        used = [sum(plan.used_by(start + hour * HOUR) - plan.used_by(last) for plan in booked) for hour in range(25)]
        ends = []
        for path, amount in enumerate(gone):
            if amount + used[24] / factors[path] >= needed[path]:
                day = days[_order(count, ahead)[path]]
                planned = [codes / factors[path] for codes in used]
                hour = _hour(seen, day, taken[path], planned, needed[path] - before[path])
                ends.append((_EVENLY, hour / 24))
                needed[path] = math.inf
        if ends:
            spans.append(_Span(start, DAY, ends))
            left -= len(ends)
            if left <= _PATHS // 40:
                break
    return spans


def _hour(seen: Demand, day: Day, taken: float, planned: Sequence[float], needed: float) -> int:
    """The hour of a day by which a path and what is planned have taken what is needed."""
    low, high = 0, 24
    while low < high:
        hour = (low + high) // 2
        own = (seen.until(day.start + hour * HOUR) - day.before) / day.codes if day.codes > 0 else 0.0
        if taken * own + planned[hour] >= needed:
            high = hour
        else:
            low = hour + 1
    return low
