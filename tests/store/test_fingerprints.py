"""Remembering goes on beside clicks, and is noticed by whoever was checked before."""

from __future__ import annotations

import asyncio

from sqlalchemy import text, update

from bot.promo.uploads import BatchState
from bot.store.database import Database
from bot.store.fingerprints import Fingerprints
from bot.store.leases import Leases
from bot.store.ledger import Ledger
from bot.store.tables import batches, uploads
from bot.store.uploads import Uploads
from tests.store.test_uploads import VAULT, checked


async def test_remembering_and_a_click_do_not_block_each_other(database: Database) -> None:
    """A click that has locked the upload, and then wants its batches, gets them while a batch is being remembered."""
    ledger = Ledger(database, VAULT, Leases(database, "me", 60.0))
    ready = await checked(Uploads(database, VAULT))
    await Uploads(database, VAULT).confirm("u1", "U1", ready.version)
    async with database.begin() as connection:
        await connection.execute(update(batches).values(state=BatchState.UNSURE))
    work = await ledger.next("", "7")
    assert work is not None
    batch = (await ledger.batches(work))[0]
    async with database.begin() as connection:
        await connection.execute(update(uploads).values(version=uploads.c.version + 1))
        remembering = asyncio.create_task(Fingerprints(database, VAULT).remember(ledger, work, batch))
        await asyncio.sleep(0.5)
        if not database.sqlite:
            await connection.execute(text("SET LOCAL lock_timeout = '1s'"))
        await connection.execute(update(batches).values(decided=True))
    await remembering
    assert batch.key not in [one.key for one in await Fingerprints(database, VAULT).missing(work)]
