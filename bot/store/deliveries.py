"""What Slack delivered already: events, clicks and submissions come twice, their work is done once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from bot.store.database import Database
from bot.store.tables import seen

# Delayed Events are retried for 24 hours; https://docs.slack.dev/apis/events-api/
KEEP_S = 24 * 3600.0


class Deliveries:
    """Remembers names of deliveries for a day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, what: str) -> bool:
        """True once for each `what`, in all processes together; False ever after."""
        statement = (
            self._database.insert(seen).values(what=what[:255], at=self._database.now()).on_conflict_do_nothing()
        )
        async with self._database.begin() as connection:
            # Not `rowcount`, which some drivers do not tell of an INSERT.
            return (await connection.execute(statement.returning(seen.c.what))).first() is not None

    async def first(self, body: Mapping[str, Any]) -> bool:
        """As `claim`, for what was delivered, whole: a trigger or a view alone may be the same in two of them."""
        return await self.claim(f"delivery {hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}")

    async def release(self, what: str) -> None:
        """The work did not come about: the next delivery is the first again."""
        async with self._database.begin() as connection:
            await connection.execute(delete(seen).where(seen.c.what == what[:255]))

    async def forget_old(self) -> None:
        """Drops what is older than a day."""
        async with self._database.begin() as connection:
            await connection.execute(delete(seen).where(seen.c.at < self._database.now() - KEEP_S))
