"""Uploads in turn: one at a time per list, lists side by side, any number of processes on one database."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from bot.errors import LeaseLost, WrongState
from bot.personaclick.client import PersonaClick
from bot.promo.job import Job, Move
from bot.promo.lifecycle import RUNNING, Event
from bot.promo.uploads import BatchState, Paused, State, Stopped
from bot.store.database import AWAY
from bot.store.leases import Place
from bot.store.store import Store
from bot.work.closing import closed
from bot.work.ending import end
from bot.work.remembering import remember
from bot.work.run import Run, Timing
from bot.work.sending import Sending
from bot.work.stragglers import Stragglers
from bot.work.undoing import Undoing

log = logging.getLogger(__name__)

# How often a process looks for uploads that others left behind.
POLL_S = 5.0
# Lists of one shop that are worked on at once.
LISTS_AT_ONCE = 8
# A person has moved an upload: it is looked at again so soon.
MOVED_S = 0.2


class Worker:
    """Works on the uploads that are due until it is told to stop.

    `client` gives the client of a shop by its id, None when there is no such shop; `changed` is told the ref of each
    upload that moved.
    """

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
        self._lists: dict[Place, asyncio.Task[None]] = {}
        # The API's words of each upload's refusals so far, which outlive its pauses.
        self._refusals: defaultdict[int, list[str]] = defaultdict(list)
        self._next_s = POLL_S
        self._stragglers = Stragglers(store, client, timing, changed)
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was queued: look at once."""
        self._wake.set()

    async def run(self) -> None:
        """Takes up what is due, until `stop`."""
        watching = asyncio.create_task(self._stragglers.run(self._stopping))
        try:
            await self._take_up_until_stopped()
        finally:
            watching.cancel()
            await asyncio.wait([watching])

    async def _take_up_until_stopped(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                await self._take_up()
            except AWAY:
                log.warning("the database is away, uploads wait")
            except Exception:
                log.exception("the queue could not be read and is tried again")
            await self._wait()

    async def stop(self, within_s: float) -> None:
        """Ends every list's work at its next safe point, or cuts it off after `within_s`; leases are released."""
        self._stopping.set()
        self._wake.set()
        await end(self._lists.values(), within_s)

    async def _take_up(self) -> None:
        """Begins what is due, and says how long it may be until something else is."""
        due = await self._store.leases.due(self._lists.keys())
        self._next_s = min(POLL_S, POLL_S if due.next_in_s is None else max(due.next_in_s, 0.05))
        for place in due.places:
            of_shop = sum(shop_id == place[0] for shop_id, _ in self._lists)
            if self._stopping.is_set():
                return
            # A shop that is slow holds up no other shop.
            if of_shop < LISTS_AT_ONCE and await self._store.leases.take(*place):
                task = asyncio.create_task(self._work_on(*place))
                self._lists[place] = task
                task.add_done_callback(partial(self._done, place))

    def _done(self, place: Place, _task: asyncio.Task[None]) -> None:
        del self._lists[place]
        self._wake.set()

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self._next_s)

    async def _work_on(self, shop_id: str, list_id: str) -> None:
        beating = asyncio.create_task(self._heartbeat(shop_id, list_id))
        working = asyncio.create_task(self._work_through(shop_id, list_id))
        try:
            # Whichever ends first ends both: a lease that cannot be kept must not be worked under.
            await asyncio.wait([beating, working], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (beating, working):
                task.cancel()
            await asyncio.wait([beating, working])
            with suppress(*AWAY):
                await self._store.leases.release(shop_id, list_id)
        for task in (beating, working):
            if not task.cancelled() and (error := task.exception()) is not None:
                self._log(error)
                await self._back_off(MOVED_S if isinstance(error, WrongState) else POLL_S)

    async def _back_off(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _log(self, error: BaseException) -> None:
        match error:
            case LeaseLost():
                log.warning("another process has taken over")
            case WrongState(state=state):
                log.info("an upload was moved to %s by somebody else", state)
            case _ if isinstance(error, AWAY):
                log.warning("the database is away, uploads wait")
            case _:
                log.error("an upload broke off and will be taken up again", exc_info=error)

    async def _heartbeat(self, shop_id: str, list_id: str) -> None:
        """Renews the lease while a POST, a pause or a wait lasts longer than the lease."""
        while True:
            await asyncio.sleep(self._store.leases.length_s / 3)
            with suppress(*AWAY):
                await self._store.leases.keep(shop_id, list_id)

    async def _work_through(self, shop_id: str, list_id: str) -> None:
        """Works on the uploads of a list one after the other, until none is left or the first has to wait."""
        store, timing = self._store, self._timing
        while not self._stopping.is_set() and (job := await store.ledger.next(shop_id, list_id)) is not None:
            if job.retry_at > timing.now():
                return
            api = self._client(shop_id)
            if api is None:
                await self._without_shop(job)
                continue
            run = Run(job, store, api, timing, self._stopping, self._changed)
            if job.state is State.UNDOING:
                await Undoing(run).run()
            else:
                await Sending(run, self._refusals[job.id]).run()
                await remember(store, run.job, self._stopping)
                if run.job.state not in RUNNING:
                    self._refusals.pop(job.id, None)

    async def _without_shop(self, job: Job) -> None:
        """The settings do not name the shop any more: nothing can be asked of it."""
        if job.state is not State.STOPPING:
            notice = Paused("shop gone")
            await self._store.ledger.save(job, replace(job, notice=notice), event=Event.PAUSE)
        else:
            batches = await self._store.batches.of(job)
            unknown = [
                Move(batch, BatchState.UNSURE, decided=True) for batch in batches if batch.state is BatchState.SENDING
            ]
            ended = closed(job, batches, self._timing, None, Stopped("by person"))
            await self._store.ledger.save(job, ended, *unknown, event=Event.FINISH_PARTLY)
        self._changed(job.ref)
