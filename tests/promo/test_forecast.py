"""When a list runs out, and what a forecast must not be fooled by."""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.promo.forecast import Booked, Reading, RunOut, TooLittle, pace, run_out

DAY, HOUR = 86400.0, 3600.0
NOW = 1_780_000_000.0


def steady(days: float, left: int, an_hour: float = 60.0, every: float = 300.0, until: float = NOW) -> list[Reading]:
    """Readings of a list that loses `an_hour` codes, up to `until` with `left` codes."""
    count = int(days * DAY / every)
    return [Reading(until - back * every, left + round(back * every / HOUR * an_hour)) for back in range(count, -1, -1)]


def hours(found: RunOut | TooLittle) -> tuple[float, float, float]:
    """A range in hours from now."""
    assert isinstance(found, RunOut)
    assert found.early is not None
    assert found.likely is not None
    assert found.late is not None
    return (found.early - NOW) / HOUR, (found.likely - NOW) / HOUR, (found.late - NOW) / HOUR


def test_a_steady_list_runs_out_when_it_must() -> None:
    """A list that loses 60 codes an hour and has 6,000 left is empty in 100 hours, give or take little."""
    early, likely, late = hours(run_out(steady(28, 6000), NOW))
    assert 90 < early <= likely <= late < 112
    assert abs(likely - 100) < 2


def test_under_two_days_there_is_no_date() -> None:
    """Less than two days of readings give no range, and say from when on there is one."""
    assert run_out(steady(1.5, 6000), NOW) == TooLittle(NOW + 0.5 * DAY)
    assert run_out([], NOW) == TooLittle(NOW + 2 * DAY)
    assert run_out([Reading(NOW - 60, 5)], NOW) == TooLittle(NOW - 60 + 2 * DAY)


def test_an_empty_list_is_empty_now() -> None:
    """A list at nothing has run out, whatever its history."""
    assert run_out([Reading(NOW - 60, 0)], NOW) == RunOut(NOW, NOW, NOW)


def test_a_list_nobody_takes_from_never_runs_out() -> None:
    """No codes taken in four weeks: no date."""
    assert run_out(steady(28, 500, an_hour=0), NOW) == RunOut(None, None, None)


def test_a_known_upload_explains_a_rise_exactly() -> None:
    """A list that was loaded in between is forecast as if it had the codes all along."""
    plain = steady(28, 6000)
    loaded = [Reading(r.at, r.available - 5000 * (r.at < NOW - 5 * DAY)) for r in plain if r.at > NOW - 6 * DAY]
    whole = [reading for reading in plain if reading.at > NOW - 6 * DAY]
    assert run_out(loaded, NOW, added=[(NOW - 5 * DAY - 10, 5000)]) == run_out(whole, NOW)


def refilled(readings: Sequence[Reading], at: float, codes: int) -> list[Reading]:
    """The same readings of a list that got so many codes at `at`."""
    return [Reading(reading.at, reading.available - codes * (reading.at < at)) for reading in readings]


def test_a_refill_elsewhere_is_not_demand() -> None:
    """A rise that nobody explains moves nothing."""
    _, likely, _ = hours(run_out(refilled(steady(28, 30_000), NOW - 5.5 * DAY, 20_000), NOW))
    assert abs(likely - 500) < 10


def test_a_count_that_slips_for_a_moment_moves_nothing() -> None:
    """One reading far too low or too high is no demand."""
    plain = steady(28, 6000)
    for wrong in (0, 90_000):
        slipped = [*plain]
        slipped[-500] = Reading(plain[-500].at, wrong)
        assert abs(hours(run_out(slipped, NOW))[1] - 100) < 2


def test_a_booked_campaign_comes_on_top() -> None:
    """A campaign that takes 3,000 codes tomorrow brings the end forward by 50 hours."""
    plan = Booked(NOW + DAY, NOW + 2 * DAY, 3000)
    early, likely, late = hours(run_out(steady(28, 6000), NOW, booked=[plan]))
    assert abs(likely - 50) < 2
    # What a campaign takes is never quite its plan.
    assert early < 48
    assert late > 52


