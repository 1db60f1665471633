"""The playground's time: continuous, as fast as asked, with days and nights."""

from __future__ import annotations

import asyncio
from datetime import UTC

import pytest

from bot.playground.clock import FAST, PlaygroundClock
from tests.conftest import Clock


def test_time_goes_on_from_where_it_is() -> None:
    """A change of speed is no jump; a day passes in a minute."""
    real = Clock()
    clock = PlaygroundClock(real)
    real.at += 10
    assert clock.now() == real.at
    clock.run(FAST)
    begun = clock.now()
    real.at += 60
    assert clock.now() - begun == 86_400
    clock.run(1)
    real.at += 60
    assert clock.now() - begun == 86_460


def test_a_real_moment_is_told_by_the_clock_of_then() -> None:
    """What happened at the usual speed, fast and after it keeps its moment; what is to come is as far away as it is."""
    real = Clock(1_000.0)
    clock = PlaygroundClock(real)
    assert clock.told(900.0) == 900.0
    real.at += 100
    clock.run(FAST)
    real.at += 10
    clock.run(1)
    real.at += 100
    assert clock.told(1_050.0) == 1_050.0
    assert clock.told(1_105.0) == 1_100.0 + 5 * FAST
    assert clock.told(1_150.0) == 1_100.0 + 10 * FAST + 40
    assert clock.told(real.at) == clock.now()
    assert clock.told(real.at + 3_600) == clock.now() + 3_600


@pytest.mark.parametrize("speed", [0, -1, 0.5, FAST + 1, float("nan")])
def test_time_runs_forward_and_no_faster_than_a_day_a_minute(speed: float) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="a speed from 1 to 1440 is expected"):
        PlaygroundClock().run(speed)


async def test_who_sleeps_wakes_by_the_clock_that_runs_now() -> None:
    """An hour of sleep that began at the usual speed ends soon after time runs fast."""
    clock = PlaygroundClock()
    asleep = asyncio.create_task(clock.sleep(300))
    await asyncio.sleep(0)
    clock.run(FAST)
    begun = clock.now()
    await asyncio.wait_for(asleep, 5)
    assert clock.now() - begun >= 299


def test_a_week_of_shoppers_has_nights_evenings_and_a_weekend() -> None:
    """1 on average, least before dawn, most in the evening; always 1 while time runs as usual."""
    real = Clock(1_795_392_000.0)
    clock = PlaygroundClock(real, zone=UTC)
    assert clock.demand() == 1.0
    clock.run(FAST)
    hours = []
    for _ in range(7 * 24):
        hours.append(clock.demand())
        real.at += 2.5
    assert sum(hours) / len(hours) == pytest.approx(1, abs=0.01)
    day = hours[:24]
    assert (day.index(min(day)), day.index(max(day))) == (7, 19)
    assert min(day) < 0.2 < 1.6 < max(day)
