"""Failures to order: the stand-in answers the next calls as a troubled Slack would."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class Failure:
    """How the next `times` calls of `method` ("*" for any) go wrong.

    `status` answers an HTTP status (429 with `retry_after` seconds), `error` a Slack error with HTTP 200, `cut` closes
    the connection, `delay_s` waits first. With `carried_out` the call does its work before it goes wrong.
    """

    method: str
    status: int = 0
    error: str = ""
    retry_after: int | str | None = None
    cut: bool = False
    delay_s: float = 0
    times: int = 1
    carried_out: bool = False
    gate: asyncio.Event | None = None

    async def hold(self) -> None:
        """Waits as ordered."""
        await asyncio.sleep(self.delay_s)
        if self.gate:
            await self.gate.wait()

    @property
    def answers(self) -> bool:
        """Whether it does more than wait."""
        return bool(self.status or self.error or self.cut)


class Failures:
    """The orders that still stand; and with `busy_every` set, one call in so many is too much for Slack (429)."""

    def __init__(self) -> None:
        self._orders: list[Failure] = []
        self._calls = 0
        self.busy_every = 0

    def order(self, failure: Failure) -> None:
        self._orders.append(failure)

    @property
    def standing(self) -> list[Failure]:
        """What has not come to pass yet."""
        return list(self._orders)

    def clear(self) -> None:
        self._orders.clear()

    def strike(self, method: str) -> Failure | None:
        """The failure for this call, counted down."""
        for failure in self._orders:
            if failure.method in (method, "*") and failure.times > 0:
                failure.times -= 1
                if not failure.times:
                    self._orders.remove(failure)
                return failure
        self._calls += 1
        busy = self.busy_every and method != "response_url" and self._calls % self.busy_every == 0
        return Failure(method, status=429, retry_after=1) if busy else None