def test_the_pace_leaves_out_what_was_loaded() -> None:
    """Codes an hour over the last day, whether or not the list was loaded in it."""
    plain = steady(28, 6000)
    assert pace(plain, NOW) == 60.0
    loaded = refilled(plain, NOW - 5 * HOUR, 4000)
    assert pace(loaded, NOW, added=[(NOW - 5 * HOUR - 1, 4000)]) == 60.0
    assert pace([], NOW) is None


def test_a_list_that_went_silent_gets_no_date() -> None:
    """Sixty codes an hour for weeks, none for the last four days: it may be over, so no likely end is told."""
    used = steady(24, 6000, until=NOW - 4 * DAY)
    silent = [Reading(NOW - 4 * DAY + number * 300, 6000) for number in range(1, 1153)]
    found = run_out([*used, *silent], NOW)
    assert isinstance(found, RunOut)
    assert (found.likely, found.late) == (None, None)


def test_hours_at_nothing_are_not_taken_for_quiet_ones() -> None:
    """A list that stood empty half of each day is forecast at the pace of the hours in which it had codes."""
    readings = []
    for day in range(10, 0, -1):
        start = NOW - day * DAY
        readings += [Reading(start + hour * HOUR, max(0, 721 - 60 * hour)) for hour in range(24)]
    readings.append(Reading(NOW, 600))
    _, likely, _ = hours(run_out(readings, NOW))
    assert likely < 14


def test_a_booked_campaign_of_the_past_teaches_nothing() -> None:
    """What a known campaign took last week does not raise the pace of the weeks to come."""
    plain = steady(28, 6000)
    start, end = NOW - 6 * DAY, NOW - 5 * DAY
    rush = [Reading(r.at, r.available + round(9000 * min(1.0, max(0.0, (end - r.at) / (end - start))))) for r in plain]
    assert hours(run_out(rush, NOW))[1] < 92
    assert abs(hours(run_out(rush, NOW, booked=[Booked(start, end, 9000)]))[1] - 100) < 2


