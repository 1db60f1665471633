"""A database taken into use."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.errors import SettingsError
from bot.store.database import Database


async def test_processes_that_start_at_once_on_a_fresh_database_agree(empty_postgres: str) -> None:
    """Whoever writes first decides which SECRET_KEY it is; nobody with the same key is turned away."""
    several = [Database(empty_postgres) for _ in range(6)]
    try:
        await asyncio.gather(*(one.trouble() for one in several))
        await asyncio.gather(*(one.open("mark") for one in several))
        with pytest.raises(SettingsError) as caught:
            await several[0].open("another mark")
    finally:
        await asyncio.gather(*(one.close() for one in several))
    assert (caught.value.name, caught.value.problem) == ("SECRET_KEY", "is not the one this database was made with")


async def test_machines_whose_clocks_differ_agree_on_the_time(
    empty_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Postgres the time is the server's, so that no lease seems to have run out because a clock is ahead."""
    right, ahead = time.time, 100.0
    monkeypatch.setattr(time, "time", lambda: right() + ahead)
    database = Database(empty_postgres)
    await database.open("mark")
    assert abs(database.now() - right()) < 1
    ahead = -100.0
    await database.set_clock()
    assert abs(database.now() - right()) < 1
    await database.close()
