"""How often one shop may be called."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

WINDOW_S = 60.0


class RateLimit:
    """At most `per_minute` requests start in any 60 seconds (0 = no limit), first come first served.

    One per shop, shared by everybody who calls it. A burst up to the figure passes at once. Whoever is patient
    (an upload) leaves an eighth of the figure to the others, so that a person does not wait behind an upload.
    Where several processes call one shop, `among_all` notes each start in what they share: it is given the limit, and
    answers 0, or after how many seconds to ask again.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        among_all: Callable[[int], Awaitable[float]] | None = None,
    ) -> None:
        self._per_minute = max(per_minute, 0)
        self._clock = clock
        self._sleep = sleep
        self._among_all = among_all if self._per_minute else None
        self._starts: deque[float] = deque(maxlen=self._per_minute or 1)
        self._paused_until = float("-inf")
        self._line = asyncio.Lock()
        self._patient_line = asyncio.Lock()

    async def acquire(self, *, patient: bool = False) -> None:
        """Returns when the caller may start one request."""
        async with self._patient_line if patient else self._line:
            while True:
                while (due := self._due(patient)) > (now := self._clock()):
                    await self._sleep(due - now)
                if self._among_all is None or (wait := await self._among_all(self._limit(patient))) <= 0:
                    break
                await self._sleep(wait)
            self._starts.append(self._clock())

    def try_acquire(self) -> bool:
        """Takes a patient turn if there is one at this moment; says whether it did. With others to ask: never."""
        if self._among_all is not None or self._patient_line.locked() or self._due(patient=True) > self._clock():
            return False
        self._starts.append(self._clock())
        return True

    def due_in_s(self) -> float:
        """How many seconds until there is a patient turn; 0 or less when there is one."""
        return self._due(patient=True) - self._clock()

    def paused_s(self) -> float:
        """How many seconds of a pause are left; 0 when nobody asked for one."""
        return max(self._paused_until - self._clock(), 0.0)

    def pause(self, seconds: float) -> None:
        """Lets nobody start for `seconds` from now; a longer pause already asked for stands."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *_: object) -> None:
        return None

    def _limit(self, patient: bool) -> int:
        return self._per_minute - (self._per_minute // 8 if patient else 0)

    def _due(self, patient: bool) -> float:
        limit = self._limit(patient)
        if not limit or len(self._starts) < limit:
            return self._paused_until
        return max(self._paused_until, self._starts[-limit] + WINDOW_S)
