"""What is put in order behind dead processes."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.errors import CheckTooHeavy
from bot.promo.uploads import State
from bot.store.database import Database
from bot.store.uploads import NewUpload
from bot.work.housekeeping import Housekeeping
from tests.conftest import Clock, store_on


async def test_a_check_that_killed_its_process_twice_is_given_up(database: Database, clock: Clock) -> None:
    """A check is begun anew after the first death of its process; after the second the file is called too heavy."""
    store = store_on(database)
    begun: list[str] = []
    moved: list[str] = []

    async def nothing(_: Any) -> None:
        raise AssertionError("no file was dropped")

    async def look() -> None:
        house = Housekeeping(store, changed=moved.append, check=begun.append, take_up=nothing)
        keeping = asyncio.create_task(house.run())
        await asyncio.sleep(0)
        house.stop()
        await keeping

    await store.uploads.create(NewUpload("u1", "C1", "U1", "codes.csv", file_id="F1"))
    clock.at += 60
    await look()
    assert (begun, moved) == (["u1"], [])
    clock.at += 60
    await look()
    upload = await store.uploads.get("u1")
    assert (begun, moved, upload.state, upload.failure) == (["u1"], ["u1"], State.FAILED, CheckTooHeavy("memory"))
