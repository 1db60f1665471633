"""Clocks that ring again: weekdays 09:00, daily, mondays; the arithmetic is `dateutil`'s."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from bot.dates.zones import local, zone
from bot.errors import NotUnderstood

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY = {
    "daily": tuple(range(7)),
    "everyday": tuple(range(7)),
    "weekdays": tuple(range(5)),
    "weekday": tuple(range(5)),
    "workdays": tuple(range(5)),
    "weekends": (5, 6),
    "weekly": (0,),
}
_TIME = re.compile(r"(?:\bat\s+)?\b([01]?\d|2[0-3])(?:[:.h]([0-5]\d))?\s*(am|pm)?\b", re.I)
_BETWEEN = re.compile(r"[\s,&]+|\band\b|\bon\b|\bevery\b")
_TO = re.compile(r"(?<=[a-z])\s*(?:[-–]|\bto\b)\s*(?=[a-z])")
USUAL_HOUR = 9


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days of the week (0 is Monday) and a time, on the clock of a time zone."""

    days: tuple[int, ...]
    hour: int
    minute: int
    tz: str

    @property
    def words(self) -> str:
        """weekdays 09:00"""
        return f"{_days(self.days)} {self.hour:02}:{self.minute:02}"


def schedule(words: str, tz: str) -> Schedule:
    """What `words` say: `weekdays 09:00`, `daily`, `mondays`, `tuesdays and fridays 14:30`; 09:00 without a time.

    Raises NotUnderstood.
    """
    text = " ".join(words.casefold().split())
    time = _TIME.search(text)
    hour, minute = _clock(time, words) if time else (USUAL_HOUR, 0)
    rest = (text[: time.start()] + " " + text[time.end() :]) if time else text
    days: set[int] = set()
    rest = _TO.sub("-", rest.replace("every day", "daily"))
    for word in filter(None, _BETWEEN.split(rest)):
        first, _, last = word.partition("-")
        days.update(_from_to(first, last, words) if last else _named(first, words))
    if not days:
        raise NotUnderstood("schedule", words)
    return Schedule(tuple(sorted(days)), hour, minute, tz)


def next_after(chosen: Schedule, after: float) -> float:
    """The next time it rings after a moment, in epoch seconds.

    A time that a change to summer time leaves out rings as much later; one that comes twice rings at the first.
    """
    from dateutil.rrule import WEEKLY, rrule
    from dateutil.tz import resolve_imaginary

    start = local(after, chosen.tz).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    rings = rrule(WEEKLY, dtstart=start, byweekday=chosen.days, byhour=chosen.hour, byminute=chosen.minute, bysecond=0)
    for naive in rings:
        moment: datetime = resolve_imaginary(naive.replace(tzinfo=zone(chosen.tz)))
        if moment.timestamp() > after:
            return moment.timestamp()
    raise AssertionError("a week has every day")


def _clock(found: re.Match[str], words: str) -> tuple[int, int]:
    hour, half = int(found[1]), (found[3] or "").casefold()
    if half and not 1 <= hour <= 12:
        raise NotUnderstood("schedule", words)
    return (hour % 12 + 12 * (half == "pm") if half else hour), int(found[2] or 0)


def _named(word: str, words: str) -> tuple[int, ...]:
    if word in _EVERY:
        return _EVERY[word]
    found = [
        number for number, day in enumerate(DAYS) if len(word) >= 3 and (day.startswith(word) or word == f"{day}s")
    ]
    if len(found) != 1:
        raise NotUnderstood("schedule", words)
    return (found[0],)


def _from_to(first: str, last: str, words: str) -> tuple[int, ...]:
    """The days of mon-fri."""
    (start, *more), (end, *others) = _named(first, words), _named(last, words)
    if more or others:
        raise NotUnderstood("schedule", words)
    return tuple((start + day) % 7 for day in range((end - start) % 7 + 1))


def _days(days: tuple[int, ...]) -> str:
    for word in ("daily", "weekdays", "weekends"):
        if _EVERY[word] == days:
            return word
    named = [f"{DAYS[day]}s" for day in days]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
