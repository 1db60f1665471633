"""Where file content is fetched and sent."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from bot.stand_ins.slack.api import Api
from bot.stand_ins.slack.cast import TEAM
from bot.stand_ins.slack.failures import Failures
from bot.stand_ins.slack.log import Log
from bot.stand_ins.slack.web_api import bearer, cut_off

# What Slack answers without the right token or the scope files:read; https://github.com/slackapi/deno-slack-sdk/issues/285
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Playground</body></html>"


class FileDoors:
    """Downloads with the bot's token, and the raw half of an upload. `stopping` ends the downloads that hang."""

    def __init__(self, api: Api, failures: Failures, log: Log, stopping: asyncio.Event) -> None:
        self._api = api
        self._failures = failures
        self._log = log
        self._stopping = stopping

    async def download(self, request: web.Request) -> web.StreamResponse:
        """`url_private` and `url_private_download`."""
        started, failure = time.monotonic(), self._failures.strike("download")
        if failure:
            await failure.hold()
        if failure and failure.cut:
            response: web.StreamResponse = await self._cut_in_the_middle(request)
        elif failure and failure.status:
            headers = {"Retry-After": str(failure.retry_after or 1)} if failure.status == 429 else None
            response = web.Response(status=failure.status, headers=headers)
        else:
            response = await self._serve(request)
        ms = (time.monotonic() - started) * 1000
        self._log.add("bot", "slack", "GET a file", status=response.status, ms=ms, body={"id": self._id(request)})
        return response

    def _id(self, request: web.Request) -> str:
        return request.match_info["key"].removeprefix(f"{TEAM}-")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        file = self._api.workspace.files.get(self._id(request))
        allowed = bearer(request) == self._api.bot_token and "files:read" in self._api.scopes
        if not allowed or (file and file.condition == "page"):
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if file is None or not file.complete or file.condition in ("deleted", "tombstone"):
            return web.Response(status=404)
        if file.condition == "error":
            return web.Response(status=500)
        if file.condition == "hang":
            await self._stopping.wait()
            return cut_off(request)
        return web.Response(body=file.content, content_type=file.mimetype)

    async def _cut_in_the_middle(self, request: web.Request) -> web.StreamResponse:
        file = self._api.workspace.files.get(self._id(request))
        content = file.content if file else b""
        response = web.StreamResponse(headers={"Content-Length": str(len(content) + 1)})
        await response.prepare(request)
        await response.write(content[: len(content) // 2])
        if request.transport:
            request.transport.close()
        return response

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The raw bytes of an upload, which carry no token."""
        file, failure = self._api.workspace.files.get(request.match_info["id"]), self._failures.strike("upload")
        content = await request.read()
        if failure and failure.cut:
            return cut_off(request)
        status = failure.status if failure and failure.status else 200
        if file is None or file.complete or len(content) != int(request.query.get("length") or 0):
            status = 400
        if file and status == 200:
            file.content = content
        self._log.add("bot", "slack", "POST file content", status=status, body=f"{len(content):,} bytes")
        # The SDK reads this answer as text.
        return web.Response(status=status, text=f"OK - {len(content)}" if status == 200 else "failed")
