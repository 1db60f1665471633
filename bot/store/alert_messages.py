"""The messages in Slack that show alerts: which to post, which to edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from bot.promo.alerts import Alert
from bot.store.alerts import to_alert
from bot.store.database import Database
from bot.store.watching import alert_messages, alerts

# A process that was to post a message and gave no sign of life for so many seconds is given up.
POSTING_S = 60.0


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """A message: `ts` is empty until it is posted, `version` grows with what it has to show."""

    id: int
    channel: str
    ts: str
    version: int


class AlertMessages:
    """The link between alerts and messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def without(self) -> list[Alert]:
        """The open alerts that no message shows yet, oldest first."""
        query = select(alerts).where(alerts.c.message_id == 0, alerts.c.closed_at == 0.0)
        async with self._database.read() as connection:
            return [to_alert(row) for row in await connection.execute(query.order_by(alerts.c.opened_at))]

    async def young(self, channel: str, since: float, at_most: int) -> int | None:
        """The newest message of a channel that was posted after a moment and shows fewer than `at_most` alerts."""
        shown = (
            select(func.count()).where(alerts.c.message_id == alert_messages.c.id).correlate(alert_messages)
        ).scalar_subquery()
        query = (
            select(alert_messages.c.id)
            .where(alert_messages.c.channel == channel, alert_messages.c.posted_at > since, shown < at_most)
            .order_by(alert_messages.c.posted_at.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            return await connection.scalar(query)

    async def join(self, message_id: int, found: Sequence[Alert]) -> None:
        """A message that is there already shows these alerts, too."""
        async with self._database.begin() as connection:
            await self._tie(connection, message_id, found)
            await connection.execute(
                update(alert_messages)
                .where(alert_messages.c.id == message_id)
                .values(version=alert_messages.c.version + 1, changed_at=self._database.now())
            )

    async def begin(self, channel: str, found: Sequence[Alert]) -> AlertMessage | None:
        """A new message for these alerts, to be posted by this process; None when another has taken them."""
        async with self._database.begin() as connection:
            now = self._database.now()
            made = insert(alert_messages).values(channel=channel, posting_at=now, changed_at=now, version=1)
            message_id = (await connection.execute(made.returning(alert_messages.c.id))).scalar_one()
            if not await self._tie(connection, message_id, found):
                await connection.rollback()
                return None
        return AlertMessage(message_id, channel, "", 1)

    async def _tie(self, connection: Any, message_id: int, found: Sequence[Alert]) -> bool:
        free = alerts.c.id.in_([one.id for one in found]) & (alerts.c.message_id == 0)
        tied = await connection.execute(update(alerts).where(free).values(message_id=message_id))
        return bool(tied.rowcount)

    async def claim(self, message: AlertMessage) -> bool:
        """Whether this process is to post a message that another left unposted."""
        now = self._database.now()
        left = (alert_messages.c.posting_at < now - POSTING_S) | (alert_messages.c.posting_at > now + POSTING_S)
        here = (alert_messages.c.id == message.id) & (alert_messages.c.ts == "")
        async with self._database.begin() as connection:
            claimed = await connection.execute(update(alert_messages).where(here, left).values(posting_at=now))
            return bool(claimed.rowcount)

    async def renew(self, message: AlertMessage) -> None:
        """This process is still posting it."""
        here = (alert_messages.c.id == message.id) & (alert_messages.c.ts == "")
        async with self._database.begin() as connection:
            await connection.execute(update(alert_messages).where(here).values(posting_at=self._database.now()))

    async def posted(self, message: AlertMessage, channel: str, ts: str) -> None:
        """The message is there, as message `ts` of `channel`; an empty `ts` says it has to be posted anew."""
        now = self._database.now()
        values = {"channel": channel, "ts": ts, "posted_at": now, "posting_at": now if ts else 0.0}
        async with self._database.begin() as connection:
            await connection.execute(update(alert_messages).where(alert_messages.c.id == message.id).values(**values))

    async def shown(self, message: AlertMessage) -> None:
        """The message shows this version now."""
        older = (alert_messages.c.id == message.id) & (alert_messages.c.shown_version < message.version)
        async with self._database.begin() as connection:
            await connection.execute(update(alert_messages).where(older).values(shown_version=message.version))

    async def behind(self) -> list[AlertMessage]:
        """The messages that show less than the database knows, those first that have waited longest."""
        c = alert_messages.c
        late = self._database.now() - POSTING_S
        query = select(alert_messages).where(c.version > c.shown_version, or_(c.ts != "", c.posting_at < late))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(c.changed_at).limit(50))
            return [AlertMessage(row.id, row.channel, row.ts, row.version) for row in rows]

    async def of(self, message_id: int) -> tuple[AlertMessage | None, list[Alert]]:
        """A message as it is now, and the alerts it shows, oldest first."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(alert_messages).where(alert_messages.c.id == message_id))).first()
            query = select(alerts).where(alerts.c.message_id == message_id).order_by(alerts.c.opened_at, alerts.c.id)
            found = [to_alert(one) for one in await connection.execute(query)]
        return (AlertMessage(row.id, row.channel, row.ts, row.version) if row else None), found
