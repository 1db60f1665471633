"""Codes that arrive late: lists of ended uploads are read again, and what they grew beyond what was sent is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bot.errors import PersonaClickError
from bot.personaclick.client import PersonaClick
from bot.promo.job import Job
from bot.promo.uploads import BatchState, State
from bot.store.database import AWAY
from bot.store.store import Store
from bot.work.run import Timing

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
                for job in await self._store.ledger.watched():
                    await self._look(job)
            except AWAY:
                log.warning("the database is away, late codes are looked for later")
            except Exception:
                log.exception("late codes could not be looked for")
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), self._timing.watch_every_s)

    async def _look(self, job: Job) -> None:
        client = self._client(job.shop_id)
        if client is None:
            return
        with suppress(PersonaClickError):
            available = await client.available(job.list_id)
            if available is None:
                return
            seen = await self._seen(job, available)
            if await self._store.ledger.note_watched(job, seen) and seen.surplus + (seen.after or 0) > job.surplus + (
                job.after or 0
            ):
                log.info("upload %s: its list grew by %d after its end", job.ref, available - (job.watched or 0))
                self._changed(job.ref)

    async def _seen(self, job: Job, available: int) -> Job:
        """What the growth since the last look means: first it fills what the list had not counted yet."""
        seen = replace(job, watched=available)
        growth = 0 if job.watched is None else available - job.watched
        if growth <= 0:
            return seen
        batches = await self._store.batches.of(job)
        accepted = sum(batch.count for batch in batches if batch.state is BatchState.ACCEPTED)
        behind = 0
        if job.after is not None and job.state is not State.UNDONE:
            behind = min(growth, max((job.before or 0) + accepted - job.after, 0))
            seen = replace(seen, after=job.after + behind)
        if behind:
            seen = replace(seen, lag_s=max(job.lag_s, self._timing.now() - job.finished_at))
        if any(batch.lost_at for batch in batches):
            seen = replace(seen, surplus=job.surplus + growth - behind)
        return seen
