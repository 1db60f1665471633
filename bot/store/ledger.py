"""The ledger of one upload while it is sent: every transition is fenced by the lease and by the state it expects."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import WrongState
from bot.promo.codes import pack, unpack
from bot.promo.findings import Checked
from bot.promo.steps import Batch
from bot.promo.uploads import FINISHED, RUNNING, BatchState, Notice, State
from bot.store.database import Database
from bot.store.leases import Leases
from bot.store.records import from_text, to_text
from bot.store.tables import batches, uploads
from bot.store.vault import Vault

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
        sent_at=func.coalesce(bindparam("now"), batches.c.sent_at),
        rows=func.coalesce(bindparam("lines"), batches.c.rows),
    )
)
_BATCH = [batches.c[name] for name in ("number", "part", "count", "state", "sent_at", "decided", "message")]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A reading batches rely on: the list had `available` codes at `at`; `accepted` were accepted after it."""

    available: int
    at: float
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """The head of an upload that is being sent.

    `known_before` are the uploads that its check found to have loaded some of its codes: the person knows of them.
    The check was made after `created_at`.
    """

    id: int
    ref: str
    shop: str
    list_id: str
    state: State
    notice: Notice | None
    baseline: Baseline | None
    before: int | None
    pace: float
    limit: int
    retry_at: float
    down_since: float
    undone_by: str
    known_before: frozenset[str] = frozenset()
    created_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Move:
    """A batch goes from one state to another."""

    batch: Batch
    target: BatchState
    message: str = ""
    rows: Sequence[int] = ()


