"""What was loaded into lists with the bot, and when: growth that no forecast may take for anything else."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.tables import batches, uploads

Loads = dict[tuple[str, str], list[tuple[float, int]]]


class Loaded:
    """Reads what batches brought and what *Undo* took back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: float) -> Loads:
        """For each shop and list id, moments (epoch seconds) and codes, oldest first; negative where taken back."""
        landed = (
            select(uploads.c.shop, uploads.c.list_id, batches.c.sent_at, func.sum(batches.c.count).label("codes"))
            .join(uploads, uploads.c.id == batches.c.upload_id)
            .where(batches.c.state == "accepted", batches.c.sent_at > moment)
            .group_by(uploads.c.shop, uploads.c.list_id, batches.c.sent_at)
        )
        undone = (
            select(uploads.c.shop, uploads.c.list_id, uploads.c.changed_at, func.sum(batches.c.deleted).label("codes"))
            .join(uploads, uploads.c.id == batches.c.upload_id)
            .where(batches.c.deleted > 0, uploads.c.changed_at > moment)
            .group_by(uploads.c.shop, uploads.c.list_id, uploads.c.changed_at)
        )
        found: Loads = defaultdict(list)
        async with self._database.read() as connection:
            for row in await connection.execute(landed):
                found[row.shop, row.list_id].append((row.sent_at, int(row.codes)))
            for row in await connection.execute(undone):
                found[row.shop, row.list_id].append((row.changed_at, -int(row.codes)))
        return {key: sorted(each) for key, each in found.items()}
