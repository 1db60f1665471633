"""The ladder, and what opens, changes, closes and holds back an alert."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.promo.alerts import (
    ASK_AFTER_S,
    CALM_S,
    Alert,
    Close,
    Ended,
    Go,
    Held,
    Level,
    Open,
    Standing,
    Verdict,
    Watch,
    ask_again_at,
    held,
    judge,
    order_by,
    usual_refill_s,
)
from bot.promo.forecast import RunOut
from bot.promo.pace import DAY_S, HOUR_S, Unusual

NOW = 1_800_000_000.0
WATCH = Watch("", "L", "C1", codes=500, days=3.0)
CALM = Standing(available=5_000, at=NOW, known_s=30 * DAY_S, per_day=10.0)
ALERT = Alert(1, "", "L", "Spring", "C1", Level.LOW, 500, NOW - HOUR_S, 450, NOW - 600)
BURST = Unusual(900, 40)


def some(available: int, **more: object) -> Standing:
    """A list with so many codes, else calm."""
    return replace(CALM, available=available, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("watch", "now", "verdict"),
    [
        (WATCH, CALM, None),
        (WATCH, some(500), None),
        (WATCH, some(499), Open(Level.LOW, 500)),
        (WATCH, some(250), Open(Level.LOW, 500)),
        (WATCH, some(249), Open(Level.HALF, 500)),
        (WATCH, some(49), Open(Level.TENTH, 500)),
        (WATCH, some(0), Open(Level.EMPTY, 500)),
        # Three days of supply at 1,000 a day.
        (WATCH, some(2_999, per_day=1_000.0), Open(Level.LOW, 3_000)),
        (WATCH, some(2_999, per_day=1_000.0, known_s=HOUR_S), None),
        (replace(WATCH, days=0.0), some(2_999, per_day=1_000.0), None),
        # Nobody draws from it: told only where somebody asked, or when it is empty.
        (WATCH, some(300, per_day=0.0), None),
        (replace(WATCH, chosen=True), some(300, per_day=0.0), Open(Level.LOW, 500)),
        (WATCH, some(300, per_day=0.0, known_s=HOUR_S), Open(Level.LOW, 500)),
        (WATCH, some(0, per_day=0.0), Open(Level.EMPTY, 500)),
        (WATCH, some(5_000, unusual=BURST), Open(Level.PACE, 500)),
        (WATCH, some(400, unusual=BURST), Open(Level.LOW, 500)),
        (WATCH, some(5_000, short_by=10), Open(Level.LOW, 500)),
        (replace(WATCH, off=True), some(0), None),
        # The early end is two days off, a refill takes three.
        (WATCH, some(5_000, run_out=RunOut(NOW + 2 * DAY_S, None, None)), Open(Level.LOW, 500)),
        (WATCH, some(5_000, run_out=RunOut(NOW + 4 * DAY_S, None, None)), None),
    ],
)
def test_what_opens_an_alert(watch: Watch, now: Standing, verdict: Verdict) -> None:
    """An alert opens at the rung where the list stands, and none while nobody has to do anything."""
    assert judge(watch, now, None, refill_s=3 * DAY_S) == verdict


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (some(440), Go(Level.LOW, 500)),
        (some(249), Go(Level.HALF, 500)),
        (some(0), Go(Level.EMPTY, 500)),
        # The ladder stands still: the pace doubled, the threshold did not.
        (some(440, per_day=1_000.0), Go(Level.LOW, 500)),
        # A worse alert covers an unusual pace.
        (some(440, unusual=BURST), Go(Level.LOW, 500)),
        # A few codes more do not close it.
        (some(520), Go(Level.LOW, 500, NOW)),
        (some(550), Close(Ended.REFILLED)),
    ],
)
def test_what_becomes_of_an_open_alert(now: Standing, verdict: Verdict) -> None:
    """It climbs the ladder on its own threshold, and a refill closes it only well above that."""
    assert judge(WATCH, now, ALERT) == verdict


def test_a_calm_that_lasts_closes_an_alert() -> None:
    """What went away by itself closes after six hours, and not if it comes back before."""
    calm = replace(ALERT, calm_since=NOW - CALM_S + 60)
    assert judge(WATCH, some(510), calm) == Go(Level.LOW, 500, calm.calm_since)
    assert judge(WATCH, some(510, at=NOW + 60), calm) == Close(Ended.REFILLED)
    assert judge(WATCH, some(490), calm) == Go(Level.LOW, 500, 0.0)
    early = replace(calm, available=5_000)
    assert judge(WATCH, some(4_990, at=NOW + 60), early) == Close(Ended.SLOWED)


def test_an_unusual_pace_opens_once_and_grows_into_a_low_alert() -> None:
    """It closes after six calm hours, rests half a day, and a list that gets low meanwhile keeps its one alert."""
    pace = replace(ALERT, level=Level.PACE, available=5_000)
    assert judge(WATCH, some(4_000), pace) == Go(Level.PACE, 500, NOW)
    assert judge(WATCH, some(4_000), replace(pace, calm_since=NOW - HOUR_S)) == Go(Level.PACE, 500, NOW - HOUR_S)
    assert judge(WATCH, some(400), replace(pace, calm_since=NOW - HOUR_S)) == Go(Level.LOW, 500)
    assert judge(WATCH, some(4_000), replace(pace, calm_since=NOW - CALM_S)) == Close(Ended.SLOWED)
    assert judge(WATCH, some(400, unusual=BURST), pace) == Go(Level.LOW, 500)
    assert judge(WATCH, some(5_000, unusual=BURST), None, last_pace=NOW - HOUR_S) is None
    assert judge(WATCH, some(5_000, unusual=BURST), None, last_pace=NOW - DAY_S) == Open(Level.PACE, 500)


def test_the_team_teaches_how_long_a_refill_takes() -> None:
    """Four refills in five were faster; below three nothing is known, and then there is no order-by date."""
    assert usual_refill_s([1.0, 2.0]) == 0.0
    assert usual_refill_s([5.0, 1.0, 2.0, 3.0, 4.0, 6.0]) == pytest.approx(5.0)
    assert order_by(RunOut(NOW + 10, NOW + 20, None), 4.0) == NOW + 6
    assert order_by(RunOut(None, None, None), 4.0) == order_by(None, 4.0) == 0.0


@pytest.mark.parametrize(
    ("alert", "refill_s", "asked"),
    [
        (replace(ALERT, early=NOW + 10 * HOUR_S), 4 * HOUR_S, NOW + 6 * HOUR_S),
        (replace(ALERT, early=NOW + 10 * HOUR_S), 0.0, NOW + 10 * HOUR_S),
        # Too late for the usual refill: soon, yet not at once.
        (replace(ALERT, early=NOW + 4 * HOUR_S), 20 * HOUR_S, NOW + HOUR_S),
        (replace(ALERT, early=NOW + HOUR_S), 20 * HOUR_S, NOW + HOUR_S / 2),
        (ALERT, 4 * HOUR_S, NOW + ASK_AFTER_S),
        (replace(ALERT, level=Level.EMPTY), 4 * HOUR_S, NOW + 4 * HOUR_S),
    ],
)
def test_when_whoever_took_it_is_asked(alert: Alert, refill_s: float, asked: float) -> None:
    """At the early end of the range, less the usual time to refill."""
    assert ask_again_at(alert, NOW, refill_s) == asked


def test_three_things_hold_an_alert_back() -> None:
    """A snooze comes before an outage, an outage before quiet hours; a snooze ends by time or by what is left."""
    until = replace(ALERT, snoozed_by="U1", snoozed_until=NOW + 10)
    below = replace(ALERT, snoozed_by="U1", below=225)
    assert held(until, NOW, outage=True, quiet=True) is Held.SNOOZED
    assert held(until, NOW + 10) is None
    assert held(below, NOW) is Held.SNOOZED
    assert held(replace(below, available=225), NOW, outage=True, quiet=True) is Held.COVERED
    assert held(ALERT, NOW, quiet=True) is Held.QUIET
    assert held(ALERT, NOW) is None
