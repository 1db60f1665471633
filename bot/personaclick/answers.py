"""The shapes PersonaClick answers in, old and new, turned into our own types."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from bot.errors import (
    BadRequest,
    CredentialsRefused,
    ListNotFound,
    NotSupported,
    PersonaClickError,
    RateLimited,
    TooLarge,
)
from bot.promo.lists import PromoList

MESSAGE_LENGTH = 300
RETRY_AFTER_S = 60.0
RETRY_AFTER_MAX_S = 3600.0
LARGEST_COUNT = 2**53
# No shop has so many lists; whoever answers more would take memory and time from everybody.
MAX_LISTS = 50_000

_HTML = re.compile(r"<\s*(!doctype|html|head|body|title|script|style)\b", re.IGNORECASE)
_NOT_THE_CALL = re.compile(r"\b(route|url|page|path|method|action|endpoint|resource)\b", re.IGNORECASE)
_LIST_OR_SHOP = re.compile(r"\b(lists?|shop|store)\b", re.IGNORECASE)
_SHOP = re.compile(r"\b(shop|store|shop_id|shop_secret|secret|credentials?|api[ _-]?key|token)\b", re.IGNORECASE)
_NOT_THE_SHOP = re.compile(r"\b(lists?|codes?|promo_codes?)\b", re.IGNORECASE)
_WRONG = re.compile(r"\b(invalid|wrong|incorrect|mismatch|denied|forbidden|required)\b", re.IGNORECASE)
_ABSENT = re.compile(r"not[ _]found|not exist|n't exist|no such|unknown|missing|deleted", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; `retry_after` and `date` are the headers of those names, empty when absent."""

    status: int
    body: bytes
    retry_after: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """What a removal did: `deleted` codes are gone, `not_found` were not (or no longer) in the list."""

    deleted: int
    not_found: int


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A removal that the API says it did, without counts, or with counts that cannot be."""


@dataclass(frozen=True, slots=True)
class Success:
    """The API says it did what was asked; `document` is its whole answer."""

    document: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """The API says no under a 2xx status."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Not an answer of this API: empty, HTML, cut off or of another shape."""


def verdict(answer: Answer) -> Success | Refused | Unclear:
    """What a 2xx answer says: `{"status": "success"|"error"}` or `{"success": true|false}`, or a bare array."""
    document = _document(answer.body)
    if not 200 <= answer.status < 300:
        return Unclear()
    if isinstance(document, list):
        return Success(document)
    if not isinstance(document, dict):
        return Unclear()
    status, success = document.get("status"), document.get("success")
    yes = status == "success" or success is True
    no = status == "error" or success is False
    if yes == no:
        return Unclear()
    return Success(document) if yes else Refused()


def promo_lists(document: Any, shop: str) -> tuple[PromoList, ...] | Unclear:
    """The lists of one page, from a bare array or from `payload`."""
    entries = document.get("payload") if isinstance(document, dict) else document
    if not isinstance(entries, list) or len(entries) > MAX_LISTS:
        return Unclear()
    lists = [_promo_list(entry, shop) for entry in entries]
    found = tuple(one for one in lists if one is not None)
    return found if len(found) == len(lists) else Unclear()


def removed(document: Any, asked: int) -> Removed | Uncounted:
    """The counts of a removal of `asked` codes; one that is absent follows from the other.

    Uncounted when the answer has no counts, or counts that cannot be: more than was asked for.
    """
    outer = document if isinstance(document, dict) else {}
    inner = outer.get("payload")
    counts = {**outer, **(inner if isinstance(inner, dict) else {})}
    deleted = _count(counts.get("deleted_count", counts.get("delete_count")))
    not_found = _count(counts.get("not_found_count"))
    if deleted is None and not_found is None:
        return Uncounted()
    deleted = asked - (not_found or 0) if deleted is None else deleted
    not_found = asked - deleted if not_found is None else not_found
    possible = deleted + not_found <= asked and min(deleted, not_found) >= 0
    return Removed(deleted, not_found) if possible else Uncounted()


def refused(status: int, message: str) -> PersonaClickError:
    """The error of a plain no: the shop is not known by these credentials, or what was asked is refused.

    The newer documents show {"success": false, "payload": {"message": "Shop not found"}} without a status.
    """
    about_shop = _SHOP.search(message) and not _NOT_THE_SHOP.search(message)
    if about_shop and (_ABSENT.search(message) or _WRONG.search(message)):
        return CredentialsRefused(status, message)
    return BadRequest(status, message)


