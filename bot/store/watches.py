"""Which lists are watched in which channel, and the channels' quiet hours."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from bot.promo.alerts import Watch
from bot.store.database import Database
from bot.store.watching import quiet_hours, watches


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` (minutes of the local day) no message about an alert comes to the channel."""

    channel: str
    start: int
    end: int
    tz: str
    by: str = ""


class Watches:
    """What people asked to be told of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set(self, watch: Watch, list_name: str) -> None:
        """Watches a list in a channel, in place of how it was watched there before."""
        values = {
            "codes": watch.codes,
            "days": watch.days,
            "owner": watch.owner,
            "by": watch.by,
            "off": watch.off,
            "list_name": list_name,
            "made_at": self._database.now(),
        }
        statement = self._database.insert(watches).values(
            shop=watch.shop, list_id=watch.list_id, channel=watch.channel, **values
        )
        async with self._database.begin() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["shop", "list_id", "channel"], set_=values)
            )

    async def remove(self, shop: str, list_id: str, channel: str) -> bool:
        """Watches a list no longer; whether it was watched there."""
        here = (watches.c.shop == shop) & (watches.c.list_id == list_id) & (watches.c.channel == channel)
        async with self._database.begin() as connection:
            return bool((await connection.execute(delete(watches).where(here))).rowcount)

    async def all(self, channel: str = "") -> list[tuple[Watch, str]]:
        """Every watch (of one channel, if it is named) with the list's name, by list."""
        query = select(watches).order_by(watches.c.shop, watches.c.list_name, watches.c.channel)
        if channel:
            query = query.where(watches.c.channel == channel)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [
            (
                Watch(
                    shop=row.shop,
                    list_id=row.list_id,
                    channel=row.channel,
                    codes=row.codes,
                    days=row.days,
                    owner=row.owner,
                    chosen=True,
                    by=row.by,
                    off=row.off,
                ),
                row.list_name,
            )
            for row in rows
        ]

    async def set_quiet(self, hours: QuietHours) -> None:
        """Sets a channel's quiet hours, in place of those before."""
        values = {"start": hours.start, "end": hours.end, "tz": hours.tz, "by": hours.by}
        statement = self._database.insert(quiet_hours).values(channel=hours.channel, **values)
        async with self._database.begin() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=values))

    async def end_quiet(self, channel: str) -> bool:
        """Ends a channel's quiet hours; whether it had any."""
        async with self._database.begin() as connection:
            return bool(
                (await connection.execute(delete(quiet_hours).where(quiet_hours.c.channel == channel))).rowcount
            )

    async def quiet(self) -> dict[str, QuietHours]:
        """The quiet hours of each channel that has some."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(quiet_hours))).all()
        return {row.channel: QuietHours(row.channel, row.start, row.end, row.tz, row.by) for row in rows}
