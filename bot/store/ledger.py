"""The upload under way, read and saved: every change is fenced by the lease of its list and by the state it expects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import WrongState
from bot.promo.findings import Checked
from bot.promo.job import Baseline, Job, Move
from bot.promo.lifecycle import RUNNING, Event, after
from bot.promo.uploads import BatchState, Notice, State
from bot.store.batches import Batches
from bot.store.changes import Columns, move
from bot.store.database import Database
from bot.store.leases import ORDER, Leases
from bot.store.records import from_text, to_text
from bot.store.tables import uploads

# What is known of how far a list's count lags is believed for a week.
_LAG_KEPT_S = 7 * 24 * 3600.0


class Ledger:
    """Reads and writes the uploads this process holds leases for."""

    def __init__(self, database: Database, batches: Batches, leases: Leases) -> None:
        self._database = database
        self._batches = batches
        self._leases = leases

    async def next(self, shop_id: str, list_id: str) -> Job | None:
        """The upload to work on: one being sent, else one to take back, else the one confirmed first.

        None when there is none.
        """
        here = (uploads.c.shop_id == shop_id) & (uploads.c.list_id == list_id)
        query = select(uploads).where(here, uploads.c.state.in_(RUNNING)).order_by(*ORDER).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else job_of(row)

    async def state(self, job: Job) -> State:
        """Where the upload is now: a person may have stopped it meanwhile. Raises WrongState when it is gone."""
        async with self._database.read() as connection:
            state = await connection.scalar(select(uploads.c.state).where(uploads.c.id == job.id))
        if state is None:
            raise WrongState("unknown")
        return State(state)

    async def save(self, old: Job, new: Job, *moves: Move, event: Event | None = None) -> tuple[Job, list[Move], float]:
        """Writes what differs between `old` and `new`, and the moves of batches: all or nothing, renewing the lease.

        Answers the job as it is now, the moves that were made, and the time of writing. When a person has stopped the
        upload meanwhile no batch begins to be sent any more; everything else is written. `event` moves the upload as
        `promo/lifecycle` says.

        Raises LeaseLost, or WrongState when somebody else has moved the upload or a batch. Doing the same again (after
        a lost connection) is harmless.
        """
        async with self._database.begin() as connection:
            now = self._database.now()
            await self._leases.renew(connection, old.shop_id, old.list_id)
            columns = differing(old, new)
            if event is None:
                state = await _write(connection, old, columns, now)
            else:
                if event is Event.BEGIN:
                    columns["begun"] = await self._next_begun(connection)
                    columns["lag_s"] = await self._lag_s(connection, old)
                    new = replace(new, begun=columns["begun"], lag_s=columns["lag_s"])
                state = await _apply(connection, old, event, columns, now)
            if state is State.STOPPING:
                moves = tuple(made for made in moves if made.target is not BatchState.SENDING)
            if moves:
                await self._batches.move(connection, old, moves, now)
        return replace(new, state=state), list(moves), now

    async def _next_begun(self, connection: AsyncConnection) -> int:
        """One more than every upload that began before; nobody else is given the same."""
        if not self._database.sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(727501882)"))
        return int(await connection.scalar(select(func.max(uploads.c.begun))) or 0) + 1

    async def _lag_s(self, connection: AsyncConnection, job: Job) -> float:
        """The longest time the list's count was seen to be behind, in the uploads of the last week."""
        here = (uploads.c.shop_id == job.shop_id) & (uploads.c.list_id == job.list_id)
        lately = uploads.c.changed_at > self._database.now() - _LAG_KEPT_S
        return float(await connection.scalar(select(func.max(uploads.c.lag_s)).where(here, lately)) or 0)

    async def invalidate_baselines(self, job: Job) -> None:
        """The list is about to change: what other uploads to it relied on does not tell them anything any more."""
        here = (uploads.c.shop_id == job.shop_id) & (uploads.c.list_id == job.list_id) & (uploads.c.id != job.id)
        relied = uploads.c.baseline.is_not(None) | uploads.c.watched.is_not(None)
        async with self._database.begin() as connection:
            await self._leases.renew(connection, job.shop_id, job.list_id)
            await connection.execute(update(uploads).where(here, relied).values(baseline=None, watched=None))


