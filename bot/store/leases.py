"""Who works on which list: a lease per shop and list, so that only one upload at a time is sent to it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.promo.uploads import RUNNING
from bot.store.database import Database
from bot.store.tables import leases, uploads

# Built once, for it is part of every step.
_RENEW = (
    update(leases)
    .where(leases.c.shop == bindparam("of"), leases.c.list_id == bindparam("named"))
    .where(leases.c.owner == bindparam("us"))
    .values(until=bindparam("until"))
)


def lease_s(timeout_s: float) -> float:
    """How long a lease lasts where one POST may take `timeout_s`: longer than the POST, renewed three times in it."""
    return 1.5 * timeout_s + 5


class LeaseLostError(Exception):
    """Another process has taken over: stop at once, and write nothing."""


class Leases:
    """Leases of one process, named `owner`; each lasts `length_s` seconds from its last renewal."""

    def __init__(self, database: Database, owner: str, length_s: float) -> None:
        self._database = database
        self.owner = owner
        self.length_s = length_s

    async def due(self, taken: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
        """The (shop, list id) pairs with something to send or take back, beside those `taken` here already."""
        await self._database.set_clock()
        now = self._database.now()
        async with self._database.read() as connection:
            found = await connection.execute(
                select(uploads.c.shop, uploads.c.list_id)
                .where(uploads.c.state.in_(RUNNING), uploads.c.retry_at <= now)
                .distinct()
            )
            return [pair for row in found if (pair := (row.shop, row.list_id)) not in taken]

    async def take(self, shop: str, list_id: str) -> bool:
        """Whether the lease is ours now: it was free, had run out, or was ours."""
        now = self._database.now()
        values = {"shop": shop, "list_id": list_id, "owner": self.owner, "until": now + self.length_s}
        insert = sqlite.insert if self._database.sqlite else postgresql.insert
        statement: Any = insert(leases).values(**values)
        statement = statement.on_conflict_do_update(
            index_elements=["shop", "list_id"],
            set_={"owner": self.owner, "until": now + self.length_s},
            where=(leases.c.until < now) | (leases.c.owner == self.owner),
        )
        async with self._database.begin() as connection:
            # Not `rowcount`, which some drivers do not tell of an INSERT.
            return (await connection.execute(statement.returning(leases.c.owner))).first() is not None

    async def keep(self, shop: str, list_id: str) -> None:
        """Renews the lease between two commits. Raises LeaseLostError, also when the other has let go of it again."""
        async with self._database.begin() as connection:
            await self.renew(connection, shop, list_id)

    async def renew(self, connection: AsyncConnection, shop: str, list_id: str) -> None:
        """Renews inside a transaction, so that what else it writes only counts if the lease is still ours.

        Raises LeaseLostError.
        """
        until = self._database.now() + self.length_s
        about = {"of": shop, "named": list_id, "us": self.owner, "until": until}
        renewed = await connection.execute(_RENEW, about)
        if renewed.rowcount == 0:
            raise LeaseLostError

    async def release(self, shop: str, list_id: str) -> None:
        """Lets another process have the list at once."""
        async with self._database.begin() as connection:
            await connection.execute(
                delete(leases).where(leases.c.shop == shop, leases.c.list_id == list_id, leases.c.owner == self.owner)
            )
