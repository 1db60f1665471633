"""What the database knows of codes loaded and taken back, as forecasts are given it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.promo.lifecycle import Event
from bot.promo.lists import PromoList
from bot.store.database import Database
from bot.store.store import Store
from bot.store.tables import batches, uploads
from tests.conftest import Clock, store_on
from tests.store.test_uploads import checked

HOUR_S = 3_600.0


async def undone(store: Store, clock: Clock) -> tuple[float, float]:
    """An upload of 2 and 1 codes, sent and then taken back; answers when each was done."""
    ready = await checked(store.uploads)
    for event in (Event.CONFIRM, Event.BEGIN):
        await store.uploads.apply("u1", event, "U1", None)
    sent_at = clock.at
    async with store.database.begin() as connection:
        await connection.execute(update(batches).values(state="accepted", sent_at=sent_at))
        await connection.execute(update(uploads).values(undo_until=sent_at + 24 * HOUR_S))
    await store.uploads.apply("u1", Event.FINISH, "", None)
    clock.at += HOUR_S
    await store.uploads.apply("u1", Event.UNDO, "U1", None)
    async with store.database.begin() as connection:
        done = {"undo": "done", "deleted": 1, "not_found": 1}
        unclear = {"undo": "unclear", "deleted": 0, "not_found": 1}
        await connection.execute(update(batches).where(batches.c.number == 0).values(**done))
        await connection.execute(update(batches).where(batches.c.number == 1).values(**unclear))
    clock.at += 60
    await store.uploads.apply("u1", Event.TAKE_BACK, "", None)
    assert ready.list_id == "7"
    return sent_at, clock.at


async def test_what_was_taken_back_counts_when_it_was(database: Database, clock: Clock) -> None:
    """Codes taken back count against those loaded, at the moment of the undo, whatever happens to the upload later."""
    store = store_on(database)
    sent_at, back_at = await undone(store, clock)
    clock.at += 24 * HOUR_S
    async with database.begin() as connection:
        await connection.execute(update(batches).values(remembered=True))
    await store.retention.wipe_old()
    expected = [(sent_at, 3), (back_at, -2)]
    assert await store.loaded.since(sent_at - 1) == {("", "7"): expected}
    assert await store.loaded.since(back_at - 1) == {("", "7"): expected[1:]}
    assert await store.loaded.since(back_at) == {}


async def test_moments_are_told_by_the_clock_that_people_see(database: Database, clock: Clock) -> None:
    """Where people's time runs ahead, an upload and what it brought have the moments that people saw."""
    store = store_on(database)
    sent_at, back_at = await undone(store, clock)
    database.told = lambda at: sent_at + 24 * (at - sent_at)
    expected = [(sent_at, 3), (sent_at + 24 * (back_at - sent_at), -2)]
    assert await store.loaded.since(sent_at - 1) == {("", "7"): expected}
    assert await store.loaded.since(back_at) == {("", "7"): expected[1:]}
    (upload,) = await store.history.latest(PromoList("7", "Sale", 0))
    assert upload.created_at == sent_at
    assert upload.decisions[-1].at == pytest.approx(sent_at + 24 * HOUR_S)
