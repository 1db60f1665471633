"""Codes that may arrive late: which lists are watched, what they should have, and which uploads are told of growth."""

from __future__ import annotations

from typing import cast

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.promo.job import Baseline, Job
from bot.promo.lifecycle import FINISHED, RUNNING, Event
from bot.promo.uploads import BatchState, State
from bot.store.batches import Batches
from bot.store.changes import Columns, move
from bot.store.database import Database
from bot.store.leases import Leases
from bot.store.ledger import differing, job_of
from bot.store.records import without_payloads
from bot.store.tables import batches, uploads

_OVER = (*FINISHED, State.UNDONE)
_AT_REST = (*_OVER, State.NEEDS_DECISION, State.PAUSED)


class LateArrivals:
    """What is known of batches whose answers were lost, beside the uploads under way."""

    def __init__(self, database: Database, batches: Batches, leases: Leases) -> None:
        self._database = database
        self._batches = batches
        self._leases = leases

    async def watched(self) -> list[tuple[Job, bool]]:
        """Uploads at rest of which codes may still arrive, or whose list may not have counted them all yet; True with
        those that no other upload to the list has followed.

        Not while another upload to the list goes on: then its growth is not theirs.
        """
        other = uploads.alias()
        beside = exists().where(other.c.shop_id == uploads.c.shop_id, other.c.list_id == uploads.c.list_id)
        busy, followed = beside.where(other.c.state.in_(RUNNING)), beside.where(other.c.begun > uploads.c.begun)
        query = without_payloads().add_columns((~followed).label("latest"))
        query = query.where(uploads.c.state.in_(_AT_REST), uploads.c.watch_until > self._database.now(), ~busy)
        async with self._database.read() as connection:
            return [(job_of(row), bool(row.latest)) for row in await connection.execute(query.limit(50))]

    async def watch_from(self, job: Job, available: int) -> None:
        """The upload has ended, with so many codes in the list: others to it that are watched go on from there."""
        here = (uploads.c.shop_id == job.shop_id) & (uploads.c.list_id == job.list_id) & (uploads.c.id != job.id)
        watched = uploads.c.state.in_(_AT_REST) & (uploads.c.watch_until > self._database.now())
        async with self._database.begin() as connection:
            await self._leases.renew(connection, job.shop_id, job.list_id)
            await connection.execute(update(uploads).where(here, watched).values(watched=available))

    async def last_count(self, job: Job, since: float) -> Baseline | None:
        """What the list should have, by the upload to it that ended last and what was accepted after its end.

        None where none ended since then, or its list was not read.
        """
        here = (uploads.c.shop_id == job.shop_id) & (uploads.c.list_id == job.list_id) & (uploads.c.id != job.id)
        query = without_payloads().where(here, uploads.c.state.in_(_OVER)).order_by(uploads.c.finished_at.desc())
        async with self._database.read() as connection:
            row = (await connection.execute(query.limit(1))).first()
            if row is None or row.after is None or row.finished_at < since:
                return None
            sent = batches.c.state == BatchState.ACCEPTED
            count = select(func.sum(batches.c.count)).where(batches.c.upload_id == row.id, sent)
            its_own = 0 if row.state == State.UNDONE else int(await connection.scalar(count) or 0)
        later = await self._batches.accepted_since(job, row.finished_at)
        expected = (row.before or 0) + its_own
        if row.baseline is not None and row.state != State.UNDONE:
            expected = row.baseline + row.baseline_accepted + row.baseline_behind
        behind = max(expected - row.after, 0)
        return Baseline(row.after + row.surplus, row.finished_at, later, max(behind - row.surplus, 0))

    async def undone_since(self, job: Job, since: float) -> bool:
        """Whether codes were taken back from the list since then."""
        here = (uploads.c.shop_id == job.shop_id) & (uploads.c.list_id == job.list_id)
        query = select(uploads.c.id).where(here, uploads.c.state == State.UNDONE, uploads.c.finished_at > since)
        async with self._database.read() as connection:
            return await connection.scalar(query.limit(1)) is not None

    async def arrived_late(self, job: Job, growth: int, since: float) -> list[str]:
        """The list grew beyond what was sent while `job` was under way: each other upload whose batches, lost since
        then, may be the reason is told; answers their refs.
        """
        here = (uploads.c.shop_id == job.shop_id) & (uploads.c.list_id == job.list_id) & (uploads.c.id != job.id)
        codes = func.sum(batches.c.count).label("codes")
        lost = select(uploads.c.id, uploads.c.ref, codes).join(batches, batches.c.upload_id == uploads.c.id)
        query = lost.where(here, uploads.c.state.in_(_AT_REST), batches.c.lost_at > since).group_by(uploads.c.id)
        async with self._database.begin() as connection:
            await self._leases.renew(connection, job.shop_id, job.list_id)
            found = (await connection.execute(query)).all()
            for row in found:
                more = cast(Columns, {"surplus": uploads.c.surplus + min(growth, row.codes)})
                await self._tell_late(connection, uploads.c.id == row.id, more)
        return [row.ref for row in found]

    async def _tell_late(self, connection: AsyncConnection, which: ColumnElement[bool], columns: Columns) -> bool:
        """An ended upload is told by an event of its own; one that waits for a person by its card."""
        now = self._database.now()
        if await move(connection, which, Event.ARRIVE_LATE, now=now, columns=columns):
            return True
        waits = update(uploads).where(which, uploads.c.state.in_(_AT_REST))
        written = await connection.execute(waits.values(version=uploads.c.version + 1, changed_at=now, **columns))
        return bool(written.rowcount)

    async def note_watched(self, old: Job, new: Job) -> bool:
        """Writes what watching an ended upload has shown, unless another process was faster; says whether it wrote.

        A growth makes a new version, so that the card tells it, and one beyond what was sent is an event of its own.
        """
        columns = differing(old, new)
        same = uploads.c.watched.is_(None) if old.watched is None else uploads.c.watched == old.watched
        here = (uploads.c.id == old.id) & (uploads.c.state == old.state) & same
        async with self._database.begin() as connection:
            if new.surplus > old.surplus:
                return await self._tell_late(connection, here, columns)
            version = uploads.c.version + int(new.after != old.after)
            written = await connection.execute(update(uploads).where(here).values(version=version, **columns))
            return bool(written.rowcount)
