"""The API loses answers, with and without shoppers at its lists: every code is there once, or the card asks."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.promo.lifecycle import Event
from bot.promo.uploads import Question, State
from bot.store.leases import lease_s
from bot.store.tables import leases
from tests.faults.harness import EXACT, Tally, Town, all_of, seen, some

FAULTS = ("cut_before", "cut_after", "error_before", "error_after", "late")


async def spoil(place: Town, fault: str, calls: int | None = 1) -> None:
    """The next POSTs go wrong in this way; `late` ones are carried out long past the time-out."""
    await place.shop.fault(fault, 1.5 * place.timeout_s if fault == "late" else True, calls=calls, methods=("POST",))


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_lost_answer(place: Town, fault: str) -> None:
    """A process that gets no answer to its second POST finds out what became of it, and sends every code once."""
    place.add_list("L", 500)
    batches = some("u", 4, 50)
    await place.shop.fault("slow", 0.05, methods=("POST",))
    await place.queue("u", "L", batches)
    await place.process()
    await seen(lambda: bool(place.posts))
    await spoil(place, fault)
    upload = await place.until("u")
    assert (upload.state, await place.exactly_once(upload, "L", batches)) == (State.DONE, EXACT)
    assert place.shop.codes("L") == all_of(batches)
    assert not place.shop.faults.is_on(fault)
    assert len(place.posts) == len(batches) + (fault in {"cut_before", "error_before"})


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_lost_answer_while_shoppers_take_codes(place: Town, fault: str) -> None:
    """While shoppers take codes at a steady pace the count still tells, and every code is sent once."""
    place.add_list("L", 500)
    batches = some("u", 4, 200)
    await spoil(place, fault)
    taking = asyncio.create_task(shoppers(place, 2, 0.3))
    await place.queue("u", "L", batches)
    await place.process()
    upload = await place.until("u")
    taking.cancel()
    assert (upload.state, await place.exactly_once(upload, "L", batches)) == (State.DONE, EXACT)


async def test_shoppers_alone(place: Town) -> None:
    """A falling count by itself neither stops an upload nor has anything sent again."""
    place.add_list("L", 500)
    batches = some("u", 20, 50)
    await place.shop.fault("slow", 0.05, methods=("POST",))
    taking = asyncio.create_task(shoppers(place, 30, 0.05))
    await place.queue("u", "L", batches)
    await place.process()
    upload = await place.until("u")
    taking.cancel()
    assert (upload.state, await place.exactly_once(upload, "L", batches)) == (State.DONE, EXACT)
    assert len(place.posts) == len(batches)


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_rush_hides_what_happened(place: Town, arrived: bool) -> None:
    """When shoppers take half a batch at once, nothing is sent on a guess: the card asks, and the answer is exact."""
    place.add_list("L", 500)
    batches = some("u", 3, 40)
    await place.queue("u", "L", batches)
    await spoil(place, "cut_after" if arrived else "cut_before")
    await place.process()
    await seen(lambda: bool(place.posts))
    place.shop.take("L", 20)
    upload = await place.until("u")
    assert upload.state is State.NEEDS_DECISION
    assert isinstance(upload.notice, Question)
    assert replace(upload.notice, at=0.0) == Question(0, 40, 500, 520 if arrived else 480)
    assert await place.exactly_once(upload, "L", batches) == Tally(asked=1)
    event = Event.SKIP if arrived else Event.SEND_AGAIN
    await place.uploads.apply("u", event, "U1", upload.version)
    place.wake()
    upload = await place.until("u")
    assert await place.exactly_once(upload, "L", batches) == EXACT
    assert place.shop.codes("L") == all_of(batches)


async def test_shoppers_who_took_a_whole_batch_unseen(postgres_place: Town) -> None:
    """A batch that landed and was taken while no process lived looks as if it never came; it is not sent again."""
    place = postgres_place
    place.add_list("L", 500)
    batches = some("u", 1, 30)
    await place.queue("u", "L", batches)
    await spoil(place, "cut_after")
    process = await place.process()
    await seen(lambda: any(post.stored for post in place.posts))
    await place.kill(process)
    place.shop.take("L", 30)
    taking = asyncio.create_task(shoppers(place, 1, 0.5))
    async with asyncio.timeout(lease_s(place.timeout_s) + 30):
        while (await place.uploads.get("u")).state is not State.NEEDS_DECISION:
            if len(place.processes) == 1 and await lease_is_over(place):
                await place.process()
            await asyncio.sleep(0.02)
    taking.cancel()
    assert await place.exactly_once(await place.uploads.get("u"), "L", batches) == Tally(asked=1)


async def lease_is_over(place: Town) -> bool:
    """Whether a new process would begin at once."""
    async with place.database.read() as connection:
        until = await connection.scalar(select(leases.c.until))
    return until is None or until < time.time()


async def shoppers(place: Town, at_most: int, every_s: float) -> None:
    """Take up to so many codes, every so often."""
    chance = random.Random(7)
    while True:
        place.shop.take("L", chance.randint(0, at_most))
        await asyncio.sleep(every_s)
