"""How commands, events and interactions reach the bot: signed HTTP, or whatever socket is open.

Sources: https://docs.slack.dev/apis/events-api/ (three retries), https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp

from bot.stand_ins.slack.log import Log
from bot.stand_ins.slack.sockets import Sockets
from bot.stand_ins.slack.workspace import Json

ACK_WITHIN_S = 3.0
Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What the bot answered one delivery: `body` is a string, an object, or None for an empty answer.

    `problem` is empty when the bot acked, else Slack's word: http_timeout, connection_failed or http_error.
    """

    status: int = 0
    body: Any = None
    problem: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return not self.problem


@dataclass(frozen=True, slots=True)
class Sent:
    """One payload that went to the bot, for the same to be sent again."""

    kind: Kind
    payload: Json


class Delivery:
    """Sends payloads to the bot. `retry_after_s` are the pauses before an event's retries.

    `urls` are the bot's addresses, each payload to any one of them; without any, open sockets are used. So many
    `copies` of events, clicks and forms are sent at once, each to the next address; the answer to the first counts.
    """

    def __init__(
        self,
        *,
        signing_secret: str,
        sockets: Sockets,
        log: Log,
        retry_after_s: Sequence[float],
        ack_within_s: float = ACK_WITHIN_S,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self.urls: tuple[str, ...] = ()
        self.copies = 1
        self.sent: list[Sent] = []
        self.retry_after_s = tuple(retry_after_s)
        self.ack_within_s = ack_within_s
        self.signing_secret = signing_secret
        self._sockets = sockets
        self._log = log
        self._wall_clock = wall_clock
        self._turns = itertools.count()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True), cookie_jar=aiohttp.DummyCookieJar()
        )

    async def stop(self) -> None:
        """Drops what is under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        assert self._session, "start the stand-in first"
        return self._session

    async def settled(self) -> None:
        """Returns once nothing is under way any more, retries included."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Runs `work` beside everything else until it ends or the stand-in stops."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def send(self, kind: Kind, payload: Json) -> Delivered:
        """One delivery of a command or an interaction, which Slack never repeats."""
        self.sent.append(Sent(kind, payload))
        return await (self._once if kind == "slash_commands" else self._copies)(kind, payload, 0, "")

    async def send_event(self, payload: Json) -> Delivered:
        """One event, with its retries until it is acked."""
        self.sent.append(Sent("events_api", payload))
        answer, why = Delivered(problem="connection_failed"), ""
        for attempt, pause in enumerate((0.0, *self.retry_after_s)):
            await asyncio.sleep(pause)
            answer = await self._copies("events_api", payload, attempt, why)
            if answer.ok or answer.no_retry:
                break
            why = answer.problem
        return answer

    async def again(self, sent: Sent) -> Delivered:
        """The same payload once more; an event is marked as a retry."""
        event = sent.kind == "events_api"
        return await self._once(sent.kind, sent.payload, 1 if event else 0, "http_timeout" if event else "")

    async def _copies(self, kind: Kind, payload: Json, attempt: int, why: str) -> Delivered:
        answers = await asyncio.gather(*(self._once(kind, payload, attempt, why) for _ in range(self.copies)))
        return answers[0]

    async def _once(self, kind: Kind, payload: Json, attempt: int, why: str) -> Delivered:
        started = time.monotonic()
        if self.urls:
            answer = await self._post(kind, payload, attempt, why)
        else:
            answer = await self._over_socket(kind, payload, attempt, why)
        ms = (time.monotonic() - started) * 1000
        retry, problem = f" (retry {attempt})" if attempt else "", f": {answer.problem}" if answer.problem else ""
        what = f"{title(kind, payload)}{retry}{problem}"
        self._log.add("slack", "bot", what, status=answer.status, ms=ms, body=payload)
        return answer

    async def _over_socket(self, kind: Kind, payload: Json, attempt: int, why: str) -> Delivered:
        envelope: Json = {"type": kind, "payload": payload, "accepts_response_payload": kind != "events_api"}
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": why}
        try:
            return Delivered(200, await self._sockets.send(envelope, self.ack_within_s))
        except TimeoutError:
            return Delivered(problem="http_timeout")
        except ConnectionError:
            return Delivered(problem="connection_failed")

    async def _post(self, kind: Kind, payload: Json, attempt: int, why: str) -> Delivered:
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **signed(self.signing_secret, body, int(self._wall_clock()))}
        if attempt:
            headers |= {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": why}
        url = self.urls[next(self._turns) % len(self.urls)]
        timeout = aiohttp.ClientTimeout(total=self.ack_within_s)
        try:
            async with self.session.post(url, data=body, headers=headers, timeout=timeout) as response:
                answer = await response.text()
                problem = "" if 200 <= response.status < 300 else "http_error"
                no_retry = response.headers.get("x-slack-no-retry") == "1"
                return Delivered(response.status, _read(answer, response.content_type), problem, no_retry)
        except TimeoutError:
            return Delivered(problem="http_timeout")
        except (aiohttp.ClientError, OSError):
            return Delivered(problem="connection_failed")


def encoded(kind: Kind, payload: Json) -> tuple[bytes, str]:
    """The body as Slack puts it on the wire, and its content type."""
    match kind:
        case "events_api":
            return json.dumps(payload).encode(), "application/json"
        case "slash_commands":
            return urlencode(payload).encode(), "application/x-www-form-urlencoded"
        case _:
            return urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"


def signed(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """Slack's two signature headers."""
    digest = hmac.new(secret.encode(), b"v0:%d:%s" % (timestamp, body), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


def _read(answer: str, content_type: str) -> Any:
    if not answer:
        return None
    if content_type != "application/json":
        return answer
    try:
        return json.loads(answer)
    except ValueError:
        return answer


def title(kind: Kind, payload: Json) -> str:
    """What a payload is, in a few words."""
    match kind:
        case "events_api":
            return f"event {payload['event']['type']}"
        case "slash_commands":
            return f"command {payload['command']}"
        case _:
            return str(payload["type"])
