"""Uploads in turn: one at a time per list, lists side by side, any number of processes on one database."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from bot.errors import WrongState
from bot.personaclick.client import PersonaClick
from bot.promo.uploads import State
from bot.store.database import AWAY
from bot.store.leases import LeaseLostError
from bot.store.store import Store
from bot.work.run import Run, Timing
from bot.work.sending import Sending, remember
from bot.work.undoing import Undoing

log = logging.getLogger(__name__)

# How often a process looks for uploads that others left behind.
POLL_S = 5.0
LISTS_AT_ONCE = 8


class Worker:
    """Works on the uploads that are due until it is told to stop.

    `client` gives the client of a shop by its name; `changed` is told the ref of each upload that moved.
    """

    def __init__(
        self,
        store: Store,
        client: Callable[[str], PersonaClick],
        timing: Timing,
        changed: Callable[[str], None],
    ) -> None:
        self._store = store
        self._client = client
        self._timing = timing
        self._changed = changed
        self._lists: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something was queued: look at once."""
        self._wake.set()

    async def run(self) -> None:
        """Takes up what is due, until `stop`."""
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
        tasks = list(self._lists.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within_s)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=3)

    async def _take_up(self) -> None:
        for shop, list_id in await self._store.leases.due(self._lists.keys()):
            if len(self._lists) >= LISTS_AT_ONCE or self._stopping.is_set():
                return
            if await self._store.leases.take(shop, list_id):
                task = asyncio.create_task(self._work_on(shop, list_id))
                self._lists[shop, list_id] = task
                task.add_done_callback(partial(self._done, (shop, list_id)))

    def _done(self, pair: tuple[str, str], _task: asyncio.Task[None]) -> None:
        del self._lists[pair]
        self._wake.set()

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL_S)

    async def _work_on(self, shop: str, list_id: str) -> None:
        beating = asyncio.create_task(self._heartbeat(shop, list_id))
        working = asyncio.create_task(self._work_through(shop, list_id))
        try:
            # Whichever ends first ends both: a lease that cannot be kept must not be worked under.
            await asyncio.wait([beating, working], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (beating, working):
                task.cancel()
            await asyncio.wait([beating, working])
            with suppress(*AWAY):
                await self._store.leases.release(shop, list_id)
        for task in (beating, working):
            if not task.cancelled() and (error := task.exception()) is not None:
                self._log(error)
                await self._back_off()

    async def _back_off(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), POLL_S)

    def _log(self, error: BaseException) -> None:
        match error:
            case LeaseLostError():
                log.warning("another process has taken over")
            case WrongState(state=state):
                log.info("an upload was moved to %s by somebody else", state)
            case _ if isinstance(error, AWAY):
                log.warning("the database is away, uploads wait")
            case _:
                log.error("an upload broke off and will be taken up again", exc_info=error)

    async def _heartbeat(self, shop: str, list_id: str) -> None:
        """Renews the lease while a POST, a pause or a wait lasts longer than the lease."""
        while True:
            await asyncio.sleep(self._store.leases.length_s / 3)
            with suppress(*AWAY):
                await self._store.leases.keep(shop, list_id)

    async def _work_through(self, shop: str, list_id: str) -> None:
        store, timing = self._store, self._timing
        refusals: defaultdict[int, list[str]] = defaultdict(list)
        while not self._stopping.is_set() and (work := await store.ledger.next(shop, list_id)) is not None:
            run = Run(work, store, self._client(shop), timing, self._stopping, self._changed)
            if (wait := work.retry_at - timing.now()) > 0:
                await run.pause(wait)
            elif work.state is State.UNDOING:
                await Undoing(run).run()
            else:
                for earlier in await store.ledger.not_remembered(before=work):
                    await remember(store, earlier, self._stopping)
                await Sending(run, refusals[work.id]).run()
                await remember(store, run.work, self._stopping)
