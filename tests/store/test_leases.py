"""Leases: one process at a time works on a list, and whoever was away while another did knows."""

from __future__ import annotations

import pytest

from bot.errors import LeaseLost
from bot.store.database import Database
from bot.store.leases import Leases
from tests.conftest import Clock


async def test_a_lease_is_taken_once_and_kept(database: Database, clock: Clock) -> None:
    """While its owner renews it nobody else gets a lease; when it ends another does."""
    mine, theirs = Leases(database, "me", 60.0), Leases(database, "them", 60.0)
    assert await mine.take("", "L")
    clock.at += 50
    await mine.keep("", "L")
    clock.at += 50
    assert not await theirs.take("", "L")
    clock.at += 11
    assert await theirs.take("", "L")
    with pytest.raises(LeaseLost):
        await mine.keep("", "L")


async def test_a_lease_that_another_had_meanwhile_is_lost(database: Database, clock: Clock) -> None:
    """A process that stood still does not go on as if nothing had happened when the other has let go again."""
    mine, theirs = Leases(database, "me", 60.0), Leases(database, "them", 60.0)
    await mine.take("", "L")
    clock.at += 61
    await theirs.take("", "L")
    await theirs.release("", "L")
    with pytest.raises(LeaseLost):
        await mine.keep("", "L")
    assert await mine.take("", "L")
