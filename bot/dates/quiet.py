"""Hours of the day in which a channel wants no messages."""

from __future__ import annotations

import re
from typing import Protocol

from bot.dates.zones import local
from bot.errors import NotUnderstood

_HOUR = r"(\d{1,2})(?::(\d\d))?\s*(am|pm)?"
_HOURS = re.compile(rf"(?:from\s+|between\s+)?{_HOUR}\s*(?:-|–|to|until|till|and)\s*{_HOUR}", re.IGNORECASE)


class Hours(Protocol):
    """From `start` to `end`, in minutes of the local day of `tz`; over midnight where the end comes first."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def tz(self) -> str: ...


def is_quiet(hours: Hours, now: float) -> bool:
    """Whether a moment falls into these hours."""
    moment = local(now, hours.tz)
    minute = 60 * moment.hour + moment.minute
    if hours.start <= hours.end:
        return hours.start <= minute < hours.end
    return minute >= hours.start or minute < hours.end


def minutes(words: str) -> tuple[int, int]:
    """`22:00 to 7:00` as minutes of the day. Raises NotUnderstood."""
    found = _HOURS.fullmatch(words.strip())
    if found is None:
        raise NotUnderstood("hours", words)
    start, end = (_minute(*found.group(at, at + 1, at + 2)) for at in (1, 4))
    if max(start, end) > 24 * 60 or start == end:
        raise NotUnderstood("hours", words)
    return start % (24 * 60), end % (24 * 60)


def _minute(hour: str, minute: str | None, half: str | None) -> int:
    of_day = int(hour) % 12 + 12 * (half.casefold() == "pm") if half else int(hour)
    return 60 * of_day + int(minute or 0)


def clock(minute: int) -> str:
    """07:30"""
    return f"{minute // 60:02}:{minute % 60:02}"
