"""How fast Slack is answered: `python -m tests.benchmarks.ack`.

A signed `/promo help` over 32 connections, to the real bot and to a bare Bolt app that only acks, on the same aiohttp
server, in processes of their own and in turn. Then the bot again while PersonaClick hangs 10
seconds on every call and a file of 1,000,000 codes is being checked.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.stand_ins.personaclick.server import StandInPersonaClick
from bot.stand_ins.slack import StandInSlack
from bot.stand_ins.slack.server import SIGNING_SECRET

CONNECTIONS, REQUESTS, ROUNDS = 32, 2000, 5
HOST = "127.0.0.1"


def request(text: str, response_url: str) -> bytes:
    """One signed command as Slack sends it."""
    fields = {
        "command": "/promo",
        "text": text,
        "user_id": "U1",
        "team_id": "T1",
        "channel_id": "C1",
        "trigger_id": "1.2.3",
        "response_url": response_url,
    }
    body = urlencode(fields)
    stamp = str(int(time.time()))
    signature = hmac.new(SIGNING_SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


async def load(port: int, text: str, requests: int, response_url: str) -> list[float]:
    """Seconds of each answer over 32 kept connections."""
    taken: list[float] = []
    left = iter(range(requests))
    sent = request(text, response_url)

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for _ in left:
            started = time.perf_counter()
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            await reader.readexactly(length)
            taken.append(time.perf_counter() - started)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return taken


async def bare() -> None:
    """A Bolt app that only acks, as `AsyncApp` comes."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="UB")

    bolt = AsyncApp(signing_secret=SIGNING_SECRET, authorize=authorize)

    @bolt.command("/promo")
    async def promo(ack: object) -> None:
        await ack()  # type: ignore[operator]

    async def events(asked: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(asked)))

    app = web.Application()
    app.add_routes([web.post("/slack/events", events)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


async def real(slack_url: str, shop_url: str, folder: str) -> None:
    """The bot, between two stand-ins of the parent process."""
    from bot.app import build
    from bot.logs import configure
    from bot.playground.run import OwnSettings, serve
    from bot.serve.lifetime import steady
    from bot.stand_ins.personaclick.server import SHOP_ID, SHOP_SECRET

    configure("ERROR", "text", [])
    settings = OwnSettings.read(
        "playground",
        slack_bot_token="xoxb-playground",
        slack_signing_secret=SIGNING_SECRET,
        slack_api_url=f"{slack_url}/api/",
        slack_file_hosts=slack_url.removeprefix("http://"),
        personaclick_shop_id=SHOP_ID,
        personaclick_shop_secret=SHOP_SECRET,
        personaclick_api_url=shop_url,
        database_url=f"sqlite:///{folder}/bench.db",
    )
    from contextlib import AsyncExitStack

    async with AsyncExitStack() as stack:
        bot = build(settings)
        await bot.start()
        steady()
        address = await serve(bot, stack)
        print(address.split(":")[2].split("/")[0], flush=True)
        await asyncio.Event().wait()


@asynccontextmanager
async def taking_answers() -> AsyncIterator[str]:
    """An address that takes every answer to a command."""

    async def ok(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([web.post("/", ok)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    yield f"http://{HOST}:{runner.addresses[0][1]}/"
    await runner.cleanup()


@asynccontextmanager
async def child(*arguments: str) -> AsyncIterator[int]:
    """One of the servers as a process; its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.ack", *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


def figures(taken: list[float]) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds."""
    ordered = sorted(taken)
    return statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.99)] * 1000


async def compare(slack: StandInSlack, shop: StandInPersonaClick, folder: str, response_url: str) -> None:
    """Bare and real in turn."""
    rounds: dict[str, list[tuple[float, float]]] = {"bare": [], "bot": []}
    async with child("bare") as bare_port, child("real", slack.root, shop.base_url, folder) as port:
        servers = {"bare": bare_port, "bot": port}
        for to in servers.values():
            await load(to, "help", 300, response_url)
        for _ in range(ROUNDS):
            for name, to in servers.items():
                rounds[name].append(figures(await load(to, "help", REQUESTS, response_url)))
    found = {name: [statistics.median(one) for one in zip(*each, strict=True)] for name, each in rounds.items()}
    for name, (median, p99) in found.items():
        ratio = p99 / found["bare"][1]
        print(f"{name:>4}: median {median:6.2f} ms, p99 {p99:6.2f} ms, p99 against bare Bolt {ratio:.2f}")


async def hang(slack: StandInSlack, shop: StandInPersonaClick, folder: str, response_url: str) -> None:
    """While PersonaClick hangs and a large file is checked."""
    await shop.fault("slow", 10)
    content = b"code\n" + b"".join(b"SPRING-%013d\n" % (n * 7919) for n in range(1_000_000))
    async with child("real", slack.root, shop.base_url, folder) as port:
        slack.connect_http(f"http://{HOST}:{port}/slack/events")
        await slack.as_("U1").drop("C1", {"million.csv": content})
        taken: list[float] = []
        ends = time.monotonic() + 12
        while time.monotonic() < ends:
            taken += await load(port, "lists", 64, response_url)
            await asyncio.sleep(0.05)
    median, p99 = figures(taken)
    print(
        f"while PersonaClick hangs and 1,000,000 codes are checked: {len(taken):,} acks, "
        f"median {median:.1f} ms, p99 {p99:.0f} ms, slowest {max(taken) * 1000:.0f} ms"
    )


async def main() -> None:
    """Both measurements."""
    shop, slack = StandInPersonaClick(), StandInSlack()
    await shop.start()
    await slack.start()
    with tempfile.TemporaryDirectory() as folder:
        for name, work in (("a", compare), ("b", hang)):
            place = Path(folder) / name
            place.mkdir()
            async with taking_answers() as response_url:
                await work(slack, shop, str(place), response_url)
    await slack.stop()
    await shop.stop()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare"]:
            asyncio.run(bare())
        case ["real", slack_url, shop_url, folder]:
            asyncio.run(real(slack_url, shop_url, folder))
        case _:
            asyncio.run(main())
