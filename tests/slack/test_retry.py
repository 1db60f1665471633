"""Asking Slack again when its answer is not its own."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import BoundedResponse, needed, open_session, web_client
from bot.slack.retry import error_code, pause_after
from tests.slack.conftest import Pauses


@asynccontextmanager
async def answering(answers: Iterator[web.StreamResponse], pauses: Pauses) -> AsyncIterator[AsyncWebClient]:
    """A client of a Slack that gives these answers in turn."""

    async def handle(_: web.Request) -> web.StreamResponse:
        return next(answers)

    app = web.Application()
    app.router.add_route("*", "/api/{method}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield web_client("xoxb-1", f"http://127.0.0.1:{runner.addresses[0][1]}/api/", pauses)
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (503, "text/plain", "upstream connect error or disconnect/reset before headers"),
        (503, "text/html", "<html>maintenance</html>"),
        (200, "application/json", '{"ok": tr'),
        (500, "application/json", ""),
        (200, "text/html", "<html>sign in</html>"),
    ],
)
async def test_an_answer_of_a_proxy_is_waited_out(
    status: int, kind: str, body: str, pauses: Pauses, caplog: pytest.LogCaptureFixture
) -> None:
    """What stands between the bot and Slack may answer instead of Slack: that is logged with where, and asked again."""
    strange = web.Response(status=status, content_type=kind, text=body)
    answers = iter([strange, web.json_response({"ok": True, "user": {"id": "U1"}})])
    async with answering(answers, pauses) as client:
        answer = await client.users_info(user="U1")
    assert (answer["user"], pauses.taken) == ({"id": "U1"}, [2.0])
    assert "Slack at 127.0.0.1 does not answer (" in caplog.text


async def test_slacks_own_code_is_told_from_silence(pauses: Pauses) -> None:
    """An error that Slack names ends the trying; a body that is not Slack's names none, and is tried four times."""
    told = web.json_response({"ok": False, "error": "user_not_found"})
    cut = [web.Response(text="{", status=200, content_type="application/json") for _ in range(4)]
    async with answering(iter([told, *cut]), pauses) as client:
        found = []
        for _ in range(2):
            with pytest.raises(SlackApiError) as caught:
                await client.users_info(user="U1")
            found.append((error_code(caught.value), pause_after(caught.value, 1)))
    assert (found, pauses.taken) == ([("user_not_found", None), ("", 2.0)], [2.0, 4.0, 8.0])


async def test_an_ok_without_content_is_an_error(pauses: Pauses) -> None:
    """An answer that lacks what it must have is not taken for an empty one."""
    async with answering(iter([web.json_response({"ok": True})]), pauses) as client:
        answer = await client.conversations_open(users="U1")
    with pytest.raises(SlackApiError):
        needed(answer, "channel", "id")


async def test_slack_is_read_to_a_limit(pauses: Pauses, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer over the limit ends in an error, however it is packed, and takes no memory."""
    monkeypatch.setattr("bot.slack.client.MAX_ANSWER_BYTES", 100_000)
    endless = web.json_response({"ok": True, "user": "x" * 200_000})
    endless.enable_compression()
    async with answering(iter([endless, *[web.json_response({"ok": True})] * 3]), pauses) as client:
        session = open_session(client)
        assert session._response_class is BoundedResponse
        assert (await client.users_info(user="U1")).data == {"ok": True}
        await session.close()
    assert pauses.taken == [2.0]


async def test_the_error_of_too_large_an_answer_keeps_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors live on with their frames, until the collector comes by; what was read must not."""
    monkeypatch.setattr("bot.slack.client.MAX_ANSWER_BYTES", 100_000)
    large = web.json_response({"ok": True, "user": "x" * 200_000})
    async with answering(iter([large]), Pauses()) as client, open_session(client) as session:
        answer = await session.get(f"{client.base_url}users.info")
        with pytest.raises(aiohttp.ClientPayloadError) as caught:
            await answer.read()
    kept = [frame.f_locals.get("body") for frame, _ in traceback.walk_tb(caught.tb)]
    assert [bytes(body) for body in kept if isinstance(body, bytearray)] == [b""]
