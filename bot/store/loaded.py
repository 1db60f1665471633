"""What was loaded into lists with the bot, and when: growth that no forecast may take for anything else."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import case, func, select

from bot.promo.lifecycle import Event
from bot.store.database import Database
from bot.store.tables import batches, changes, uploads

# The last of these tells when an undo did what it did.
_UNDOING = (Event.UNDO, Event.PAUSE, Event.RESUME, Event.TAKE_BACK, Event.KEEP, Event.KEEP_PARTLY)
Loads = dict[tuple[str, str], list[tuple[float, int]]]


class Loaded:
    """Reads what batches brought and what *Undo* took back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, moment: float) -> Loads:
        """For each shop and list id, moments (epoch seconds, as people are told them) and codes, oldest first.

        Codes taken back are negative, as many as were asked for where the API did not count them.
        """
        # People's clock may be ahead of the one that moments are kept by, now further than ever before.
        ahead_s = self._database.told(now := self._database.now()) - now
        since = moment - ahead_s
        last = select(changes.c.upload_id, func.max(changes.c.at).label("at")).where(changes.c.event.in_(_UNDOING))
        back = last.group_by(changes.c.upload_id).having(func.max(changes.c.at) > since).subquery()
        uncounted = case((batches.c.undo == "unclear", batches.c.not_found), else_=0)
        list_of = (uploads.c.shop, uploads.c.list_id)
        landed = (
            select(*list_of, batches.c.sent_at.label("at"), func.sum(batches.c.count).label("codes"))
            .join(uploads, uploads.c.id == batches.c.upload_id)
            .where(batches.c.state == "accepted", batches.c.sent_at > since)
            .group_by(*list_of, batches.c.sent_at)
        )
        undone = (
            select(*list_of, back.c.at, (-func.sum(batches.c.deleted + uncounted)).label("codes"))
            .join(uploads, uploads.c.id == batches.c.upload_id)
            .join(back, back.c.upload_id == uploads.c.id)
            .where(batches.c.undo.in_(("done", "unclear")))
            .group_by(*list_of, uploads.c.id, back.c.at)
        )
        found: Loads = defaultdict(list)
        async with self._database.read() as connection:
            for query in (landed, undone):
                for row in await connection.execute(query):
                    if row.codes and (at := self._database.told(row.at)) > moment:
                        found[row.shop, row.list_id].append((at, int(row.codes)))
        return {key: sorted(each) for key, each in found.items()}
