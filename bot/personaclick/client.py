"""The PersonaClick client of one shop: lists, how many codes are left, adding codes, taking them back."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import httpx

from bot.errors import (
    OutcomeUnknown,
    PersonaClickError,
    RateLimited,
    Unreachable,
    UnreadableAnswer,
)
from bot.personaclick import answers
from bot.personaclick.answers import Answer, Refused, Removed, Success, Unclear, Uncounted
from bot.personaclick.exchange import MAX_CHANGE_BYTES, MAX_LISTS_BYTES, NoAnswer, Request, exchange, reachable
from bot.personaclick.rate import RateLimit
from bot.promo.lists import PromoList, Shop

TRIES = 3
# A pause the API asks for that is longer than this is told at once: somebody may be waiting for the answer.
READ_WAITS_S = 5.0
FIRST_PAUSE_S = 0.5
# The newer documentation allows 50 at most; a server that answered more at once may be asked for as many again.
PAGE = 50
MAX_PAGES = 1000

_log = logging.getLogger(__name__)


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

    async def reachable(self) -> bool:
        """Whether the API's host takes a connection; nothing is asked of it."""
        return await reachable(self._base_url)

    async def lists(self, *, tries: int = TRIES) -> tuple[PromoList, ...]:
        """Every list of the shop, in the API's order.

        Raises Unreachable (no answer), UnreadableAnswer (5xx, or not this API's answer), CredentialsRefused,
        ListNotFound, RateLimited, BadRequest.
        """
        return await self._walk(await self._page({}, tries), tries)

    async def available(self, list_id: str, *, tries: int = TRIES) -> int | None:
        """How many codes the list has left, or None when the shop has no such list; raises as `lists`.

        One request where the API knows `include`; an API that does not know it answers with all lists, page by page.
        """
        where = {} if "," in list_id else {"include": list_id}
        page = await self._page(where, tries)
        if where and not page:
            return None
        found = await self._walk(page, tries, wanted=list_id)
        return next((promo_list.available for promo_list in found if promo_list.id == list_id), None)

    def body(self, list_id: str, codes: Sequence[str] | bytes) -> bytes:
        """The body of the POST that adds `codes` (or a JSON array of them), for `add(…, body=…)`."""
        array = codes if isinstance(codes, bytes) else _json(list(codes))
        return _json({**self._credentials, "id": answers.list_id(list_id)})[:-1] + b',"codes":' + array + b"}"

    async def acquire(self) -> None:
        """Returns when an upload may start one request, for `add(…, acquired=True)`."""
        await self._rate.acquire(patient=True)

    def try_acquire(self) -> bool:
        """Takes such a turn if there is one at this moment; says whether it did."""
        return self._rate.try_acquire()

    def due_in_s(self) -> float:
        """How many seconds until there is such a turn; 0 or less when there is one."""
        return self._rate.due_in_s()

    async def add(
        self,
        list_id: str,
        codes: Sequence[str] | None = None,
        *,
        body: bytes | None = None,
        acquired: bool = False,
        within_s: float | None = None,
    ) -> None:
        """Adds codes by one POST, never repeated; returns only when the API says they are taken.

        `acquired` says that the caller has waited for its turn already. `within_s`, when it is less than the usual
        time-out, is how long the POST may take.

        Raises OutcomeUnknown (the codes may or may not have landed) and, when surely nothing landed: Unreachable,
        BadRequest, CredentialsRefused, ListNotFound, TooLarge, RateLimited.
        """
        if body is None:
            if codes is None:
                raise ValueError("add needs codes or a body")
            body = self.body(list_id, codes)
        count = None if codes is None else len(codes)
        if not acquired:
            await self._rate.acquire()
        within_s = self._timeout_s if within_s is None else min(within_s, self._timeout_s)
        outcome = await self._change("POST", "/promo_codes", body, count, answers.refusal, within_s)
        if isinstance(outcome, PersonaClickError):
            raise outcome

    async def remove(self, list_id: str, codes: Sequence[str]) -> Removed | Uncounted:
        """Takes back codes by one DELETE, never repeated, and says how many were still there, if the API tells.

        Raises as `add`, and NotSupported when the shop's API has no such call (see `answers.removal_refusal`).
        """
        asked = {**self._credentials, "promo_code_list_id": answers.list_id(list_id), "codes": list(codes)}
        path = "/promo_codes/delete"
        await self._rate.acquire(patient=True)
        body, refusal = _json(asked), answers.removal_refusal
        outcome = await self._change("DELETE", path, body, len(codes), refusal, self._timeout_s)
        if isinstance(outcome, PersonaClickError):
            raise outcome
        return answers.removed(outcome.document, len(codes))

    async def _walk(self, page: tuple[PromoList, ...], tries: int, wanted: str | None = None) -> tuple[PromoList, ...]:
        """All lists from the first `page` on, or those up to the list `wanted`.

        The documents disagree on how long a page is, so pages are asked for until one brings nothing new, as the page
        after the last does, and any page of a server that ignores `offset`.
        """
        found: dict[str, PromoList] = {}
        limit = str(max(len(page), PAGE))
        for _ in range(MAX_PAGES):
            fresh = {promo_list.id: promo_list for promo_list in page if promo_list.id not in found}
            found.update(fresh)
            if not fresh or wanted in found:
                return tuple(found.values())
            if len(found) > answers.MAX_LISTS:
                break
            page = await self._page({"limit": limit, "offset": str(len(found))}, tries)
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
        await self._rate.acquire()
        url = self._base_url + "/promo_codes"
        params = {**self._credentials, **where}
        answer = await self._call(Request("GET", url, self._timeout_s, MAX_LISTS_BYTES, params=params))
        if isinstance(answer, NoAnswer):
            return Unreachable()
        said = self._said(answer)
        if refused := answers.refusal(answer, said, self._now()):
            return refused
        match answers.verdict(answer):
            case Success(document):
                lists = answers.promo_lists(document, self.shop.name)
                return UnreadableAnswer(answer.status) if isinstance(lists, Unclear) else lists
            case Refused():
                return answers.refused(answer.status, said)
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
        asked = Request(method, self._base_url + path, within_s, MAX_CHANGE_BYTES, body=body)
        answer = await self._call(asked, count)
        if isinstance(answer, NoAnswer):
            return OutcomeUnknown() if answer.sent else Unreachable()
        said = self._said(answer)
        if refused := refusal(answer, said, self._now()):
            return refused
        match answers.verdict(answer):
            case Success(dict()) as success:
                return success
            case Refused():
                return answers.refused(answer.status, said)
        return OutcomeUnknown(answer.status, said)

    async def _call(self, request: Request, count: int | None = None) -> Answer | NoAnswer:
        """One request; a 429 makes every caller of the shop wait."""
        started = self._clock()
        answer = await exchange(self._http, request, self._timeout)
        took_ms = (self._clock() - started) * 1000
        status = 0 if isinstance(answer, NoAnswer) else answer.status
        path = request.url.removeprefix(self._base_url)
        codes = "-" if count is None else count
        about = {"method": request.method, "path": path, "status": status, "ms": round(took_ms, 1), "codes": codes}
        line = "%(method)s %(path)s status=%(status)d ms=%(ms).0f codes=%(codes)s"
        _log.debug(line, about, extra={"fields": about})
        if isinstance(answer, Answer) and answer.status == 429:
            self._rate.pause(answers.retry_after_s(answer, self._now()))
        return answer

    def _said(self, answer: Answer) -> str:
        return answers.message_of(answer, (self.shop.shop_secret, self.shop.shop_id))


def _json(document: Mapping[str, object] | list[str]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()
