"""Serving over HTTP: the port is bound first, then the bot starts; it ends cleanly on SIGTERM, within 25 seconds."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.errors import SettingsError
from bot.serve.bodies import Bodies
from bot.serve.connections import Connections, log_a_full_table_once, raise_file_limit
from bot.serve.deliveries import taken
from bot.serve.health import Health
from bot.serve.lifetime import steady, unless, until_dead, until_signal
from bot.serve.requests import OneLine, Refusal, Refusals, read_signed

if TYPE_CHECKING:
    from bot.app import Bot

log = logging.getLogger(__name__)

# Heroku's router keeps a connection for 90 seconds; who closes earlier loses requests. See heroku.com's H18.
KEEP_ALIVE_S = 95.0
SCALE = (
    "SLACK_SIGNING_SECRET is missing, so nothing of Slack is answered here. For Socket Mode run: "
    "heroku ps:scale web=0 worker=1"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def http_app(
    bot: Bot, *, connections: Connections | None = None, health: Health | None = None, bodies: Bodies | None = None
) -> web.Application:
    """The web application: /slack/events, /healthz, /readyz, /metrics."""
    if health is None:
        health = Health(bot)
        health.start()
    connections = connections or Connections(most=500)
    refusals, bodies = Refusals(), bodies or Bodies()
    logging.getLogger("aiohttp.server").addFilter(OneLine(refusals))

    async def slack_events(request: web.Request) -> web.StreamResponse:
        if not await health.started():
            return web.Response(status=503, headers={"Retry-After": "5"})
        try:
            text = await read_signed(request, bodies, bot.signing_secret)
        except Refusal as refusal:
            refusals.tell(refusal)
            answer = web.Response(status=refusal.status)
            answer.force_close()
            return answer
        connections.whole(request.transport)
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        made = partial(AsyncBoltRequest, body=text, query=request.query_string, headers=headers)
        found = await taken(bot.bolt, made, refusals)
        return await to_aiohttp_response(found)

    @web.middleware
    async def within_time(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method != "POST":
            connections.whole(request.transport)
        try:
            return await handler(request)
        finally:
            connections.answered(request.transport)

    app = web.Application(middlewares=[within_time])
    app.add_routes([web.post("/slack/events", slack_events), *health.routes()])
    return app


async def serve_http(bot: Bot, port: int, *, host: str = "0.0.0.0", stop: asyncio.Event | None = None) -> None:  # noqa: S104 - Heroku's router comes from outside
    """Serves until SIGTERM or SIGINT, or until `stop` is set.

    Raises SettingsError when the port cannot be used or the database stays away, Dead when it went away for good.
    """
    stop = stop or until_signal()
    connections, health = Connections(raise_file_limit()), Health(bot)
    log_a_full_table_once()
    runner = _runner(http_app(bot, connections=connections, health=health))
    server: asyncio.Server | None = None
    try:
        await runner.setup()
        server = await _listen(runner, connections, host, port)
        if not await unless(stop, bot.start()):
            return
        steady()
        health.start()
        log.info("ready")
        await unless(stop, until_dead({"the database": bot.readiness.database_answers}))
        log.info("stopping")
    finally:
        if server is not None:
            server.close()
        await runner.cleanup()
        await bot.stop()


@asynccontextmanager
async def beside(health: Health, port: int | None, *, host: str = "0.0.0.0") -> AsyncIterator[None]:  # noqa: S104
    """Serves health and numbers beside a socket; nothing without a port. Raises SettingsError."""
    if port is None:
        yield
        return
    app = web.Application()
    app.add_routes(health.routes())
    runner = _runner(app)
    try:
        await runner.setup()
        await _listen(runner, Connections(raise_file_limit()), host, port)
        yield
    finally:
        await runner.cleanup()


async def serve_health(port: int, *, host: str = "0.0.0.0", stop: asyncio.Event | None = None) -> None:  # noqa: S104
    """Binds the port and serves health alone: for a `web` process of an app that is set up for Socket Mode."""
    stop = stop or until_signal()

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "note": SCALE})

    async def not_here(_: web.Request) -> web.Response:
        return web.json_response({"note": SCALE}, status=503)

    app = web.Application()
    app.add_routes([web.get("/healthz", answer), web.get("/readyz", not_here), web.post("/slack/events", not_here)])
    runner = _runner(app)
    try:
        await runner.setup()
        await _listen(runner, Connections(raise_file_limit()), host, port)
        steady()
        log.warning(SCALE)
        await stop.wait()
    finally:
        await runner.cleanup()


def _runner(app: web.Application) -> web.AppRunner:
    return web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=KEEP_ALIVE_S,
        handle_signals=False,
        shutdown_timeout=3,
        # Nothing is unpacked before its signature is looked at.
        auto_decompress=False,
    )


async def _listen(runner: web.AppRunner, connections: Connections, host: str, port: int) -> asyncio.Server:
    assert runner.server is not None
    try:
        server = await asyncio.get_running_loop().create_server(connections.of(runner.server), host, port)
    except OSError as error:
        raise unusable("PORT", port, error) from None
    log.info("listening on port %s", server.sockets[0].getsockname()[1])
    return server


def unusable(name: str, port: int, error: OSError) -> SettingsError:
    """A port another program has, or that may not be used, as the setting or option `name`."""
    return SettingsError(name, f"{port} cannot be used: {os.strerror(error.errno or 0)}", "Choose another.")