def baseline_of(row: Any) -> Baseline:
    """The reading that the batches of a row of uploads rely on."""
    return Baseline(row.baseline, row.baseline_at, row.baseline_accepted, row.baseline_behind)


def job_of(row: Any) -> Job:
    """The record of a row of uploads."""
    baseline = None if row.baseline is None else baseline_of(row)
    checked: Checked | None = from_text(row.checked, Checked)
    return Job(
        id=row.id,
        ref=row.ref,
        shop_id=row.shop_id,
        list_id=row.list_id,
        state=State(row.state),
        notice=from_text(row.notice, Notice),
        baseline=baseline,
        before=row.before,
        after=row.after,
        pace=row.pace,
        limit=row.batch_limit,
        retry_at=row.retry_at,
        down_since=row.down_since,
        tries=row.tries,
        begun=row.begun,
        lag_s=row.lag_s,
        sending_at=row.sending_at,
        finished_at=row.finished_at,
        undo_until=row.undo_until,
        watch_until=row.watch_until,
        watched=row.watched,
        surplus=row.surplus,
        known_before=frozenset(known.ref for known in checked.known) if checked else frozenset(),
        created_at=row.created_at,
    )


def differing(old: Job, new: Job) -> Columns:
    columns: Columns = {}
    if new.notice != old.notice:
        columns["notice"] = to_text(new.notice, Notice)
    if new.baseline != old.baseline:
        columns["baseline"] = None if new.baseline is None else new.baseline.available
        columns["baseline_at"] = 0 if new.baseline is None else new.baseline.at
        columns["baseline_accepted"] = 0 if new.baseline is None else new.baseline.accepted
        columns["baseline_behind"] = 0 if new.baseline is None else new.baseline.behind
    if new.before != old.before:
        columns["before"] = new.before
    if new.after != old.after:
        columns["after"] = new.after
    if new.pace != old.pace:
        columns["pace"] = new.pace
    if new.limit != old.limit:
        columns["batch_limit"] = new.limit
    if new.retry_at != old.retry_at:
        columns["retry_at"] = new.retry_at
    if new.down_since != old.down_since:
        columns["down_since"] = new.down_since
    if new.tries != old.tries:
        columns["tries"] = new.tries
    if new.lag_s != old.lag_s:
        columns["lag_s"] = new.lag_s
    return columns | _moments(old, new)


def _moments(old: Job, new: Job) -> Columns:
    columns: Columns = {}
    if new.sending_at != old.sending_at:
        columns["sending_at"] = new.sending_at
    if new.finished_at != old.finished_at:
        columns["finished_at"] = new.finished_at
    if new.undo_until != old.undo_until:
        columns["undo_until"] = new.undo_until
    if new.watch_until != old.watch_until:
        columns["watch_until"] = new.watch_until
    if new.watched != old.watched:
        columns["watched"] = new.watched
    if new.surplus != old.surplus:
        columns["surplus"] = new.surplus
    return columns


async def _write(connection: AsyncConnection, job: Job, columns: Columns, now: float) -> State:
    expected = [job.state, State.STOPPING] if job.state is State.SENDING else [job.state]
    written = await connection.execute(
        update(uploads)
        .where(uploads.c.id == job.id, uploads.c.state.in_(expected))
        .values(version=uploads.c.version + 1, changed_at=now, **columns)
        .returning(uploads.c.state)
    )
    row = written.first()
    if row is None:
        raise WrongState("moved", await _state(connection, job))
    return State(row.state)


async def _apply(connection: AsyncConnection, job: Job, event: Event, columns: Columns, now: float) -> State:
    goal = after(event, job.state)
    here = (uploads.c.id == job.id) & (uploads.c.state == job.state)
    if goal is None:
        raise WrongState("moved", job.state)
    if not await move(connection, here, event, now=now, columns=columns) and await _state(connection, job) != goal:
        raise WrongState("moved", await _state(connection, job))
    return goal


async def _state(connection: AsyncConnection, job: Job) -> str:
    return str(await connection.scalar(select(uploads.c.state).where(uploads.c.id == job.id)) or "gone")
