"""How much a list loses on a usual day, and how sure that is: its weekdays, its noise, and how its level moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.promo.demand import DAY, Demand

# No forecast looks further back.
HISTORY_DAYS = 28
# Below this much history there is no date.
NEEDED_DAYS = 2
# From here on every weekday was seen twice.
_WEEKS_FROM_DAYS = 14
# Spans, in days, over which the level's own forecasts of the past are held against what came.
_SPANS = (1, 2, 4, 7)
# What a day adds to the level that is tested so: it looks back about a week.
_KEPT = 0.87
# How far behind such a level is, in days of its own moving.
_BEHIND = 3.0
# How much a level moves in a day, as a share of the days' own variance, before much is known: of weeks, of days.
_MOVES, _MOVES_NEW = 0.01, 0.12
# And what a list of few days may move at least, however alike they were.
_MOVES_UNSEEN = 0.0003
# How much wider (variance) the few weeks behind that estimate make what lies ahead.
_FEW_WEEKS = 2.2
# How many tests of the past this belief is worth.
_BELIEF = 4.0
# How much days differ (variance of their share of the mean day) before a few of them tell.
_DIFFER = 0.03


@dataclass(frozen=True, slots=True)
class Day:
    """24 hours of the past, the `ago`-th before the last reading: their start, the codes taken before and in them."""

    ago: int
    start: float
    before: float
    codes: float


@dataclass(frozen=True, slots=True)
class Level:
    """The level of the last days as a share of the mean day, and how unsure it is for the days ahead (log, sd)."""

    share: float
    unsure: float


def whole_days(seen: Demand) -> list[Day]:
    """The whole past days, latest first, most of whose hours were seen; none under two days of history."""
    last = seen.at[-1]
    span = last - seen.at[0]
    # An hour short of a day is a day: readings are an hour apart at times.
    count = min(HISTORY_DAYS, int((span + DAY / 24) / DAY)) if span >= NEEDED_DAYS * DAY else 0
    edges = [last - ago * DAY for ago in range(count + 1)]
    marks = [seen.until(edge) for edge in edges]
    days = [Day(ago, edges[ago], marks[ago], marks[ago - 1] - marks[ago]) for ago in range(1, count + 1)]
    if not seen.unseen:
        return days
    return [day for day in days if seen.unseen_in(day.start, day.start + DAY) <= DAY / 2]


@dataclass(frozen=True, slots=True)
class Week:
    """How each day of the week compares to the mean day, by `ago % 7`, and how much of that is not chance (0 to 1)."""

    shares: list[float]
    sure: float = 0.0
    weeks: float = 1.0

    @property
    def used_up(self) -> float:
        """The share of the days' differences that went into telling the days of the week apart."""
        return self.sure / self.weeks


def weekly(days: Sequence[Day]) -> Week:
    """How the days of the week differ, as far as chance does not explain it."""
    weeks: dict[int, list[Day]] = {}
    for day in days:
        weeks.setdefault((day.ago - 1) // 7, []).append(day)
    groups: list[list[float]] = [[] for _ in range(7)]
    for week in weeks.values():
        total = sum(day.codes for day in week)
        if len(week) >= 5 and total > 0:
            for day in week:
                groups[day.ago % 7].append(day.codes * len(week) / total)
    count = sum(map(len, groups))
    if count < _WEEKS_FROM_DAYS:
        return Week([1.0] * 7)
    means = [sum(group) / len(group) if group else 1.0 for group in groups]
    within = sum((share - mean) ** 2 for mean, group in zip(means, groups, strict=True) for share in group)
    between = sum(len(group) * (mean - 1.0) ** 2 for mean, group in zip(means, groups, strict=True)) / 6
    kept = max(0.0, 1.0 - within / max(1, count - 10) / between) if between > 0 else 0.0
    return Week([max(0.01, 1.0 + kept * (mean - 1.0)) for mean in means], kept, count / 7)


def level(codes: Sequence[float], ahead: float, used_up: float = 0.0) -> Level:
    """The level for the `ahead` days to come, from the codes of each past day, latest first (a local level model).

    `used_up` is the share of the days' differences that the days of the week took away (0 to below 1). How
    far the level moves is taken from how well the same level forecast the days that are past.
    """
    count = len(codes)
    mean = sum(codes) / count
    if mean <= 0:
        return Level(1.0, 0.0)
    shares = [amount / mean for amount in reversed(codes)]
    noise = _noise(shares) / (1.0 - used_up)
    if noise <= 0:
        return Level(1.0, 0.0)
    moves = _moves(shares, noise)
    share, unsure = sum(shares[:2]) / 2, 10.0
    for value in shares:
        unsure += moves
        gain = unsure / (unsure + noise)
        share += gain * (value - share)
        unsure *= 1.0 - gain
    # The mean of a level that goes on moving is a third as unsure as its end; how it moves few weeks tell.
    return Level(max(share, 0.05), math.sqrt(math.log1p(unsure + _FEW_WEEKS * moves * ahead / 3)))


def _noise(shares: Sequence[float]) -> float:
    """How much one day differs from the next (variance), within weeks where there are two of them."""
    count = len(shares)
    if count >= _WEEKS_FROM_DAYS:
        weeks = [shares[end - 7 : end] for end in range(count, 6, -7)]
        return sum((share - sum(week) / 7) ** 2 for week in weeks for share in week) / (6 * len(weeks))
    middle = sum(shares) / count
    weight = 2.0 * (_WEEKS_FROM_DAYS - count) / (_WEEKS_FROM_DAYS - NEEDED_DAYS)
    return (sum((share - middle) ** 2 for share in shares) + weight * _DIFFER) / (count - 1 + weight)


def _moves(shares: Sequence[float], noise: float) -> float:
    """How much the level moves in a day (variance): what its forecasts of the past missed beyond the days' noise."""
    count = len(shares)
    new = max(0.0, 1 - count / _WEEKS_FROM_DAYS)
    belief = max(_MOVES, _MOVES_NEW * new) * noise + _MOVES_UNSEEN * new
    sums = [0.0, *accumulate(shares)]
    missed, explained, tries = [0.0] * 4, [0.0] * 4, [0] * 4
    weight = total = square = 0.0
    least = max(3, min(7, count // 2))
    for at, share in enumerate(shares, 1):
        weight = weight * _KEPT + 1.0
        total = total * _KEPT + share
        square = square * _KEPT * _KEPT + 1.0
        if at < least:
            continue
        now, own = total / weight, square / weight / weight
        for place, span in enumerate(_SPANS):
            if at + span > count:
                break
            missed[place] += ((sums[at + span] - sums[at]) / span - now) ** 2
            explained[place] += noise * (1 / span + own)
            tries[place] += 1
    trusted, found = _BELIEF, _BELIEF * belief
    for span, miss, plain, count in zip(_SPANS, missed, explained, tries, strict=True):
        if count:
            # A test counts by how many apart from each other there are, and by how little noise is in it.
            trust = count / span / 80 * (noise * count * (span / 3 + _BEHIND) / plain) ** 2
            trusted += trust
            found += trust * (miss - plain) / count / (span / 3 + _BEHIND)
    return max(found / trusted, 0.3 * belief)
