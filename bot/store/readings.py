"""Readings: `available` of every list at one moment, 256 lists to a row, thinner as they age."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Container, Sequence
from dataclasses import dataclass, replace
from struct import unpack_from
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.promo.forecast import Reading
from bot.promo.lists import PromoList, told_apart
from bot.promo.thinning import spaced, to_drop
from bot.store.database import Database
from bot.store.watching import listed, readings

BLOCK = 256
# What a forecast is given: four weeks, an hour apart or wider, which is as good and a fraction of the work.
HISTORY_S = 28 * 86_400.0
HISTORY_AT_MOST = 700
_ABSENT = -1


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it was last read, since when it has been known, and its readings, oldest first."""

    promo_list: PromoList
    first_at: float
    readings: list[Reading]


class Readings:
    """Writes and reads readings; `at` is always in epoch seconds. `shops` are those of the settings, where known."""

    def __init__(self, database: Database, shops: Container[str] = ()) -> None:
        self._database = database
        self._shops = shops

    async def add(self, shop: str, at: float, lists: Sequence[PromoList]) -> None:
        """One reading of all lists of a shop, written once however often it is given."""
        async with self._database.begin() as connection:
            numbers = await self._numbers(connection, shop, at, lists)
            blocks: dict[int, array[int]] = {}
            for one in lists:
                block, place = divmod(numbers[one.id], BLOCK)
                counts = blocks.setdefault(block, array("i"))
                counts.extend([_ABSENT] * (place + 1 - len(counts)))
                counts[place] = max(0, min(one.available, 2**31 - 1))
            rows = [
                {"shop": shop, "block": block, "at": at, "counts": counts.tobytes()} for block, counts in blocks.items()
            ]
            if rows:
                await connection.execute(self._database.insert(readings).on_conflict_do_nothing(), rows)

    async def _numbers(
        self, connection: AsyncConnection, shop: str, at: float, lists: Sequence[PromoList]
    ) -> dict[str, int]:
        found = (await connection.execute(select(listed).where(listed.c.shop == shop))).all()
        numbers = {row.list_id: row.number for row in found}
        names = {row.list_id: row.name for row in found}
        following = max(numbers.values(), default=-1) + 1
        new: list[dict[str, Any]] = []
        for one in lists:
            if one.id not in numbers:
                numbers[one.id] = following
                new.append({"shop": shop, "list_id": one.id, "number": following, "name": one.name, "first_at": at})
                following += 1
            elif names[one.id] != one.name:
                renamed = update(listed).where(listed.c.shop == shop, listed.c.list_id == one.id)
                await connection.execute(renamed.values(name=one.name))
        if new:
            await connection.execute(self._database.insert(listed), new)
        return numbers

    async def of(self, shop: str, list_id: str, since: float) -> list[Reading]:
        """The readings of one list from a moment on, oldest first."""
        async with self._database.read() as connection:
            number = await connection.scalar(
                select(listed.c.number).where(listed.c.shop == shop, listed.c.list_id == list_id)
            )
            if number is None:
                return []
            block, place = divmod(number, BLOCK)
            rows = await connection.execute(
                select(readings.c.at, readings.c.counts)
                .where(readings.c.shop == shop, readings.c.block == block, readings.c.at >= since)
                .order_by(readings.c.at)
            )
            found = [Reading(row.at, _count(row.counts, place)) for row in rows]
        return [one for one in found if one.available != _ABSENT]

    async def histories(
        self, since: float, wanted: Container[tuple[str, str]] | None = None, at_most: int = HISTORY_AT_MOST
    ) -> AsyncIterator[Listed]:
        """The lists (of these shops and ids, if they are named) with their readings from a moment on, about `at_most`
        spread evenly. Lists that the newest reading does not have are left out.

        The memory of 256 lists is used at a time.
        """
        every = await self._members()
        known = told_apart([_listed(row, 0) for members in every.values() for row in members.values()])
        twins = {(one.shop, one.id) for one in known if one.twin}
        for (shop, block), members in every.items():
            chosen = {place: row for place, row in members.items() if wanted is None or (shop, row.list_id) in wanted}
            if not chosen:
                continue
            times, counts = await self._block(shop, block, since, at_most)
            if not times:
                continue
            for place, row in chosen.items():
                pairs = zip(times, counts[place::BLOCK], strict=True)
                history = [Reading(at, available) for at, available in pairs if available != _ABSENT]
                if history and history[-1].at == times[-1]:
                    found = replace(_listed(row, history[-1].available), twin=(shop, row.list_id) in twins)
                    yield Listed(found, row.first_at, history)

    async def _block(self, shop: str, block: int, since: float, at_most: int) -> tuple[list[float], array[int]]:
        """The moments of a row of lists, about so many, and the counts of all 256 lists at each."""
        here = (readings.c.shop == shop) & (readings.c.block == block) & (readings.c.at >= since)
        async with self._database.read() as connection:
            known = list(await connection.scalars(select(readings.c.at).where(here).order_by(readings.c.at)))
            times = [known[place] for place in spaced(known, at_most)]
            if len(times) < len(known):
                here &= readings.c.at.in_(times)
            rows = await connection.scalars(select(readings.c.counts).where(here).order_by(readings.c.at))
            return times, array("i", b"".join(bytes(row).ljust(4 * BLOCK, b"\xff") for row in rows))

    async def _members(self) -> dict[tuple[str, int], dict[int, Any]]:
        members: dict[tuple[str, int], dict[int, Any]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(select(listed).order_by(listed.c.shop, listed.c.number)):
                block, place = divmod(row.number, BLOCK)
                members.setdefault((row.shop, block), {})[place] = row
        return members

    async def newest(self) -> tuple[float, list[PromoList]]:
        """Every list as it was last read, and the oldest moment at which one of the shops was; 0 when none was."""
        newest = select(readings.c.shop, readings.c.block, func.max(readings.c.at).label("at"))
        last = newest.group_by(readings.c.shop, readings.c.block).subquery()
        on = (readings.c.shop == last.c.shop) & (readings.c.block == last.c.block) & (readings.c.at == last.c.at)
        async with self._database.read() as connection:
            rows = (await connection.execute(select(readings).join(last, on))).all()
        rows = [row for row in rows if self._read(row.shop)]
        # After the readings: another process may take its first one at this moment, and its lists come with it.
        members = await self._members()
        by_shop: dict[str, float] = {}
        for row in rows:
            by_shop[row.shop] = max(by_shop.get(row.shop, 0.0), row.at)
        lists = [
            _listed(known, available)
            for row in rows
            if row.at == by_shop[row.shop]
            for place, known in members[row.shop, row.block].items()
            if (available := _count(row.counts, place)) != _ABSENT
        ]
        return min(by_shop.values(), default=0.0), list(told_apart(lists))

    def _read(self, shop: str) -> bool:
        """Whether a shop is read these days."""
        return not self._shops or shop in self._shops

    async def thin(self) -> int:
        """Drops the readings that are kept no longer; answers how many rows went."""
        now, gone = self._database.now(), 0
        for shop, block in await self._members():
            here = (readings.c.shop == shop) & (readings.c.block == block)
            async with self._database.read() as connection:
                times = list(await connection.scalars(select(readings.c.at).where(here).order_by(readings.c.at)))
            dropped = to_drop(times, now)
            for start in range(0, len(dropped), 500):
                async with self._database.begin() as connection:
                    await connection.execute(
                        delete(readings).where(here, readings.c.at.in_(dropped[start : start + 500]))
                    )
            gone += len(dropped)
        return gone


def _listed(row: Any, available: int) -> PromoList:
    return PromoList(row.list_id, row.name, available, row.shop)


def _count(counts: bytes, place: int) -> int:
    # Little-endian, as `array` writes it on every machine this runs on.
    return int(unpack_from("<i", counts, 4 * place)[0]) if 4 * place < len(counts) else _ABSENT
