"""Which codes were loaded before: a keyed 64-bit fingerprint of each, never the code."""

from __future__ import annotations

import array
import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.promo.findings import Hit
from bot.promo.fingerprints import fingerprints as fingerprints_of
from bot.promo.job import Job
from bot.promo.lifecycle import FINISHED
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState, State
from bot.store.batches import SENT
from bot.store.database import Database
from bot.store.ledger import job_of
from bot.store.records import without_payloads
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
        WHERE uploads.shop_id IN (SELECT value FROM json_each(:shops)) AND uploads.ref <> :ref
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
        WHERE uploads.shop_id = ANY(CAST(:shops AS text[])) AND uploads.ref <> :ref
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

    def __init__(self, database: Database, vault: Vault, shop_ids: Mapping[str, str]) -> None:
        self._database = database
        self._vault = vault
        self._shop_ids = shop_ids

    async def lookup(self, packed: bytes, shops: Sequence[str], ref: str) -> list[Hit]:
        """Which of the packed (little-endian, 64-bit) fingerprints were loaded to a list of `shops` (names) before.

        The upload `ref` itself does not count. Costs one index look-up per new code, however many are known.
        """
        found = await self._hits(packed, [self._shop_ids.get(shop, shop) for shop in shops], ref)
        return [Hit(list_id, upload, places) for (list_id, upload), places in found.items()]

    async def _hits(self, packed: bytes, shop_ids: Sequence[str], ref: str) -> dict[tuple[str, str], array.array[int]]:
        """By list and upload, the places of what it loaded."""
        wanted = array.array("q")
        wanted.frombytes(packed)
        hits: dict[tuple[str, str], array.array[int]] = {}
        async with self._database.read() as connection:
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                for place, list_id, upload in await self._lookup(connection, some, shop_ids, ref):
                    hits.setdefault((list_id, upload), array.array("I")).append(start + place)
        return hits

    async def _lookup(
        self, connection: AsyncConnection, wanted: array.array[int], shop_ids: Sequence[str], ref: str
    ) -> Iterable[tuple[int, str, str]]:
        lite = self._database.sqlite
        values = {
            "wanted": json.dumps(wanted.tolist()) if lite else wanted.tolist(),
            "shops": json.dumps(list(shop_ids)) if lite else list(shop_ids),
            "ref": ref,
        }
        found = await connection.execute(text(_LOOKUP[lite]), values)
        return ((place, list_id, upload) for place, list_id, upload in found)

    async def others_since(self, job: Job) -> bool:
        """Whether codes of another upload to the shop may have become known after this one was checked."""
        others = (uploads.c.shop_id == job.shop_id) & (uploads.c.id != job.id)
        since = (uploads.c.sending_at > 0) & (uploads.c.changed_at >= job.created_at)
        found = select(uploads.c.id).where(others, since, uploads.c.ref.not_in(list(job.known_before))).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(found) is not None

    async def meanwhile(self, job: Job, packed: bytes) -> list[int]:
        """Positions of the packed fingerprints that other uploads loaded to the shop after this one was checked."""
        hits = await self._hits(packed, [job.shop_id], job.ref)
        others = (places for (_, ref), places in hits.items() if ref not in job.known_before)
        return sorted({place for places in others for place in places})

    async def claimed(self, job: Job) -> list[tuple[Job, Batch]]:
        """Batches of other uploads to the shop whose codes are not remembered yet, but are not ours to send either.

        Those that were sent, or may have been; and everything an upload to another list will still send, if it began
        before this one. Of two uploads that run at once, the later one gives way.
        """
        sent = batches.c.state.in_([*SENT, BatchState.SENDING])
        earlier = (uploads.c.state == State.SENDING) & (uploads.c.begun < job.begun)
        coming = earlier & (uploads.c.list_id != job.list_id) & (batches.c.state == BatchState.PENDING)
        heads = [column for column in uploads.c if column.name not in ("source", "report")]
        parts = [batches.c[name].label(f"batch_{name}") for name in ("number", "part", "count", "state")]
        query = (
            select(*heads, *parts)
            .join(batches, batches.c.upload_id == uploads.c.id)
            .where(uploads.c.shop_id == job.shop_id, uploads.c.id != job.id, ~uploads.c.wiped, ~batches.c.remembered)
            .where(uploads.c.state.not_in([State.UNDOING, State.UNDO_PAUSED, State.UNDONE]), sent | coming)
            .where(uploads.c.ref.not_in(list(job.known_before)))
        )
        async with self._database.read() as connection:
            return [
                (
                    job_of(row),
                    Batch(row.batch_number, row.batch_part, row.batch_count, BatchState(row.batch_state)),
                )
                for row in await connection.execute(query)
            ]

    async def remember(self, job: Job, batch: Batch, codes: Sequence[str]) -> None:
        """The codes of a batch that was sent are known from now on. Doing it twice is harmless."""
        here = (batches.c.upload_id == job.id) & (batches.c.number == batch.number) & (batches.c.part == batch.part)
        values = sorted(_numbers(await asyncio.to_thread(self.of, codes)))
        given = {"values": json.dumps(values) if self._database.sqlite else values, "upload": job.id}
        async with self._database.begin() as connection:
            await connection.execute(text(_REMEMBER[self._database.sqlite]), given)
            # For `others_since`; last, so that a commit of the same upload does not wait long.
            changed = update(uploads).where(uploads.c.id == job.id)
            await connection.execute(changed.values(changed_at=self._database.now()))
        # On its own, because a click locks upload and batches in the other order.
        async with self._database.begin() as connection:
            await connection.execute(update(batches).where(here).values(remembered=True))

    async def forget(self, job: Job, codes: Sequence[str]) -> None:
        """The codes of a batch that was taken back are not known any more, but for a trace. Twice is harmless."""
        values = sorted(_numbers(await asyncio.to_thread(self.of, codes)))
        given = {"values": json.dumps(values) if self._database.sqlite else values, "upload": job.id}
        async with self._database.begin() as connection:
            await connection.execute(text(_TAKE_BACK[self._database.sqlite]), given)
            for start in range(0, len(values), 5000):
                chosen = fingerprints.c.fingerprint.in_(values[start : start + 5000])
                await connection.execute(delete(fingerprints).where(fingerprints.c.upload_id == job.id, chosen))

    async def missing(self, job: Job) -> list[Batch]:
        """The batches that were sent, or may have been, and are not remembered yet."""
        async with self._database.read() as connection:
            found = await connection.execute(
                select(batches.c.number, batches.c.part, batches.c.count, batches.c.state)
                .where(batches.c.upload_id == job.id, batches.c.state.in_(SENT), ~batches.c.remembered)
                .order_by(batches.c.number, batches.c.part)
            )
            return [Batch(number, part, count, BatchState(state)) for number, part, count, state in found]

    async def not_remembered(self) -> list[Job]:
        """Finished uploads whose process died before it had remembered their codes."""
        behind = exists().where(batches.c.upload_id == uploads.c.id, batches.c.state.in_(SENT), ~batches.c.remembered)
        over = uploads.c.state.in_(FINISHED) & (uploads.c.finished_at < self._database.now() - 60)
        query = without_payloads().where(over, ~uploads.c.wiped, behind).limit(10)
        async with self._database.read() as connection:
            return [job_of(row) for row in await connection.execute(query)]

    def of(self, codes: Sequence[str]) -> bytes:
        """The fingerprints of codes, packed."""
        return fingerprints_of(self._vault.fingerprint_key, codes)


def _numbers(packed: bytes) -> list[int]:
    values = array.array("q")
    values.frombytes(packed)
    return values.tolist()
