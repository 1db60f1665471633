"""Readings: written once, read back whole, thinner as they age."""

from __future__ import annotations

from typing import Any

import pytest

from bot.promo.forecast import Reading, RunOut, TooLittle
from bot.promo.lists import PromoList
from bot.promo.outlook import Outlook
from bot.store.database import Database
from bot.store.outlooks import Outlooks
from bot.store.readings import BLOCK, Listed, Readings
from tests.conftest import Clock

HOUR_S, DAY_S = 3600.0, 86_400.0


@pytest.fixture
def readings(database: Database) -> Readings:
    """The readings of an empty database."""
    return Readings(database)


async def test_a_reading_is_read_back(readings: Readings) -> None:
    """Each list's counts come back with their moments; a list that was not read at one has none there."""
    await readings.add("", 100.0, [PromoList("a", "A", 5), PromoList("b", "B", 0)])
    await readings.add("", 200.0, [PromoList("c", "C", 2_000_000_000), PromoList("b", "Bee", 7)])
    await readings.add("shop", 200.0, [PromoList("a", "Other", 9, "shop")])
    assert await readings.of("", "a", 0) == [Reading(100.0, 5)]
    assert await readings.of("", "b", 0) == [Reading(100.0, 0), Reading(200.0, 7)]
    assert await readings.of("", "b", 101) == [Reading(200.0, 7)]
    assert await readings.of("", "c", 0) == [Reading(200.0, 2_000_000_000)]
    assert await readings.of("shop", "a", 0) == [Reading(200.0, 9)]
    assert await readings.of("", "none", 0) == []
    found = [one async for one in readings.histories(0)]
    assert found == [
        Listed(PromoList("b", "Bee", 7), 100.0, [Reading(100.0, 0), Reading(200.0, 7)]),
        Listed(PromoList("c", "C", 2_000_000_000), 200.0, [Reading(200.0, 2_000_000_000)]),
        Listed(PromoList("a", "Other", 9, "shop"), 200.0, [Reading(200.0, 9)]),
    ]
    assert [one async for one in readings.histories(0, {("", "c")})] == [found[1]]
    assert [one.readings async for one in readings.histories(0, {("", "b")}, 1)] == [[Reading(200.0, 7)]]


async def test_a_first_reading_that_comes_meanwhile(readings: Readings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may take the first reading between two questions: it is told whole, or not at all."""
    known = readings._members

    async def meanwhile() -> Any:
        found = await known()
        await readings.add("", 100.0, [PromoList("a", "A", 5)])
        return found

    with monkeypatch.context() as patch:
        patch.setattr(readings, "_members", meanwhile)
        assert await readings.newest() == (0.0, [])
    assert await readings.newest() == (100.0, [PromoList("a", "A", 5)])


async def test_the_newest_reading_of_each_shop(readings: Readings) -> None:
    """The newest counts of every shop come at once, with the older moment; a list that is gone is not told."""
    assert await readings.newest() == (0.0, [])
    await readings.add("one", 100.0, [PromoList("a", "A", 5, "one"), PromoList("b", "B", 1, "one")])
    await readings.add("two", 90.0, [PromoList("c", "C", 3, "two")])
    await readings.add("one", 150.0, [PromoList("b", "B", 0, "one")])
    at, lists = await readings.newest()
    assert (at, sorted(lists, key=lambda one: one.id)) == (
        90.0,
        [PromoList("b", "B", 0, "one"), PromoList("c", "C", 3, "two")],
    )


async def test_a_reading_written_twice_is_one(readings: Readings) -> None:
    """The same moment is kept once, as it was first told."""
    await readings.add("", 100.0, [PromoList("a", "A", 5)])
    await readings.add("", 100.0, [PromoList("a", "A", 4)])
    assert await readings.of("", "a", 0) == [Reading(100.0, 5)]


async def test_more_lists_than_a_row_holds(readings: Readings) -> None:
    """The lists of a large shop keep their own counts, whatever row they are in."""
    lists = [PromoList(f"L{number}", f"List {number}", number) for number in range(2 * BLOCK + 3)]
    await readings.add("", 100.0, lists)
    await readings.add("", 200.0, list(reversed(lists)))
    assert [one.promo_list async for one in readings.histories(0)] == lists
    assert await readings.of("", f"L{BLOCK}", 0) == [Reading(100.0, BLOCK), Reading(200.0, BLOCK)]


async def test_readings_grow_thinner(readings: Readings, clock: Clock) -> None:
    """Everything of a week stays, then one an hour, then one a day; the first of each."""
    start = clock.at - clock.at % DAY_S
    moments = [start + minutes * 60.0 for minutes in (0, 5, 59, 60, 119, 25 * 60)]
    for at in moments:
        await readings.add("", at, [PromoList("a", "A", 1)])
    clock.at = start + 6 * DAY_S
    assert await readings.thin() == 0
    clock.at = start + 9 * DAY_S
    assert await readings.thin() == 3
    assert [one.at - start for one in await readings.of("", "a", 0)] == [0, 3600, 25 * HOUR_S]
    clock.at = start + 100 * DAY_S
    assert await readings.thin() == 1
    assert [one.at - start for one in await readings.of("", "a", 0)] == [0, 25 * HOUR_S]


async def test_outlooks_are_kept_by_list(database: Database, readings: Readings) -> None:
    """The newest outlook of each list comes back as it was, also when only some are replaced."""
    outlooks = Outlooks(database)
    lists = [PromoList(f"L{number}", "", number) for number in range(BLOCK + 1)]
    await readings.add("", 1.0, lists)
    first = {("", one.id): Outlook(10.0, None, TooLittle(99.0)) for one in lists}
    await outlooks.keep(first)
    assert await outlooks.all() == first
    later = {
        ("", f"L{BLOCK}"): Outlook(20.0, 2.5, RunOut(30.0, 40.0, None), 1.0, 25.0),
        ("", "unknown"): first["", "L0"],
    }
    await outlooks.keep(later)
    assert await outlooks.all() == first | {("", f"L{BLOCK}"): Outlook(20.0, 2.5, RunOut(30.0, 40.0, None), 1.0, 25.0)}
