"""Socket Mode: any number of WebSockets, each payload to any one of them.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from typing import Any

from aiohttp import WSMsgType, web

from bot.stand_ins.slack.cast import APP_ID
from bot.stand_ins.slack.workspace import Json

MOST_SOCKETS = 10


class Sockets:
    """The open sockets of one app. `deaf` set keeps acks from being heard, as if they were lost."""

    def __init__(self) -> None:
        self._open: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._awaited: dict[str, asyncio.Future[Any]] = {}
        self._turns = itertools.count()
        self._connected = asyncio.Event()
        self.deaf = False

    @property
    def count(self) -> int:
        """How many sockets are open."""
        return len(self._open)

    def ticket(self, root: str) -> str:
        """A one-time address for one socket."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"{root.replace('http', 'ws', 1)}/link?ticket={ticket}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One socket from its hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= MOST_SOCKETS:
            return web.Response(status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=0.5)
        await socket.prepare(request)
        self._open.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "connection_info": {"app_id": APP_ID},
                "debug_info": {"host": "playground", "approximate_connection_time": 18060},
            }
        )
        self._connected.set()
        try:
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._acked(json.loads(frame.data))
        finally:
            self._forget(socket)
        return socket

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._open:
            self._open.remove(socket)
        if not self._open:
            self._connected.clear()

    def _acked(self, ack: Json) -> None:
        waiting = self._awaited.pop(str(ack.get("envelope_id")), None)
        if waiting and not waiting.done() and not self.deaf:
            waiting.set_result(ack.get("payload"))

    async def send(self, envelope: Json, within_s: float) -> Any:
        """The payload of the ack. Raises TimeoutError without one, ConnectionError when no socket is open."""
        if not self._open:
            raise ConnectionError("no socket is open")
        socket = self._open[next(self._turns) % len(self._open)]
        envelope_id = str(uuid.uuid4())
        waiting = self._awaited[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_json({"envelope_id": envelope_id, **envelope})
            async with asyncio.timeout(within_s):
                return await waiting
        finally:
            self._awaited.pop(envelope_id, None)

    async def connected(self, timeout_s: float = 5) -> None:
        """Returns once a socket is open. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            await self._connected.wait()

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Asks every socket to be replaced (or `warning`, `link_disabled`) and sends it nothing more."""
        for socket in list(self._open):
            self._forget(socket)
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})

    async def close(self) -> None:
        """Closes every socket."""
        for socket in list(self._open):
            self._forget(socket)
            await socket.close()
