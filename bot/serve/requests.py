"""One HTTP request of Slack: its signature is checked on the raw bytes before anything is decoded or parsed.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError
from multidict import MultiMapping

from bot.serve.bodies import LARGEST_BODY, Bodies

log = logging.getLogger(__name__)

# A slash command has about 15 fields, an interaction one.
MOST_FIELDS = 100
# Slack refuses nothing older itself; this is the age its own page recommends.
OLDEST_S = 300
WHOLE_WITHIN_S = 10.0
LOGGED_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A request that is answered `status` and goes no further; `why` is for the log."""

    status: int
    why: str


async def read_signed(
    request: web.Request, bodies: Bodies, signing_secret: str, now: Callable[[], float] = time.time
) -> str:
    """The text of a request that Slack signed. Raises Refusal: 400, 401, 408 or 413."""
    body = await _read(request, bodies)
    if not _is_signed(request.headers, body, signing_secret.encode(), now()):
        raise Refusal(401, "not signed by Slack")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refusal(400, "not UTF-8") from None
    _check_shape(text, request.headers.get("Content-Type", ""))
    return text


async def _read(request: web.Request, bodies: Bodies) -> bytes:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        # Slack never packs a request; unpacking somebody else's would cost memory before the signature is looked at.
        raise Refusal(400, "packed")
    if (request.content_length or 0) > LARGEST_BODY:
        raise Refusal(413, "too large")
    try:
        async with asyncio.timeout(WHOLE_WITHIN_S):
            body = await bodies.read(request)
    except TimeoutError:
        raise Refusal(408, "never sent whole") from None
    except (ConnectionError, aiohttp.ClientError, RequestPayloadError, HttpProcessingError):
        raise Refusal(400, "cut off") from None
    if body is None:
        raise Refusal(413, "too large")
    return body


def _is_signed(headers: MultiMapping[str], body: bytes, secret: bytes, now: float) -> bool:
    stamps, signatures = (headers.getall(f"X-Slack-{name}", []) for name in ("Request-Timestamp", "Signature"))
    if len(stamps) != 1 or len(signatures) != 1:
        return False
    stamp = stamps[0]
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12) or abs(now - int(stamp)) > OLDEST_S:
        return False
    right = hmac.new(secret, f"v0:{stamp}:".encode(), hashlib.sha256)
    right.update(body)
    return hmac.compare_digest(f"v0={right.hexdigest()}".encode(), signatures[0].encode("utf-8", "surrogateescape"))


def _check_shape(text: str, content_type: str) -> None:
    """Slack sends a JSON object, a form, or a form whose `payload` is a JSON object. Raises Refusal."""
    document = text
    if content_type.partition(";")[0].strip().lower() != "application/json" and not text.startswith("{"):
        try:
            fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
        except ValueError:
            raise Refusal(400, "a form of too many fields") from None
        if "payload" not in fields:
            return
        document = fields["payload"]
    try:
        found = json.loads(document)
    except (ValueError, RecursionError):
        raise Refusal(400, "not JSON") from None
    if not isinstance(found, dict):
        raise Refusal(400, "JSON that is no object")


class Refusals:
    """Logs refused and ignored requests: the first of a kind at once, then how many there were, a line a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at: dict[str, float] = {}
        self._unsaid: Counter[str] = Counter()

    def tell(self, refusal: Refusal) -> None:
        """Counts one, and logs it if its turn has come."""
        self._unsaid[refusal.why] += 1
        now = self._clock()
        if now - self._at.get(refusal.why, float("-inf")) >= LOGGED_EVERY_S:
            self._at[refusal.why] = now
            word = "refused" if refusal.status >= 400 else "ignored"
            log.warning("%s (%d): %s, %d times", word, refusal.status, refusal.why, self._unsaid.pop(refusal.why))


class OneLine(logging.Filter):
    """A request that is no HTTP is one line of the web server's log, once a minute, instead of a traceback each."""

    def __init__(self, refusals: Refusals) -> None:
        super().__init__()
        self._refusals = refusals

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets everything else pass."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError | RequestPayloadError):
            return True
        self._refusals.tell(Refusal(400, "not HTTP"))
        return False
