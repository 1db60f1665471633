"""What happens once, in all processes together: deliveries that come twice, and leases."""

from __future__ import annotations

import asyncio

from bot.store.database import Database
from bot.store.deliveries import Deliveries
from bot.store.leases import Leases
from tests.conftest import Clock


async def test_a_delivery_is_the_first_once(database: Database) -> None:
    """Of many deliveries at once one is the first; forgotten, the next is the first again."""
    deliveries = Deliveries(database)
    assert sorted(await asyncio.gather(*(deliveries.claim("event 1") for _ in range(5)))) == [False] * 4 + [True]
    assert [await deliveries.claim("event 2"), await deliveries.claim("event 2")] == [True, False]
    await deliveries.release("event 2")
    assert await deliveries.claim("event 2")


async def test_only_the_same_delivery_is_the_same(database: Database) -> None:
    """What comes again whole is known; another click of the same trigger, or a view sent with other values, is new."""
    deliveries = Deliveries(database)
    click = {"trigger_id": "1", "actions": [{"action_id": "ask", "value": "lists"}]}
    other = {"trigger_id": "1", "actions": [{"action_id": "ask", "value": "history"}]}
    assert [await deliveries.first(body) for body in (click, dict(click), other, click)] == [True, False, True, False]


async def test_what_is_older_than_a_day_is_forgotten(database: Database, clock: Clock) -> None:
    """Names are kept for a day."""
    deliveries = Deliveries(database)
    await deliveries.claim("old")
    clock.at += 24 * 3600 + 1
    await deliveries.claim("young")
    await deliveries.forget_old()
    assert [await deliveries.claim("old"), await deliveries.claim("young")] == [True, False]


async def test_a_lease_has_one_owner(database: Database, clock: Clock) -> None:
    """A list is one process's until it is released or the time is over; its owner may take it again."""
    ours, theirs = Leases(database, "a", 10), Leases(database, "b", 10)
    assert [await ours.take("", "7"), await theirs.take("", "7"), await ours.take("", "7")] == [True, False, True]
    assert await theirs.take("", "8")
    clock.at += 10.5
    assert [await theirs.take("", "7"), await ours.take("", "7")] == [True, False]
    await theirs.release("", "7")
    assert await ours.take("", "7")
