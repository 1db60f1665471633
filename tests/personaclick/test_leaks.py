"""What must not get out of the client: other errors, secrets, codes, endless waiting."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import traceback
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import (
    OutcomeUnknown,
    PersonaClickError,
    UnreadableAnswer,
)
from bot.personaclick.answers import Removed, Uncounted
from bot.personaclick.exchange import MAX_LISTS_BYTES, http_client, quiet_http_logs
from tests.personaclick.conftest import SHOP, FakeTime, client_on, failure


async def test_one_deadline_bounds_a_trickling_answer() -> None:
    """A server that sends a byte now and then can not hold a POST beyond its timeout."""

    class Trickle(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            while True:
                yield b" "
                await asyncio.sleep(0.01)

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Trickle()))
    async with httpx.AsyncClient(transport=transport) as http:
        assert await failure(client_on(http, FakeTime(), 0.1).add("1", ["a"])) == (OutcomeUnknown, 0, "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "name",
                    "available",
                    "status",
                    "success",
                    "payload",
                    "message",
                    "error",
                    "errors",
                    "deleted_count",
                ]
            ),
            inner | st.sampled_from(["success", "error", True, False]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(
    status=st.sampled_from([200, 200, 200, 204, 301, 400, 403, 404, 405, 413, 418, 422, 429, 500, 503]),
    body=st.binary(max_size=60) | JSON.map(lambda one: json.dumps(one).encode()),
    retry_after=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
)
async def test_no_answer_escapes_the_error_tree(status: int, body: bytes, retry_after: str) -> None:
    """Whatever comes back, a call ends in its own type or in a PersonaClickError."""
    headers = {"retry-after": retry_after}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers))
    async with httpx.AsyncClient(transport=transport) as http:
        client = client_on(http, FakeTime())
        calls: tuple[tuple[Coroutine[Any, Any, object], Any], ...] = (
            (client.lists(), tuple),
            (client.available("1"), int | None),
            (client.add("1", ["a"]), type(None)),
            (client.remove("1", ["a"]), Removed | Uncounted),
        )
        for call, kind in calls:
            outcome = await _outcome(call)
            if isinstance(outcome, PersonaClickError):
                assert len(outcome.message) <= 300
            else:
                assert isinstance(outcome, kind)


async def _outcome(call: Coroutine[Any, Any, object]) -> object:
    try:
        return await call
    except PersonaClickError as error:
        return error


async def test_neither_secret_nor_code_is_logged(caplog: pytest.LogCaptureFixture, unused_tcp_port: int) -> None:
    """At DEBUG over real sockets only our own line appears, and no traceback holds the URL."""
    quiet_http_logs()
    caplog.set_level(logging.DEBUG)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n" if head.startswith(b"GET") else b"")
        await writer.drain()
        writer.close()

    base_url = f"http://127.0.0.1:{unused_tcp_port}"
    server = await asyncio.start_server(serve, "127.0.0.1", unused_tcp_port)
    async with server, http_client(base_url) as http:
        client = client_on(http, FakeTime())
        client._base_url = base_url
        traces = []
        for call in (client.lists(), client.add("100500", ["SECRETCODE1"]), client.remove("100500", ["SECRETCODE1"])):
            with pytest.raises(PersonaClickError) as caught:
                await call
            traces.append("".join(traceback.format_exception(caught.value)))
    told = caplog.text + "".join(traces)
    assert [word for word in (SHOP.shop_secret, SHOP.shop_id, "SECRETCODE1", "shop_secret=") if word in told] == []
    assert [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "http"))] == [
        "GET /promo_codes status=403 ms=0 codes=-",
        "POST /promo_codes status=0 ms=0 codes=1",
        "DELETE /promo_codes/delete status=0 ms=0 codes=1",
    ]


async def _raw_server(answer: bytes, seen: list[bytes]) -> asyncio.Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


def _head(status: str, *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "connection: close", *lines, "", ""]).encode()


@pytest.mark.parametrize(
    "answer",
    [
        _head("200 OK") + b"[" + b" " * (MAX_LISTS_BYTES + 1),
        _head("200 OK", "content-encoding: gzip") + gzip.compress(b"[" + b" " * MAX_LISTS_BYTES + b"]"),
        _head("200 OK", "content-encoding: br") + b"[]",
        _head("200 OK", "content-encoding: gzip") + b"[]",
    ],
    ids=["plain", "gzip", "brotli", "not gzip"],
)
async def test_an_answer_is_read_to_a_limit(answer: bytes) -> None:
    """An answer over its limit, packed or not, or packed in a way nobody asked for, is no answer of this API."""
    server = await _raw_server(answer, [])
    base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, http_client(base_url) as http:
        client = client_on(http, FakeTime())
        client._base_url = base_url
        assert await failure(client.lists(tries=1)) == (UnreadableAnswer, 200, "")
        assert await failure(client.add("1", ["a"])) == (OutcomeUnknown, 200, "")


async def test_a_packed_answer_is_read() -> None:
    """Lists that come packed are the same lists."""
    lists = json.dumps([{"id": 1, "name": "A", "available": 2}]).encode()
    server = await _raw_server(_head("200 OK", "content-encoding: gzip") + gzip.compress(lists), [])
    base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, http_client(base_url) as http:
        client = client_on(http, FakeTime())
        client._base_url = base_url
        assert await client.available("1") == 2


async def test_cookies_are_not_kept() -> None:
    """What one answer sets is not sent with the next request, which may be another shop's."""
    seen: list[bytes] = []
    server = await _raw_server(_head("200 OK", "set-cookie: session=1; Path=/", "content-length: 2") + b"[]", seen)
    base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, http_client(base_url) as http:
        client = client_on(http, FakeTime())
        client._base_url = base_url
        await client.lists()
        await client.lists()
    assert (len(seen), [head for head in seen if b"cookie" in head.lower()]) == (2, [])
