"""/healthz says that the process lives, /readyz whether others answer, /metrics the numbers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot import metrics

if TYPE_CHECKING:
    from bot.app import Bot

READY_FOR_S = 5.0
# A command that arrives while the bot starts is worth waiting for; Slack gives up after 3 seconds.
STARTS_WITHIN_S = 1.5


class Health:
    """What the process tells about itself and of others, whom it asks at most every five seconds; `also` are more."""

    def __init__(self, bot: Bot, also: Mapping[str, Callable[[], Awaitable[bool]]] | None = None) -> None:
        self._bot = bot
        self._also = also or {}
        self._started = asyncio.Event()
        self._at = float("-inf")
        self._found: dict[str, str] = {}
        self._asking = asyncio.Lock()
        self._counted_at = float("-inf")
        self._text = b""

    def start(self) -> None:
        """The bot is ready for Slack."""
        self._started.set()

    async def started(self) -> bool:
        """Whether the bot is ready for Slack, at the latest after a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STARTS_WITHIN_S):
                await self._started.wait()
        return self._started.is_set()

    def routes(self) -> list[web.RouteDef]:
        """The three addresses."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def healthz(self, _: web.Request) -> web.Response:
        """The process lives."""
        return web.json_response({"status": "ok"})

    async def readyz(self, _: web.Request) -> web.Response:
        """Whether database, Slack and PersonaClick answer."""
        if not await self.started():
            return web.json_response({"database": "not open yet"}, status=503)
        async with self._asking:
            if time.monotonic() - self._at > READY_FOR_S:
                also = {name: "ok" if await connected() else "not connected" for name, connected in self._also.items()}
                self._found, self._at = await self._bot.readiness.ask() | also, time.monotonic()
        ready = all(value == "ok" for value in self._found.values())
        return web.json_response(self._found, status=200 if ready else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        """Numbers for Prometheus; 503 while the database does not answer."""
        async with self._asking:
            if time.monotonic() - self._counted_at > READY_FOR_S:
                if not await self.started() or (sums := await self._bot.readiness.sums()) is None:
                    return web.Response(status=503)
                self._text = metrics.text(sums.uploads, sums.codes, sums.queue, sums.alerts)
                self._counted_at = time.monotonic()
        return web.Response(body=self._text, headers={"Content-Type": CONTENT_TYPE_LATEST})
