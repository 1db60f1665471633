"""The bodies of the next POSTs, ready before their turn, without codes that another upload has loaded meanwhile."""

from __future__ import annotations

import array
import asyncio
from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.errors import DamagedBatch, WrongState
from bot.promo.codes import codes_json, unpack
from bot.promo.steps import Batch, Send, next_step
from bot.promo.uploads import BatchState
from bot.store.database import AWAY
from bot.work.run import Run


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch with its codes, packed, and the body of its POST; some of its codes may be loaded meanwhile."""

    batch: Batch
    packed: bytes
    body: bytes
    loaded_meanwhile: list[int]


class Preparing:
    """Readies batches of one upload; at most one waits, ready, for its turn."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._claimed: array.array[int] = array.array("q")
        self._ready: Prepared | None = None

    async def see_others(self) -> None:
        """Notes what other uploads to the shop have sent, or will send before this one. Raises WrongState, AWAY."""
        store, job = self._run.store, self._run.job
        claimed: array.array[int] = array.array("q")
        for other, batch in await store.fingerprints.claimed(job):
            with suppress(WrongState, DamagedBatch):
                codes, _ = await store.batches.codes(other, batch)
                claimed.frombytes(await asyncio.to_thread(store.fingerprints.of, codes))
        self._claimed = await asyncio.to_thread(lambda: array.array("q", sorted(claimed)))

    async def of(self, batch: Batch) -> Prepared:
        """The batch, prepared. Raises WrongState when its codes are wiped, DamagedBatch."""
        ready = self.take()
        if ready is not None and ready.batch == batch:
            return ready
        job, store, loaded = self._run.job, self._run.store, set[int]()
        packed, others = await asyncio.gather(store.batches.packed(job, batch), store.fingerprints.others_since(job))
        if others or self._claimed:
            codes, _ = await asyncio.to_thread(unpack, packed)
            fingerprints = await asyncio.to_thread(store.fingerprints.of, codes)
            loaded.update(self._among_claimed(fingerprints))
            if others:
                loaded.update(await store.fingerprints.meanwhile(job, fingerprints))
        body = await asyncio.to_thread(lambda: self._run.api.body(job.list_id, codes_json(packed)))
        return Prepared(batch, packed, body, sorted(loaded))

    async def ready_next(self, current: Batch) -> None:
        """Readies the batch that comes after `current` when that is accepted."""
        batches = {**self._run.batches, current.key: replace(current, state=BatchState.ACCEPTED)}
        step = next_step(batches.values(), self._run.job.limit)
        if isinstance(step, Send):
            with suppress(WrongState, DamagedBatch, *AWAY):
                self._ready = await self.of(step.batch)

    def take(self) -> Prepared | None:
        """What is ready; it is not any more."""
        ready, self._ready = self._ready, None
        return ready

    def put_back(self, prepared: Prepared | None) -> None:
        """It stays ready."""
        self._ready = prepared

    def _among_claimed(self, packed: bytes) -> list[int]:
        wanted: array.array[int] = array.array("q")
        wanted.frombytes(packed)
        return [position for position, value in enumerate(wanted) if self._is_claimed(value)]

    def _is_claimed(self, value: int) -> bool:
        at = bisect_left(self._claimed, value)
        return at < len(self._claimed) and self._claimed[at] == value
