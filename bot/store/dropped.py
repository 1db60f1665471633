"""Files that Slack told of: noted before Slack hears that the event arrived, kept until they are dealt with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import dropped, seen

# Whoever deals with a file needs seconds; after so long it is taken for dead.
SILENT_S = 30.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file's event under the name of its delivery."""

    what: str
    event: Mapping[str, Any]


class DroppedFiles:
    """The files that nobody has dealt with yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, file: Dropped) -> None:
        """Keeps it, unless somebody began to deal with it at an earlier delivery."""
        insert = sqlite.insert if self._database.sqlite else postgresql.insert
        row = {"what": file.what[:255], "event": json.dumps(file.event), "at": self._database.now()}
        async with self._database.begin() as connection:
            if await connection.scalar(select(seen.c.at).where(seen.c.what == row["what"])) is None:
                await connection.execute(insert(dropped).values(**row).on_conflict_do_nothing())

    async def done(self, what: str) -> None:
        """It is dealt with."""
        async with self._database.begin() as connection:
            await took(connection, what)

    async def let_go(self, what: str) -> None:
        """Whoever dealt with it is to stop: another may at once."""
        async with self._database.begin() as connection:
            await connection.execute(update(dropped).where(dropped.c.what == what[:255]).values(at=0.0))

    async def orphaned(self) -> list[Dropped]:
        """Those whose process stopped or died, each handed out to one caller."""
        now = self._database.now()
        silent, taken = dropped.c.at < now - SILENT_S, []
        async with self._database.begin() as connection:
            for row in (await connection.execute(select(dropped).where(silent).limit(50))).all():
                ours = update(dropped).where(dropped.c.what == row.what, silent).values(at=now)
                if (await connection.execute(ours)).rowcount:
                    taken.append(Dropped(row.what, json.loads(row.event)))
        return taken


async def took(connection: AsyncConnection, what: str) -> bool:
    """Inside a transaction: the file is dealt with; False when somebody else was faster."""
    gone = await connection.execute(delete(dropped).where(dropped.c.what == what[:255]))
    return bool(gone.rowcount)
