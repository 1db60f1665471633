"""Connections that bring no whole request."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp
import pytest

from tests.serve.conftest import serve, signed

HALF_HEAD = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
HALF_BODY = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"


async def answered(url: str) -> int:
    """The status of a request as Slack sends it."""
    body = b'{"type": "url_verification"}'
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=signed(body)) as answer:
        return answer.status


@pytest.mark.parametrize("half", [b"", HALF_HEAD, HALF_BODY])
async def test_a_half_sent_request_is_given_up(half: bytes) -> None:
    """Whoever sends no whole request in time is cut off, with or without a byte."""
    served, runner, server = await serve(within_s=0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(half)
    try:
        async with asyncio.timeout(3):
            assert await reader.read() == b""
    except ConnectionResetError:
        pass
    writer.close()
    assert await answered(served.url) == 200
    server.close()
    await runner.cleanup()


async def test_one_byte_at_a_time_wins_no_time() -> None:
    """The time runs from the first byte, whatever drips in afterwards."""
    served, runner, server = await serve(within_s=0.3)
    _, writer = await asyncio.open_connection("127.0.0.1", served.port)

    async def drip() -> None:
        for byte in HALF_HEAD * 100:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)

    async with asyncio.timeout(3):
        with pytest.raises(ConnectionError):
            await drip()
    server.close()
    await runner.cleanup()


async def test_slack_is_answered_while_others_hold_every_place() -> None:
    """With all places taken by half-sent requests the oldest of these has to go, not the newest request."""
    served, runner, server = await serve(most=10)
    held = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(30)]
    for _, writer in held:
        writer.write(HALF_HEAD)
    assert [await answered(served.url) for _ in range(5)] == [200] * 5
    for _, writer in held:
        writer.close()
    server.close()
    await runner.cleanup()


async def test_a_kept_connection_may_rest() -> None:
    """Between two whole requests a connection may be idle for longer than one request may take."""
    served, runner, server = await serve(within_s=0.2)
    body = b'{"type": "url_verification"}'
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
        for _ in range(2):
            async with session.post(served.url, data=body, headers=signed(body)) as answer:
                assert answer.status == 200
            await asyncio.sleep(0.4)
    server.close()
    await runner.cleanup()


async def test_large_bodies_that_are_never_whole_share_a_bound() -> None:
    """Half-sent bodies that hold too much together are given up, the oldest first; a whole one is answered."""
    served, runner, server = await serve(held=4_000_000)
    head = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n"
    held = [await asyncio.open_connection("127.0.0.1", served.port) for _ in range(4)]
    for _, writer in held:
        writer.write(head + b"0" * 1_900_000)
        await writer.drain()
    for reader, _ in held[:2]:
        async with asyncio.timeout(3):
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await held[3][0].read()
    assert await answered(served.url) == 200
    for _, writer in held:
        writer.close()
    server.close()
    await runner.cleanup()
