"""Where the card of each upload is, and which cards show less than the database knows."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.promo.uploads import State
from bot.store.database import Database
from bot.store.tables import uploads

# A process that claimed a card's first posting and died is given up after so many seconds.
_POSTING_S = 60.0


class Cards:
    """The link between uploads and the messages that show them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stale(self, quiet_s: float) -> list[str]:
        """Uploads whose card has been behind for `quiet_s` seconds: whoever was to edit it has gone."""
        query = select(uploads.c.ref).where(
            uploads.c.version > uploads.c.shown_version,
            uploads.c.state != State.CHECKING,
            uploads.c.changed_at < self._database.now() - quiet_s,
        )
        async with self._database.read() as connection:
            return [row.ref for row in await connection.execute(query.limit(50))]

    async def claim_posting(self, ref: str) -> bool:
        """Whether this process is to post the upload's first card."""
        now = self._database.now()
        free = (uploads.c.card_ts == "") & (uploads.c.posting_since < now - _POSTING_S)
        async with self._database.begin() as connection:
            claimed = await connection.execute(
                update(uploads).where(uploads.c.ref == ref, free).values(posting_since=now)
            )
            return bool(claimed.rowcount)

    async def posted(self, ref: str, channel: str, card_ts: str) -> None:
        """The card is there: message `card_ts` of `channel`; empty if it has to be posted anew."""
        async with self._database.begin() as connection:
            await connection.execute(
                update(uploads).where(uploads.c.ref == ref).values(channel=channel, card_ts=card_ts, posting_since=0)
            )

    async def shown(self, ref: str, version: int) -> None:
        """The card shows this version now."""
        async with self._database.begin() as connection:
            await connection.execute(
                update(uploads)
                .where(uploads.c.ref == ref, uploads.c.shown_version < version)
                .values(shown_version=version)
            )