class Ledger:
    """Reads and writes the ledgers of the uploads this process holds leases for."""

    def __init__(self, database: Database, vault: Vault, leases: Leases) -> None:
        self._database = database
        self._vault = vault
        self._leases = leases

    async def next(self, shop: str, list_id: str) -> Work | None:
        """The upload to work on: one being sent, else one to take back, else the one confirmed first.

        An upload being sent may have an open question, which the list's count answers only while nothing else changes
        it. None when nothing is due.
        """
        begun = case((uploads.c.state == State.SENDING, 0), (uploads.c.state == State.UNDOING, 1), else_=2)
        async with self._database.read() as connection:
            row = (
                await connection.execute(
                    select(uploads)
                    .where(
                        uploads.c.shop == shop,
                        uploads.c.list_id == list_id,
                        uploads.c.state.in_(RUNNING),
                    )
                    .order_by(begun, uploads.c.confirmed_at, uploads.c.id)
                    .limit(1)
                )
            ).first()
        return None if row is None else _work(row)

    async def batches(self, work: Work) -> list[Batch]:
        """All its batches, in order."""
        async with self._database.read() as connection:
            found = await connection.execute(
                select(*_BATCH)
                .where(batches.c.upload_id == work.id)
                .order_by(batches.c.number, batches.c.count.desc(), batches.c.part)
            )
            return [_batch(row) for row in found]

    async def codes(self, work: Work, batch: Batch) -> tuple[list[str], list[int]]:
        """The codes of a batch and their rows."""
        return await asyncio.to_thread(unpack, await self.packed(work, batch))

    async def packed(self, work: Work, batch: Batch) -> bytes:
        """The codes of a batch and their rows, packed."""
        async with self._database.read() as connection:
            sealed = await connection.scalar(
                select(batches.c.payload).where(batches.c.upload_id == work.id, _is(batch))
            )
        if sealed is None:
            raise WrongState("wiped")
        return self._vault.open(sealed, _about(work.ref, batch))

    async def commit(self, work: Work, *moves: Move, **values: Any) -> float:
        """Writes all or nothing, renewing the lease; `values` go to the upload's row. Answers the time it wrote.

        Raises LeaseLostError, or WrongState when a batch is not where it should be. Doing the same again (after
        a lost connection) is harmless.
        """
        now = self._database.now()
        if "notice" in values:
            values["notice"] = to_text(values["notice"], Notice)
        async with self._database.begin() as connection:
            await self._leases.renew(connection, work.shop, work.list_id)
            if moves:
                await _move(connection, work, moves, now)
            await _change(connection, work, version=uploads.c.version + 1, changed_at=now, **values)
        return now

    async def outdate_readings(self, work: Work) -> None:
        """The list is about to change: what other uploads to it relied on does not tell them anything any more."""
        here = (uploads.c.shop == work.shop) & (uploads.c.list_id == work.list_id) & (uploads.c.id != work.id)
        async with self._database.begin() as connection:
            await self._leases.renew(connection, work.shop, work.list_id)
            await connection.execute(update(uploads).where(here, uploads.c.baseline.is_not(None)).values(baseline=None))

    async def split(self, work: Work, batch: Batch) -> None:
        """Makes two pending halves of a batch."""
        codes, rows = await self.codes(work, batch)
        half = batch.count // 2
        first = replace(batch, count=half, state=BatchState.PENDING)
        second = replace(batch, part=batch.part + half, count=batch.count - half, state=BatchState.PENDING)
        await self._replace(work, batch, [(first, codes[:half], rows[:half]), (second, codes[half:], rows[half:])])

    async def set_aside(self, work: Work, batch: Batch, positions: Collection[int], why: str) -> None:
        """Refuses the codes at these positions of a pending batch, and leaves the others pending."""
        codes, rows = await self.codes(work, batch)
        aside, rest = sorted(positions), [at for at in range(batch.count) if at not in positions]
        kept = replace(batch, count=len(rest))
        refused = replace(batch, part=batch.part + len(rest), count=len(aside), state=BatchState.REFUSED, message=why)
        pieces = [
            (piece, [codes[at] for at in chosen], [rows[at] for at in chosen])
            for piece, chosen in ((kept, rest), (refused, aside))
            if chosen
        ]
        await self._replace(work, batch, pieces)

    async def _replace(self, work: Work, batch: Batch, pieces: Sequence[tuple[Batch, list[str], list[int]]]) -> None:
        async with self._database.begin() as connection:
            await self._leases.renew(connection, work.shop, work.list_id)
            await connection.execute(delete(batches).where(batches.c.upload_id == work.id, _is(batch)))
            for piece, codes, rows in pieces:
                await connection.execute(
                    insert(batches).values(
                        upload_id=work.id,
                        number=piece.number,
                        part=piece.part,
                        count=piece.count,
                        state=piece.state,
                        payload=self._vault.seal(pack(codes, rows), _about(work.ref, piece)),
                        message=piece.message,
                        rows=json.dumps(rows[:5]),
                    )
                )
            await _change(connection, work, version=uploads.c.version + 1)

    async def refused(self, ref: str) -> list[tuple[str, list[str], list[int]]]:
        """The refused codes of an upload with their rows, by the API's words."""
        async with self._database.read() as connection:
            found = await connection.execute(
                select(*_BATCH, batches.c.payload)
                .join(uploads, uploads.c.id == batches.c.upload_id)
                .where(uploads.c.ref == ref, batches.c.state == BatchState.REFUSED)
                .order_by(batches.c.number, batches.c.part)
            )
            rows = found.all()
        if any(row.payload is None for row in rows):
            raise WrongState("wiped")
        return [(row.message, *unpack(self._vault.open(row.payload, _about(ref, _batch(row))))) for row in rows]

    async def not_remembered(self, before: Work | None = None) -> list[Work]:
        """Uploads whose process died before it had remembered their codes: finished ones, or all to the list of
        `before` but itself.
        """
        sent = batches.c.state.in_([BatchState.ACCEPTED, BatchState.UNSURE])
        behind = exists().where(batches.c.upload_id == uploads.c.id, sent, ~batches.c.remembered)
        if before is None:
            which = uploads.c.state.in_(FINISHED) & (uploads.c.finished_at < self._database.now() - 60)
        else:
            here = (uploads.c.shop == before.shop) & (uploads.c.list_id == before.list_id)
            which = here & (uploads.c.id != before.id)
        query = select(uploads).where(which, ~uploads.c.wiped, behind)
        async with self._database.read() as connection:
            return [_work(row) for row in await connection.execute(query.limit(10) if before is None else query)]

    async def to_take_back(self, work: Work) -> list[tuple[Batch, bool]]:
        """The batches an undo still has to take back; True with those that were asked for once already."""
        sent = batches.c.state.in_([BatchState.ACCEPTED, BatchState.UNSURE])
        async with self._database.read() as connection:
            found = await connection.execute(
                select(*_BATCH, batches.c.undo)
                .where(batches.c.upload_id == work.id, sent, batches.c.undo.in_(["", "sending"]))
                .order_by(batches.c.number, batches.c.part)
            )
            return [(_batch(row), row.undo == "sending") for row in found]

    async def taking_back(self, work: Work, batch: Batch, **values: Any) -> None:
        """Notes on a batch of an undo: `undo` (sending, done or unclear), `deleted`, `not_found`."""
        async with self._database.begin() as connection:
            await self._leases.renew(connection, work.shop, work.list_id)
            await connection.execute(update(batches).where(batches.c.upload_id == work.id, _is(batch)).values(**values))
            await _change(connection, work, version=uploads.c.version + 1, changed_at=self._database.now())


