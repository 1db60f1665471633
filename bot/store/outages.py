"""Shops that do not answer: since when, and whether anybody was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from bot.store.database import Database
from bot.store.watching import outages


@dataclass(frozen=True, slots=True)
class Outage:
    """A shop that has not answered `failures` readings in a row, since a moment; `told_at` is 0 until it was told."""

    shop: str
    since: float
    failures: int
    why: str
    told_at: float


class Outages:
    """Keeps one outage a shop."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def failed(self, shop: str, why: str) -> None:
        """One more reading of a shop failed."""
        statement = self._database.insert(outages).values(
            shop=shop, since=self._database.now(), failures=1, why=why, told_at=0.0
        )
        async with self._database.begin() as connection:
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["shop"], set_={"failures": outages.c.failures + 1, "why": why}
                )
            )

    async def tell(self, shop: str) -> bool:
        """True for the one process that is to tell of it."""
        here = (outages.c.shop == shop) & (outages.c.told_at == 0.0)
        async with self._database.begin() as connection:
            told = await connection.execute(update(outages).where(here).values(told_at=self._database.now()))
            return bool(told.rowcount)

    async def over(self, shop: str) -> Outage | None:
        """A shop answers again: its outage, for the one process that ends it."""
        async with self._database.begin() as connection:
            ended = delete(outages).where(outages.c.shop == shop).returning(*outages.c)
            row = (await connection.execute(ended)).first()
        return _outage(row) if row else None

    async def all(self) -> dict[str, Outage]:
        """The outages by shop."""
        async with self._database.read() as connection:
            return {row.shop: _outage(row) for row in await connection.execute(select(outages))}


def _outage(row: Any) -> Outage:
    return Outage(row.shop, row.since, row.failures, row.why, row.told_at)
