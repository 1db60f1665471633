"""Serving the bot to Slack: over HTTP, or over Socket Mode. Both end cleanly on SIGTERM, within 25 seconds."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.errors import SettingsError
from bot.slack.retry import error_code

if TYPE_CHECKING:
    from bot.app import Bot

log = logging.getLogger(__name__)

# Heroku's router keeps a connection for 90 seconds; who closes earlier loses requests. See heroku.com's H18.
KEEP_ALIVE_S = 95.0
READY_FOR_S = 5.0
_REFUSED = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type")


class Health:
    """What /readyz answers; asks at most every five seconds."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._at = float("-inf")
        self._found: dict[str, str] = {}
        self._asking = asyncio.Lock()

    async def healthz(self, _: web.Request) -> web.Response:
        """The process lives."""
        return web.json_response({"status": "ok"})

    async def readyz(self, _: web.Request) -> web.Response:
        """Whether database, Slack and PersonaClick answer."""
        async with self._asking:
            if time.monotonic() - self._at > READY_FOR_S:
                self._found, self._at = await self._bot.ready(), time.monotonic()
        ready = all(value == "ok" for value in self._found.values())
        return web.json_response(self._found, status=200 if ready else 503)


def http_app(bot: Bot) -> web.Application:
    """The web application: /slack/events, /healthz, /readyz."""
    health = Health(bot)

    async def slack_events(request: web.Request) -> web.Response:
        try:
            asked = await to_bolt_request(request)
        except ValueError:
            # Not text, or not the JSON it says it is: nothing that Slack sends.
            return web.Response(status=400)
        return await to_aiohttp_response(await bot.bolt.async_dispatch(asked))

    app = web.Application(client_max_size=2 * 1024 * 1024)
    app.add_routes(
        [
            web.post("/slack/events", slack_events),
            web.get("/healthz", health.healthz),
            web.get("/readyz", health.readyz),
        ]
    )
    return app


async def serve_http(bot: Bot, port: int, *, host: str = "0.0.0.0", stop: asyncio.Event | None = None) -> None:  # noqa: S104 - Heroku's router comes from outside
    """Serves until SIGTERM or SIGINT, or until `stop` is set."""
    stop = stop or _until_signal()
    runner = web.AppRunner(
        http_app(bot), access_log=None, keepalive_timeout=KEEP_ALIVE_S, handle_signals=False, shutdown_timeout=3
    )
    try:
        if not await _unless(stop, bot.start()):
            return
        steady()
        await runner.setup()
        await _listen(runner, host, port)
        log.info("listening on port %s", runner.addresses[0][1])
        await stop.wait()
        log.info("stopping")
    finally:
        await runner.cleanup()
        await bot.stop()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise unusable("PORT", port, error) from None


def unusable(name: str, port: int, error: OSError) -> SettingsError:
    """A port another program has, or that may not be used, as the setting or option `name`."""
    return SettingsError(name, f"{port} cannot be used: {os.strerror(error.errno or 0)}", "Choose another.")


async def serve_socket(bot: Bot, app_token: str, *, stop: asyncio.Event | None = None) -> None:
    """Connects to Slack, and again whenever the connection is lost, until SIGTERM or SIGINT or `stop`."""
    stop = stop or _until_signal()
    handler = AsyncSocketModeHandler(bot.bolt, app_token, web_client=bot.web)
    try:
        if not await _unless(stop, bot.start()):
            return
        steady()
        await _unless(stop, _connect(bot, handler, app_token))
        await stop.wait()
        log.info("stopping")
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
        await bot.stop()


async def _connect(bot: Bot, handler: AsyncSocketModeHandler, app_token: str) -> None:
    """Connects as soon as Slack can be reached. Raises SettingsError when Slack refuses the token.

    The SDK would try a refused token for ever, so it is asked for first.
    """
    pause = 1.0
    while True:
        try:
            await bot.web.apps_connections_open(app_token=app_token)
        except SlackApiError as error:
            problem = error_code(error)
            if problem in _REFUSED:
                refused = f"is refused by Slack ({problem})"
                raise SettingsError("SLACK_APP_TOKEN", refused, "See Basic Information of your app.") from None
            log.warning("Slack does not open a connection (%s), trying again", problem or "no answer of its own")
        except (aiohttp.ClientError, OSError, TimeoutError):
            log.warning("Slack cannot be reached, trying again")
        else:
            await handler.connect_async()  # type: ignore[no-untyped-call]
            log.info("connected to Slack")
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, 30.0)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Does `work`, and gives it up when `stop` is set; says whether it was done."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, stopping):
            task.cancel()
    await asyncio.wait([working, stopping])
    if working.cancelled():
        return False
    working.result()
    return True


def steady() -> None:
    """What is loaded now stays: the collector need not walk through it, and no longer holds up an answer to Slack."""
    gc.collect()
    gc.freeze()


def _until_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
