"""Work that comes round again until it is told to stop, and then ends between two steps, not in the middle of one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from bot.store.database import AWAY

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of its own: `now` in epoch seconds, `sleep` for so many of them, `told` for when a real moment was."""

    now: Callable[[], float]
    sleep: Sleep
    told: Callable[[float], float] = float


@asynccontextmanager
async def renewing(renew: Callable[[], Awaitable[object]], every_s: float, sleep: Sleep) -> AsyncIterator[None]:
    """Renews a claim for as long as what it is for takes, so that no other process does the same."""

    async def again() -> None:
        while True:
            await sleep(every_s)
            with suppress(*AWAY):
                await renew()

    task = asyncio.create_task(again())
    try:
        yield
    finally:
        task.cancel()


class Rounds:
    """Does `work` again and again, `pause_s` seconds apart, sooner when woken. `sleep` waits on the bot's own clock."""

    def __init__(self, name: str, work: Callable[[], Awaitable[object]], pause_s: float, sleep: Sleep) -> None:
        self._name = name
        self._work = work
        self._pause_s = pause_s
        self._sleep = sleep
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Do not wait for the next round."""
        self._wake.set()

    def stop(self) -> None:
        """Ends `run` after the round under way."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Works until `stop`; what fails is tried again in the next round."""
        while not self._stopping:
            self._wake.clear()
            try:
                await self._work()
            except AWAY:
                log.warning("the database is away, %s wait", self._name)
            except Exception:
                log.exception("%s failed and are tried again", self._name)
            await self._pause()

    async def _pause(self) -> None:
        if self._stopping:
            return
        waits = [asyncio.ensure_future(self._sleep(self._pause_s)), asyncio.ensure_future(self._wake.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
