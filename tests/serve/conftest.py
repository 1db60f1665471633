"""A served bot that answers every signed request with what it was sent."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.serve.bodies import MOST_HELD, Bodies
from bot.serve.connections import Connections
from bot.serve.http import _listen, _runner, http_app

SECRET = "a-signing-secret"


def signed(body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers Slack would send with a body."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


class Served:
    """Where it is served, and what reached Bolt."""

    def __init__(self) -> None:
        self.seen: list[Mapping[str, Any]] = []
        self.url = ""
        self.port = 0
        self.signing_secret = SECRET
        self.bolt = self

    async def async_dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """Stands for Bolt."""
        self.seen.append(request.body)
        return BoltResponse(status=200, body="")


async def serve(most: int = 50, within_s: float = 10.0, held: int = MOST_HELD) -> tuple[Served, web.AppRunner, Any]:
    """The web application on a free port, behind bounded connections."""
    served = Served()
    connections = Connections(most, within_s)
    runner = _runner(
        http_app(
            cast(Any, SimpleNamespace(signing_secret=SECRET, bolt=served)), connections=connections, bodies=Bodies(held)
        )
    )
    await runner.setup()
    server = await _listen(runner, connections, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    served.url = f"http://127.0.0.1:{served.port}/slack/events"
    return served, runner, server


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """One, with usual bounds."""
    made, runner, server = await serve()
    yield made
    server.close()
    await runner.cleanup()
