"""How fast codes leave a list, and whether that is unusual."""

from __future__ import annotations

from math import sin, tau

import pytest

from bot.promo.bookings import Booking, Need, need, share
from bot.promo.forecast import Reading, RunOut
from bot.promo.pace import DAY_S, HOUR_S, Unusual, per_day, unusual, used
from bot.promo.thinning import spaced, to_drop

NOW = 1_800_000_000.0


def history(days: float, rate: float, *, step_s: float = 300.0, swing: float = 0.0) -> list[Reading]:
    """A list that loses `rate` codes an hour for so many days until now, more by day than by night with a `swing`."""
    left, found = 1_000_000.0, []
    for number in range(int(days * DAY_S / step_s) + 1):
        at = NOW - days * DAY_S + number * step_s
        found.append(Reading(at, round(left)))
        left -= rate * step_s / HOUR_S * (1 + swing * sin(tau * at / DAY_S))
    return found


def test_the_pace_of_a_week() -> None:
    """Codes a day over the last week; nothing below half an hour of readings."""
    assert per_day(history(9, 10.0), NOW) == pytest.approx(240, rel=0.02)
    assert per_day(history(0.015, 10.0), NOW) is None
    assert per_day([], NOW) is None


def test_a_burst_is_unusual_and_a_rhythm_is_not() -> None:
    """Many times more than ever at this hour is unusual; the daily peak, a booked campaign and an upload are not."""
    calm = history(5, 50.0, swing=0.9)
    assert unusual(calm, NOW) is None
    last = calm[-1].available
    burst = [*calm[:-4], *[Reading(one.at, last - 300 * (number + 1)) for number, one in enumerate(calm[-4:])]]
    found = unusual(burst, NOW)
    assert found is not None
    assert found.taken > 1_000 > 10 * found.most > 0
    assert unusual(burst, NOW, booked=2_000) is None
    assert unusual(burst[-300:], NOW) is None
    refilled = [*calm[:-1], Reading(NOW, last + 5_000)]
    assert unusual(refilled, NOW) is None
    undone = [*calm[:-1], Reading(NOW, last - 5_000)]
    assert unusual(undone, NOW, [(NOW - 60, -5_000)]) is None
    assert unusual(undone, NOW) == Unusual(unusual(undone, NOW).taken, found.most)  # type: ignore[union-attr]


def test_an_undo_that_took_minutes_is_no_demand() -> None:
    """Codes taken back batch by batch, over several readings before the moment it is known by, are not taken."""
    calm = history(9, 50.0, swing=0.9)
    back = {-5: 1_000, -4: 4_000, -3: 9_000, -2: 12_000, -1: 12_000}
    loaded = [Reading(one.at, one.available + 12_000 * (one.at > NOW - 3 * HOUR_S)) for one in calm]
    for place, codes in back.items():
        loaded[place] = Reading(loaded[place].at, loaded[place].available - codes)
    added = [(NOW - 3 * HOUR_S - 60, 12_000), (loaded[-2].at - 1, -12_000)]
    assert unusual(loaded, NOW, added) is None
    assert per_day(loaded, NOW, added) == pytest.approx(per_day(calm, NOW), rel=0.01)


def test_what_was_used_between_two_moments() -> None:
    """Uploads are not use, and neither is growth."""
    found = [Reading(0, 100), Reading(10, 90), Reading(20, 190), Reading(30, 180), Reading(40, 400)]
    assert used(found, 0, 40, [(15, 105)]) == 10 + 5 + 10
    assert used(found, 10, 30, [(15, 105)]) == 5 + 10


BOOKED = Booking(1, "", "L", "Spring", 1_000, NOW + DAY_S, NOW + 3 * DAY_S, "U1")


@pytest.mark.parametrize(
    ("codes", "per_day_codes", "run_out", "bookings", "expected"),
    [
        (500, 100.0, None, [], Need(500, 1_000, NOW + 2 * DAY_S, 200, 100, 300, 0, True)),
        (500, None, None, [], Need(500, 1_000, NOW + 2 * DAY_S, 0, 0, 0, 0, False)),
        (500, 100.0, None, [BOOKED], Need(500, 1_000, NOW + 2 * DAY_S, 200, 100, 300, 500, True)),
        (
            500,
            100.0,
            RunOut(NOW + 8 * DAY_S, NOW + 10 * DAY_S, NOW + 20 * DAY_S),
            [],
            Need(500, 1_000, NOW + 2 * DAY_S, 200, 100, 250, 0, True),
        ),
    ],
)
def test_whether_a_list_has_enough(
    codes: int, per_day_codes: float | None, run_out: RunOut | None, bookings: list[Booking], expected: Need
) -> None:
    """What is left after the need, the bookings and the usual pace, with the pace's range from the forecast."""
    until = NOW + 2 * DAY_S
    assert need(codes, 1_000, NOW, until, per_day=per_day_codes, run_out=run_out, bookings=bookings) == expected


def test_enough_or_short() -> None:
    """The answer says by how many, and whether the pace could turn it."""
    enough = Need(500, 1_000, NOW, 200, 100, 300, 0, True)
    assert (enough.left, enough.short_by, enough.short_at_most, enough.sure) == (300, 0, 0, True)
    unsure = Need(700, 1_000, NOW, 200, 100, 400, 0, True)
    assert (unsure.left, unsure.short_by, unsure.short_at_most, unsure.sure) == (100, 0, 100, False)
    short = Need(900, 1_000, NOW, 200, 150, 400, 100, True)
    assert (short.left, short.short_by, short.short_at_most, short.sure) == (-200, 200, 400, True)


def test_a_booking_is_spread_over_its_time() -> None:
    """Half of the time takes half of the codes; a moment takes all at once."""
    assert share(BOOKED, NOW, NOW + 2 * DAY_S) == 500
    assert share(BOOKED, NOW, NOW + 9 * DAY_S) == 1_000
    assert share(BOOKED, NOW + 4 * DAY_S, NOW + 9 * DAY_S) == 0
    moment = Booking(2, "", "L", "", 7, NOW + 5, NOW + 5, "U1")
    assert (share(moment, NOW, NOW + 5), share(moment, NOW, NOW + 6)) == (0, 7)


def test_readings_go_in_order_of_age() -> None:
    """A year at five minutes leaves a week of all, three months by the hour and the rest by the day."""
    step = 300.0
    start = NOW - NOW % DAY_S
    moments = [start - number * step for number in range(int(365 * DAY_S / step), -1, -1)]
    kept = set(moments) - set(to_drop(moments, start))
    assert len(kept) == pytest.approx(7 * 288 + 84 * 24 + 274, abs=3)
    assert to_drop(sorted(kept), start) == []


def test_a_long_history_is_spaced_evenly() -> None:
    """The first and the last stay, and about as many as there is room for."""
    moments = [float(number) for number in range(10_000)]
    chosen = spaced(moments, 100)
    assert (chosen[0], chosen[-1]) == (0, 9_999)
    assert len(chosen) == pytest.approx(100, abs=2)
    assert spaced([1.0, 2.0], 100) == [0, 1]
