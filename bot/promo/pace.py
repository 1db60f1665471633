"""How fast codes leave a list, from readings alone, and whether it is faster than it ever was."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.promo.demand import demand
from bot.promo.forecast import Reading, pace

HOUR_S = 3600.0
DAY_S = 86_400.0
# The pace that people read: the mean of the last days, so that a night does not look like a standstill.
PACE_DAYS = 7
# Less than this says nothing.
_PACE_FROM_S = HOUR_S / 2
# A step longer than this may hide anything.
_GAP_S = 3 * HOUR_S
# Unusual: so many times the fastest hour known, and at least so many codes.
UNUSUAL_TIMES = 4.0
UNUSUAL_CODES = 100
_UNUSUAL_FROM_S = 2 * DAY_S
_SAME_HOUR_S = 1.5 * HOUR_S


@dataclass(frozen=True, slots=True)
class Taken:
    """Codes taken between two readings, in epoch seconds."""

    since: float
    until: float
    codes: int


@dataclass(frozen=True, slots=True)
class Unusual:
    """A list drains faster than it ever did: codes taken in the last hour, and the most in any such hour before."""

    taken: int
    most: int


def taken(readings: Sequence[Reading], added: Sequence[tuple[float, int]] = ()) -> Iterator[Taken]:
    """The codes taken between each two readings; none where nobody could see them taken.

    `added` are codes loaded (taken back, where negative) and when, by time.
    """
    if not readings:
        return
    seen = demand(readings, readings[0].at, readings[-1].at, added)
    unseen = {low for low, _ in seen.unseen}
    for (since, before), (until, after) in pairwise(zip(seen.at, seen.taken, strict=True)):
        yield Taken(since, until, 0 if since in unseen else round(after - before))


def per_day(readings: Sequence[Reading], now: float, added: Sequence[tuple[float, int]] = ()) -> float | None:
    """Codes taken a day over the last week, or None below half an hour of readings."""
    if not readings or readings[-1].at - readings[0].at < _PACE_FROM_S:
        return None
    hourly = pace(readings, now, hours=24.0 * PACE_DAYS, added=added)
    return None if hourly is None else 24.0 * hourly


def used(readings: Sequence[Reading], since: float, until: float, added: Sequence[tuple[float, int]] = ()) -> int:
    """Codes taken between two moments, as far as readings tell."""
    return sum(step.codes for step in taken(readings, added) if since <= step.since and step.until <= until)


def unusual(
    readings: Sequence[Reading], now: float, added: Sequence[tuple[float, int]] = (), booked: float = 0.0
) -> Unusual | None:
    """Whether the last hour took many times more than any hour at this time of day before; `booked` codes are expected.

    Nothing is called unusual in the first two days, nor below 100 codes an hour.
    """
    if not readings or readings[-1].at - readings[0].at < _UNUSUAL_FROM_S:
        return None
    codes = last_hour(readings, now, added)
    if codes < UNUSUAL_CODES:
        return None
    steps = list(taken(_since(readings, now - 28 * DAY_S), added))
    most = max(_same_hours(steps, now), default=0)
    if codes < UNUSUAL_TIMES * max(most, 1) + booked:
        return None
    return Unusual(codes, most)


def last_hour(readings: Sequence[Reading], now: float, added: Sequence[tuple[float, int]] = ()) -> int:
    """Codes taken in the last hour; 0 where a gap may hide more than an hour."""
    last = list(taken(_since(readings, now - HOUR_S), added))
    if not last or last[-1].until - last[0].since > _GAP_S:
        return 0
    return sum(step.codes for step in last)


def _same_hours(steps: Sequence[Taken], now: float) -> Iterator[int]:
    """What was taken in an hour about this time on each day before."""
    starts = [step.since for step in steps]
    day = 1
    while steps and now - day * DAY_S > steps[0].since:
        middle = now - day * DAY_S - HOUR_S / 2
        near = steps[bisect_left(starts, middle - _SAME_HOUR_S) : bisect_right(starts, middle + _SAME_HOUR_S)]
        hours: dict[int, int] = {}
        for step in near:
            long = max(1.0, (step.until - step.since) / HOUR_S)
            key = int((step.since - middle) // HOUR_S)
            hours[key] = hours.get(key, 0) + round(step.codes / long)
        yield max(hours.values(), default=0)
        day += 1


def _since(readings: Sequence[Reading], start: float) -> Sequence[Reading]:
    first = bisect_left(readings, start, key=lambda reading: reading.at)
    return readings[max(0, first - 1) :]
