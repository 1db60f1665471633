"""Clean-up: expiry, wiping, checks and memories that a dead process left behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from bot.store.database import AWAY
from bot.store.deliveries import Seen
from bot.store.fingerprints import Fingerprints
from bot.store.ledger import Ledger
from bot.store.retention import Cleaning
from bot.work.sending import remember

log = logging.getLogger(__name__)

EVERY_S = 20.0


class Cleanup:
    """Runs every few seconds in each process; all of it may be done twice."""

    def __init__(
        self,
        cleaning: Cleaning,
        seen: Seen,
        ledger: Ledger,
        fingerprints: Fingerprints,
        *,
        touched: Callable[[str], None],
        check: Callable[[str], None],
    ) -> None:
        self._cleaning = cleaning
        self._seen = seen
        self._ledger = ledger
        self._fingerprints = fingerprints
        self._touched = touched
        self._check = check
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ends `run` soon."""
        self._stopping.set()

    async def run(self) -> None:
        """Cleans up until `stop`."""
        while not self._stopping.is_set():
            try:
                await self._once()
            except AWAY:
                log.warning("the database is away, clean-up waits")
            except Exception:
                log.exception("clean-up failed and will be tried again")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EVERY_S)

    async def _once(self) -> None:
        for ref in [*await self._cleaning.expire(), *await self._cleaning.wipe_old()]:
            self._touched(ref)
        for ref in await self._cleaning.orphaned_checks():
            self._check(ref)
        for work in await self._ledger.not_remembered():
            await remember(self._ledger, self._fingerprints, work, self._stopping)
        await self._seen.forget_old()
