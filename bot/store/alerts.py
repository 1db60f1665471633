"""Alerts: one open for each list and channel, however many processes judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import WrongState
from bot.promo.alerts import Alert, Ended, Level
from bot.store.database import Database
from bot.store.watching import alert_messages, alerts

# The refills that say how long a team takes.
_REFILLS = 20
_OPEN = alerts.c.closed_at == 0.0


class Alerts:
    """Opens, changes and closes alerts; each change marks the message that shows it as behind."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, alert: Alert) -> bool:
        """Opens an alert; False when one is open for this list in this channel already."""
        values = {name: value for name, value in asdict(alert).items() if name != "id"}
        statement = (
            self._database.insert(alerts).values(**values | {"level": alert.level.value}).on_conflict_do_nothing()
        )
        async with self._database.begin() as connection:
            return (await connection.execute(statement.returning(alerts.c.id))).first() is not None

    async def changed(self, alert: Alert) -> None:
        """What a reading says of an open alert; what people did to it is left as it is."""
        values = {
            "level": alert.level.value,
            "threshold": alert.threshold,
            "available": alert.available,
            "at": alert.at,
            "order_by": alert.order_by,
            "early": alert.early,
            "likely": alert.likely,
            "late": alert.late,
            "per_day": alert.per_day,
            "unusual_taken": alert.unusual_taken,
            "short_by": alert.short_by,
            "calm_since": alert.calm_since,
        }
        await self._update(alert.id, alerts.c.id > 0, **values)

    async def close(self, alert: Alert, why: Ended, available: int) -> bool:
        """Closes an alert, once."""
        now = self._database.now()
        return await self._update(
            alert.id, alerts.c.id > 0, ended=why.value, available=available, closed_at=now, at=now
        )

    async def take(self, alert_id: int, user: str, ask_at: float) -> None:
        """*I'm on it*: the person is asked once more at `ask_at`. Raises WrongState when the alert is closed."""
        values: dict[str, Any] = {"taken_by": user, "taken_at": self._database.now(), "ask_at": ask_at, "asked_at": 0.0}
        if not await self._update(alert_id, alerts.c.id > 0, snoozed_by="", **values):
            raise WrongState("alert closed")

    async def snooze(self, alert_id: int, user: str, *, until: float = 0.0, below: int = 0) -> None:
        """*Snooze*: until a time, or until no more than `below` are left. Raises WrongState when it is closed."""
        values: dict[str, Any] = {"snoozed_by": user, "snoozed_until": until, "below": below}
        if not await self._update(alert_id, alerts.c.id > 0, **values):
            raise WrongState("alert closed")

    async def wake(self, alert: Alert) -> bool:
        """The snooze is over; True for the one process that is to say so."""
        mine = (alerts.c.snoozed_by == alert.snoozed_by) & (alerts.c.snoozed_until == alert.snoozed_until)
        return await self._update(
            alert.id, mine & (alerts.c.snoozed_by != ""), snoozed_by="", snoozed_until=0.0, below=0
        )

    async def ask(self, alert: Alert) -> bool:
        """Whoever took it is asked once more; True for the one process that is to ask."""
        same = (alerts.c.asked_at == 0.0) & (alerts.c.taken_by == alert.taken_by) & (alerts.c.ask_at == alert.ask_at)
        return await self._update(alert.id, same, asked_at=self._database.now())

    async def _update(self, alert_id: int, where: Any, **values: str | float) -> bool:
        async with self._database.begin() as connection:
            statement = update(alerts).where(alerts.c.id == alert_id, _OPEN, where).values(**values)
            changed = (await connection.execute(statement.returning(alerts.c.message_id))).first()
            if changed is not None:
                await touch(connection, changed.message_id, self._database.now())
            return changed is not None

    async def get(self, alert_id: int) -> Alert:
        """One alert. Raises WrongState when there is none."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(alerts).where(alerts.c.id == alert_id))).first()
        if row is None:
            raise WrongState("alert gone")
        return to_alert(row)

    async def all_open(self) -> list[Alert]:
        """The open alerts, oldest first."""
        return await self._read(select(alerts).where(_OPEN).order_by(alerts.c.opened_at, alerts.c.id))

    async def closed_since(self, since: float) -> list[Alert]:
        """The alerts that closed after a moment, oldest first."""
        return await self._read(select(alerts).where(alerts.c.closed_at > since).order_by(alerts.c.closed_at))

    async def refills(self) -> list[float]:
        """How long the last refills took from alert to refill, in seconds."""
        query = select(alerts).where(alerts.c.ended == Ended.REFILLED.value).order_by(alerts.c.closed_at.desc())
        return [one.closed_at - one.opened_at for one in await self._read(query.limit(_REFILLS))]

    async def last_paces(self) -> dict[tuple[str, str, str], float]:
        """When each list's last alert of an unusual pace ended, in each channel; those of the last day."""
        since = self._database.now() - 86_400.0
        query = select(alerts).where(alerts.c.level == Level.PACE.value, alerts.c.closed_at > since)
        found = await self._read(query.order_by(alerts.c.closed_at))
        return {(one.shop, one.list_id, one.channel): one.closed_at for one in found}

    async def _read(self, query: Any) -> list[Alert]:
        async with self._database.read() as connection:
            return [to_alert(row) for row in await connection.execute(query)]


async def touch(connection: AsyncConnection, message_id: int, now: float) -> None:
    """What a message shows has changed."""
    if message_id:
        await connection.execute(
            update(alert_messages)
            .where(alert_messages.c.id == message_id)
            .values(version=alert_messages.c.version + 1, changed_at=now)
        )


_NAMES: Sequence[str] = tuple(field.name for field in fields(Alert))


def to_alert(row: Any) -> Alert:
    """A row as an alert."""
    values = {name: getattr(row, name) for name in _NAMES}
    return Alert(**values | {"level": Level(row.level)})
