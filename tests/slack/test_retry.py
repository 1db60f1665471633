"""Asking Slack again when its answer is not its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.retry import patiently, pause_after, said


@asynccontextmanager
async def answering(answers: Iterator[web.Response]) -> AsyncIterator[AsyncWebClient]:
    """A client of a Slack that gives these answers in turn."""

    async def handle(_: web.Request) -> web.Response:
        return next(answers)

    app = web.Application()
    app.router.add_route("*", "/api/{method}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield AsyncWebClient(token="xoxb-1", base_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
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
async def test_an_answer_of_a_proxy_is_waited_out(status: int, kind: str, body: str) -> None:
    """What stands between the bot and Slack may answer instead of Slack: that passes, and is asked again."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    strange = web.Response(status=status, content_type=kind, text=body)
    async with answering(iter([strange, web.json_response({"ok": True, "user": {"id": "U1"}})])) as client:
        answer = await patiently(lambda: client.users_info(user="U1"), sleep=sleep)
    assert (answer["user"], pauses) == ({"id": "U1"}, [2.0])


async def test_slacks_own_word_is_told_from_silence() -> None:
    """An error that Slack names ends the trying; a body that is not Slack's names none."""
    told, cut = web.json_response({"ok": False, "error": "user_not_found"}), web.Response(text="{", status=200)
    cut.content_type = "application/json"
    async with answering(iter([told, cut])) as client:
        found = []
        for _ in range(2):
            with pytest.raises(SlackApiError) as caught:
                await client.users_info(user="U1")
            found.append((said(caught.value), pause_after(caught.value, 1)))
    assert found == [("user_not_found", None), ("", 2.0)]
