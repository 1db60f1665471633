"""Work that one process at a time does: readings, judging, digests. A turn is a lease with a pace."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.store.database import Database
from bot.store.watching import turns


class Turns:
    """The turns of one process, named `owner`."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner

    async def take(self, name: str, every_s: float, lease_s: float) -> bool:
        """Whether it is this process's turn: `every_s` after the last began, when nobody is at it.

        Whoever takes a turn has `lease_s` seconds for it, then another may.
        """
        now = self._database.now()
        values = {"owner": self._owner, "until": now + lease_s, "last_at": now}
        # A clock that was set back must not stop the work until it has caught up.
        due = (turns.c.last_at <= now - every_s) | (turns.c.last_at > now + every_s)
        free = (turns.c.until <= now) | (turns.c.until > now + 10 * lease_s)
        statement = self._database.insert(turns).values(name=name, **values)
        statement = statement.on_conflict_do_update(index_elements=["name"], set_=values, where=due & free)
        async with self._database.begin() as connection:
            return (await connection.execute(statement.returning(turns.c.owner))).first() is not None

    async def done(self, name: str) -> None:
        """The turn is over; the next may begin when it is due."""
        ours = (turns.c.name == name) & (turns.c.owner == self._owner)
        async with self._database.begin() as connection:
            await connection.execute(update(turns).where(ours).values(until=0.0))

    async def last(self, name: str) -> float:
        """When the last turn began, in epoch seconds; 0 for never."""
        async with self._database.read() as connection:
            return await connection.scalar(select(turns.c.last_at).where(turns.c.name == name)) or 0.0
