"""A shop that is renamed in the settings keeps its history, and none gets that of another."""

from __future__ import annotations

from bot.promo.alerts import Watch
from bot.promo.forecast import Reading
from bot.promo.lists import PromoList
from bot.store.database import Database
from bot.store.shop_names import follow_names
from bot.store.store import Store
from bot.store.vault import Vault


async def opened(database: Database, shop_ids: dict[str, str]) -> Store:
    """The store of a bot that was started with these shops."""
    async with database.begin() as connection:
        await follow_names(connection, shop_ids)
    return Store(database, Vault("k" * 32), owner="me", timeout_s=1.0, shop_ids=shop_ids)


async def test_a_renamed_shop_keeps_what_is_watched(database: Database) -> None:
    """Names may change, be exchanged, be given to another shop and come back: each shop has its own readings again."""
    at = database.now()
    store = await opened(database, {"": "id-1"})
    await store.readings.add("", at, [PromoList("a", "A", 1)])
    await store.watches.set(Watch("", "a", "C1", codes=5), "A")
    store = await opened(database, {"one": "id-1", "two": "id-2"})
    assert await store.readings.of("one", "a", 0) == [Reading(at, 1)]
    assert [watch.shop for watch, _ in await store.watches.all()] == ["one"]
    await store.readings.add("two", at, [PromoList("a", "A", 2, "two")])
    store = await opened(database, {"one": "id-2", "two": "id-1"})
    assert await store.readings.of("one", "a", 0) == [Reading(at, 2)]
    assert await store.readings.of("two", "a", 0) == [Reading(at, 1)]
    store = await opened(database, {"one": "id-3"})
    assert await store.readings.of("one", "a", 0) == []
    assert await store.readings.newest() == (0.0, [])
    store = await opened(database, {"old": "id-2", "two": "id-1", "one": "id-3"})
    assert await store.readings.of("old", "a", 0) == [Reading(at, 2)]
    assert await store.readings.of("two", "a", 0) == [Reading(at, 1)]
