"""One upload under way: its record, its batches, and what is needed to move it on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace

from bot.errors import ListGone, ListNotFound, PersonaClickError
from bot.personaclick.client import PersonaClick
from bot.promo.job import Job, Move
from bot.promo.lifecycle import Event
from bot.promo.steps import Batch, GiveUp, Pause, Pauses, Tried, Wait, rest
from bot.promo.uploads import BatchState, State
from bot.store.database import AWAY
from bot.store.store import Store

log = logging.getLogger(__name__)

# So long after the counts showed that a batch had not arrived, its POST may still be stored: servers were seen to take
# minutes.
LATE_S = 600.0
WATCH_EVERY_S = 30.0
# A list that did not count all that was sent is read for so many times the quiet that its counts need.
COUNTED_WITHIN = 2.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Clocks and waits, passed in, in seconds.

    `timeout_s` is how long one POST may take, `undo_s` how long undo is offered, `settle_s` how long the counts must
    stay quiet before an unknown batch counts as not landed, `late_s` how long such a batch may still arrive, for which
    the list is read every `watch_every_s`. `clock` never jumps, `now` is the database's time.
    """

    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[object]]
    timeout_s: float
    undo_s: float
    settle_s: float
    pauses: Pauses = Pauses()
    late_s: float = LATE_S
    watch_every_s: float = WATCH_EVERY_S
    clock: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class Run:
    """Writes go to the database first, then to the record here; `changed` is told the upload's ref after each."""

    job: Job
    store: Store
    api: PersonaClick
    timing: Timing
    stopping: asyncio.Event
    changed: Callable[[str], None]
    batches: dict[tuple[int, int], Batch] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """How many codes were accepted so far."""
        return sum(batch.count for batch in self.batches.values() if batch.state is BatchState.ACCEPTED)

    async def reload(self) -> None:
        """Fetches the batches anew."""
        self.batches = {batch.key: batch for batch in await self.store.batches.of(self.job)}

    async def split(self, batch: Batch) -> None:
        """Makes two pending halves of a batch."""
        await self.store.batches.split(self.job, batch)
        await self.reload()

    async def hold_back(self, batch: Batch, positions: Collection[int]) -> None:
        """Holds back some codes of a pending batch: another upload had loaded them meanwhile."""
        await self.store.batches.hold_back(self.job, batch, positions)
        await self.reload()
        self.changed(self.job.ref)

    async def save(self, new: Job, *moves: Move, event: Event | None = None) -> None:
        """Writes `new` and the moves of batches: all or nothing, waiting for a database that is away.

        A success clears what the upload was waiting for. When a person has stopped the upload meanwhile, `job.state`
        says so afterwards, and no batch has begun to be sent. Raises LeaseLost or WrongState when somebody else moved
        the upload.
        """
        taken = sum(move.batch.count for move in moves if move.target is BatchState.ACCEPTED)
        if taken:
            new = replace(new, notice=None, down_since=0.0, tries=0)
            if new.baseline is not None:
                new = replace(new, baseline=replace(new.baseline, accepted=new.baseline.accepted + taken))
        self.job, made, at = await self._write(new, *moves, event=event)
        for move in made:
            sent_at = at if move.target is BatchState.SENDING else move.batch.sent_at
            lost_at = at if move.lost else move.batch.lost_at
            moved = replace(move.batch, state=move.target, sent_at=sent_at, lost_at=lost_at, decided=move.decided)
            self.batches[move.batch.key] = moved
        self.changed(self.job.ref)

    async def _write(self, new: Job, *moves: Move, event: Event | None) -> tuple[Job, list[Move], float]:
        while True:
            try:
                return await self.store.ledger.save(self.job, new, *moves, event=event)
            except AWAY:
                if self.stopping.is_set():
                    raise
                log.warning("upload %s: the database is away, waiting", self.job.ref)
                await self.timing.sleep(1.0)

    async def stopped(self) -> bool:
        """Whether a person has stopped the upload meanwhile; `job.state` says so then."""
        if self.job.state is State.SENDING and await self.store.ledger.state(self.job) is State.STOPPING:
            self.job = replace(self.job, state=State.STOPPING)
        return self.job.state is State.STOPPING

    async def rest(self, error: PersonaClickError) -> GiveUp | None:
        """Waits or pauses, as the API's error asks for; answers when there is no use in either."""
        if isinstance(error, ListNotFound):
            error = await self._gone_or_not(error)
        job = self.job
        tried = Tried(job.state, job.down_since, job.tries)
        match rest(error, tried, self.timing.now(), self.timing.pauses):
            case Wait(notice, until, down_since):
                await self.save(replace(job, notice=notice, retry_at=until, down_since=down_since, tries=job.tries + 1))
            case Pause(notice):
                await self.save(replace(job, notice=notice, down_since=0.0, tries=0), event=Event.PAUSE)
            case GiveUp() as given_up:
                return given_up
        return None

    async def _gone_or_not(self, error: ListNotFound) -> PersonaClickError:
        """A 404 may mean that the list is gone, or that the request missed something: the shop's lists tell."""
        try:
            await self.available()
        except PersonaClickError as told:
            return told
        return error

    async def available(self) -> int:
        """The list's count now. Raises ListGone when the shop does not have it any more, and the client's errors."""
        available = await self.api.available(self.job.list_id)
        if available is None:
            raise ListGone
        return available

    async def acquire(self) -> bool:
        """Waits for a turn at the API; False when the process is to stop first."""
        turn, stop = asyncio.ensure_future(self.api.acquire()), asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait([turn, stop], return_when=asyncio.FIRST_COMPLETED)
        turn.cancel()
        stop.cancel()
        return not self.stopping.is_set()

    async def pause(self, seconds: float) -> None:
        """Waits, but not longer than until the process is to stop."""
        waits = asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait([waits], timeout=seconds)
        waits.cancel()
