"""What goes on beside an upload: the same codes elsewhere, shops that wait, shops that are renamed or gone, damage."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from sqlalchemy import update

from bot.promo.lifecycle import Event
from bot.promo.uploads import Paused, State
from bot.store.database import Database
from bot.store.tables import batches, uploads
from bot.work.worker import LISTS_AT_ONCE, Worker
from tests.work.conftest import LIST, Works
from tests.work.test_readings import some

OTHER = "100501"


async def test_the_same_codes_to_two_lists_in_one_moment(works: Works) -> None:
    """Of two uploads that run at once with the same codes, one sends them; the other holds them back and says so."""
    await works.stop()
    await works.shop.fault("slow", 0.1, methods=("POST",))
    sent = [some(letter, 30) for letter in "ABCDE"]
    other = next(list_id for list_id in works.shop.lists if list_id != LIST)
    await works.queue(*sent, ref="u1")
    await works.queue(*reversed(sent), ref="u2", list_id=other)
    works.start()
    ended = [await works.until(State.DONE, State.PARTLY_DONE, ref=ref) for ref in ("u1", "u2")]
    there = [*works.shop.codes(LIST), *works.shop.codes(other)]
    assert sorted(there) == sorted(code for batch in sent for code in batch)
    assert sum(upload.progress.refused for upload in ended) == 150


async def test_a_shop_that_waits_holds_up_no_other_shop(works: Works, database: Database) -> None:
    """As many lists of one shop as are worked on at once wait for an hour; another shop's upload goes through."""
    await works.stop()
    for number in range(LISTS_AT_ONCE + 2):
        await works.queue([f"W{number}"], ref=f"w{number}", list_id=f"W{number}")
    async with database.begin() as connection:
        waits = update(uploads).values(shop_id="slow", state=State.SENDING, retry_at=time.time() + 3600)
        await connection.execute(waits)
    await works.queue(some("A"), ref="quick")
    works.start()
    assert (await works.until(State.DONE, ref="quick")).progress.accepted == 50


async def test_the_uploads_behind_one_that_waits_wait_with_it(works: Works, database: Database) -> None:
    """An upload behind one that waits is not begun before it, and looking for work does not go round in circles."""
    await works.stop()
    await works.queue(some("A"), ref="u1")
    async with database.begin() as connection:
        await connection.execute(update(uploads).values(state=State.SENDING, retry_at=time.time() + 3600))
    await works.queue(some("B"), ref="u2")
    due = await works.store.leases.due([])
    assert (due.places, works.shop.codes(LIST)) == ([], [])
    assert due.next_in_s is not None
    assert 3500 < due.next_in_s <= 3600
    works.start()


async def test_a_shop_that_left_the_settings_is_told_and_can_come_back(works: Works) -> None:
    """Its uploads are paused with that reason; when the shop is back *Resume* goes on."""
    await works.stop()
    await works.queue(some("A"))
    without = Worker(works.store, lambda _: None, works.timing, lambda _: None)
    running = asyncio.create_task(without.run())
    paused = await works.until(State.PAUSED)
    assert paused.notice == Paused("shop gone")
    await without.stop(5)
    await running
    works.start()
    await works.uploads.apply("u1", Event.RESUME, "U1", paused.version)
    assert (await works.until(State.DONE)).progress.accepted == 50


async def test_stop_works_for_a_shop_that_is_gone(works: Works) -> None:
    """What was sent of it stays known, and the rest is not sent."""
    await works.stop()
    await works.queue(some("A"))
    await works.uploads.apply("u1", Event.STOP, "U1")
    without = Worker(works.store, lambda _: None, works.timing, lambda _: None)
    running = asyncio.create_task(without.run())
    ended = await works.until(State.PARTLY_DONE)
    assert (ended.progress.pending, ended.after) == (50, None)
    await without.stop(5)
    await running
    works.start()


async def test_a_damaged_batch_is_told(works: Works, database: Database) -> None:
    """A stored batch that does not open pauses the upload, and it can be stopped with what arrived."""
    await works.shop.fault("slow", 0.1, methods=("POST",))
    await works.stop()
    await works.queue(some("A"), some("B"))
    async with database.begin() as connection:
        await connection.execute(update(batches).where(batches.c.number == 1).values(payload=b"x" * 40))
    works.start()
    paused = await works.until(State.PAUSED)
    assert (paused.notice, paused.progress.accepted) == (Paused("damaged"), 50)
    await works.uploads.apply("u1", Event.STOP, "U1", paused.version)
    ended = await works.until(State.PARTLY_DONE)
    assert ended.progress.accepted == 50


async def test_a_renamed_shop_goes_on_by_its_id(works: Works, database: Database) -> None:
    """An upload under way belongs to the shop's id; it bears the name that the settings give the shop now."""
    await works.stop()
    await works.queue(some("A"))
    async with database.begin() as connection:
        await connection.execute(update(uploads).values(shop="old", shop_id="id-1"))
    named = replace(works)
    await named.stop()
    store = type(works.store)(database, works.store.vault, owner="you", timeout_s=1, shop_ids={"new": "id-1"})
    await store.uploads.name_shops()
    renamed = await store.uploads.get("u1")
    assert renamed.shop == "new"
    job = await store.ledger.next("id-1", LIST)
    assert job is not None
    assert job.ref == "u1"
    works.start()
