"""A shop's limit a minute, over all processes."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.personaclick.rate import RateLimit
from bot.store.database import Database
from bot.store.request_starts import RequestStarts
from tests.conftest import Clock


async def test_two_processes_share_one_limit(empty_postgres: str, clock: Clock) -> None:
    """Of two processes that start at once exactly as many requests go out as the limit says, the next a minute later;
    another shop's are its own."""
    databases = [Database(empty_postgres, now=clock) for _ in range(2)]
    starts = [RequestStarts(database) for database in databases]
    took = await asyncio.gather(*(each.take("shop", 7) for each in starts for _ in range(10)))
    assert took.count(0.0) == 7
    assert {round(wait) for wait in took if wait} == {60}
    assert await starts[0].take("another", 7) == 0
    clock.at += 60
    assert await starts[1].take("shop", 7) == 0
    for database in databases:
        await database.close()


async def test_a_rate_limit_waits_for_the_others(empty_postgres: str, clock: Clock) -> None:
    """What another process used up is waited for, though this one has started nothing."""
    database = Database(empty_postgres, now=clock)
    starts = RequestStarts(database)
    for _ in range(3):
        await starts.take("shop", 3)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.at += seconds

    rate = RateLimit(3, clock=clock, sleep=sleep, among_all=partial(starts.take, "shop"))
    assert not rate.try_acquire()
    await rate.acquire()
    assert [round(seconds) for seconds in slept] == [60]
    await database.close()


async def test_a_database_that_is_away_holds_up_nobody(clock: Clock) -> None:
    """Each process then keeps the limit by itself."""
    database = Database("postgresql+psycopg://nobody@127.0.0.1:9/x", now=clock)
    assert await RequestStarts(database).take("shop", 1) == 0
    await database.close()
