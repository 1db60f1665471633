"""The client of Slack's Web API: one pool of connections, answers read to a limit, passing trouble waited out."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.slack.retry import PassingTrouble

# Slack's largest answers here are a user group's members and a file's shares.
MAX_ANSWER_BYTES = 16 * 1024 * 1024
CALL_ENDS_WITHIN_S = 30
_CHUNK = 1 << 16
_METHOD = re.compile(r"[a-z]+(\.[a-zA-Z]+)+")


class BoundedResponse(aiohttp.ClientResponse):
    """An answer that is read to a limit, unpacked."""

    async def read(self) -> bytes:
        """The body. Raises ClientPayloadError when it is larger than 16 MB."""
        if self._body is None:
            body = bytearray()
            async for chunk in self.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    # The error keeps this frame for a while, but not what was read.
                    body.clear()
                    self.close()
                    raise aiohttp.ClientPayloadError("the answer is too large")
            self._body = bytes(body)
        return self._body


def web_client(
    token: str, base_url: str, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
) -> AsyncWebClient:
    """Makes the client of one workspace, whose every call is tried again while Slack has passing trouble."""
    return AsyncWebClient(token=token, base_url=base_url, retry_handlers=[PassingTrouble(sleep)])


def open_session(web: AsyncWebClient) -> aiohttp.ClientSession:
    """Gives the client one pool of connections, for the caller to close; call it in the running loop."""
    session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=CALL_ENDS_WITHIN_S),
        response_class=BoundedResponse,
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[_measured()],
    )
    web.session = session
    return session


def session(web: AsyncWebClient) -> aiohttp.ClientSession:
    """The client's one pool of connections, which `open_session` gave it: one look-up of a name serves all who wait."""
    if web.session is None:
        raise RuntimeError("open_session comes first")
    return web.session


def _measured() -> aiohttp.TraceConfig:
    """Measures every call by its method, the last part of the address."""
    trace = aiohttp.TraceConfig()

    async def began(_: aiohttp.ClientSession, context: Any, about: aiohttp.TraceRequestStartParams) -> None:
        context.at = time.perf_counter()

    async def ended(_: aiohttp.ClientSession, context: Any, about: Any) -> None:
        name = about.url.name if _METHOD.fullmatch(about.url.name) else "file"
        response = getattr(about, "response", None)
        status = str(response.status) if response is not None else "none"
        metrics.SLACK.labels(name, status).observe(time.perf_counter() - context.at)

    trace.on_request_start.append(began)
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(ended)
    return trace


def needed(answer: Any, *path: str) -> Any:
    """What an answer must have under `path`. Raises SlackApiError when Slack says ok without it."""
    value = answer.data if hasattr(answer, "data") else answer
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if not value:
        raise SlackApiError(f"Slack said ok without {'.'.join(path)}", answer)  # type: ignore[no-untyped-call]
    return value