def refusal(answer: Answer, message: str, now: float) -> PersonaClickError | None:
    """The error a 4xx status means, or None where the status leaves the outcome open.

    408 is left open: a proxy says it about requests whose fate it does not know. `now` is Unix time.
    """
    status = answer.status
    match status:
        case 401 | 403:
            return CredentialsRefused(status, message)
        case 404:
            refusing = refused(status, message)
            return refusing if isinstance(refusing, CredentialsRefused) else ListNotFound(status, message)
        case 413:
            return TooLarge(status, message)
        case 429:
            return RateLimited(status, message, retry_after_s(answer, now))
        case 408:
            return None
        case _ if 400 <= status < 500:
            return refused(status, message)
    return None


def removal_refusal(answer: Answer, message: str, now: float) -> PersonaClickError | None:
    """As `refusal`, for the removal call, which older shops do not have.

    405 and 501 say so. 404 is either that or an unknown list: it is the list only when the API's own message
    plainly says that a list or shop is not found; without such words the call itself is taken to be absent.
    """
    if answer.status in (405, 501):
        return NotSupported(answer.status, message)
    if answer.status == 404:
        if isinstance(refusing := refused(404, message), CredentialsRefused):
            return refusing
        known = _LIST_OR_SHOP.search(message) and _ABSENT.search(message) and not _NOT_THE_CALL.search(message)
        return ListNotFound(404, message) if known else NotSupported(404, message)
    return refusal(answer, message, now)


def retry_after_s(answer: Answer, now: float) -> float:
    """The wait a 429 asks for, 0 seconds to an hour; 60 when it does not say. `now` is Unix time."""
    text = answer.retry_after.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return min(float(text), RETRY_AFTER_MAX_S)
    until = _unix_time(text)
    if until is None:
        return RETRY_AFTER_S
    told_at = _unix_time(answer.date)
    return min(max(until - (now if told_at is None else told_at), 0.0), RETRY_AFTER_MAX_S)


def message_of(answer: Answer, hidden: Sequence[str]) -> str:
    """The API's own words, at most 300 characters, without control characters, HTML or any of `hidden`."""
    text = plain(_words(_document(answer.body)))
    if _HTML.search(text):
        return ""
    for secret in hidden:
        if secret:
            text = re.sub(re.escape(secret), "…", text, flags=re.IGNORECASE)
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"


def plain(text: str) -> str:
    """`text` on one line, without control characters and without halves of surrogate pairs."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def list_id(text: str) -> int | str:
    """A list id as the API wants it: a number as in the seed document, else the string it is."""
    return int(text) if re.fullmatch(r"0|[1-9][0-9]{0,14}", text) else text


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _words(document: Any) -> str:
    """`message`, `payload.message`, `error` or `errors`, whichever comes first with words in it."""
    if not isinstance(document, dict):
        return ""
    payload = document.get("payload")
    inner = payload.get("message") if isinstance(payload, dict) else None
    for value in (document.get("message"), inner, document.get("error"), document.get("errors")):
        if text := _text(value):
            return text
    return ""


def _text(value: Any) -> str:
    match value:
        case str():
            return value.strip()
        case list():
            return "; ".join(filter(None, (_leaf(part) for part in value)))
        case dict():
            if isinstance(value.get("message"), str):
                return str(value["message"]).strip()
            return "; ".join(f"{key}: {text}" for key, part in value.items() if (text := _leaf(part)))
    return ""


def _leaf(value: Any) -> str:
    match value:
        case str():
            return value.strip()
        case list():
            return ", ".join(part.strip() for part in value if isinstance(part, str))
        case {"message": str(text)}:
            return text.strip()
    return ""


def _promo_list(entry: Any, shop: str) -> PromoList | None:
    if not isinstance(entry, dict):
        return None
    name = entry.get("name")
    identity, available = _identity(entry.get("id")), _count(entry.get("available"), least=-LARGEST_COUNT)
    if not identity or available is None or not (name is None or isinstance(name, str | int | float)):
        return None
    return PromoList(id=identity, name="" if name is None else plain(str(name)), available=available, shop=shop)


def _identity(value: Any) -> str:
    if isinstance(value, str):
        return plain(value)
    number = _count(value, least=-LARGEST_COUNT)
    return "" if number is None else str(number)


def _count(value: Any, least: int = 0) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,16}(\.0{1,6})?\s*", value):
        value = int(value.strip().partition(".")[0])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if least <= value <= LARGEST_COUNT else None


def _unix_time(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
