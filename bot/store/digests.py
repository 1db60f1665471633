"""Scheduled reports: which channel gets one, and when the next is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from bot.store.database import Database
from bot.store.watching import digests

# A process that was to send a digest and gave no sign of life for so many seconds is given up.
POSTING_S = 120.0


@dataclass(frozen=True, slots=True)
class Digest:
    """A channel's digest: on `days` (0 is Monday) at a time of `tz`; `next_at` and `last_at` in epoch seconds."""

    channel: str
    days: tuple[int, ...]
    hour: int
    minute: int
    tz: str
    by: str
    next_at: float
    last_at: float = 0.0


class Digests:
    """Keeps one digest a channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set(self, digest: Digest) -> None:
        """Sets a channel's digest, in place of the one before."""
        values = {
            "days": " ".join(map(str, digest.days)),
            "hour": digest.hour,
            "minute": digest.minute,
            "tz": digest.tz,
            "by": digest.by,
            "next_at": digest.next_at,
            "last_at": self._database.now(),
            "posting_at": 0.0,
        }
        statement = self._database.insert(digests).values(channel=digest.channel, **values)
        async with self._database.begin() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["channel"], set_=values))

    async def end(self, channel: str) -> bool:
        """Ends a channel's digest; whether it had one."""
        async with self._database.begin() as connection:
            return bool((await connection.execute(delete(digests).where(digests.c.channel == channel))).rowcount)

    async def of(self, channel: str) -> Digest | None:
        """A channel's digest."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(digests).where(digests.c.channel == channel))).first()
        return _digest(row) if row else None

    async def due(self) -> list[Digest]:
        """The digests that are due now, or late."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(digests).where(digests.c.next_at <= self._database.now()))
            return [_digest(row) for row in rows]

    async def claim(self, digest: Digest) -> bool:
        """Whether this process is to send it: nobody else is at it."""
        now = self._database.now()
        free = (digests.c.posting_at < now - POSTING_S) | (digests.c.posting_at > now + POSTING_S)
        here = (digests.c.channel == digest.channel) & (digests.c.next_at == digest.next_at)
        async with self._database.begin() as connection:
            claimed = await connection.execute(update(digests).where(here, free).values(posting_at=now))
            return bool(claimed.rowcount)

    async def renew(self, digest: Digest) -> None:
        """This process is still sending it."""
        here = (digests.c.channel == digest.channel) & (digests.c.next_at == digest.next_at)
        async with self._database.begin() as connection:
            await connection.execute(update(digests).where(here).values(posting_at=self._database.now()))

    async def sent(self, digest: Digest, next_at: float) -> None:
        """It was sent; the next is due at `next_at`."""
        here = (digests.c.channel == digest.channel) & (digests.c.next_at == digest.next_at)
        values = {"next_at": next_at, "last_at": self._database.now(), "posting_at": 0.0}
        async with self._database.begin() as connection:
            await connection.execute(update(digests).where(here).values(**values))


def _digest(row: Any) -> Digest:
    return Digest(
        channel=row.channel,
        days=tuple(map(int, row.days.split())),
        hour=row.hour,
        minute=row.minute,
        tz=row.tz,
        by=row.by,
        next_at=row.next_at,
        last_at=row.last_at,
    )
