"""Which readings are kept: all for a week, hourly for three months, then daily."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.promo.pace import DAY_S, HOUR_S

ALL_S = 7 * DAY_S
HOURLY_S = 91 * DAY_S
# No reading stays longer than this.
KEEP_S = 2 * 366 * DAY_S


def to_drop(moments: Iterable[float], now: float) -> list[float]:
    """The moments (oldest first) whose readings go: in each hour, then in each day, the first one stays."""
    dropped: list[float] = []
    last: tuple[float, float] | None = None
    for at in moments:
        age = now - at
        if age > KEEP_S:
            dropped.append(at)
            continue
        if age <= ALL_S:
            break
        step = HOUR_S if age <= HOURLY_S else DAY_S
        bucket = (step, at // step)
        if bucket == last:
            dropped.append(at)
        last = bucket
    return dropped


def spaced(moments: Sequence[float], at_most: int) -> list[int]:
    """The places of at most about `at_most` moments, evenly spread in time, the first and the last among them."""
    if len(moments) <= at_most:
        return list(range(len(moments)))
    if at_most < 2:
        return [len(moments) - 1]
    step = (moments[-1] - moments[0]) / (at_most - 1)
    chosen: list[int] = []
    due = moments[0]
    for place, at in enumerate(moments):
        if at >= due:
            chosen.append(place)
            due = max(due + step, at + step / 2)
    if chosen[-1] != len(moments) - 1:
        chosen.append(len(moments) - 1)
    return chosen
