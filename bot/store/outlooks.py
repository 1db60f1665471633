"""The newest outlook of every list, so that reports need not compute it anew: 256 lists to a row."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from math import isnan, nan
from struct import Struct

from sqlalchemy import select

from bot.promo.forecast import RunOut, TooLittle
from bot.promo.outlook import Outlook
from bot.store.database import Database
from bot.store.readings import BLOCK
from bot.store.watching import listed, outlooks

# At, codes a day, early, likely, late, until when there is too little to say (for dates, where there is a range),
# widening; NaN where there is none.
_PACKED = Struct("<7d")
Key = tuple[str, str]


class Outlooks:
    """Keeps one outlook a list, by shop and list id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, found: Mapping[Key, Outlook]) -> None:
        """Replaces the outlooks of these lists; the others stay."""
        if not found:
            return
        async with self._database.begin() as connection:
            where = {
                (row.shop, row.list_id): divmod(row.number, BLOCK) for row in await connection.execute(select(listed))
            }
            known = await connection.execute(select(outlooks))
            blocks = {(row.shop, row.block): bytearray(row.packed) for row in known}
            for key, outlook in found.items():
                if key in where:
                    block, place = where[key]
                    packed = blocks.setdefault((key[0], block), bytearray())
                    packed.extend(_NOTHING * max(0, place + 1 - len(packed) // _PACKED.size))
                    _PACKED.pack_into(packed, place * _PACKED.size, *_numbers(outlook))
            changed = {(key[0], where[key][0]) for key in found if key in where}
            for shop, block in changed:
                values = {"at": self._database.now(), "packed": bytes(blocks[shop, block])}
                statement = self._database.insert(outlooks).values(shop=shop, block=block, **values)
                await connection.execute(statement.on_conflict_do_update(index_elements=["shop", "block"], set_=values))

    async def all(self) -> dict[Key, Outlook]:
        """Every list's outlook."""
        async with self._database.read() as connection:
            rows = {(row.shop, row.block): row.packed for row in await connection.execute(select(outlooks))}
            found: dict[Key, Outlook] = {}
            for number, row in enumerate(await connection.execute(select(listed))):
                if number % BLOCK == BLOCK - 1:
                    # Of thousands of lists; those who wait for an answer come first.
                    await asyncio.sleep(0)
                block, place = divmod(row.number, BLOCK)
                outlook = _outlook(rows.get((row.shop, block), b""), place)
                if outlook is not None:
                    found[row.shop, row.list_id] = outlook
        return found

    async def of(self, shop: str, list_id: str) -> Outlook | None:
        """One list's outlook."""
        here = (listed.c.shop == shop) & (listed.c.list_id == list_id)
        async with self._database.read() as connection:
            number = await connection.scalar(select(listed.c.number).where(here))
            if number is None:
                return None
            block, place = divmod(number, BLOCK)
            row = select(outlooks.c.packed).where(outlooks.c.shop == shop, outlooks.c.block == block)
            packed = await connection.scalar(row)
        return _outlook(packed or b"", place)


_NOTHING = _PACKED.pack(*[nan] * 7)


def _numbers(outlook: Outlook) -> tuple[float, ...]:
    told: tuple[float | None, ...]
    match outlook.run_out:
        case RunOut(early, likely, late):
            told = (early, likely, late, outlook.dated_from if early is not None and outlook.young else None)
        case TooLittle(until):
            told = (None, None, None, until)
    return tuple(nan if value is None else value for value in (outlook.at, outlook.per_day, *told, outlook.widening))


def _outlook(packed: bytes, place: int) -> Outlook | None:
    if len(packed) < (place + 1) * _PACKED.size:
        return None
    numbers = _PACKED.unpack_from(packed, place * _PACKED.size)
    at, per_day, early, likely, late, until, wide = (None if isnan(one) else one for one in numbers)
    if at is None:
        return None
    if until is not None and early is None:
        return Outlook(at, per_day, TooLittle(until), wide or 1.0)
    return Outlook(at, per_day, RunOut(early, likely, late), wide or 1.0, until or 0.0)
