"""How many uploads, codes and alerts there are, for /metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.promo.lifecycle import RUNNING
from bot.store.database import Database
from bot.store.tables import batches, uploads
from bot.store.watching import alerts


@dataclass(frozen=True, slots=True)
class Sums:
    """Uploads and codes by state, and how many uploads and alerts are open."""

    uploads: Mapping[str, int]
    codes: Mapping[str, int]
    queue: int
    alerts: int


class Totals:
    """Counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> Sums:
        """Everything at this moment."""
        async with self._database.read() as connection:
            by_state = await connection.execute(select(uploads.c.state, func.count()).group_by(uploads.c.state))
            some = {str(state): int(number) for state, number in by_state}
            sums = await connection.execute(
                select(batches.c.state, func.sum(batches.c.count)).group_by(batches.c.state)
            )
            codes = {str(state): int(number) for state, number in sums}
            open_ = await connection.scalar(select(func.count()).where(alerts.c.closed_at == 0))
        return Sums(some, codes, sum(some.get(state, 0) for state in RUNNING), int(open_ or 0))
