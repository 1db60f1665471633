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
# A day of the week that takes less than this share of the mean day is idle, and tells nothing of the others.
_IDLE = 0.2
# What a campaign takes differs from its plan by so much (sd, as a share).
_PLANS_DIFFER = 0.08
# A number that four weeks, two weeks and one week of days divide.
_PATHS = 84


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
        found = []
        start, length, when = self.start, self.length, seen.when
        for (source, part), chance in zip(self.ends, _chances(3), strict=False):
            if source.codes > 0:
                offset = when(source.before + part * source.codes, chance) - source.start
                offset = length if offset > length else offset
            else:
                offset = length * part
            found.append(start + offset)
        found.sort()
        return found


@dataclass(frozen=True, slots=True)
class Paths:
    """When each of the paths runs out, as far as any does within the horizon."""

    seen: Demand
    spans: list[_Span]

    def at(self, shares: Sequence[float]) -> list[float]:
        """The moments by which these shares of all paths (0 to 1) have run out; infinity where fewer do."""
        places = [max(0.0, share * _PATHS - 0.5) for share in shares]
        ranks = self._ranks({int(place) for place in places} | {int(place) + 1 for place in places})
        found = []
        for place in places:
            part = place - int(place)
            first, second = ranks.get(int(place), math.inf), ranks.get(int(place) + 1, math.inf)
            if math.isinf(second):
                found.append(first if part < 0.5 else math.inf)
            else:
                found.append(first + part * (second - first))
        return found

    def _ranks(self, ranks: set[int]) -> dict[int, float]:
        """When the path of each rank runs out, as far as it does; only the days and weeks asked for are looked into."""
        found: dict[int, float] = {}
        below = 0
        for span in self.spans:
            above = below + len(span.ends)
            inside = [rank for rank in ranks if below <= rank < above]
            if inside:
                moments = span.moments(self.seen)
                found.update((rank, moments[rank - below]) for rank in inside)
            below = above
        return found


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


@lru_cache(maxsize=4)
def _chances(seed: int) -> tuple[float, ...]:
    """A standard normal number for each path, in an order of their own."""
    values = [NormalDist().inv_cdf((number + 0.5) / _PATHS) for number in range(_PATHS)]
    random.Random(seed).shuffle(values)  # noqa: S311
    return tuple(values)


def draw(seen: Demand, days: Sequence[Day], stock: float, booked: Sequence[Booked] = ()) -> Paths:
    """The paths on from the last reading, each until it has taken `stock` codes, with what is booked on top.

    `days` are those of the past that may come again (one at least), latest first.
    """
    week = weekly(days)
    days = [day for day in days if week.shares[day.ago % 7] >= _IDLE] or days
    plain = [day.codes / week.shares[day.ago % 7] for day in days]
    mean = sum(plain) / len(plain)
    if mean <= 0 and not booked:
        return Paths(seen, [])
    ahead = min(stock / mean, HORIZON_DAYS) if mean > 0 else HORIZON_DAYS
    now = level(plain, ahead, week.used_up)
    # The days look more alike than they are, as each had its say in what is usual for its day of the week.
    spread = math.sqrt((1 + week.used_up * max(0.0, 1 - ahead / 7)) / (1 - week.used_up - 1 / (1 + len(plain))))
    pool = [now.share * max(0.0, mean + (codes - mean) * spread) for codes in plain]
    middle = -now.unsure * now.unsure / 2
    factors = [math.exp(now.unsure * chance + middle) for chance in _chances(1)]
    needed = [(stock - part) / factor for part, factor in zip(_even(), factors, strict=True)]
    pools = [[share * codes for codes in pool] for share in week.shares]
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
    """Day by day, the booked campaigns as they are planned, to the hour, each path with its own share of the plan."""
    last, count = seen.at[-1], len(days)
    begun = sum(plan.used_by(last) for plan in booked)
    plans = [max(0.0, 1 + _PLANS_DIFFER * chance) / factor for chance, factor in zip(_chances(4), factors, strict=True)]
    spans: list[_Span] = []
    gone: Sequence[float] = [0.0] * _PATHS
    left = _PATHS
    for ahead in range(HORIZON_DAYS):
        before, start = gone, last + ahead * DAY
        taken = _pick(count, ahead)(pools[-ahead % 7])
        gone = list(map(add, gone, taken))
        used = sum(plan.used_by(start + DAY) for plan in booked) - begun
        ending = [path for path in range(_PATHS) if gone[path] + used * plans[path] >= needed[path]]
        if not ending:
            continue
        hours = [sum(plan.used_by(start + hour * HOUR) for plan in booked) - begun for hour in range(25)]
        ends = []
        for path in ending:
            day = days[_order(count, ahead)[path]]
            planned = [codes * plans[path] for codes in hours]
            hour = _hour(seen, day, taken[path], planned, needed[path] - before[path])
            ends.append((_EVENLY, hour / 24))
            needed[path] = math.inf
        spans.append(_Span(start, DAY, ends))
        left -= len(ends)
        if left <= _PATHS // 40:
            break
    return spans


def _hour(seen: Demand, day: Day, taken: float, planned: Sequence[float], needed: float) -> float:
    """The hour of a day by which a path and what is planned have taken what is needed."""

    def gone(hour: int) -> float:
        own = (seen.until(day.start + hour * HOUR) - day.before) / day.codes if day.codes > 0 else 0.0
        return taken * own + planned[hour]

    low, high = 0, 24
    while low < high:
        hour = (low + high) // 2
        if gone(hour) >= needed:
            high = hour
        else:
            low = hour + 1
    if low == 0:
        return 0.0
    before, after = gone(low - 1), gone(low)
    return low - 1 + (min(1.0, (needed - before) / (after - before)) if after > before else 1.0)
