"""Which codes were loaded before: a keyed 64-bit fingerprint of each, never the code."""

from __future__ import annotations

import array
import asyncio
import json
from collections.abc import Sequence

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.promo.findings import Hit
from bot.promo.fingerprints import fingerprints as fingerprints_of
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState
from bot.store.database import Database
from bot.store.ledger import Ledger, Work
from bot.store.tables import batches, fingerprints, uploads
from bot.store.vault import Vault

# Known codes are looked up, and new ones remembered, this many at a time.
_AT_ONCE = 20_000

# CROSS JOIN keeps SQLite, and LATERAL with OFFSET 0 keeps Postgres, from walking the large table instead of looking
# each new fingerprint up in its index.
_LOOKUP = {
    True: """
        SELECT wanted.key AS position, uploads.list_id, uploads.ref
        FROM json_each(:wanted) AS wanted
        CROSS JOIN fingerprints ON fingerprints.fingerprint = wanted.value
        JOIN uploads ON uploads.id = fingerprints.upload_id
        WHERE uploads.shop IN (SELECT value FROM json_each(:shops)) AND uploads.ref <> :ref
        ORDER BY uploads.id""",
    False: """
        SELECT found.position - 1 AS position, uploads.list_id, uploads.ref
        FROM (
            SELECT wanted.position, known.upload_id
            FROM unnest(CAST(:wanted AS bigint[])) WITH ORDINALITY AS wanted(value, position)
            CROSS JOIN LATERAL (
                SELECT upload_id FROM fingerprints WHERE fingerprint = wanted.value OFFSET 0
            ) AS known
            OFFSET 0
        ) AS found
        JOIN uploads ON uploads.id = found.upload_id
        WHERE uploads.shop = ANY(CAST(:shops AS text[])) AND uploads.ref <> :ref
        ORDER BY uploads.id""",
}
# One statement for a whole batch, whatever its size; by whether the database is SQLite.
_REMEMBER = {
    True: "INSERT OR IGNORE INTO fingerprints SELECT value, :upload FROM json_each(:values)",
    False: "INSERT INTO fingerprints SELECT unnest(CAST(:values AS bigint[])), :upload ON CONFLICT DO NOTHING",
}
_TAKE_BACK = {lite: statement.replace("INTO fingerprints", "INTO taken_back") for lite, statement in _REMEMBER.items()}


class Fingerprints:
    """Everything the bot ever loaded, by fingerprint."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def lookup(self, packed: bytes, shops: Sequence[str], ref: str) -> list[Hit]:
        """Which of the packed (little-endian, 64-bit) fingerprints were loaded to a list of `shops` before.

        The upload `ref` itself does not count. Costs one index look-up per new code, however many are known.
        """
        wanted = array.array("q")
        wanted.frombytes(packed)
        hits: list[Hit] = []
        async with self._database.read() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                hits += await self._lookup(connection, wanted[start : start + _AT_ONCE], shops, ref, start)
        return hits

    async def _lookup(
        self, connection: AsyncConnection, wanted: array.array[int], shops: Sequence[str], ref: str, start: int
    ) -> list[Hit]:
        lite = self._database.sqlite
        values = {
            "wanted": json.dumps(wanted.tolist()) if lite else wanted.tolist(),
            "shops": json.dumps(list(shops)) if lite else list(shops),
            "ref": ref,
        }
        found = await connection.execute(text(_LOOKUP[lite]), values)
        return [Hit(start + position, list_id, upload) for position, list_id, upload in found]

    async def others_since(self, work: Work) -> bool:
        """Whether codes of another upload to the shop may have become known after this one was checked."""
        known, others = list(work.known_before), (uploads.c.shop == work.shop) & (uploads.c.id != work.id)
        since = (uploads.c.sending_at > 0) & (uploads.c.changed_at >= work.created_at)
        found = select(uploads.c.id).where(others, since, uploads.c.ref.not_in(known)).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(found) is not None

    async def meanwhile(self, work: Work, codes: Sequence[str]) -> list[int]:
        """Positions of codes that other uploads loaded to the shop's lists after this one was checked."""
        packed = await asyncio.to_thread(fingerprints_of, self._vault.fingerprint_key, codes)
        hits = await self.lookup(packed, [work.shop], work.ref)
        return sorted({hit.index for hit in hits if hit.ref not in work.known_before})

    async def remember(self, ledger: Ledger, work: Work, batch: Batch) -> None:
        """The codes of a batch that was sent are known from now on. Doing it twice is harmless."""
        codes, _ = await ledger.codes(work, batch)
        here = (batches.c.upload_id == work.id) & (batches.c.number == batch.number) & (batches.c.part == batch.part)
        values = sorted(await asyncio.to_thread(self._of, codes))
        given = {"values": json.dumps(values) if self._database.sqlite else values, "upload": work.id}
        async with self._database.begin() as connection:
            await connection.execute(text(_REMEMBER[self._database.sqlite]), given)
            # For `others_since`; last, so that a commit of the same upload does not wait long.
            changed = update(uploads).where(uploads.c.id == work.id)
            await connection.execute(changed.values(changed_at=self._database.now()))
        # On its own, because a click locks upload and batches in the other order.
        async with self._database.begin() as connection:
            await connection.execute(update(batches).where(here).values(remembered=True))

    async def forget(self, ledger: Ledger, work: Work, batch: Batch) -> None:
        """The codes of a batch that was taken back are not known any more, but for a trace. Twice is harmless."""
        codes, _ = await ledger.codes(work, batch)
        values = sorted(await asyncio.to_thread(self._of, codes))
        given = {"values": json.dumps(values) if self._database.sqlite else values, "upload": work.id}
        async with self._database.begin() as connection:
            await connection.execute(text(_TAKE_BACK[self._database.sqlite]), given)
            for start in range(0, len(values), 5000):
                chosen = fingerprints.c.fingerprint.in_(values[start : start + 5000])
                await connection.execute(delete(fingerprints).where(fingerprints.c.upload_id == work.id, chosen))

    async def missing(self, work: Work) -> list[Batch]:
        """The batches that were sent, or may have been, and are not remembered yet."""
        sent = batches.c.state.in_([BatchState.ACCEPTED, BatchState.UNSURE])
        async with self._database.read() as connection:
            found = await connection.execute(
                select(batches.c.number, batches.c.part, batches.c.count, batches.c.state)
                .where(batches.c.upload_id == work.id, sent, ~batches.c.remembered)
                .order_by(batches.c.number, batches.c.part)
            )
            return [Batch(number, part, count, BatchState(state)) for number, part, count, state in found]

    def _of(self, codes: Sequence[str]) -> list[int]:
        values = array.array("q")
        values.frombytes(fingerprints_of(self._vault.fingerprint_key, codes))
        return values.tolist()
