"""Serving over Socket Mode: a socket to Slack, opened again whenever it is lost; it ends cleanly on SIGTERM.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SettingsError
from bot.serve.deliveries import taken
from bot.serve.health import Health
from bot.serve.http import beside
from bot.serve.lifetime import steady, unless, until_dead, until_signal
from bot.serve.requests import Refusals
from bot.slack.retry import error_code

if TYPE_CHECKING:
    from bot.app import Bot

log = logging.getLogger(__name__)

_REFUSED = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "not_allowed_token_type")
PING_S = 10.0
# Ten sockets lost one after the other are over in half a minute.
LONGEST_PAUSE_S = 5.0
# A socket that lived so long was a good one: the next is opened at once.
LIVED_S = 20.0


class Link(SocketModeClient):
    """Slack's SDK's socket, with its own way to open one.

    The SDK tries one address for ever, though its ticket is good for one try, and writes the ticket to the log.
    """

    def __init__(self, app_token: str, web_client: AsyncWebClient) -> None:
        super().__init__(app_token, logging.getLogger("slack_sdk.socket_mode"), web_client, ping_interval=PING_S)
        self._opened = float("-inf")
        self._pause = 0.0

    async def connect(self) -> None:
        """Returns with an open socket, however often that has to be tried, or when this is closed."""
        if time.monotonic() - self._opened >= LIVED_S:
            self._pause = 0.0
        while not self.closed:
            # Sockets that are lost at once (`too_many_websockets`), or cannot be opened, are opened ever more slowly.
            await asyncio.sleep(self._pause)
            self._pause = min(max(0.5, self._pause * 2), LONGEST_PAUSE_S)
            try:
                await self._open()
                self._opened = time.monotonic()
                return
            except (aiohttp.ClientError, OSError, TimeoutError, SlackApiError, ValueError, LookupError) as error:
                self.wss_uri = None
                log.warning("no socket to Slack (%s), trying again", why(error))

    async def issue_new_wss_url(self) -> str:
        """A new address, with a ticket for one socket. Raises SlackApiError, LookupError, or what aiohttp raises."""
        answer = await self.web_client.apps_connections_open(app_token=self.app_token)
        if not isinstance(address := answer.get("url"), str):
            raise LookupError("an answer without an address")
        return address

    async def enqueue_message(self, message: str) -> None:
        """Takes a frame, if it is one of Slack's: the SDK logs a traceback for every other."""
        try:
            found = json.loads(message)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and isinstance(found.get("payload", {}), dict | str):
            await super().enqueue_message(message)
        else:
            log.warning("a frame that is none of Slack's was left out")

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Replaces the socket, unless another task has just done so."""
        async with self.connect_operation_lock:
            if force or not await self.is_connected():
                self.wss_uri = None
                await self.connect()

    async def _open(self) -> None:
        self.auto_reconnect_enabled = False
        if self.current_session is not None:
            # The old one first: Slack counts it until it is closed.
            with suppress(Exception):
                await self.current_session.close()
        address = self.wss_uri or await self.issue_new_wss_url()
        self.wss_uri = None
        self.current_session = await self.aiohttp_client_session.ws_connect(
            address, autoping=False, heartbeat=self.ping_interval, proxy=self.proxy, ssl=self.web_client.ssl or True
        )
        self.auto_reconnect_enabled = self.default_auto_reconnect_enabled
        self.stale, self.last_ping_pong_time = False, None
        await self.current_session.ping(f"sdk-ping-pong:{time.time()}".encode())
        log.info("connected to Slack")
        before = (self.current_session_monitor, self.message_receiver)
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())
        for task in before:
            if task is not None:
                # One of them may be the task that runs this.
                task.cancel()


def why(error: BaseException) -> str:
    """What went wrong, without the address, which has a ticket in it."""
    match error:
        case SlackApiError():
            return error_code(error) or "an answer that is not Slack's"
        case aiohttp.WSServerHandshakeError(status=status):
            return f"refused with {status}"
        case _:
            return type(error).__name__


async def serve_socket(bot: Bot, app_token: str, *, port: int | None = None, stop: asyncio.Event | None = None) -> None:
    """Connects to Slack, and again whenever the connection is lost, until SIGTERM or SIGINT or `stop`; with a port,
    health and numbers are served there.

    Raises SettingsError when Slack refuses the token, the port cannot be used or the database stays away, Dead when one
    went away for good.
    """
    stop = stop or until_signal()
    link, refusals = Link(app_token, bot.web), Refusals()

    async def handle(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        body, headers = request.payload, build_headers(request)
        made = partial(AsyncBoltRequest, mode="socket_mode", body=body, headers=headers)
        found = await taken(bot.bolt, made, refusals)
        # What is no delivery is not wanted again either.
        found.status = 200
        try:
            await send_async_response(client, request, found, time.time())
        except (aiohttp.ClientError, ConnectionError):
            log.warning("a socket was lost before Slack was answered, and is asked again on the next")

    link.socket_mode_request_listeners.append(handle)
    health = Health(bot, {"socket": link.is_connected})
    try:
        async with beside(health, port):
            if not await unless(stop, bot.start()):
                return
            steady()
            health.start()
            await unless(stop, _connect(bot, link))
            alive = {"the database": bot.readiness.database_answers, "the socket to Slack": link.is_connected}
            await unless(stop, until_dead(alive))
            log.info("stopping")
    finally:
        await link.close()  # type: ignore[no-untyped-call]
        await bot.stop()


async def _connect(bot: Bot, link: Link) -> None:
    """Connects as soon as Slack can be reached. Raises SettingsError when Slack refuses the token.

    The SDK would try a refused token for ever, so it is asked for first.
    """
    pause = 1.0
    while True:
        try:
            link.wss_uri = await link.issue_new_wss_url()
        except SlackApiError as error:
            problem = error_code(error)
            if problem in _REFUSED:
                refused = f"is refused by Slack ({problem})"
                raise SettingsError("SLACK_APP_TOKEN", refused, "See Basic Information of your app.") from None
            log.warning("Slack opens no connection (%s), trying again", why(error))
        except (aiohttp.ClientError, OSError, TimeoutError, LookupError) as error:
            log.warning("Slack cannot be reached at %s (%s), trying again", bot.web.base_url, type(error).__name__)
        else:
            await link.connect()
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)
