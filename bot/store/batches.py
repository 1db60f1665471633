"""Batches: the codes of one POST each, sealed; read, cut in pieces, moved, and noted on while they are taken back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import DamagedBatch, WrongState
from bot.promo.codes import pack, unpack
from bot.promo.job import Job, Move
from bot.promo.steps import Batch
from bot.promo.uploads import BatchState
from bot.store.database import Database
from bot.store.leases import Leases
from bot.store.tables import batches, uploads
from bot.store.vault import Vault

# Where an undo is with a batch: not asked yet, asked, done, or done after an answer was lost on the way.
Undo = Literal["", "sending", "done", "unclear"]
# What arrived, or may have.
SENT = (BatchState.ACCEPTED, BatchState.UNSURE)
# Built once, for it is what a batch waits for. Also from its target: a commit whose answer was lost is made again, and
# then `sent_at` is that of the second one.
_MOVE = (
    update(batches)
    .where(batches.c.upload_id == bindparam("of"), batches.c.number == bindparam("at"))
    .where(batches.c.part == bindparam("in"))
    .where((batches.c.state == bindparam("expected")) | (batches.c.state == bindparam("target")))
    .values(
        state=bindparam("target"),
        message=bindparam("words"),
        decided=bindparam("final"),
        sent_at=func.coalesce(bindparam("now"), batches.c.sent_at),
        lost_at=func.coalesce(bindparam("lost"), batches.c.lost_at),
        rows=func.coalesce(bindparam("lines"), batches.c.rows),
    )
)
_BATCH = [
    batches.c[name]
    for name in ("number", "part", "count", "state", "sent_at", "decided", "message", "lost_at", "held_back")
]


class Batches:
    """The batches of uploads. Whoever cuts or takes back one needs the lease of its list."""

    def __init__(self, database: Database, vault: Vault, leases: Leases) -> None:
        self._database = database
        self._vault = vault
        self._leases = leases

    def _open(self, ref: str, batch: Batch, sealed: bytes | None) -> bytes:
        if sealed is None:
            raise WrongState("wiped")
        try:
            return self._vault.open(sealed, _name(ref, batch))
        except ValueError:
            raise DamagedBatch(batch.number) from None

    async def add(
        self,
        connection: AsyncConnection,
        upload_id: int,
        ref: str,
        batch: Batch,
        packed: bytes,
        rows: Sequence[int] = (),
    ) -> None:
        """Stores a new batch inside a transaction: its packed codes sealed, and its first `rows` for people."""
        await connection.execute(
            insert(batches).values(
                upload_id=upload_id,
                number=batch.number,
                part=batch.part,
                count=batch.count,
                state=batch.state,
                payload=self._vault.seal(packed, _name(ref, batch)),
                message=batch.message,
                held_back=batch.held_back,
                lost_at=batch.lost_at,
                rows=json.dumps(list(rows)),
            )
        )

    async def of(self, job: Job) -> list[Batch]:
        """All its batches, in the order in which they are sent."""
        async with self._database.read() as connection:
            found = await connection.execute(
                select(*_BATCH)
                .where(batches.c.upload_id == job.id)
                .order_by(batches.c.number, batches.c.count.desc(), batches.c.part)
            )
            return [_batch(row) for row in found]

    async def codes(self, job: Job, batch: Batch) -> tuple[list[str], list[int]]:
        """The codes of a batch and their rows. Raises WrongState when they are wiped, DamagedBatch."""
        return await asyncio.to_thread(unpack, await self.packed(job, batch))

    async def packed(self, job: Job, batch: Batch) -> bytes:
        """The codes of a batch and their rows, packed. Raises WrongState when they are wiped, DamagedBatch."""
        async with self._database.read() as connection:
            sealed = await connection.scalar(select(batches.c.payload).where(batches.c.upload_id == job.id, _is(batch)))
        return self._open(job.ref, batch, sealed)

    async def refused(self, ref: str) -> Iterator[tuple[Batch, list[str], list[int]]]:
        """The refused and held-back batches of an upload, with their codes and rows, each opened when it is asked for.

        Raises DamagedBatch then.
        """
        return await self._with_codes(ref, batches.c.state == BatchState.REFUSED)

    async def in_question(self, ref: str) -> Iterator[tuple[Batch, list[str], list[int]]]:
        """As `refused`, the batches of an upload that a person is asked about."""
        return await self._with_codes(ref, (batches.c.state == BatchState.UNSURE) & ~batches.c.decided)

    async def _with_codes(self, ref: str, which: ColumnElement[bool]) -> Iterator[tuple[Batch, list[str], list[int]]]:
        async with self._database.read() as connection:
            found = await connection.execute(
                select(*_BATCH, batches.c.payload)
                .join(uploads, uploads.c.id == batches.c.upload_id)
                .where(uploads.c.ref == ref, which)
                .order_by(batches.c.number, batches.c.part)
            )
            rows = [(_batch(row), row.payload) for row in found]
        return ((batch, *unpack(self._open(ref, batch, payload))) for batch, payload in rows)

    async def split(self, job: Job, batch: Batch) -> None:
        """Makes two pending halves of a batch."""
        codes, rows = await self.codes(job, batch)
        half = batch.count // 2
        first = replace(batch, count=half, state=BatchState.PENDING)
        second = replace(batch, part=batch.part + half, count=batch.count - half, state=BatchState.PENDING)
        await self._replace(job, batch, [(first, codes[:half], rows[:half]), (second, codes[half:], rows[half:])])

    async def hold_back(self, job: Job, batch: Batch, positions: Collection[int]) -> None:
        """Sets the codes at these positions of a pending batch aside as loaded meanwhile; the others stay pending."""
        codes, rows = await self.codes(job, batch)
        aside, rest = sorted(positions), [at for at in range(batch.count) if at not in positions]
        kept = replace(batch, count=len(rest))
        held = replace(batch, part=batch.part + len(rest), count=len(aside), state=BatchState.REFUSED, held_back=True)
        pieces = [
            (piece, [codes[at] for at in chosen], [rows[at] for at in chosen])
            for piece, chosen in ((kept, rest), (held, aside))
            if chosen
        ]
        await self._replace(job, batch, pieces)

    async def _replace(self, job: Job, batch: Batch, pieces: Sequence[tuple[Batch, list[str], list[int]]]) -> None:
        async with self._database.begin() as connection:
            await self._leases.renew(connection, job.shop_id, job.list_id)
            await connection.execute(
                update(uploads).where(uploads.c.id == job.id).values(version=uploads.c.version + 1)
            )
            await connection.execute(delete(batches).where(batches.c.upload_id == job.id, _is(batch)))
            for piece, codes, rows in pieces:
                await self.add(connection, job.id, job.ref, piece, pack(codes, rows), rows[:5])

    async def move(self, connection: AsyncConnection, job: Job, moves: Sequence[Move], now: float) -> None:
        """Moves batches inside a transaction. Raises WrongState when one is not where it should be."""
        moved = await connection.execute(_MOVE, [_moving(job, move, now) for move in moves])
        if moved.rowcount != len(moves):
            here = (batches.c.upload_id == job.id) & or_(*(_is(move.batch) for move in moves))
            states = await connection.scalars(select(batches.c.state).where(here))
            raise WrongState("moved", ", ".join(states) or "gone")

    async def lost_since(self, job: Job, batch: Batch, since: float) -> bool:
        """Whether another batch for the list was lost since then, or is not known to have arrived: it may still arrive,
        and be taken for this one.
        """
        other = (batches.c.upload_id != job.id) | (batches.c.number != batch.number)
        unsure = batches.c.state == BatchState.UNSURE
        query = (
            select(batches.c.number)
            .join(uploads, uploads.c.id == batches.c.upload_id)
            .where(uploads.c.shop_id == job.shop_id, uploads.c.list_id == job.list_id, uploads.c.changed_at > since)
            .where(other, (batches.c.lost_at > since) | (unsure & (batches.c.sent_at > since)))
            .limit(1)
        )
        async with self._database.read() as connection:
            return await connection.scalar(query) is not None

    async def accepted_since(self, job: Job, since: float) -> int:
        """How many codes the list was sent since then that were accepted, by whichever upload."""
        query = (
            select(func.coalesce(func.sum(batches.c.count), 0))
            .join(uploads, uploads.c.id == batches.c.upload_id)
            .where(uploads.c.shop_id == job.shop_id, uploads.c.list_id == job.list_id, uploads.c.changed_at > since)
            .where(batches.c.state == BatchState.ACCEPTED, batches.c.sent_at > since)
        )
        async with self._database.read() as connection:
            return int(await connection.scalar(query) or 0)

    async def to_take_back(self, job: Job) -> list[tuple[Batch, bool]]:
        """The batches an undo still has to take back; True with those that were asked for once already."""
        async with self._database.read() as connection:
            found = await connection.execute(
                select(*_BATCH, batches.c.undo)
                .where(batches.c.upload_id == job.id, batches.c.state.in_(SENT), batches.c.undo.in_(["", "sending"]))
                .order_by(batches.c.number, batches.c.part)
            )
            return [(_batch(row), row.undo == "sending") for row in found]

    async def record_undo(self, job: Job, batch: Batch, undo: Undo, *, deleted: int = 0, not_found: int = 0) -> None:
        """Notes where an undo is with a batch: how many of its codes were deleted, how many were not there."""
        async with self._database.begin() as connection:
            await self._leases.renew(connection, job.shop_id, job.list_id)
            newer = update(uploads).where(uploads.c.id == job.id)
            await connection.execute(newer.values(version=uploads.c.version + 1, changed_at=self._database.now()))
            here = update(batches).where(batches.c.upload_id == job.id, _is(batch))
            await connection.execute(here.values(undo=undo, deleted=deleted, not_found=not_found))


def _batch(row: Any) -> Batch:
    number, part, count, state, sent_at, decided, message, lost_at, held_back = row[:9]
    return Batch(number, part, count, BatchState(state), sent_at, decided, message, lost_at, held_back)


def _moving(job: Job, move: Move, now: float) -> dict[str, Any]:
    return {
        "of": job.id,
        "at": move.batch.number,
        "in": move.batch.part,
        "expected": move.batch.state,
        "target": move.target,
        "words": move.message,
        "final": move.decided,
        "now": now if move.target is BatchState.SENDING else None,
        "lost": now if move.lost else None,
        "lines": json.dumps(list(move.rows)) if move.rows else None,
    }


def _is(batch: Batch) -> ColumnElement[bool]:
    return (batches.c.number == batch.number) & (batches.c.part == batch.part)


def _name(ref: str, batch: Batch) -> str:
    """What a sealed batch is bound to, so that none can be taken for another."""
    return f"batch {ref} {batch.number} {batch.part}"
