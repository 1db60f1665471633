"""An evening of fifty simulated lists for four simulated weeks: how many messages come a day, and what they led to.

`python -m tests.benchmarks.alerts [lists] [days]`
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import sin, tau
from random import Random

from bot.promo.alerts import Alert, Close, Ended, Go, Level, Open, Standing, Watch, judge, usual_refill_s
from bot.promo.forecast import Reading
from bot.promo.outlook import Outlook, outlook
from bot.promo.pace import DAY_S, HOUR_S, unusual
from bot.work.alerts import TOGETHER_AT_MOST, TOGETHER_S
from bot.work.judging import worth_showing

START = 1_800_000_000.0
STEP_S = 1_800.0
# A forecast is made anew so often; the bot makes it at every reading.
FORECAST_S = 4 * HOUR_S


@dataclass
class SimulatedList:
    """A list with shoppers who have a rhythm, now and then a mailing, and a team that refills after a while."""

    id: str
    rate: float
    random: Random
    available: int
    readings: list[Reading] = field(default_factory=list)
    outlook: Outlook | None = None
    alert: Alert | None = None
    refill_at: float = 0.0
    burst_until: float = 0.0

    def step(self, at: float) -> None:
        """Half an hour of shoppers."""
        swing = 1 + 0.8 * sin(tau * (at % DAY_S) / DAY_S - tau / 4)
        if self.random.random() < 0.0008:
            self.burst_until = at + 3 * HOUR_S
        factor = 12.0 if at < self.burst_until else 1.0
        wanted = self.rate * swing * factor * STEP_S / DAY_S
        taken = min(self.available, round(self.random.gauss(wanted, wanted**0.5)))
        self.available -= max(0, taken)
        if self.refill_at and at >= self.refill_at:
            self.available += round(self.rate * self.random.uniform(7, 28)) + 500
            self.refill_at = 0.0
        self.readings.append(Reading(at, self.available))


@dataclass
class Tally:
    """What came of it."""

    days: int
    messages: list[float] = field(default_factory=list)
    opened: Counter[Level] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    ran_dry: int = 0
    warned_h: list[float] = field(default_factory=list)
    again: int = 0
    last_end: dict[str, tuple[float, str]] = field(default_factory=dict)
    refills: list[float] = field(default_factory=list)
    last_pace: dict[str, float] = field(default_factory=dict)
    _in_last: int = 0

    def open(self, alert: Alert) -> None:
        """An incident began: in a message of its own, or in one that is some minutes old."""
        self.opened[alert.level] += 1
        end, why = self.last_end.get(alert.list_id, (0.0, ""))
        self.again += why == Ended.SLOWED and alert.opened_at - end < 6 * HOUR_S
        if self.messages and alert.opened_at - self.messages[-1] <= TOGETHER_S and self._in_last < TOGETHER_AT_MOST:
            self._in_last += 1
            return
        self.messages.append(alert.opened_at)
        self._in_last = 1


def lists_of(count: int, seed: int) -> list[SimulatedList]:
    """Lists from a few codes a week to tens of thousands a day, some of them idle."""
    made = []
    for number in range(count):
        random = Random(1_000 * seed + number)
        rate = 0.0 if number % 10 == 9 else 10 ** random.uniform(0, 4)
        made.append(
            SimulatedList(f"L{number}", rate, random, round(rate * random.uniform(3, 25)) + random.randrange(900))
        )
    return made


def simulate(count: int, days: int, seed: int = 1) -> Tally:
    """The alerts of `count` lists over so many days."""
    lists, tally = lists_of(count, seed), Tally(days)
    for at in _moments(days):
        for one in lists:
            one.step(at)
            if one.outlook is None or at - one.outlook.at >= FORECAST_S:
                one.outlook = outlook(one.readings[-1_400:], at)
            _judge(one, at, tally)
    return tally


def _moments(days: int) -> Iterator[float]:
    return (START + STEP_S * number for number in range(int(days * DAY_S / STEP_S)))


def _judge(one: SimulatedList, at: float, tally: Tally) -> None:
    told = one.outlook
    now = Standing(
        available=one.available,
        at=at,
        known_s=at - START,
        per_day=told.per_day if told else None,
        run_out=told.range if told else None,
        unusual=unusual(one.readings, at),
    )
    refill_s = usual_refill_s(tally.refills[-20:])
    watch = Watch("", one.id, "C1")
    before = one.alert
    match judge(watch, now, before, refill_s=refill_s, last_pace=tally.last_pace.get(one.id, 0.0)):
        case Open(level, threshold):
            one.alert = Alert(1, "", one.id, one.id, "C1", level, threshold, at, one.available, at)
            tally.open(one.alert)
            if level is not Level.PACE:
                one.refill_at = at + HOUR_S * one.random.uniform(2, 16)
        case Go(level, threshold, calm_since) if before is not None:
            after = replace(
                before, level=level, threshold=threshold, calm_since=calm_since, available=one.available, at=at
            )
            tally.edits += worth_showing(before, after)
            if level is Level.EMPTY and before.level is not Level.EMPTY:
                tally.ran_dry += 1
                tally.warned_h.append((at - before.opened_at) / HOUR_S)
            if before.level is Level.PACE and level is not Level.PACE:
                one.refill_at = at + HOUR_S * one.random.uniform(2, 16)
            one.alert = after
        case Close(why) if before is not None:
            tally.ended[why.value] += 1
            tally.last_end[one.id] = (at, why)
            if why is Ended.REFILLED:
                tally.refills.append(at - before.opened_at)
            if before.level is Level.PACE:
                tally.last_pace[one.id] = at
            one.alert = None


def main() -> None:
    """Prints what came of it."""
    count, days = (int(given) for given in (*sys.argv[1:], "50", "28")[:2])
    tally = simulate(count, days)
    by_day = Counter(int((at - START) // DAY_S) for at in tally.messages)
    each = [by_day[day] for day in range(days)]
    print(f"{count} lists, {days} days: {len(tally.messages)} messages, {len(tally.messages) / days:.1f} a day")
    print(f"each day: {' '.join(map(str, each))}")
    print(f"incidents: {dict(tally.opened)}; ended: {dict(tally.ended)}; edits: {tally.edits}")
    print(f"opened again within 6 hours of ending by itself: {tally.again}")
    early = sorted(tally.warned_h)
    warned = f"warned {early[len(early) // 2]:.0f} hours before (median)" if early else "none without a warning"
    print(f"ran dry after an alert: {tally.ran_dry}, {warned}")


if __name__ == "__main__":
    main()
