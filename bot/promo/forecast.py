"""When a list runs out: the forecast from its readings alone, as a range that says how sure it is.

Paths of demand are drawn from the list's own whole days (`paths`), at the level of the last days and with as much doubt
as that level deserved so far (`level`); demand is told apart from loads, slips and empty hours (`demand`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.promo.demand import DAY, HOUR, Demand, Reading, demand, in_order
from bot.promo.level import HISTORY_DAYS, NEEDED_DAYS, Day, whole_days
from bot.promo.paths import HORIZON_DAYS, Booked, draw

__all__ = ["HORIZON_DAYS", "Booked", "Reading", "RunOut", "TooLittle", "pace", "run_out"]

# The range leaves out this much on either side.
_TAIL = 0.1
# Nor does it end nearer to the outermost path than this.
_OUTERMOST = 0.03
# So many codes would have gone on average in a silence that means something.
_MISSED = 8


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


def pace(
    readings: Sequence[Reading], now: float, *, hours: float = 24.0, added: Sequence[tuple[float, int]] = ()
) -> float | None:
    """Codes an hour over the last `hours` before `now`; None where no two readings with codes fall in them."""
    seen = demand(in_order(readings), now - hours * HOUR, now, added)
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
    earlier forecasts were found to need (`bot.promo.scores.widening`); 1 leaves it as it is. Under two days of readings
    there is no date; an empty list has run out `now`.
    """
    readings = in_order(readings)
    past = [(plan.start, min(plan.end, now)) for plan in booked if plan.start < now]
    seen = demand(readings, now - (HISTORY_DAYS + 1) * DAY, now, added, past)
    if not seen.at:
        return TooLittle(now + NEEDED_DAYS * DAY)
    last = seen.at[-1]
    stock = _stock(readings, now) + sum(codes for moment, codes in added if last < moment <= now)
    if stock <= 0:
        return RunOut(now, now, now)
    days = whole_days(seen)
    if len(days) < NEEDED_DAYS:
        missing = (NEEDED_DAYS - len(days)) * DAY
        return TooLittle(max(now + HOUR, seen.at[0] + NEEDED_DAYS * DAY) if not seen.unseen else now + missing)
    alive, used = _in_use(seen, days)
    coming = [plan for plan in booked if plan.end > last]
    tail = _tail(used, stock)
    paths = draw(seen, used, stock, coming)
    moments = paths.at([tail / alive, 0.5 / alive, (1 - tail) / alive])
    early, likely, late = (max(now, moment) for moment in moments)
    return _range(_stretched(early, likely, now, widening), likely, _stretched(late, likely, now, widening), now)


def _stock(readings: Sequence[Reading], now: float) -> int:
    for reading in reversed(readings):
        if reading.at <= now:
            return reading.available
    return 0


def _in_use(seen: Demand, days: Sequence[Day]) -> tuple[float, Sequence[Day]]:
    """The chance that the list is still in use, and the days that show how, without the idle ones before its first use.

    A silence far longer than any before it, in which many codes would have gone, says that a list is not used any more.
    """
    busy = [place for place, day in enumerate(days) if day.codes > 0]
    if not busy:
        return 1.0, days
    gap = max((before - after - 1 for after, before in pairwise(busy)), default=0)
    end = len(days)
    if end - busy[-1] - 1 > 2 * (gap + 1):
        end = max(NEEDED_DAYS, busy[-1] + 1)
    used = days[busy[0] : end]
    silent = (seen.at[-1] - seen.when(seen.taken[-1])) / DAY
    if silent > 1 + 2 * gap and silent * sum(day.codes for day in used) / len(used) >= _MISSED:
        return (1 + gap) / (1 + gap + 2 * silent), used if len(used) >= NEEDED_DAYS else days
    return 1.0, days[:end]


def _tail(days: Sequence[Day], stock: float) -> float:
    """The share of the paths to leave out on either side, so that the next day falls out one time in ten.

    Where a single day decides, so few days as there are say less about the rare ones than that share itself
    (the rank of split conformal prediction); a stock of many days draws many.
    """
    mean = sum(day.codes for day in days) / len(days)
    count = len(days) * max(1.0, stock / mean if mean > 0 else 1.0)
    return max(_OUTERMOST, (_TAIL * (count + 1) - 0.5) / count)


def _stretched(moment: float, likely: float, now: float, widening: float) -> float:
    if widening == 1.0 or math.isinf(moment) or math.isinf(likely) or likely <= now:
        return moment
    times: float = (max(moment - now, 1.0) / (likely - now)) ** widening
    return now + (likely - now) * times


def _range(early: float, likely: float, late: float, now: float) -> RunOut:
    limit = now + HORIZON_DAYS * DAY
    moments = (min(early, likely), likely, max(late, likely))
    return RunOut(*(moment if moment <= limit else None for moment in moments))
