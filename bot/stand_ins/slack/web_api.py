"""The Web API under `/api/<method>`, with failures to order and a record of every call.

How the SDK sends each call: GET with a query, POST with a form, JSON, or a query and an empty body.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.stand_ins.slack import chat_methods, file_methods, people_methods, view_methods
from bot.stand_ins.slack.api import SCOPES, Api, Refusal
from bot.stand_ins.slack.failures import Failure, Failures
from bot.stand_ins.slack.log import Log
from bot.stand_ins.slack.workspace import Json

METHODS: dict[str, Callable[[Api, Json], Json]] = {
    **chat_methods.METHODS,
    **file_methods.METHODS,
    **people_methods.METHODS,
    **view_methods.METHODS,
}
_FREE = ("blocks.validate",)
_JSON_ARGUMENTS = ("attachments", "blocks", "files", "message", "metadata", "view")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot: method, arguments, when (the injected clock), and how it was answered.

    `error` is Slack's error word, empty when ok; `status` is 0 when the connection was cut.
    """

    method: str
    args: Json
    at: float
    status: int
    error: str = ""


class WebApi:
    """Answers the bot's calls."""

    def __init__(self, api: Api, failures: Failures, log: Log) -> None:
        self._api = api
        self._failures = failures
        self._log = log
        self.calls: list[Call] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call over HTTP."""
        started, method = time.monotonic(), request.match_info["method"]
        args, failure = await arguments(request), self._failures.strike(method)
        if failure:
            self._api.workspace.wake()
            await failure.hold()
        cut = bool(failure and failure.cut)
        error, response = "", None
        if not failure or not failure.answers or failure.carried_out:
            answer = self._answer(method, args, bearer(request, args))
            error, response = answer.get("error", ""), web.json_response(answer, headers=self._headers(method))
        if failure and failure.answers:
            error, response = failure.error or f"http_{failure.status}", _failed(failure)
        status = 0 if cut or response is None else response.status
        self._keep(method, args, status, error, (time.monotonic() - started) * 1000)
        return cut_off(request) if cut or response is None else response

    def _keep(self, method: str, args: Json, status: int, error: str, ms: float) -> None:
        told = {name: value for name, value in args.items() if name != "token"}
        self.calls.append(Call(method, told, self._api.workspace.clock(), status, error))
        body = {**told, "error": error} if error else told
        self._log.add("bot", "slack", f"POST {method}", status=status, ms=ms, body=body)
        self._api.workspace.touch()

    def _headers(self, method: str) -> dict[str, str]:
        return {"x-oauth-scopes": ",".join(sorted(self._api.scopes))} if method not in _FREE else {}

    def _answer(self, method: str, args: Json, token: str) -> Json:
        try:
            if method not in METHODS:
                raise Refusal("unknown_method", req_method=method)
            if method not in _FREE:
                self._authorize(method, token)
            return {"ok": True, **METHODS[method](self._api, args)}
        except Refusal as refusal:
            return {"ok": False, "error": refusal.error, **refusal.more}

    def _authorize(self, method: str, token: str) -> None:
        if not token:
            raise Refusal("not_authed")
        if token not in (self._api.bot_token, self._api.app_token):
            raise Refusal("invalid_auth")
        if (token == self._api.app_token) != (method == "apps.connections.open"):
            raise Refusal("not_allowed_token_type")
        scope = SCOPES.get(method, "")
        if scope and scope not in self._api.scopes:
            raise Refusal("missing_scope", needed=scope, provided=",".join(sorted(self._api.scopes)))


async def arguments(request: web.Request) -> Json:
    """Query, form and JSON of one call as one; JSON inside a string is read."""
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            sent = json.loads(await request.read() or b"{}")
        except ValueError:
            sent = {}
        args |= sent if isinstance(sent, dict) else {}
    elif request.method == "POST":
        args |= dict(await request.post())
    for name in _JSON_ARGUMENTS:
        if isinstance(args.get(name), str):
            try:
                args[name] = json.loads(args[name])
            except ValueError:
                continue
    return args


def bearer(request: web.Request, args: Json | None = None) -> str:
    """The token of a request."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind == "Bearer" else str((args or {}).get("token") or "")


def cut_off(request: web.Request) -> web.Response:
    """Closes the connection under a request; the answer goes nowhere."""
    if request.transport:
        request.transport.close()
    return web.Response(status=500)


def _failed(failure: Failure) -> web.Response:
    if failure.error:
        return web.json_response({"ok": False, "error": failure.error})
    if failure.status == 429:
        headers = {"Retry-After": str(1 if failure.retry_after is None else failure.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    words: dict[str, Any] = {"ok": False, "error": "internal_error"}
    return web.json_response(words, status=failure.status or 500)
