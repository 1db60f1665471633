"""Codes that arrive late: lists of ended uploads are read again, and what they grew beyond what was sent is told."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from bot.errors import PersonaClickError
from bot.personaclick.client import PersonaClick
from bot.promo.job import Job
from bot.promo.uploads import BatchState, State
from bot.store.database import AWAY
from bot.store.leases import Place
from bot.store.store import Store
from bot.work.run import COUNTED_WITHIN, Timing

log = logging.getLogger(__name__)


class Stragglers:
    """Watches the lists of ended uploads in each process; what two see at once is counted once."""

    def __init__(
        self,
        store: Store,
        client: Callable[[str], PersonaClick | None],
        timing: Timing,
        changed: Callable[[str], None],
    ) -> None:
        self._store = store
        self._client = client
        self._timing = timing
        self._changed = changed

    async def run(self, stopping: asyncio.Event) -> None:
        """Reads every list in question, again and again."""
        while not stopping.is_set():
            try:
                lists: defaultdict[Place, list[tuple[Job, bool]]] = defaultdict(list)
                for job, latest in await self._store.late.watched():
                    lists[job.shop_id, job.list_id].append((job, latest))
                for jobs in lists.values():
                    await self._look(jobs)
            except AWAY:
                log.warning("the database is away, late codes are looked for later")
            except Exception:
                log.exception("late codes could not be looked for")
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), self._timing.watch_every_s)

    async def _look(self, jobs: Sequence[tuple[Job, bool]]) -> None:
        """Reads a list once, for all uploads to it: growth is told of each whose lost batch may be the reason."""
        first, _ = jobs[0]
        client = self._client(first.shop_id)
        if client is None:
            return
        with suppress(PersonaClickError):
            available = await client.available(first.list_id)
            if available is None:
                return
            behind = 0
            for job, latest in sorted(jobs, key=lambda one: not one[1]):
                seen = await self._seen(job, available - behind, latest=latest)
                behind += (seen.after or 0) - (job.after or 0)
                seen = replace(seen, watched=available)
                grown = seen.surplus + (seen.after or 0) - job.surplus - (job.after or 0)
                if await self._store.late.note_watched(job, seen) and grown:
                    log.info("upload %s: its list grew by %d after its end", job.ref, grown)
                    self._changed(job.ref)

    async def _seen(self, job: Job, available: int, *, latest: bool) -> Job:
        """What the growth since the last look means: first it fills what the list had not counted yet."""
        timing, growth = self._timing, 0 if job.watched is None else available - job.watched
        if growth <= 0:
            return job
        batches = await self._store.batches.of(job)
        accepted = sum(batch.count for batch in batches if batch.state is BatchState.ACCEPTED)
        late_s = COUNTED_WITHIN * max(timing.settle_s, job.lag_s) + timing.watch_every_s
        counts_late = timing.now() - job.finished_at < late_s
        behind = 0
        if latest and counts_late and job.after is not None and job.state is not State.UNDONE:
            behind = min(growth, max((job.before or 0) + accepted - job.after, 0))
            job = replace(job, after=job.after + behind)
        if behind:
            job = replace(job, lag_s=max(job.lag_s, timing.now() - job.finished_at))
        lost = sum(batch.count for batch in batches if batch.lost_at)
        return replace(job, surplus=job.surplus + min(growth - behind, lost))
