"""A database taken into use."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import SettingsError
from bot.store.database import Database


async def test_processes_that_start_at_once_on_a_fresh_database_agree(empty_postgres: str) -> None:
    """Whoever writes first decides which SECRET_KEY it is; nobody with the same key is turned away."""
    several = [Database(empty_postgres) for _ in range(6)]
    try:
        await asyncio.gather(*(one.answers() for one in several))
        await asyncio.gather(*(one.open("mark") for one in several))
        with pytest.raises(SettingsError) as caught:
            await several[0].open("another mark")
    finally:
        await asyncio.gather(*(one.close() for one in several))
    assert (caught.value.name, caught.value.problem) == ("SECRET_KEY", "is not the one this database was made with")
