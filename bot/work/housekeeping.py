"""Housekeeping: expiry, wiping, checks and memories that a dead process left behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from bot.errors import CheckTooHeavy, WrongState
from bot.store.database import AWAY
from bot.store.dropped import Dropped
from bot.store.store import Store
from bot.work.remembering import remember

log = logging.getLogger(__name__)

EVERY_S = 20.0
# A file whose check killed its process twice is not read a third time.
MAX_DEATHS = 2


class Housekeeping:
    """Runs every few seconds in each process; all of it may be done twice.

    `changed` is told the ref of each upload that moved, `check` the ref of each check that has to begin again, and
    `take_up` is given each dropped file that nobody deals with.
    """

    def __init__(
        self,
        store: Store,
        *,
        changed: Callable[[str], None],
        check: Callable[[str], None],
        take_up: Callable[[Dropped], Coroutine[Any, Any, None]],
    ) -> None:
        self._store = store
        self._changed = changed
        self._check = check
        self._take_up = take_up
        self._taking_up: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ends `run` soon."""
        self._stopping.set()

    async def run(self) -> None:
        """Keeps house until `stop`."""
        try:
            await self._keep_house()
        finally:
            for task in self._taking_up:
                task.cancel()

    async def _keep_house(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._once()
            except AWAY:
                log.warning("the database is away, housekeeping waits")
            except Exception:
                log.exception("housekeeping failed and will be tried again")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EVERY_S)

    async def _deal_with(self, dropped: Dropped) -> None:
        try:
            await self._take_up(dropped)
        except Exception:
            log.exception("a dropped file could not be taken up")

    async def _once(self) -> None:
        for ref in [*await self._store.retention.expire(), *await self._store.retention.wipe_old()]:
            self._changed(ref)
        for orphan in await self._store.retention.orphaned_checks():
            if orphan.deaths < MAX_DEATHS:
                self._check(orphan.ref)
            else:
                with suppress(WrongState):
                    await self._store.uploads.failed(orphan.ref, CheckTooHeavy("memory"))
                self._changed(orphan.ref)
        for dropped in await self._store.dropped.orphaned():
            task = asyncio.create_task(self._deal_with(dropped))
            self._taking_up.add(task)
            task.add_done_callback(self._taking_up.discard)
        for job in await self._store.fingerprints.not_remembered():
            await remember(self._store, job, self._stopping)
        await self._store.deliveries.forget_old()
