"""Answers through response URLs, when Slack takes them and when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.kit import Message
from bot.slack.client import MAX_ANSWER_BYTES, open_session, web_client
from bot.slack.posting import Posting
from bot.slack.response_urls import ResponseUrls
from tests.slack.conftest import Pauses

MESSAGE = Message("Eight lists.", [])
TAKEN = [("url", "Eight lists.")]
POSTED = [*TAKEN, ("U1", "Eight lists.")]


class Slack:
    """A response URL that gives `answers` in turn, then "ok"; and what arrived where."""

    def __init__(self) -> None:
        self.answers: list[web.StreamResponse] = []
        self.arrived: list[tuple[str, str]] = []
        self.base = ""

    async def url(self, request: web.Request) -> web.StreamResponse:
        """The response URL."""
        self.arrived.append(("url", (await request.json())["text"]))
        return self.answers.pop(0) if self.answers else web.Response(text="ok")

    async def endless(self, request: web.Request) -> web.StreamResponse:
        """A response URL whose answer does not end."""
        self.arrived.append(("url", (await request.json())["text"]))
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(2 * MAX_ANSWER_BYTES // 2**20):
            await response.write(b" " * 2**20)
        return response

    async def post(self, request: web.Request) -> web.Response:
        """chat.postMessage."""
        asked = await request.json()
        self.arrived.append((asked["channel"], asked["text"]))
        return web.json_response({"ok": True, "channel": "D1", "ts": "1.2"})


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """One, on a free port."""
    made = Slack()
    app = web.Application()
    app.add_routes([web.post("/url", made.url), web.post("/endless", made.endless)])
    app.add_routes([web.post("/api/chat.postMessage", made.post)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def client(slack: Slack) -> AsyncIterator[AsyncWebClient]:
    """The bot's client."""
    made = web_client("xoxb-1", f"{slack.base}/api/")
    async with open_session(made):
        yield made


def status(code: int, words: str = "", retry_after: str = "") -> web.StreamResponse:
    """One answer of the address."""
    return web.Response(status=code, text=words, headers={"Retry-After": retry_after} if retry_after else {})


@pytest.mark.parametrize(
    ("answers", "waited", "arrived"),
    [
        ([], [], TAKEN),
        ([status(200, '{"ok": true}')], [], TAKEN),
        ([status(200)], [], TAKEN),
        ([status(429, retry_after="2")], [2.0], 2 * TAKEN),
        ([status(500), status(503)], [1.0, 2.0], 3 * TAKEN),
        ([status(429, retry_after="86400")], [], POSTED),
        ([status(429, retry_after="soon")], [], POSTED),
        ([status(429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT")], [], POSTED),
        ([status(429) for _ in range(9)], [1.0, 2.0, 3.0], [*4 * TAKEN, ("U1", "Eight lists.")]),
        ([status(404, "expired_url")], [], POSTED),
        ([status(200, '{"ok": false, "error": "used_url"}')], [], POSTED),
        ([status(200, "<html>Log in</html>")], [], POSTED),
        ([status(302)], [], POSTED),
    ],
)
async def test_an_answer_arrives_however_slack_answers(
    slack: Slack, client: AsyncWebClient, answers: list[web.StreamResponse], waited: list[float], arrived: object
) -> None:
    """Short pauses are obeyed; strange or long ones, and addresses that take nothing, end in a direct message."""
    slack.answers, pauses = answers, Pauses()
    await ResponseUrls(client, Posting(client), pauses).answer(f"{slack.base}/url", MESSAGE, "U1")
    assert (slack.arrived, pauses.taken) == (arrived, waited)


@pytest.mark.parametrize(("path", "arrived"), [("/endless", POSTED), ("", POSTED[1:])])
async def test_an_endless_answer_and_no_address(
    slack: Slack, client: AsyncWebClient, path: str, arrived: object
) -> None:
    """What the address answers is read to a limit; a click in the Home tab has no address."""
    await ResponseUrls(client, Posting(client)).answer(path and f"{slack.base}{path}", MESSAGE, "U1")
    assert slack.arrived == arrived


async def test_one_look_up_serves_all_answers(
    slack: Slack, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many answers at once while the name server is slow ask it once, so that no thread is taken from others."""
    looked_up: list[str] = []

    async def fail(host: str, *_: object, **__: object) -> list[object]:
        looked_up.append(host)
        await asyncio.sleep(0.05)
        raise OSError("no name server")

    assert client.session is not None
    monkeypatch.setattr(client.session.connector, "_resolver", SimpleNamespace(resolve=fail))
    urls = ResponseUrls(client, Posting(client))
    await asyncio.gather(*(urls.answer("http://hooks.example/1", MESSAGE, "U1") for _ in range(10)))
    assert slack.arrived == 10 * POSTED[1:]
    assert looked_up == ["hooks.example"]
