"""Connections from outside: bounded in number, and given up when a request is not whole in time."""

from __future__ import annotations

import asyncio
import logging
import resource
import time
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

WHOLE_WITHIN_S = 10.0
# Open files the bot needs beside its connections: the database's, Slack's, PersonaClick's, files under check.
KEPT_FREE = 200
MOST_CONNECTIONS = 500
MOST_FILES = 4096
LOGGED_EVERY_S = 60.0


def raise_file_limit() -> int:
    """Raises this process's limit of open files as far as it may; answers how many connections fit well below it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(20, min(MOST_CONNECTIONS, soft - KEPT_FREE))


class Connections:
    """Every open connection. One whose request is not whole after ten seconds is given up, and so is the oldest of
    these when there are too many; with none of these left, the newest is refused.
    """

    def __init__(self, most: int, within_s: float = WHOLE_WITHIN_S) -> None:
        self._most = most
        self._within_s = within_s
        self._open: dict[asyncio.BaseTransport, Connection] = {}
        self._waiting: dict[Connection, asyncio.TimerHandle] = {}

    def of(self, protocols: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """The same protocols, each behind one of these connections."""
        return lambda: Connection(protocols(), self)

    def whole(self, transport: asyncio.BaseTransport | None) -> None:
        """The request on this connection is whole, and will be answered."""
        if transport is not None and (found := self._open.get(transport)):
            self._stop_waiting(found)
            found.answering = True

    def answered(self, transport: asyncio.BaseTransport | None) -> None:
        """The request on this connection is answered; the next may come whenever it likes."""
        if transport is not None and (found := self._open.get(transport)):
            self._stop_waiting(found)
            found.answering = False

    def opened(self, connection: Connection, transport: asyncio.BaseTransport) -> bool:
        """Whether there is room for it."""
        if len(self._open) >= self._most:
            if not self._waiting:
                return False
            next(iter(self._waiting)).give_up()
        self._open[transport] = connection
        self.wait(connection)
        return True

    def wait(self, connection: Connection) -> None:
        """A request begins; it has ten seconds."""
        if connection not in self._waiting:
            loop = asyncio.get_running_loop()
            self._waiting[connection] = loop.call_later(self._within_s, connection.give_up)

    def closed(self, connection: Connection, transport: asyncio.BaseTransport) -> None:
        """It is gone."""
        self._stop_waiting(connection)
        self._open.pop(transport, None)

    def _stop_waiting(self, connection: Connection) -> None:
        if timer := self._waiting.pop(connection, None):
            timer.cancel()


class Connection(asyncio.Protocol):
    """One connection: what arrives is handed on to `inner`, the web server's."""

    def __init__(self, inner: asyncio.Protocol, among: Connections) -> None:
        self._inner = inner
        self._among = among
        self._transport: asyncio.Transport | None = None
        self.answering = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if not self._among.opened(self, transport):
            transport.abort()
            return
        self._transport = transport
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        if not self.answering:
            self._among.wait(self)
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._transport else None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._among.closed(self, self._transport)
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        if self._transport is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._transport is not None:
            self._inner.resume_writing()

    def give_up(self) -> None:
        """Closes it at once."""
        if self._transport is not None:
            self._among.closed(self, self._transport)
            self._transport.abort()


def log_a_full_table_once(clock: Callable[[], float] = time.monotonic) -> None:
    """Of what the event loop cannot do (accept a connection when no file is left) one line a minute is logged, without
    a traceback: the loop tells it a hundred times a second.
    """
    told = [float("-inf")]

    def tell(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), OSError):
            loop.default_exception_handler(context)
        elif clock() - told[0] >= LOGGED_EVERY_S:
            told[0] = clock()
            log.error("%s: %s", context.get("message"), context["exception"])

    asyncio.get_running_loop().set_exception_handler(tell)
