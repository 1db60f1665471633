"""What is done with uploads whose time is over: codes are wiped, unconfirmed ones expire."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.promo.lifecycle import FINISHED, Event
from bot.promo.uploads import State
from bot.store.changes import move
from bot.store.database import Database
from bot.store.tables import batches, uploads

# An upload nobody confirmed, or approved, is kept so long.
UNCONFIRMED_S = 24 * 3600.0
# A check renews its sign of life every few seconds; one that fell silent for so long has died.
_SILENT_S = 45.0


@dataclass(frozen=True, slots=True)
class OrphanedCheck:
    """A check nobody works on; so many `deaths` of a process while it read the file, not counting stops."""

    ref: str
    deaths: int


async def wipe(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Drops every code of the uploads: batches, pasted text, and the report of rows left out."""
    await connection.execute(update(batches).where(batches.c.upload_id.in_(ids)).values(payload=None))
    await connection.execute(update(uploads).where(uploads.c.id.in_(ids)).values(source=None, report=None, wiped=True))


class Retention:
    """Finds what is over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def expire(self) -> list[str]:
        """Unconfirmed uploads of more than a day ago expire; returns their refs."""
        now = self._database.now()
        old = uploads.c.created_at < now - UNCONFIRMED_S
        async with self._database.begin() as connection:
            ids = await move(connection, old, Event.EXPIRE, now=now, columns={"finished_at": now})
            await wipe(connection, ids)
            return list(await connection.scalars(select(uploads.c.ref).where(uploads.c.id.in_(ids))))

    async def wipe_old(self) -> list[str]:
        """Uploads that cannot be taken back any more lose their codes; returns their refs."""
        now = self._database.now()
        over = uploads.c.state.in_(FINISHED) & (uploads.c.undo_until < now) & ~uploads.c.wiped
        async with self._database.begin() as connection:
            rows = (await connection.execute(select(uploads.c.id, uploads.c.ref).where(over))).all()
            ids = [row.id for row in rows]
            await wipe(connection, ids)
            await connection.execute(
                update(uploads).where(uploads.c.id.in_(ids)).values(version=uploads.c.version + 1, changed_at=now)
            )
        return [row.ref for row in rows]

    async def wipe(self, upload_id: int) -> None:
        """Drops every code of one upload."""
        async with self._database.begin() as connection:
            await wipe(connection, [upload_id])

    async def orphaned_checks(self) -> list[OrphanedCheck]:
        """Checks whose process stopped or died, each handed out to one caller."""
        now = self._database.now()
        silent = (uploads.c.state == State.CHECKING) & (uploads.c.changed_at < now - _SILENT_S)
        async with self._database.begin() as connection:
            query = select(uploads.c.ref, uploads.c.changed_at, uploads.c.check_deaths).where(silent)
            taken = []
            for row in (await connection.execute(query)).all():
                deaths = row.check_deaths + (row.changed_at > 0)
                claimed = await connection.execute(
                    update(uploads).where(uploads.c.ref == row.ref, silent).values(changed_at=now, check_deaths=deaths)
                )
                if claimed.rowcount:
                    taken.append(OrphanedCheck(row.ref, deaths))
        return taken
