"""The PersonaClick client of one shop: lists, how many codes are left, adding codes, taking them back."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from bot.errors import (
    BadRequest,
    OutcomeUnknown,
    PersonaClickError,
    RateLimited,
    Unreachable,
    UnreadableAnswer,
)
from bot.personaclick import answers
from bot.personaclick.answers import Answer, Refused, Removed, Success, Unclear
from bot.personaclick.rate import RateLimit
from bot.promo.lists import PromoList, Shop

TRIES = 3
# A pause the API asks for that is longer than this is told at once: somebody may be waiting for the answer.
READ_WAITS_S = 5.0
FIRST_PAUSE_S = 0.5
FULL_PAGES = (50, 1000)
MAX_PAGES = 200

_log = logging.getLogger(__name__)
_CHATTY = ("httpx", "httpcore", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))
# Failures that httpx reports before the first byte of the request has left.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


def quiet_http_logs() -> None:
    """Keeps httpx and httpcore from logging requests, whose URLs carry the shop secret; call it at start."""
    for name in _CHATTY:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.addFilter(_only_warnings)


def _only_warnings(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def http_client(base_url: str) -> httpx.AsyncClient:
    """A client for all shops at `base_url`, for the caller to close.

    Proxies of the environment apply, but not to loopback.
    """
    local = httpx.URL(base_url).host in ("localhost", "127.0.0.1", "::1")
    # Idle connections are dropped before common servers and balancers drop theirs, so that few POSTs meet a closed one.
    limits = httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=4.0)
    return httpx.AsyncClient(trust_env=not local, follow_redirects=False, limits=limits)


@dataclass(frozen=True, slots=True)
class _NoAnswer:
    sent: bool


class PersonaClick:
    """One shop's promo codes. Reads are tried up to three times, but not after one whole time-out, for somebody may be
    waiting; whatever changes a list is sent exactly once.

    Every error is a `PersonaClickError` without a URL in it or behind it. `timeout_s` bounds each whole request,
    not counting the wait for a turn of `rate`. `jitter` answers 0 to 1, `now` Unix time.
    """

    def __init__(
        self,
        shop: Shop,
        *,
        http: httpx.AsyncClient,
        base_url: str,
        timeout_s: float,
        rate: RateLimit,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.shop = shop
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._timeout_s = timeout_s
        self._rate = rate
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._now = now
        self._credentials = {"shop_id": shop.shop_id, "shop_secret": shop.shop_secret}
        # Getting a connection must fail before the deadline does: then it is known that nothing was sent.
        self._timeout = httpx.Timeout(timeout_s, connect=timeout_s / 4, pool=timeout_s / 4)

    async def lists(self, *, tries: int = TRIES) -> tuple[PromoList, ...]:
        """Every list of the shop, in the API's order.

        Raises Unreachable (no answer), UnreadableAnswer (5xx, or not this API's answer), CredentialsRefused,
        ListNotFound, RateLimited, BadRequest.
        """
        return await self._walk(tries, wanted=None)

    async def available(self, list_id: str, *, tries: int = TRIES) -> int | None:
        """How many codes the list has left, or None when the shop has no such list; raises as `lists`."""
        found = await self._walk(tries, wanted=list_id)
        return next((one.available for one in found if one.id == list_id), None)

    def body(self, list_id: str, codes: Sequence[str] | bytes) -> bytes:
        """The body of the POST that adds `codes` (or a JSON array of them), for `add(…, body=…)`."""
        array = codes if isinstance(codes, bytes) else _json(list(codes))
        return _json({**self._credentials, "id": answers.list_id(list_id)})[:-1] + b',"codes":' + array + b"}"

    async def turn(self) -> None:
        """Returns when an upload may start one request, for `add(…, in_turn=True)`."""
        await self._rate.turn(patient=True)

    def turn_now(self) -> bool:
        """Takes such a turn if there is one at this moment; says whether it did."""
        return self._rate.turn_now()

    def turn_in_s(self) -> float:
        """How many seconds until there is such a turn; 0 or less when there is one."""
        return self._rate.turn_in_s()

    async def add(
        self,
        list_id: str,
        codes: Sequence[str] | None = None,
        *,
        body: bytes | None = None,
        in_turn: bool = False,
        within_s: float | None = None,
    ) -> None:
        """Adds codes by one POST, never repeated; returns only when the API says they are taken.

        `in_turn` says that the caller has waited for its turn already. `within_s`, when it is less than the usual
        time-out, is how long the POST may take.

        Raises OutcomeUnknown (the codes may or may not have landed) and, when surely nothing landed: Unreachable,
        BadRequest, CredentialsRefused, ListNotFound, TooLarge, RateLimited.
        """
        if body is None:
            if codes is None:
                raise ValueError("add needs codes or a body")
            body = self.body(list_id, codes)
        count = None if codes is None else len(codes)
        if not in_turn:
            await self._rate.turn()
        within_s = self._timeout_s if within_s is None else min(within_s, self._timeout_s)
        outcome = await self._change("POST", "/promo_codes", body, count, answers.refusal, within_s)
        if isinstance(outcome, PersonaClickError):
            raise outcome

    async def remove(self, list_id: str, codes: Sequence[str]) -> Removed:
        """Takes back codes by one DELETE, never repeated, and says how many were still there.

        Raises as `add`, and NotSupported when the shop's API has no such call (see `answers.removal_refusal`).
        """
        asked = {**self._credentials, "promo_code_list_id": answers.list_id(list_id), "codes": list(codes)}
        path = "/promo_codes/delete"
        await self._rate.turn(patient=True)
        body, refusal = _json(asked), answers.removal_refusal
        outcome = await self._change("DELETE", path, body, len(codes), refusal, self._timeout_s)
        if isinstance(outcome, PersonaClickError):
            raise outcome
        removed = answers.removed(outcome.document, len(codes))
        if isinstance(removed, Unclear):
            raise OutcomeUnknown(200)
        return removed

    async def _walk(self, tries: int, wanted: str | None) -> tuple[PromoList, ...]:
        """All pages of the lists, or those up to the list `wanted`.

        The first call is the seed document's, without limit; an answer as long as a known page size may have more
        behind it. A page without a new id ends the walk: some servers ignore `offset`.
        """
        page = await self._page({}, tries)
        found = {one.id: one for one in page}
        limit = len(page)
        for number in range(1, MAX_PAGES + 1):
            full = limit in FULL_PAGES and len(page) >= limit
            if not full or wanted in found:
                return tuple(found.values())
            page = await self._page({"limit": str(limit), "offset": str(number * limit)}, tries)
            fresh = {one.id: one for one in page if one.id not in found}
            if not fresh:
                return tuple(found.values())
            found.update(fresh)
        raise UnreadableAnswer(200)

    async def _page(self, where: Mapping[str, str], tries: int) -> tuple[PromoList, ...]:
        patient_until = self._clock() + self._timeout_s
        for attempt in range(1, tries + 1):
            outcome = await self._read(where)
            match outcome:
                case tuple():
                    return outcome
                case Unreachable() | UnreadableAnswer() if attempt < tries and self._clock() < patient_until:
                    await self._sleep(FIRST_PAUSE_S * 2**attempt * (0.5 + self._jitter()))
                case RateLimited(retry_after_s=seconds) if attempt < tries and seconds <= READ_WAITS_S:
                    continue
                case error:
                    raise error
        raise ValueError("tries is at least 1")

    async def _read(self, where: Mapping[str, str]) -> tuple[PromoList, ...] | PersonaClickError:
        if (paused := self._rate.paused_s()) > READ_WAITS_S:
            return RateLimited(429, retry_after_s=paused)
        await self._rate.turn()
        answer = await self._call("GET", "/promo_codes", self._timeout_s, params={**self._credentials, **where})
        if isinstance(answer, _NoAnswer):
            return Unreachable()
        said = self._said(answer)
        if refused := answers.refusal(answer, said, self._now()):
            return refused
        match answers.verdict(answer):
            case Success(document):
                lists = answers.promo_lists(document, self.shop.name)
                return UnreadableAnswer(answer.status) if isinstance(lists, Unclear) else lists
            case Refused():
                return BadRequest(answer.status, said)
        return UnreadableAnswer(answer.status, said)

    async def _change(
        self,
        method: str,
        path: str,
        body: bytes,
        count: int | None,
        refusal: Callable[[Answer, str, float], PersonaClickError | None],
        within_s: float,
    ) -> Success | PersonaClickError:
        answer = await self._call(method, path, within_s, body=body, count=count)
        if isinstance(answer, _NoAnswer):
            return OutcomeUnknown() if answer.sent else Unreachable()
        said = self._said(answer)
        if refused := refusal(answer, said, self._now()):
            return refused
        match answers.verdict(answer):
            case Success(dict()) as success:
                return success
            case Refused():
                return BadRequest(answer.status, said)
        return OutcomeUnknown(answer.status, said)

    async def _call(
        self,
        method: str,
        path: str,
        within_s: float,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        count: int | None = None,
    ) -> Answer | _NoAnswer:
        """One request; a 429 makes every caller of the shop wait."""
        started = self._clock()
        answer = await self._exchange(method, path, within_s, params, body)
        took_ms = (self._clock() - started) * 1000
        status = 0 if isinstance(answer, _NoAnswer) else answer.status
        codes = "-" if count is None else count
        _log.debug("%s %s status=%d ms=%.0f codes=%s", method, path, status, took_ms, codes)
        if isinstance(answer, Answer) and answer.status == 429:
            self._rate.pause(answers.retry_after_s(answer, self._now()))
        return answer

    async def _exchange(
        self, method: str, path: str, within_s: float, params: Mapping[str, str] | None, body: bytes | None
    ) -> Answer | _NoAnswer:
        try:
            # httpx counts its read timeout anew for every chunk; this bounds the whole.
            async with asyncio.timeout(within_s):
                response = await self._http.request(
                    method,
                    self._base_url + path,
                    params=params,
                    content=body,
                    headers={"content-type": "application/json"} if body is not None else None,
                    timeout=self._timeout,
                    follow_redirects=False,
                )
        except _NEVER_SENT:
            return _NoAnswer(sent=False)
        except (httpx.HTTPError, httpx.StreamError, OSError):
            return _NoAnswer(sent=True)
        headers = response.headers
        return Answer(response.status_code, response.content, headers.get("retry-after", ""), headers.get("date", ""))

    def _said(self, answer: Answer) -> str:
        return answers.message_of(answer, (self.shop.shop_secret, self.shop.shop_id))


def _json(document: Mapping[str, object] | list[str]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
