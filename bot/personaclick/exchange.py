"""One HTTP request to PersonaClick and its answer, bounded in time and size; no exception with a URL gets out."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.request import getproxies

import httpx

from bot import metrics
from bot.personaclick.answers import Answer

# A shop of 10,000 lists answers about 1 MB; an answer to a change is a line.
MAX_LISTS_BYTES = 16 * 1024 * 1024
MAX_CHANGE_BYTES = 64 * 1024

_NOISY_LOGGERS = (
    "httpx",
    "httpcore",
    *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
)
_LOCAL = ("localhost", "127.0.0.1", "::1")
# Failures that httpx reports before the first byte of the request has left.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No answer came; `sent` says whether the request may have reached the server."""

    sent: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `within_s` bounds it as a whole, `max_bytes` its answer once unpacked."""

    method: str
    url: str
    within_s: float
    max_bytes: int
    params: Mapping[str, str] | None = None
    body: bytes | None = None


def quiet_http_logs() -> None:
    """Keeps httpx and httpcore from logging requests, whose URLs carry the shop secret; call it at start."""
    for name in _NOISY_LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.addFilter(_only_warnings)


def _only_warnings(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def http_client(base_url: str) -> httpx.AsyncClient:
    """Makes a client for all shops at `base_url`, for the caller to close.

    Proxies of the environment apply, but not to loopback. Cookies are not kept: one shop's would go with another's
    requests. Redirects are not followed: they could lead the secret elsewhere.
    """
    local = httpx.URL(base_url).host in _LOCAL
    # Idle connections are dropped before common servers and balancers drop theirs, so that few POSTs meet a closed one.
    limits = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=4.0)
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(trust_env=not local, follow_redirects=False, limits=limits, cookies=no_cookies)


async def reachable(base_url: str) -> bool:
    """Whether the host takes a connection. Nothing is asked, so nothing counts against a shop's limit.

    True behind a proxy, which cannot be looked through.
    """
    url = httpx.URL(base_url)
    if getproxies() and url.host not in _LOCAL:
        return True
    try:
        _, writer = await asyncio.open_connection(url.host, url.port or (443 if url.scheme == "https" else 80))
    except OSError:
        return False
    writer.close()
    return True


async def exchange(http: httpx.AsyncClient, request: Request, phases: httpx.Timeout) -> Answer | NoAnswer:
    """Sends one request once and reads its answer, whose body is empty when it is too large or cannot be unpacked.

    `phases` bounds connecting, waiting for a connection and each read.
    """
    with metrics.timed(metrics.PERSONACLICK, request.method) as told:
        found = await _exchange(http, request, phases)
        if isinstance(found, Answer):
            told(str(found.status))
    return found


async def _exchange(http: httpx.AsyncClient, request: Request, phases: httpx.Timeout) -> Answer | NoAnswer:
    headers = {"accept-encoding": "gzip"}
    if request.body is not None:
        headers["content-type"] = "application/json"
    try:
        # httpx counts its read timeout anew for every chunk; this bounds the whole.
        async with (
            asyncio.timeout(request.within_s),
            http.stream(
                request.method,
                request.url,
                params=request.params,
                content=request.body,
                headers=headers,
                timeout=phases,
                follow_redirects=False,
            ) as response,
        ):
            coding = response.headers.get("content-encoding", "")
            body = await _read(response.aiter_raw(), coding, request.max_bytes)
    except _NEVER_SENT:
        return NoAnswer(sent=False)
    except (httpx.HTTPError, httpx.StreamError, OSError):
        return NoAnswer(sent=True)
    return Answer(response.status_code, body, response.headers.get("retry-after", ""), response.headers.get("date", ""))


async def _read(chunks: AsyncIterator[bytes], coding: str, max_bytes: int) -> bytes:
    unpack = None
    if coding.strip().lower() in ("gzip", "x-gzip", "deflate"):
        # 32 + 15: zlib or gzip by the first bytes.
        unpack = zlib.decompressobj(47)
    elif coding.strip().lower() not in ("", "identity"):
        return b""
    body = bytearray()
    async for chunk in chunks:
        try:
            body += chunk if unpack is None else unpack.decompress(chunk, max_bytes + 1 - len(body))
        except zlib.error:
            return b""
        if len(body) > max_bytes:
            return b""
    return bytes(body)
