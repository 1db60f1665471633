"""Who works on which list: a lease per shop and list, so that only one upload at a time is sent to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, case, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import LeaseLost
from bot.promo.lifecycle import RUNNING
from bot.promo.uploads import State
from bot.store.database import Database
from bot.store.tables import leases, uploads

# Built once, for it is part of every step.
_RENEW = (
    update(leases)
    .where(leases.c.shop_id == bindparam("of"), leases.c.list_id == bindparam("named"))
    .where(leases.c.owner == bindparam("us"))
    .values(until=bindparam("until"))
)


def lease_s(timeout_s: float) -> float:
    """How long a lease lasts where one POST may take `timeout_s`: longer than the POST, renewed three times in it."""
    return 1.5 * timeout_s + 5


# The shop's id and the list's.
Place = tuple[str, str]
# An upload under way has an open outcome, which the list's count answers only while nothing else changes the list.
ORDER = (
    case((uploads.c.state.in_([State.SENDING, State.STOPPING]), 0), (uploads.c.state == State.UNDOING, 1), else_=2),
    uploads.c.confirmed_at,
    uploads.c.id,
)


@dataclass(frozen=True, slots=True)
class Due:
    """Lists to work on now, and in how many seconds the next one is due; None when nothing waits."""

    places: list[Place]
    next_in_s: float | None


class Leases:
    """Leases of one process, named `owner`; each lasts `length_s` seconds from its last renewal."""

    def __init__(self, database: Database, owner: str, length_s: float) -> None:
        self._database = database
        self.owner = owner
        self.length_s = length_s

    async def due(self, taken: Collection[Place]) -> Due:
        """The lists with something to do now, beside those `taken` here already, and when the next one is due.

        What counts is the upload of a list that is worked on first: those behind it wait with it.
        """
        await self._database.set_clock()
        now = self._database.now()
        query = select(uploads.c.shop_id, uploads.c.list_id, uploads.c.retry_at).where(uploads.c.state.in_(RUNNING))
        first: dict[Place, float] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(query.order_by(*ORDER)):
                first.setdefault((row.shop_id, row.list_id), row.retry_at)
        later = [at for at in first.values() if at > now]
        return Due(
            [place for place, at in first.items() if at <= now and place not in taken],
            min(later) - now if later else None,
        )

    async def take(self, shop_id: str, list_id: str) -> bool:
        """Whether the lease is ours now: it was free, had run out, or was ours."""
        now = self._database.now()
        values = {"shop_id": shop_id, "list_id": list_id, "owner": self.owner, "until": now + self.length_s}
        statement: Any = self._database.insert(leases).values(**values)
        statement = statement.on_conflict_do_update(
            index_elements=["shop_id", "list_id"],
            set_={"owner": self.owner, "until": now + self.length_s},
            where=(leases.c.until < now) | (leases.c.owner == self.owner),
        )
        async with self._database.begin() as connection:
            # Not `rowcount`, which some drivers do not tell of an INSERT.
            return (await connection.execute(statement.returning(leases.c.owner))).first() is not None

    async def keep(self, shop_id: str, list_id: str) -> None:
        """Renews the lease between two commits. Raises LeaseLost, also when the other has let go of it again."""
        async with self._database.begin() as connection:
            await self.renew(connection, shop_id, list_id)

    async def renew(self, connection: AsyncConnection, shop_id: str, list_id: str) -> None:
        """Renews inside a transaction, so that what else it writes only counts if the lease is still ours.

        Raises LeaseLost.
        """
        until = self._database.now() + self.length_s
        about = {"of": shop_id, "named": list_id, "us": self.owner, "until": until}
        renewed = await connection.execute(_RENEW, about)
        if renewed.rowcount == 0:
            raise LeaseLost

    async def release(self, shop_id: str, list_id: str) -> None:
        """Lets another process have the list at once."""
        async with self._database.begin() as connection:
            await connection.execute(
                delete(leases).where(
                    leases.c.shop_id == shop_id, leases.c.list_id == list_id, leases.c.owner == self.owner
                )
            )
