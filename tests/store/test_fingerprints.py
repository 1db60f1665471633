"""Remembering goes on beside clicks, and is noticed by whoever was checked before."""

from __future__ import annotations

import asyncio

from sqlalchemy import text, update

from bot.promo.lifecycle import Event
from bot.promo.uploads import BatchState
from bot.store.database import Database
from bot.store.tables import batches, uploads
from tests.conftest import store_on
from tests.store.test_uploads import checked


async def test_remembering_and_a_click_do_not_block_each_other(database: Database) -> None:
    """A click that has locked the upload, and then wants its batches, gets them while a batch is being remembered."""
    store = store_on(database)
    ready = await checked(store.uploads)
    await store.uploads.apply("u1", Event.CONFIRM, "U1", ready.version)
    async with database.begin() as connection:
        await connection.execute(update(batches).values(state=BatchState.UNSURE))
    job = await store.ledger.next("", "7")
    assert job is not None
    batch = (await store.batches.of(job))[0]
    async with database.begin() as connection:
        await connection.execute(update(uploads).values(version=uploads.c.version + 1))
        remembering = asyncio.create_task(store.fingerprints.remember(job, batch, ["A", "B"]))
        await asyncio.sleep(0.5)
        if not database.sqlite:
            await connection.execute(text("SET LOCAL lock_timeout = '1s'"))
        await connection.execute(update(batches).values(decided=True))
    await remembering
    assert batch.key not in [missing.key for missing in await store.fingerprints.missing(job)]
