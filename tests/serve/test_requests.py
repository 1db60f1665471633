"""Requests to /slack/events that are not Slack's, or not what Slack sends."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import logging
import time
from urllib.parse import quote

import aiohttp
import pytest

from bot.serve.requests import Refusal, Refusals
from tests.serve.conftest import Served, signed

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CLICK = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "trigger_id": "1",
    "actions": [{"action_id": "ask", "block_id": "b"}],
}


async def post(served: Served, body: bytes, headers: dict[str, str]) -> int:
    """The status of one request."""
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.post(served.url, data=io.BytesIO(body), headers=headers) as answer,
    ):
        return answer.status


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"type": "event_callback", "event": {}}', JSON),
        (b"command=%2Fpromo&text=lists&user_id=U1&channel_id=C1&trigger_id=1", FORM),
        (b"payload=" + quote(json.dumps(CLICK)).encode(), FORM),
        (b"ssl_check=1&token=x", f"{FORM}; charset=utf-8"),
    ],
)
async def test_what_slack_signs_reaches_the_bot(served: Served, body: bytes, kind: str) -> None:
    """A request with the right signature is handed on."""
    assert await post(served, body, signed(body) | {"Content-Type": kind}) == 200
    assert len(served.seen) == 1


@pytest.mark.parametrize("body", [b"{}", b"null", b"[]", b"1", b"{", b"\xff\xfe", b"payload=null", b"[" * 100_000])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": "9" * 5000, "X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": "²", "X-Slack-Signature": "v0=1"},
        {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=é"},
        signed(b"{}", secret="another"),
        signed(b"another body"),
    ],
)
async def test_what_slack_did_not_sign_is_401(
    served: Served, caplog: pytest.LogCaptureFixture, body: bytes, headers: dict[str, str]
) -> None:
    """Whatever is in it, an unsigned request is 401, and one line of log without a traceback."""
    for kind in (JSON, FORM, f"{JSON}; charset=punycode", "text/plain; charset=nonsense", "multipart/form-data"):
        assert await post(served, body, {"Content-Type": kind, **headers}) == 401
    assert not served.seen
    assert [(record.levelname, record.exc_info) for record in caplog.records if record.name.startswith("bot")] == [
        ("WARNING", None)
    ]


@pytest.mark.parametrize("off_s", [-301, 301, -86_400])
async def test_an_old_signature_is_401(served: Served, off_s: float) -> None:
    """A request of more than five minutes ago, or of the future, is somebody's copy."""
    body = b"{}"
    assert await post(served, body, signed(body, at=time.time() + off_s)) == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FORM),
        (b"{}", JSON),
        (b"payload=%7B%7D", FORM),
        (b"null", JSON),
        (b"[]", JSON),
        (b'"text"', JSON),
        (b"1", JSON),
        (b"{", JSON),
        (b"{", FORM),
        (b"\xff\xfe", JSON),
        (b"[" * 100_000, JSON),
        (b"payload=null", FORM),
        (b"payload=%5B%5D", FORM),
        (b"payload=no", FORM),
        (b"a=1&" * 101, FORM),
        (b'{"authorizations": 5}', JSON),
        (b'{"authorizations": [5]}', JSON),
    ],
)
async def test_what_slack_never_sends_is_400(
    served: Served, caplog: pytest.LogCaptureFixture, body: bytes, kind: str
) -> None:
    """A signed request that is no object is 400, without a traceback."""
    assert await post(served, body, signed(body) | {"Content-Type": kind}) == 400
    assert not served.seen
    assert not any(record.exc_info for record in caplog.records)


async def test_a_packed_request_is_never_unpacked(served: Served) -> None:
    """Slack packs nothing: a gzip body is refused before its signature is looked at."""
    body = gzip.compress(b"0" * 10_000_000)
    headers = signed(body) | {"Content-Type": JSON, "Content-Encoding": "gzip"}
    assert await post(served, body, headers) == 400


async def test_too_large_is_413(served: Served) -> None:
    """More than a form with pasted codes can have is refused, by what it says of itself or by what comes."""
    body = b"0" * (2 * 1024 * 1024 + 1)
    assert await post(served, body, signed(body)) == 413


async def test_a_million_fields_cost_nothing(served: Served) -> None:
    """A form of a million fields, signed or not, is refused while nobody else waits."""
    body = b"&" * 1_000_000 + b"a=1&" * 200_000
    began = time.perf_counter()
    assert await post(served, body, {"Content-Type": FORM}) == 401
    assert await post(served, body, signed(body) | {"Content-Type": FORM}) == 400
    assert time.perf_counter() - began < 2


async def test_app_rate_limited_is_answered_and_logged(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Slack's word that it holds events back is taken, once, and told to whoever runs the bot."""
    body = json.dumps({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}).encode()
    assert await post(served, body, signed(body) | {"Content-Type": JSON}) == 200
    assert not served.seen
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        "Slack holds events back: more than 30,000 an hour"
    ]


async def test_what_is_no_http_is_one_line(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Bad request lines and headers are 400 and one line a minute."""
    for _ in range(3):
        for junk in (b"GET / HTTP/1.1\r\nNo colon\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(junk)
            assert (await reader.readline()).startswith(b"HTTP/1.0 400")
            writer.close()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "refused (400): not HTTP, 1 times"
    ]


def test_refusals_are_a_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """The first of a kind is logged at once, the others as their number."""
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    for at in (0.0, 1.0, 2.0, 61.0, 62.0):
        now[0] = at
        refusals.tell(Refusal(401, "not signed by Slack"))
    refusals.tell(Refusal(400, "not JSON"))
    assert [record.getMessage() for record in caplog.records] == [
        "refused (401): not signed by Slack, 1 times",
        "refused (401): not signed by Slack, 3 times",
        "refused (400): not JSON, 1 times",
    ]
