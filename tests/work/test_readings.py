"""Readings that cannot be relied on any more are not: other uploads to the list, decisions, and late clicks."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from bot.errors import WrongState
from bot.promo.lifecycle import Event
from bot.promo.uploads import Question, Refusal, State
from bot.store.database import Database
from bot.store.tables import batches, fingerprints, uploads
from tests.work.conftest import LIST, Works


def some(letter: str, count: int = 50) -> list[str]:
    """So many codes that begin with the letter."""
    return [f"{letter}{number}" for number in range(count)]


async def lose_an_answer(works: Works, fault: str) -> None:
    """The next POST takes a moment, and then its answer is lost in this way."""
    works.shop.record.posts.clear()
    await works.shop.fault("slow", 0.3, calls=1, methods=("POST",))
    await works.shop.fault(fault, calls=1, methods=("POST",))


async def first_post(works: Works) -> None:
    """Returns when the shop has got that POST."""
    works.worker.wake()
    async with asyncio.timeout(5):
        while not works.shop.record.posts:
            await asyncio.sleep(0.01)


async def test_a_skipped_batch_that_arrived_does_not_stand_for_the_next(works: Works) -> None:
    """A batch lost after a skipped one is not taken for arrived because the skipped one was in the list."""
    shop_list = works.shop.lists[LIST]
    await lose_an_answer(works, "cut_after")
    await works.queue(some("A"), some("B"))
    await first_post(works)
    shop_list.add(some("X", 3))
    asked = await works.until(State.NEEDS_DECISION)
    shop_list.take(3)
    await works.shop.fault("cut_before", calls=1, methods=("POST",))
    await works.uploads.apply("u1", Event.SKIP, "U1", asked.version)
    ended = await works.until(State.PARTLY_DONE, State.NEEDS_DECISION)
    assert ended.state is State.PARTLY_DONE
    assert works.shop.codes(LIST) == [*some("A"), *some("B")]


async def test_an_undo_meanwhile_does_not_hide_a_batch_that_arrived(works: Works) -> None:
    """When another upload was taken back while an outcome was open, the count cannot tell, and the card asks."""
    before = works.shop.lists[LIST].available
    await works.queue(some("A"), ref="u1")
    await works.until(State.DONE)
    await lose_an_answer(works, "cut_after")
    await works.queue(some("B"), ref="u2")
    await first_post(works)
    await works.shop.fault("forbidden", methods=("GET",))
    await works.until(State.PAUSED, ref="u2")
    await works.shop.fault("forbidden", None)
    await works.uploads.apply("u1", Event.UNDO, "U1")
    await works.until(State.UNDONE)
    await works.uploads.apply("u2", Event.RESUME, "U1")
    asked = await works.until(State.NEEDS_DECISION, State.DONE, ref="u2")
    assert isinstance(asked.notice, Question)
    assert replace(asked.notice, at=0.0) == Question(0, 50, None, before + 50)
    assert len(works.shop.record.posts) == 1


async def test_what_is_being_sent_ends_before_anything_else_begins(works: Works, database: Database) -> None:
    """An upload under way goes before an undo, and that before a new upload, whenever they were confirmed."""
    await works.stop()
    order = []
    for ref in ("undo", "queued", "sent"):
        await works.queue(some(ref), ref=ref)
    async with database.begin() as connection:
        for ref, state in (("undo", State.UNDOING), ("sent", State.SENDING)):
            await connection.execute(update(uploads).where(uploads.c.ref == ref).values(state=state))
    while (work := await works.ledger.next("", LIST)) is not None:
        order.append(work.ref)
        async with database.begin() as connection:
            await connection.execute(update(uploads).where(uploads.c.ref == work.ref).values(state=State.DONE))
    assert order == ["sent", "undo", "queued"]


async def test_an_upload_whose_codes_were_not_remembered_in_time_still_counts(works: Works, database: Database) -> None:
    """A process that died before it had remembered what it sent does not let the next upload send the same again."""
    await works.queue(some("A"), ref="u1")
    await works.until(State.DONE)
    await works.stop()
    async with database.begin() as connection:
        await connection.execute(delete(fingerprints))
        await connection.execute(update(batches).values(remembered=False))
    await works.queue([*some("A"), "N1"], ref="u2")
    works.start()
    done = await works.until(State.DONE, State.PARTLY_DONE, ref="u2")
    assert works.shop.codes(LIST) == [*some("A"), "N1"]
    assert done.refusals == (Refusal("", 50, (1, 2, 3, 4, 5), held_back=True),)


async def test_an_answer_to_an_earlier_question_decides_nothing(works: Works) -> None:
    """Whoever answers what was on the card before does not decide about the batch that is asked about now."""
    await lose_an_answer(works, "cut_before")
    await works.queue(some("A"))
    await first_post(works)
    works.shop.lists[LIST].add(some("X", 20))
    asked = await works.until(State.NEEDS_DECISION)
    with pytest.raises(WrongState) as caught:
        await works.uploads.apply("u1", Event.SEND_AGAIN, "U1", asked.version - 1)
    assert caught.value.why == "changed"
    assert await works.uploads.get("u1") == asked
