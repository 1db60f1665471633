"""What follows `watch`, `digest`, `need`, `book` and their kin, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"(?:\d{1,3}(?:[ ,.'’]\d{3})+|\d+(?:[.,]\d+)?)\s*(?:k|m|tsd|тыс)?(?![\w%])"
_AMOUNT_FIRST = re.compile(
    rf"^(?:for\s+)?({_NUMBER})\s*(?:more\s+)?(?:codes?\s+)?(?:(?:for|in|of|from|to|on)\s+)?(.+)$", re.I
)
_AMOUNT_LAST = re.compile(rf"^(.+?)\s+({_NUMBER})\s*(?:codes?)?$", re.I)
_BELOW = re.compile(rf"\s+(?:below|under|less than|at|<)\s*({_NUMBER})(?:\s*codes?)?", re.I)
_DAYS = re.compile(
    r"\s+(?:below\s+|under\s+|less than\s+)?(\d+(?:[.,]\d+)?)\s*(days?|weeks?|hours?)(?:\s+of supply)?\b", re.I
)
_OWNER = re.compile(r"\s+(?:for\s+)?(<@[UW]\w+(?:\|[^>]*)?>|@\S+)", re.I)
_UNTIL = re.compile(r"\s+(by|until|till|before|on|for)\s+", re.I)
_FROM = re.compile(r"\s+(from|on|between|starting)\s+", re.I)
_TO = re.compile(r"\s+(?:to|until|till|through|and)\s+|\s+[-–—]\s+|(?<=\d)\s*[–—]\s*(?=\d)", re.I)
_DAY_RANGE = re.compile(r"^(\d{1,2})\.?\s*[-–—]\s*(\d{1,2})\.?\s+(\D+)$")
_SCALES = {"k": 1_000, "m": 1_000_000, "tsd": 1_000, "тыс": 1_000}
_PER_DAY = {"day": 1.0, "week": 7.0, "hour": 1 / 24}


@dataclass(frozen=True, slots=True)
class WatchList:
    """`/promo watch <list> below 500 | 3 days [@person]`; `owner` is as it was typed, 0 leaves a limit out."""

    words: str
    codes: int = 0
    days: float = 0.0
    owner: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Watches:
    """`/promo watches`"""


@dataclass(frozen=True, slots=True)
class Unwatch:
    """`/promo unwatch <list>`"""

    words: str


@dataclass(frozen=True, slots=True)
class QuietHoursTyped:
    """`/promo quiet 22:00 to 7:00`, `/promo quiet off`"""

    words: str


@dataclass(frozen=True, slots=True)
class DigestTyped:
    """`/promo digest weekdays 09:00`, `/promo digest off`, `/promo digest`"""

    words: str


@dataclass(frozen=True, slots=True)
class NeedTyped:
    """`/promo need 50000 <list> [by friday]`; `whole` is the list where its own name has such a word in it."""

    codes: int
    words: str
    until: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """`/promo book 50000 <list> from friday to sunday`"""

    codes: int
    words: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Bookings:
    """`/promo bookings`"""


@dataclass(frozen=True, slots=True)
class Unbook:
    """`/promo unbook 3`"""

    number: int


@dataclass(frozen=True, slots=True)
class RunsOut:
    """What runs out next, or within so many days; no command, but asked in words."""

    days: int = 0


WatchingTyped = (
    WatchList | Watches | Unwatch | QuietHoursTyped | DigestTyped | NeedTyped | Book | Bookings | Unbook | RunsOut
)


def watch(rest: str) -> WatchList:
    """What follows `watch`."""
    text, owner = f" {rest}", ""
    if found := list(_OWNER.finditer(text)):
        owner = found[-1][1]
        text = text[: found[-1].start()] + text[found[-1].end() :]
    days = 0.0
    if found := list(_DAYS.finditer(text)):
        days = float(found[-1][1].replace(",", ".")) * _PER_DAY[found[-1][2].casefold().rstrip("s")]
        text = text[: found[-1].start()] + text[found[-1].end() :]
    codes = 0
    if found := list(_BELOW.finditer(text)):
        codes = amount(found[-1][1])
        text = text[: found[-1].start()] + text[found[-1].end() :]
    words = text.split()
    if codes and days and words and words[-1].casefold() in ("or", "and"):
        words.pop()
    return WatchList(" ".join(words), codes, days, owner, rest)


def need(rest: str) -> NeedTyped:
    """What follows `need`."""
    codes, words, tail = _split(rest, _UNTIL)
    return NeedTyped(codes, words, tail, _numbered(rest)[1] if tail else "")


def book(rest: str) -> Book:
    """What follows `book`."""
    codes, words, tail = _split(rest, _FROM)
    return Book(codes, words, *first_and_last(tail))


def first_and_last(dates: str) -> tuple[str, str]:
    """The two dates of “friday to sunday” or “27-30 nov”; the second is empty where only one is said."""
    if days := _DAY_RANGE.match(dates):
        return f"{days[1]} {days[3]}", f"{days[2]} {days[3]}"
    first, *last = _TO.split(dates, maxsplit=1)
    return first.strip(), last[0].strip() if last else ""


def unbook(rest: str) -> Unbook:
    """What follows `unbook`."""
    found = re.fullmatch(r"(?:number\s+|no\.?\s*|#)?(\d{1,9})", rest.strip(), re.I)
    return Unbook(int(found[1]) if found else 0)


def runs_out(rest: str) -> RunsOut:
    """What follows `next`: so many days, or nothing."""
    found = re.match(r"(\d{1,3})", rest)
    return RunsOut(int(found[1]) if found else 0)


def amount(text: str) -> int:
    """50000, 50,000, 50 000, 50.000, 50k, 1.5m; 0 when it is no number."""
    plain = text.strip().casefold()
    scale = next((size for mark, size in _SCALES.items() if plain.endswith(mark)), 1)
    digits = re.sub(r"[^\d.,]", "", re.sub(r"[a-zа-я]+$", "", plain))
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) and scale == 1:
        digits = re.sub(r"[.,]", "", digits)
    try:
        return round(float(digits.replace(",", ".")) * scale)
    except ValueError:
        return 0


def _split(rest: str, before_date: re.Pattern[str]) -> tuple[int, str, str]:
    """The number, the list's words, and what follows the last word that may stand before a date."""
    text, tail = rest, ""
    if found := list(before_date.finditer(rest)):
        text, tail = rest[: found[-1].start()], rest[found[-1].end() :]
    codes, words = _numbered(text)
    if not codes and tail:
        codes, words = _numbered(rest)
        return codes, words, ""
    return codes, words, tail.strip()


def _numbered(text: str) -> tuple[int, str]:
    if found := _AMOUNT_FIRST.match(text.strip()):
        return amount(found[1]), found[2].strip()
    if found := _AMOUNT_LAST.match(text.strip()):
        return amount(found[2]), found[1].strip()
    return 0, text.strip()
