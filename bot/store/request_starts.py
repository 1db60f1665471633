"""When requests to a shop started, over all processes on one Postgres: the shop's limit a minute is one for all."""

from __future__ import annotations

import logging

from sqlalchemy import delete, insert, select, text

from bot.store.database import AWAY, Database
from bot.store.tables import request_starts

log = logging.getLogger(__name__)

WINDOW_S = 60.0
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext(:shop))")


class RequestStarts:
    """Notes starts, within a limit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def shared(self) -> bool:
        """Whether other processes can be there at all: an SQLite file has one."""
        return not self._database.sqlite

    async def take(self, shop_id: str, limit: int) -> float:
        """Notes a start and answers 0 when fewer than `limit` began in the last minute; else the seconds to wait.

        While the database is away each process keeps the limit by itself.
        """
        try:
            async with self._database.begin() as connection:
                await connection.execute(_ONE_AT_A_TIME, {"shop": f"promo-bot requests {shop_id}"})
                now = self._database.now()
                here = request_starts.c.shop_id == shop_id
                await connection.execute(delete(request_starts).where(here, request_starts.c.at <= now - WINDOW_S))
                newest = select(request_starts.c.at).where(here).order_by(request_starts.c.at.desc())
                if (full := await connection.scalar(newest.offset(limit - 1).limit(1))) is not None:
                    return max(float(full) + WINDOW_S - now, 0.05)
                await connection.execute(insert(request_starts).values(shop_id=shop_id, at=now))
        except AWAY:
            log.warning("the database does not answer; the limit of requests holds for this process alone")
        return 0.0
