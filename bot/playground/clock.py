"""The playground's own time, which may run a day a minute, and how busy shoppers are at each hour of it."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

FAST = 24 * 60.0
_BUSIEST_HOUR = 19.0
_SWING = 0.85
# Weekdays and the weekend; over a week they are 1 on average.
_WEEKDAY, _WEEKEND = 0.97, 1.075


class PlaygroundClock:
    """Epoch seconds that pass `speed` times as fast as real ones from the moment the speed is set."""

    def __init__(self, real: Callable[[], float] = time.time, *, zone: tzinfo = UTC) -> None:
        self._real = real
        self._zone = zone
        self._speed = 1.0
        self._began = self._shown = real()
        self._turns: list[tuple[float, float, float]] = []
        self._turned = asyncio.Event()

    def now(self) -> float:
        """The time of the playground."""
        return self._shown + (self._real() - self._began) * self._speed

    def told(self, moment: float) -> float:
        """When a real moment was by this clock; what is still to come, as if time ran as usual until then."""
        if moment >= (real := self._real()):
            return self.now() + moment - real
        turns = [*self._turns, (self._began, self._shown, self._speed)]
        began, shown, speed = next((turn for turn in reversed(turns) if turn[0] <= moment), turns[0])
        return shown + (moment - began) * speed

    @property
    def speed(self) -> float:
        """How many seconds of the playground pass in a real one."""
        return self._speed

    def run(self, speed: float) -> None:
        """Goes on from the present moment at another speed. Raises ValueError below 1 and above a day a minute."""
        if not 1 <= speed <= FAST:
            raise ValueError(f"a speed from 1 to {FAST:g} is expected")
        self._turns.append((self._began, self._shown, self._speed))
        self._shown, self._began = self.now(), self._real()
        self._speed = float(speed)
        self._turned.set()
        self._turned = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Waits for so many seconds of the playground, though the speed changes meanwhile."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            try:
                async with asyncio.timeout(left / self._speed):
                    await self._turned.wait()
            except TimeoutError:
                continue

    def demand(self) -> float:
        """How busy shoppers are, 1 on average over a week: asleep at night, busiest in the evening and at weekends.

        While time runs as usual it is 1 at any hour: nobody waits for the evening.
        """
        if self._speed == 1:
            return 1.0
        when = datetime.fromtimestamp(self.now(), self._zone)
        hour = when.hour + when.minute / 60
        day = _WEEKEND if when.weekday() >= 5 else _WEEKDAY
        return day * (1 + _SWING * math.cos((hour - _BUSIEST_HOUR) / 24 * math.tau))

    def state(self) -> dict[str, float]:
        """As the page gets it."""
        return {"now": self.now(), "speed": self._speed}
