"""Socket Mode when Slack loses the socket, refuses it, or answers what is no answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.serve import socket_mode
from bot.serve.socket_mode import Link


class Slack:
    """apps.connections.open and the sockets: `answers` are given in turn, then good ones."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.tickets: list[str] = []
        self.used: list[str] = []
        self.lose = 0
        self.reason = ""
        self.url = ""
        self.settled = asyncio.Event()

    async def open(self, _: web.Request) -> web.Response:
        """A ticket, or what it was told to answer instead."""
        match self.answers.pop(0) if self.answers else "good":
            case "html":
                return web.Response(text="<html>Bad gateway</html>", content_type="text/html", status=502)
            case "html 200":
                return web.Response(text="<html>Maintenance</html>", content_type="text/html")
            case "empty":
                return web.json_response({"ok": True})
            case "bad ticket":
                return web.json_response({"ok": True, "url": f"{self.url}/link?ticket=secret-unknown"})
            case "refused":
                return web.json_response({"ok": False, "error": "internal_error"})
        self.tickets.append(f"secret-{len(self.tickets)}")
        return web.json_response({"ok": True, "url": f"{self.url}/link?ticket={self.tickets[-1]}"})

    async def link(self, request: web.Request) -> web.StreamResponse:
        """One socket; the first `lose` are lost at once."""
        ticket = request.query["ticket"]
        if ticket not in self.tickets or ticket in self.used:
            return web.Response(status=403)
        self.used.append(ticket)
        made = web.WebSocketResponse()
        await made.prepare(request)
        if len(self.used) <= self.lose:
            if self.reason:
                await made.send_json({"type": "disconnect", "reason": self.reason})
                await made.receive()
            else:
                assert request.transport is not None
                request.transport.close()
            return made
        await made.send_json({"type": "hello", "num_connections": 1})
        self.settled.set()
        async for _ in made:
            pass
        return made


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Slack]:
    """One, on a free port; pauses are short."""
    monkeypatch.setattr(socket_mode, "LONGEST_PAUSE_S", 0.05)
    monkeypatch.setattr(socket_mode, "PING_S", 0.1)
    made = Slack()
    app = web.Application()
    app.add_routes([web.post("/apps.connections.open", made.open), web.get("/link", made.link)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def connected(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    """Opens a link, waits until it holds, and looks for tickets in what was logged at DEBUG."""
    caplog.set_level(logging.DEBUG, logger="bot")
    link = Link("xapp-1", AsyncWebClient(token="xoxb-1", base_url=f"{slack.url}/", retry_handlers=[]))
    opening = asyncio.create_task(link.connect())
    async with asyncio.timeout(20):
        await slack.settled.wait()
        await opening
        while not await link.is_connected():
            await asyncio.sleep(0.01)
    await link.close()  # type: ignore[no-untyped-call]
    assert "secret-" not in caplog.text


@pytest.mark.parametrize("reason", ["", "too_many_websockets", "refresh_requested", "link_disabled"])
async def test_ten_lost_sockets_end_in_a_connection(
    slack: Slack, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    """Ten sockets lost one after the other, each with its own ticket, end in one that holds."""
    slack.lose, slack.reason = 10, reason
    await connected(slack, caplog)
    assert slack.used == slack.tickets[: len(slack.used)]
    assert len(slack.used) >= 11


async def test_answers_that_are_none_end_in_a_connection(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    """HTML, an `ok` without an address, a refusal and a ticket that is not taken are tried again, a line each."""
    slack.answers = ["html", "html 200", "empty", "bad ticket", "refused"]
    await connected(slack, caplog)
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.exc_info for record in warnings] == [None] * 5
    assert [record.getMessage() for record in warnings][3:] == [
        "no socket to Slack (refused with 403), trying again",
        "no socket to Slack (internal_error), trying again",
    ]


@pytest.mark.parametrize(
    ("frame", "taken"),
    [
        ('{"type": "hello"}', True),
        ('{"type": "events_api", "envelope_id": "1", "payload": {}}', True),
        ('{"type": "events_api", "envelope_id": "1", "payload": null}', False),
        ('{"type": "events_api", "envelope_id": "1", "payload": 5}', False),
        ("{not JSON", False),
        ("[" * 100_000, False),
        ("null", False),
    ],
)
async def test_a_frame_that_is_none_of_slacks_is_a_line(
    caplog: pytest.LogCaptureFixture, frame: str, taken: bool
) -> None:
    """What the SDK would stumble over is left out."""
    link = Link("xapp-1", AsyncWebClient(token="xoxb-1"))
    await link.enqueue_message(frame)
    assert link.message_queue.qsize() == taken
    assert [record.getMessage() for record in caplog.records] == (
        [] if taken else ["a frame that is none of Slack's was left out"]
    )
    await link.close()  # type: ignore[no-untyped-call]


def test_an_error_is_told_without_its_address() -> None:
    """The address of a refused handshake has a ticket in it."""
    about = aiohttp.RequestInfo(None, "GET", None, None)  # type: ignore[arg-type]
    assert socket_mode.why(aiohttp.WSServerHandshakeError(about, (), status=408)) == "refused with 408"
    assert socket_mode.why(ConnectionResetError("ticket=1")) == "ConnectionResetError"
