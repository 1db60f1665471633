"""When a list runs out: the forecast from its readings alone, as a range that says how sure it is.

Paths of demand are drawn from the list's own whole days, counted back from its last reading, so that nights stay nights
without anybody knowing the time zone. The level comes from the last days; the more it moved before,
the wider the range.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, repeat
from operator import add, itemgetter, mul
from statistics import NormalDist

from bot.promo.demand import DAY, HOUR, Demand, Reading, demand

__all__ = ["Booked", "Reading", "RunOut", "TooLittle", "pace", "run_out"]

# No forecast looks further ahead.
HORIZON_DAYS = 90
# No forecast looks further back.
HISTORY_DAYS = 28
# Below this much history there is no date.
NEEDED_DAYS = 2
# From here on every weekday has been seen twice.
_WEEKS_FROM_DAYS = 14
_PATHS = 200


@dataclass(frozen=True, slots=True)
class RunOut:
    """The moments by which the list is empty with 10, 50 and 90 % chance (epoch seconds; None: not within 90 days)."""

    early: float | None
    likely: float | None
    late: float | None


@dataclass(frozen=True, slots=True)
class TooLittle:
    """Nothing honest can be said before `until` (epoch seconds)."""

    until: float


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


def pace(
    readings: Sequence[Reading], now: float, *, hours: float = 24.0, added: Sequence[tuple[float, int]] = ()
) -> float | None:
    """Codes an hour over the last `hours` before `now`; None where no two readings with codes fall in them."""
    seen = demand(readings, now - hours * HOUR, now, added)
    if len(seen.at) < 2:
        return None
    start = max(seen.at[0], now - hours * HOUR)
    span = seen.at[-1] - start - seen.unseen_in(start, seen.at[-1])
    if span <= 0:
        return None
    hidden = sum(seen.until(high) - seen.until(max(low, start)) for low, high in seen.unseen if high > start)
    return max(0.0, seen.taken[-1] - seen.until(start) - hidden) / span * HOUR


def run_out(
    readings: Sequence[Reading],
    now: float,
    *,
    added: Sequence[tuple[float, int]] = (),
    booked: Sequence[Booked] = (),
    widening: float = 1.0,
) -> RunOut | TooLittle:
    """When the list is empty, from its readings up to `now` (oldest first, irregular, gaps allowed).

    `added` are the codes known to be loaded and when (epoch seconds); `booked` campaigns are added to what is forecast,
    and what they took in the past is not learned from. `widening` stretches the range around the likely moment by what
    earlier forecasts were found to need (`bot.promo.scores.widening`); 1 leaves it as it is.
    """
    past = [(plan.start, min(plan.end, now)) for plan in booked if plan.start < now]
    seen = demand(readings, now - (HISTORY_DAYS + 1) * DAY, now, added, past)
    if not seen.at:
        return TooLittle(now + NEEDED_DAYS * DAY)
    last = seen.at[-1]
    stock = _stock(readings, now) + sum(codes for moment, codes in added if last < moment <= now)
    if stock <= 0:
        return RunOut(now, now, now)
    days = _days(seen)
    if len(days) < NEEDED_DAYS:
        return TooLittle(max(now, seen.at[0] + NEEDED_DAYS * DAY))
    coming = [plan for plan in booked if plan.end > last]
    moments = _moments(seen, days, stock, now, coming)
    return _range(moments, now, widening)


def _stock(readings: Sequence[Reading], now: float) -> int:
    for reading in reversed(readings):
        if reading.at <= now:
            return reading.available
    return 0


@dataclass(frozen=True, slots=True)
class _Day:
    """A past day, counted back from the last reading: `ago` is 1 for the last 24 hours."""

    ago: int
    start: float
    before: float
    codes: float


def _days(seen: Demand) -> list[_Day]:
    """The whole past days, latest first, most of whose hours were seen."""
    last = seen.at[-1]
    span = last - seen.at[0]
    count = min(HISTORY_DAYS, int((span + HOUR) / DAY) if span >= NEEDED_DAYS * DAY else 0)
    edges = [last - ago * DAY for ago in range(count + 1)]
    marks = [seen.until(edge) for edge in edges]
    days = [_Day(ago, edges[ago], marks[ago], marks[ago - 1] - marks[ago]) for ago in range(1, count + 1)]
    if not seen.unseen:
        return days
    return [day for day in days if seen.unseen_in(day.start, day.start + DAY) <= DAY / 2]


def _weekly(days: Sequence[_Day]) -> list[float]:
    """How each day of the week compares to the mean day, by `ago % 7`; as far as chance does not explain it."""
    if len(days) < _WEEKS_FROM_DAYS:
        return [1.0] * 7
    mean = sum(day.codes for day in days) / len(days)
    if mean <= 0:
        return [1.0] * 7
    groups: list[list[float]] = [[] for _ in range(7)]
    for day in days:
        groups[day.ago % 7].append(day.codes / mean)
    means = [sum(group) / len(group) if group else 1.0 for group in groups]
    within = sum((value - means[at]) ** 2 for at, group in enumerate(groups) for value in group) / max(1, len(days) - 7)
    between = sum(len(group) * (means[at] - 1.0) ** 2 for at, group in enumerate(groups)) / 6
    kept = max(0.0, 1.0 - within / between) if between > 0 else 0.0
    return [max(0.1, 1.0 + kept * (value - 1.0)) for value in means]


def _level(codes: Sequence[float]) -> tuple[float, float, float]:
    """The level of the last days as a share of the mean day, how unsure it is, and how it moves in a day (log, sd)."""
    count = len(codes)
    mean = sum(codes) / count
    if mean <= 0:
        return 1.0, 0.0, 0.0
    spread = sum((value - mean) ** 2 for value in codes) / max(1, count - 1) / mean**2
    recent = codes[:7]
    moved = 0.0
    if count >= 14:
        weeks = [sum(codes[at : at + 7]) / 7 / mean for at in range(0, count - 6, 7)]
        steps = [(late - soon) ** 2 for late, soon in pairwise(weeks)]
        moved = max(0.0, sum(steps) / len(steps) - 2 * spread / 7) / 7
    # The share of the last week in the level grows with how much the level moves.
    share = (7 * moved) / (7 * moved + spread / 7) if moved > 0 else 0.0
    level = 1.0 + share * (sum(recent) / len(recent) / mean - 1.0)
    unsure = (spread / count * (1 - share) + spread / len(recent) * share) * (1 + 3 / count)
    return max(level, 0.05), math.sqrt(unsure), math.sqrt(moved + 0.0002)


@lru_cache(maxsize=64)
def _drawn(count: int, ahead: int) -> itemgetter[tuple[float, ...]]:
    """Which past day each path takes for the day so far ahead: every one equally often, in an order of its own."""
    order = [number * count // _PATHS for number in range(_PATHS)]
    random.Random(1000 * count + ahead).shuffle(order)  # noqa: S311
    return itemgetter(*order)


@lru_cache(maxsize=256)
def _order(count: int, ahead: int) -> tuple[int, ...]:
    order: tuple[int, ...] = _drawn(count, ahead)(range(count))
    return order


@lru_cache(maxsize=16)
def _chances(step: int) -> tuple[float, ...]:
    """A standard normal value for each path, all alike probable, in an order of its own."""
    values = [NormalDist().inv_cdf((number + 0.5) / _PATHS) for number in range(_PATHS)]
    random.Random(step).shuffle(values)  # noqa: S311
    return tuple(values)


def _moments(seen: Demand, days: Sequence[_Day], stock: float, now: float, booked: Sequence[Booked]) -> list[float]:
    """When each path has taken the stock, soonest first; infinity where it does not within the horizon."""
    last = seen.at[-1]
    weekly = _weekly(days)
    plain = [day.codes / weekly[day.ago % 7] for day in days]
    level, unsure, moves = _level(plain)
    pool = [level * codes for codes in plain]
    factors = [math.exp(unsure * z - unsure * unsure / 2) for z in _chances(0)]
    gone = [0.0] * _PATHS
    moments: list[float] = []
    done = [False] * _PATHS
    for ahead in range(HORIZON_DAYS):
        if ahead and ahead & (ahead - 1) == 0:
            step = moves * math.sqrt(ahead)
            factors = [factor * math.exp(step * z) for factor, z in zip(factors, _chances(ahead), strict=True)]
        week = weekly[-ahead % 7]
        drawn = _drawn(len(pool), ahead)([codes * week for codes in pool])
        taken = list(map(mul, drawn, factors))
        end = last + (ahead + 1) * DAY
        before = gone
        gone = list(map(add, gone, taken))
        limit = stock - sum(plan.used_by(end) - plan.used_by(last) for plan in booked)
        if max(gone) < limit:
            continue
        order = _order(len(pool), ahead)
        for path, amount in enumerate(gone):
            if amount >= limit and not done[path]:
                done[path] = True
                part = (stock - before[path]) / taken[path] if taken[path] > 0 else 1.0
                day = days[order[path]]
                if booked:
                    part = _with_booked(stock - before[path], taken[path], last + ahead * DAY, last, booked)
                moment = seen.when(day.before + part * day.codes) - day.start
                moments.append(last + ahead * DAY + min(DAY, max(0.0, moment)))
        if len(moments) >= 0.95 * _PATHS:
            break
    moments.sort()
    moments.extend(repeat(math.inf, _PATHS - len(moments)))
    return [max(now, moment) for moment in moments]


def _with_booked(left: float, taken: float, start: float, last: float, booked: Sequence[Booked]) -> float:
    """The part of the day's own demand that is gone when it and the booked campaigns have taken what is left."""
    for hour in range(1, 25):
        used = sum(plan.used_by(start + hour * HOUR) - plan.used_by(last) for plan in booked)
        if used + taken * hour / 24 >= left:
            return hour / 24
    return 1.0


def _range(moments: Sequence[float], now: float, widening: float) -> RunOut:
    early, likely, late = (_at(moments, share) for share in (0.1, 0.5, 0.9))
    if math.isfinite(likely) and widening != 1.0 and likely > now:
        early = now + (likely - now) * (max(early - now, 1.0) / (likely - now)) ** widening
        late = now + (likely - now) * (max(late - now, 1.0) / (likely - now)) ** widening
    limit = now + HORIZON_DAYS * DAY
    return RunOut(*(moment if moment <= limit else None for moment in (min(early, likely), likely, max(late, likely))))


def _at(moments: Sequence[float], share: float) -> float:
    place = share * (len(moments) - 1)
    low = int(place)
    if not math.isfinite(moments[low + 1]):
        return moments[low] if place - low < 0.5 else math.inf
    return moments[low] + (place - low) * (moments[low + 1] - moments[low])