def _batch(row: Any) -> Batch:
    number, part, count, state, sent_at, decided, message = row[:7]
    return Batch(number, part, count, BatchState(state), sent_at, decided, message)


def _work(row: Any) -> Work:
    baseline = None if row.baseline is None else Baseline(row.baseline, row.baseline_at, row.baseline_accepted)
    checked: Checked | None = from_text(row.checked, Checked)
    return Work(
        id=row.id,
        ref=row.ref,
        shop=row.shop,
        list_id=row.list_id,
        state=State(row.state),
        notice=from_text(row.notice, Notice),
        baseline=baseline,
        before=row.before,
        pace=row.pace,
        limit=row.batch_limit,
        retry_at=row.retry_at,
        down_since=row.down_since,
        undone_by=row.undone_by,
        known_before=frozenset(one.ref for one in checked.known) if checked else frozenset(),
        created_at=row.created_at,
    )


async def _change(connection: AsyncConnection, work: Work, **values: Any) -> None:
    here = uploads.c.id == work.id
    changed = await connection.execute(update(uploads).where(here, uploads.c.state.in_(RUNNING)).values(**values))
    if changed.rowcount == 0:
        state = await connection.scalar(select(uploads.c.state).where(here))
        if state != values.get("state"):
            raise WrongState(state or "gone")


async def _move(connection: AsyncConnection, work: Work, moves: Sequence[Move], now: float) -> None:
    moved = await connection.execute(_MOVE, [_moving(work, move, now) for move in moves])
    if moved.rowcount != len(moves):
        here = (batches.c.upload_id == work.id) & or_(*(_is(move.batch) for move in moves))
        states = await connection.scalars(select(batches.c.state).where(here))
        raise WrongState(", ".join(states) or "gone")


def _moving(work: Work, move: Move, now: float) -> dict[str, Any]:
    return {
        "of": work.id,
        "at": move.batch.number,
        "in": move.batch.part,
        "expected": move.batch.state,
        "target": move.target,
        "words": move.message,
        "now": now if move.target is BatchState.SENDING else None,
        "lines": json.dumps(list(move.rows)) if move.rows else None,
    }


def _is(batch: Batch) -> Any:
    return (batches.c.number == batch.number) & (batches.c.part == batch.part)


def _about(ref: str, batch: Batch) -> str:
    return f"batch {ref} {batch.number} {batch.part}"
