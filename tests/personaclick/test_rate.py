"""The rate limit of one shop."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.personaclick.rate import RateLimit
from tests.personaclick.conftest import FakeTime


async def test_zero_means_no_limit(fake_time: FakeTime) -> None:
    """With 0 nobody ever waits."""
    rate = RateLimit(0, clock=fake_time.clock, sleep=fake_time.sleep)
    for _ in range(1000):
        await rate.acquire()
    assert fake_time.slept == []


@given(per_minute=st.integers(1, 8), gaps=st.lists(st.floats(0, 50), min_size=1, max_size=40))
async def test_no_window_holds_more_than_the_figure(per_minute: int, gaps: list[float]) -> None:
    """However callers arrive, `per_minute` starts later at least 60 seconds have passed."""
    time = FakeTime(now=0.0)
    rate = RateLimit(per_minute, clock=time.clock, sleep=time.sleep)
    starts = []
    for gap in gaps:
        time.now += gap
        async with rate:
            starts.append(time.now)
    assert all(later >= first + 60 for first, later in zip(starts, starts[per_minute:], strict=False))


async def test_a_burst_passes_and_the_rest_waits_exactly(fake_time: FakeTime) -> None:
    """Three of three pass at once, the fourth waits the whole minute, and the next two ride with it."""
    rate = RateLimit(3, clock=fake_time.clock, sleep=fake_time.sleep)
    starts = []
    for _ in range(7):
        await rate.acquire()
        starts.append(fake_time.now)
    assert starts == [1000.0] * 3 + [1060.0] * 3 + [1120.0]


async def test_first_come_first_served() -> None:
    """Callers start in the order in which they asked."""
    time, order = FakeTime(), list[int]()

    async def yielding_sleep(seconds: float) -> None:
        await time.sleep(seconds)
        await asyncio.sleep(0)

    rate = RateLimit(2, clock=time.clock, sleep=yielding_sleep)

    async def caller(number: int) -> None:
        await rate.acquire()
        order.append(number)

    await asyncio.gather(*(caller(number) for number in range(9)))
    assert (order, all(one <= two for one, two in pairwise(order))) == (list(range(9)), True)


async def test_a_pause_stops_everybody_and_the_longer_one_stands(fake_time: FakeTime) -> None:
    """A pause holds even without a limit, and a shorter one does not cut it."""
    rate = RateLimit(0, clock=fake_time.clock, sleep=fake_time.sleep)
    rate.pause(30)
    rate.pause(5)
    await rate.acquire()
    await rate.acquire()
    assert fake_time.slept == [30.0]


async def test_a_pause_asked_for_while_somebody_waits_counts_for_them(fake_time: FakeTime) -> None:
    """Who already waits for a turn waits for a pause that comes later, too."""

    async def sleep(seconds: float) -> None:
        await fake_time.sleep(seconds)
        if len(fake_time.slept) == 1:
            rate.pause(7)

    rate = RateLimit(1, clock=fake_time.clock, sleep=sleep)
    await rate.acquire()
    await rate.acquire()
    assert fake_time.slept == [60.0, 7.0]
