"""Servers that store a batch long after its answer was lost: never silently twice, and never taken for another."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from bot.promo.lifecycle import Event
from bot.promo.uploads import State
from bot.store.database import Database
from tests.work.conftest import LIST, Works
from tests.work.test_readings import some


def quick(works: Works) -> None:
    """Lists of ended uploads are read often, so that a test need not wait."""
    works.timing = replace(works.timing, watch_every_s=0.1)


async def until_surplus(works: Works, count: int) -> None:
    """Returns when the upload says that its list grew by so many codes beyond what was sent."""
    async with asyncio.timeout(20):
        while (await works.uploads.get("u1")).surplus != count:
            await asyncio.sleep(0.05)


async def test_a_batch_that_arrives_after_its_verdict_is_told(works: Works) -> None:
    """Sent again after minutes of quiet and then stored all the same: the upload says how many codes too many."""
    await works.stop()
    quick(works)
    works.start()
    await works.shop.fault("late", 4.0, calls=1, methods=("POST",))
    await works.queue(some("A"), some("B"))
    done = await works.until(State.DONE)
    assert (works.shop.codes(LIST), done.lost, done.surplus) == ([*some("A"), *some("B")], (0,), 0)
    await until_surplus(works, 50)
    assert works.shop.codes(LIST) == [*some("A"), *some("B"), *some("A")]


async def test_a_longer_quiet_waits_for_it(works: Works) -> None:
    """With the quiet that the settings name by default no such batch is sent again."""
    await works.stop()
    works.timing = replace(works.timing, settle_s=90.0)
    works.start()
    await works.shop.fault("late", 3.0, calls=1, methods=("POST",))
    await works.queue(some("A"))
    done = await works.until(State.DONE)
    assert (works.shop.codes(LIST), done.lost) == (some("A"), ())


async def test_growth_that_may_be_a_straggler_proves_nothing(works: Works) -> None:
    """While a lost batch may still arrive, growth by as much does not mean that another one did."""
    await works.shop.fault("cut_before", calls=1, methods=("POST",))
    await works.queue(some("A"), some("B"))
    await works.shop.fault("slow", 0.3, methods=("POST",))
    works.worker.wake()
    async with asyncio.timeout(20):
        while works.shop.codes(LIST) != some("A"):
            # The next POST follows within milliseconds.
            await asyncio.sleep(0)
    await works.shop.fault("cut_before", calls=1, methods=("POST",))
    async with asyncio.timeout(20):
        while len(works.shop.record.posts) < 3:
            await asyncio.sleep(0.01)
    works.shop.lists[LIST].add(some("A"))
    asked = await works.until(State.NEEDS_DECISION, State.DONE)
    assert (asked.state, asked.lost) == (State.NEEDS_DECISION, (0,))


async def test_a_clock_that_jumps_does_not_shorten_the_quiet(
    works: Works, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five minutes that a clock steps forward are no five minutes of quiet."""
    await works.stop()
    works.timing = replace(works.timing, settle_s=3.0, now=lambda: database.now())
    works.start()
    await works.shop.fault("late", 2.0, calls=1, methods=("POST",))
    await works.queue(some("A"))
    works.worker.wake()
    async with asyncio.timeout(10):
        while not works.shop.record.posts:
            await asyncio.sleep(0.01)
    monkeypatch.setattr(database, "now", lambda: time.time() + 300)
    await works.until(State.DONE)
    assert works.shop.codes(LIST) == some("A")


async def test_codes_that_come_after_an_undo_are_told(works: Works) -> None:
    """A batch that is stored after everything was taken back is in the list again, and the card says so."""
    await works.stop()
    quick(works)
    works.start()
    await works.shop.fault("late", 5.0, calls=1, methods=("POST",))
    await works.queue(some("A"))
    await works.until(State.DONE)
    await works.uploads.apply("u1", Event.UNDO, "U1")
    await works.until(State.UNDONE)
    await until_surplus(works, 50)
    assert (await works.uploads.get("u1")).state is State.UNDONE
