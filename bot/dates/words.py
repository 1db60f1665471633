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
# What `dateparser` takes for something else: "monday at 10" for the tenth, 11/27 for the eleventh.
_PLAINER = (
    (re.compile(r"\bat (\d{1,2})$", re.I), r"\1:00"),
    (re.compile(r"^(0?[1-9]|1[0-2])/(1[3-9]|2\d|3[01])(?=$|/)"), r"\2/\1"),
)
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
    text = _NOISE.sub("", " ".join(words.split()))
    if not text or len(text) > _LONGEST:
        raise NotUnderstood("date", words)
    base = local(now, tz)
    if text.casefold()[:3] == _WEEKDAYS[base.weekday()] and re.fullmatch(r"[a-z]+", text, re.I):
        return _day(now, tz)
    if text.casefold() == "weekend":
        return Span(day_start(now, tz, max(5 - base.weekday(), 0)), day_start(now, tz, 7 - base.weekday()))
    if _END_OF.sub("", text).casefold() == "month":
        return _day(day_start(now, tz, monthrange(base.year, base.month)[1] - base.day), tz)
    text = _END_OF.sub("", text)
    for pattern, plainer in _PLAINER:
        text = pattern.sub(plainer, text)
    found = _parse(text, base.replace(tzinfo=None))
    if found is None:
        raise NotUnderstood("date", words)
    at = found.replace(tzinfo=zone(tz)).timestamp()
    return Span(at, at) if _TIME.search(text) else _day(at, tz)


def _day(at: float, tz: str) -> Span:
    return Span(day_start(at, tz), day_start(at, tz, 1))


def _parse(text: str, base: datetime) -> datetime | None:
    # Starting the bot does not wait for it, and whoever never types a date never pays for it.
    import dateparser

    found: datetime | None = dateparser.parse(
        text,
        languages=list(LANGUAGES),
        settings={
            "RELATIVE_BASE": base,
            "PREFER_DATES_FROM": "future",
            "DATE_ORDER": "DMY",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    return found
