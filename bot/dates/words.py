"""Dates as people type them: today, friday, 27 nov, 2026-11-27, in 3 days, monday 10:00; parsed by `dateparser`."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime

from bot.dates.zones import day_start, local, zone
from bot.errors import NotUnderstood

# Each further language makes a date that is none slower to refuse.
LANGUAGES = ("en", "de", "es", "fr", "ru", "tr")
_LONGEST = 60
# A time of day was said; without one a date means the whole day.
_TIME = re.compile(
    r"\d[:h]\d\d\b|\d\s*(?:am|pm)\b|\bat \d|\b(?:noon|midnight|now)\b|\b(?:hours?|minutes?|mins?)\b", re.I
)
_NOISE = re.compile(r"^(?:by|on|until|till|from|to|the|this|before|at)\s+|(?:\s+end)?\s*$", re.I)
# `dateparser` takes "monday at 10" for the tenth.
_AT_HOUR = re.compile(r"\bat (\d{1,2})$", re.I)
_NUMBERS = re.compile(r"(\d{1,2})[./-](\d{1,2})[./]?(?:\s+(.+))?")
_DAY_OF_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?", re.I)
_IN_MONTHS = re.compile(r"in (?:a|\d+) months?", re.I)
_YEAR_FIRST = re.compile(r"\d{4}-(\d\d)-\d\d\b")
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs|rsday|urday)?\b", re.I)
_END_OF = re.compile(r"^end of (?:the |this )?", re.I)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Span:
    """What a date means: from `start` to `end` (epoch seconds), a whole local day or one moment."""

    start: float
    end: float

    @property
    def whole_day(self) -> bool:
        """Whether no time of day was said."""
        return self.end > self.start


def span(words: str, now: float, tz: str) -> Span:
    """The day or moment that `words` name, in that time zone; the next one where several would do.

    Takes tens of milliseconds, a fifth of a second the first time: not for the event loop. Raises NotUnderstood.
    """
    text = _NOISE.sub("", _AT_HOUR.sub(r"\1:00", " ".join(words.split())))
    if not text or len(text) > _LONGEST:
        raise NotUnderstood("date", words)
    base = local(now, tz)
    if text.casefold()[:3] == _WEEKDAYS[base.weekday()] and re.fullmatch(r"[a-z]+", text, re.I):
        return _day(now, tz)
    if text.casefold() == "weekend":
        return Span(day_start(now, tz, max(5 - base.weekday(), 0)), day_start(now, tz, 7 - base.weekday()))
    text = _END_OF.sub("", text)
    if text.casefold() in ("week", "month"):
        left = 6 - base.weekday() if text.casefold() == "week" else monthrange(base.year, base.month)[1] - base.day
        return _day(day_start(now, tz, left), tz)
    found = _whole(text, base.replace(tzinfo=None))
    if found is None:
        raise NotUnderstood("date", words)
    at = found.replace(tzinfo=zone(tz)).timestamp()
    return Span(at, at) if _TIME.search(text) else _day(at, tz)


def _day(at: float, tz: str) -> Span:
    return Span(day_start(at, tz), day_start(at, tz, 1))


def _whole(text: str, base: datetime) -> datetime | None:
    """The moment that is meant, where the day of the month is said or follows, and nothing of it was guessed."""
    if numbers := _NUMBERS.fullmatch(text):
        day, month = int(numbers[1]), int(numbers[2])
        day, month = (month, day) if day <= 12 < month else (day, month)
        dated = [f"{year}-{month:02}-{day:02} {numbers[3] or ''}".strip() for year in (base.year, base.year + 1)]
        known = [at for at in (_whole(one, base) for one in dated) if at is not None and at.date() >= base.date()]
        return known[0] if known else None
    if (year_first := _YEAR_FIRST.match(text)) and not 1 <= int(year_first[1]) <= 12:
        return None
    if _IN_MONTHS.fullmatch(text):
        return _parse(text, base, "current")
    found, other = _parse(text, base, "first"), _parse(text, base, "last")
    if found is None or found != other or not _on_weekday(text, found):
        return None
    if _DAY_OF_MONTH.fullmatch(text) and found.date() < base.date():
        from dateutil.relativedelta import relativedelta

        found += relativedelta(months=1)
    return found


def _on_weekday(text: str, found: datetime) -> bool:
    """Whether a weekday that is named is the one that was found; `monday 10` is no date."""
    return all(_WEEKDAYS.index(named[1].casefold()) == found.weekday() for named in _WEEKDAY.finditer(text))


def _parse(text: str, base: datetime, day: str) -> datetime | None:
    # Starting the bot does not wait for it, and whoever never types a date never pays for it.
    import dateparser

    found: datetime | None = dateparser.parse(
        text,
        languages=list(LANGUAGES),
        settings={
            "RELATIVE_BASE": base,
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": "DMY",
            "PREFER_DAY_OF_MONTH": day,
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    return found
