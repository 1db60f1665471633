"""Where the card of each upload is, which cards show less than the database knows, and which process shows one now."""

from __future__ import annotations

from typing import TypedDict, Unpack

from sqlalchemy import select, update

from bot.promo.lifecycle import Event
from bot.promo.news import Latest
from bot.promo.uploads import Change, State, Upload
from bot.store.database import Database
from bot.store.tables import changes, uploads

# A process that claimed a card and died is given up after so many seconds.
CLAIM_S = 45.0


class _Columns(TypedDict, total=False):
    """What is known of an upload's card and of the signs beside it."""

    channel: str
    card_ts: str
    showing_until: float
    asking: int
    asking_ts: str
    mark: str


class Cards:
    """The link between uploads and the messages that show them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stale(self, quiet_s: float) -> list[str]:
        """Uploads whose card has been behind for `quiet_s` seconds: whoever was to edit it has gone.

        Those in line are moved on by the uploads ahead of them, and are nobody's: they come at once.
        """
        query = select(uploads.c.ref).where(
            uploads.c.version > uploads.c.shown_version,
            uploads.c.state != State.CHECKING,
            (uploads.c.changed_at < self._database.now() - quiet_s) | (uploads.c.state == State.QUEUED),
        )
        # The latest first: cards that Slack will not have at all must not stand before the others.
        latest = query.order_by(uploads.c.changed_at.desc()).limit(50)
        async with self._database.read() as connection:
            return [row.ref for row in await connection.execute(latest)]

    async def claim(self, ref: str, pace_s: float) -> float:
        """Lets this process alone show the card; answers 0, or the seconds until it is worth asking again.

        `pace_s` is how long the last edit has to be ago, whichever process made it.
        """
        now = self._database.now()
        # What lies further ahead than it can was written before the clock was set back.
        unclaimed = (uploads.c.showing_until < now) | (uploads.c.showing_until > now + 2 * CLAIM_S)
        free = unclaimed & ((uploads.c.shown_at <= now - pace_s) | (uploads.c.shown_at > now + CLAIM_S))
        async with self._database.begin() as connection:
            claimed = await connection.execute(
                update(uploads).where(uploads.c.ref == ref, free).values(showing_until=now + CLAIM_S)
            )
            if claimed.rowcount:
                return 0.0
            shown_at = await connection.scalar(select(uploads.c.shown_at).where(uploads.c.ref == ref))
        return min(max((shown_at or 0.0) + pace_s - now, 0.5), max(pace_s, 0.5))

    async def keep(self, ref: str) -> None:
        """Renews the claim while Slack takes its time."""
        await self._set(ref, showing_until=self._database.now() + CLAIM_S)

    async def release(self, ref: str, after_s: float = 0.0) -> None:
        """Gives the card up as it is: it could not be shown. Nobody else shows it within `after_s` seconds."""
        await self._set(ref, showing_until=self._database.now() + after_s if after_s else 0.0)

    async def cut_off(self, ref: str) -> bool:
        """Whether a process ended while it showed the card, before the card was known to be anywhere."""
        claimed = (uploads.c.ref == ref) & (uploads.c.card_ts == "") & (uploads.c.showing_until > 0)
        async with self._database.read() as connection:
            return await connection.scalar(select(uploads.c.id).where(claimed)) is not None

    async def beside(self, upload: Upload) -> list[str]:
        """The ts of the cards of the other uploads in the same thread; empty for one that is not posted."""
        thread = (uploads.c.channel == upload.channel) & (uploads.c.thread_ts == upload.thread_ts)
        query = select(uploads.c.card_ts).where(thread, uploads.c.ref != upload.ref)
        async with self._database.read() as connection:
            return list(await connection.scalars(query))

    async def posted(self, ref: str, channel: str, card_ts: str) -> None:
        """The card is there: message `card_ts` of `channel`."""
        await self._set(ref, channel=channel, card_ts=card_ts)

    async def shown(self, ref: str, version: int) -> None:
        """The card shows this version now, also when another process had shown a newer one meanwhile."""
        async with self._database.begin() as connection:
            await connection.execute(
                update(uploads)
                .where(uploads.c.ref == ref)
                .values(shown_version=version, shown_at=self._database.now(), showing_until=0.0)
            )

    async def latest(self, ref: str) -> Latest | None:
        """The latest change of the upload that nobody was told of yet."""
        query = (
            select(changes.c.id, changes.c.at, changes.c.event, changes.c.by)
            .join(uploads, uploads.c.id == changes.c.upload_id)
            .where(uploads.c.ref == ref, changes.c.id > uploads.c.told)
            .order_by(changes.c.id.desc())
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query.limit(1))).first()
        return None if row is None else Latest(row.id, self._database.told(row.at), Event(row.event), row.by)

    async def claim_news(self, ref: str, number: int) -> bool:
        """Whether this process is to tell of the change `number`, and of those before it."""
        async with self._database.begin() as connection:
            claimed = await connection.execute(
                update(uploads).where(uploads.c.ref == ref, uploads.c.told < number).values(told=number)
            )
            return bool(claimed.rowcount)

    async def release_news(self, ref: str, number: int) -> None:
        """The change could not be told."""
        async with self._database.begin() as connection:
            await connection.execute(
                update(uploads).where(uploads.c.ref == ref, uploads.c.told == number).values(told=number - 1)
            )

    async def asked(self, ref: str, number: int, ts: str) -> None:
        """The reply `ts` asks for something, because of the change `number`."""
        await self._set(ref, asking=number, asking_ts=ts)

    async def answer(self, upload: Upload) -> tuple[Event, Change] | None:
        """What the upload's reply asked for, and the change that ended that; None while it still asks."""
        here = select(changes.c.id, changes.c.at, changes.c.event, changes.c.by).join(
            uploads, uploads.c.id == changes.c.upload_id
        )
        query = here.where(uploads.c.ref == upload.ref, changes.c.id >= upload.asking).order_by(changes.c.id).limit(2)
        async with self._database.read() as connection:
            found = (await connection.execute(query)).all()
        if len(found) < 2:
            return None
        asked, after = found
        return Event(asked.event), Change(after.at, after.event, after.by)

    async def answered(self, ref: str) -> None:
        """The reply does not ask any more."""
        await self._set(ref, asking=0, asking_ts="")

    async def marked(self, ref: str, mark: str) -> None:
        """The file's message carries this reaction now."""
        await self._set(ref, mark=mark)

    async def _set(self, ref: str, **values: Unpack[_Columns]) -> None:
        async with self._database.begin() as connection:
            await connection.execute(update(uploads).where(uploads.c.ref == ref).values(**values))