def test_a_wider_range_keeps_the_likely_moment() -> None:
    """Widening moves both ends away from the likely moment, and narrowing towards it."""
    readings = [Reading(r.at, r.available + (int(r.at) // 86400 * 7919 % 400)) for r in steady(28, 6000)]
    narrow, plain, wide = (hours(run_out(readings, NOW, widening=by)) for by in (0.7, 1.0, 2.0))
    assert narrow[1] == plain[1] == wide[1]
    assert wide[0] < plain[0] < narrow[0]
    assert narrow[2] < plain[2] < wide[2]


def bought(chance: random.Random, days: int, a_day: float) -> list[float]:
    """The moments at which codes are taken from NOW - 28 days on, by shoppers with a daily rhythm and weekends."""
    at, found = NOW - 28 * DAY, []
    while at < NOW + days * DAY:
        at += chance.expovariate(2 * a_day / DAY)
        weekend = 0.6 if int(at / DAY) % 7 in (2, 3) else 1.0
        if chance.random() < weekend * (0.5 + 0.5 * math.sin(at / DAY * math.tau)):
            found.append(at)
    return found


def test_the_range_keeps_its_promise() -> None:
    """Of lists with days, nights and weekends 80 in 100 run out within their range, give or take chance."""
    chance = random.Random(77)
    inside = misses = 0
    for _ in range(80):
        a_day, lasts = chance.choice((10, 40, 150)), chance.choice((0.2, 1, 3, 8))
        moments = bought(chance, int(3 * lasts + 3), a_day)
        past = bisect_left(moments, NOW)
        left = max(1, round(a_day * lasts * 0.85))
        grid = [NOW - 7 * DAY - hour * HOUR for hour in range(504, 0, -1)] + [
            NOW - step * 300 for step in range(2016, -1, -1)
        ]
        found = run_out([Reading(at, left + past - bisect_right(moments, at)) for at in grid], NOW)
        assert isinstance(found, RunOut)
        if past + left - 1 >= len(moments):
            misses += 1
            continue
        truth = moments[past + left - 1]
        inside += (found.early or math.inf) <= truth <= (found.late or math.inf)
    assert misses <= 2
    assert 0.67 <= inside / (80 - misses) <= 0.93


def test_idle_weekends_say_nothing_of_weekdays() -> None:
    """A list that nobody takes from at weekends is forecast by its weekdays: narrowly, and past the weekend."""

    def taken(at: float) -> float:
        days, rest = divmod((at - NOW) / DAY, 1)
        weeks, day = divmod(days, 7)
        return 1000 * (5 * weeks + min(day, 5) + (rest if day < 5 else 0))

    readings = [Reading(NOW - hour * HOUR, 6000 - round(taken(NOW - hour * HOUR))) for hour in range(28 * 24, -1, -1)]
    early, likely, late = (moment / 24 for moment in hours(run_out(readings, NOW)))
    assert 7.5 < early <= likely <= late < 8.5
    assert abs(likely - 8) < 0.2


def test_a_few_codes_go_one_by_one() -> None:
    """Of 20 codes that go at one a minute nobody knows the minute of the last, though readings are an hour apart."""
    early, likely, late = hours(run_out(steady(28, 20, every=HOUR), NOW))
    assert abs(likely - 20 / 60) < 0.05
    assert early < 16 / 60
    assert late > 24 / 60


def test_the_order_of_the_readings_does_not_matter() -> None:
    """Readings that come in any order are forecast as if they had come in theirs."""
    readings = steady(28, 6000)
    mixed = random.Random(3).sample(readings, len(readings))
    assert run_out(mixed, NOW) == run_out(readings, NOW)
    assert pace(mixed, NOW) == pace(readings, NOW)


readings_of_any_kind = st.lists(
    st.tuples(st.floats(NOW - 40 * DAY, NOW + DAY), st.integers(-5, 3000)), max_size=60
).map(lambda pairs: [Reading(at, available) for at, available in sorted(pairs)])


@settings(max_examples=300, deadline=None)
@given(
    readings=readings_of_any_kind,
    added=st.lists(st.tuples(st.floats(NOW - 40 * DAY, NOW + DAY), st.integers(-50, 3000)), max_size=5),
    booked=st.lists(
        st.builds(
            Booked,
            st.floats(NOW - 9 * DAY, NOW + 9 * DAY),
            st.floats(NOW - 9 * DAY, NOW + 9 * DAY),
            st.integers(0, 3000),
        ),
        max_size=3,
    ),
    widening=st.floats(0.5, 3),
)
def test_the_range_is_in_order_whatever_the_readings(
    readings: list[Reading], added: list[tuple[float, int]], booked: list[Booked], widening: float
) -> None:
    """Nothing raises, nothing is before now, and early, likely and late come in this order."""
    found = run_out(readings, NOW, added=added, booked=booked, widening=widening)
    if isinstance(found, TooLittle):
        assert found.until >= NOW
        return
    moments = [float("inf") if moment is None else moment for moment in (found.early, found.likely, found.late)]
    assert NOW <= moments[0] <= moments[1] <= moments[2]
    assert found == run_out(readings, NOW, added=added, booked=booked, widening=widening)


def test_an_unknown_rise_never_counts_as_taken() -> None:
    """Rises alone give no demand."""
    chance = random.Random(5)
    at = NOW - 20 * DAY
    readings, left = [], 100
    while at < NOW:
        readings.append(Reading(at, left))
        at += chance.choice((300.0, 3600.0))
        left += chance.choice((0, 0, 0, 7))
    assert run_out(readings, NOW) == RunOut(None, None, None)
