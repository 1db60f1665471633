"""Dates and schedules as people type them, on the clock of their own time zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.dates.quiet import is_quiet, minutes
from bot.dates.recurrence import next_after, schedule
from bot.dates.words import span
from bot.dates.zones import shown
from bot.errors import NotUnderstood
from bot.store.watches import QuietHours

ZONE = "Europe/Istanbul"
# A Thursday.
NOW = datetime(2026, 11, 26, 16, 30, tzinfo=ZoneInfo(ZONE)).timestamp()


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("today", "Thu 26 Nov, 00:00", "Fri 27 Nov, 00:00"),
        ("Thursday", "Thu 26 Nov, 00:00", "Fri 27 Nov, 00:00"),
        ("tomorrow", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("friday", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("by friday", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("sun", "Sun 29 Nov, 00:00", "Mon 30 Nov, 00:00"),
        ("27 nov", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("Nov 27", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("2026-11-27", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("27.11.2026", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("4.12.", "Fri 4 Dec, 00:00", "Sat 5 Dec, 00:00"),
        ("11/27", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("the 5th", "Sat 5 Dec, 00:00", "Sun 6 Dec, 00:00"),
        ("in 2 months", "Tue 26 Jan, 00:00", "Wed 27 Jan, 00:00"),
        ("tomorrow 15:00", "Fri 27 Nov, 15:00", "Fri 27 Nov, 15:00"),
        ("at 18", "Thu 26 Nov, 18:00", "Thu 26 Nov, 18:00"),
        ("next monday", "Mon 30 Nov, 00:00", "Tue 1 Dec, 00:00"),
        ("this weekend", "Sat 28 Nov, 00:00", "Mon 30 Nov, 00:00"),
        ("end of the week", "Sun 29 Nov, 00:00", "Mon 30 Nov, 00:00"),
        ("end of month", "Mon 30 Nov, 00:00", "Tue 1 Dec, 00:00"),
        ("1 jan", "Fri 1 Jan, 00:00", "Sat 2 Jan, 00:00"),
        ("in 3 days", "Sun 29 Nov, 00:00", "Mon 30 Nov, 00:00"),
        ("in 2 hours", "Thu 26 Nov, 18:30", "Thu 26 Nov, 18:30"),
        ("friday 18:00", "Fri 27 Nov, 18:00", "Fri 27 Nov, 18:00"),
        ("monday 10am", "Mon 30 Nov, 10:00", "Mon 30 Nov, 10:00"),
        ("monday at 10", "Mon 30 Nov, 10:00", "Mon 30 Nov, 10:00"),
        ("27/11/2026", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("end of the month", "Mon 30 Nov, 00:00", "Tue 1 Dec, 00:00"),
        ("end of friday", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("пятница", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("27 ноября", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
        ("cuma", "Fri 27 Nov, 00:00", "Sat 28 Nov, 00:00"),
    ],
)
def test_dates(words: str, start: str, end: str) -> None:
    """A date is a whole local day, a time one moment; a weekday is the next one, today among them."""
    found = span(words, NOW, ZONE)
    assert (shown(found.start, ZONE), shown(found.end, ZONE)) == (start, end)


@pytest.mark.parametrize(
    "words",
    ["", "zzz", "welcome", "by", "x" * 500, "32 nov", "30 feb", "2026-13-01", "december", "2026", "monday 10", "31.2."],
)
def test_no_dates(words: str) -> None:
    """What is no date, or leaves the day open, is said to be none."""
    with pytest.raises(NotUnderstood):
        span(words, NOW, ZONE)


@pytest.mark.parametrize(
    ("typed", "words", "rings"),
    [
        ("weekdays 09:00", "weekdays 09:00", "Fri 27 Nov, 09:00"),
        ("weekdays 18:00", "weekdays 18:00", "Thu 26 Nov, 18:00"),
        ("daily", "daily 09:00", "Fri 27 Nov, 09:00"),
        ("mondays", "mondays 09:00", "Mon 30 Nov, 09:00"),
        ("Mondays at 8", "mondays 08:00", "Mon 30 Nov, 08:00"),
        ("tue and thursdays 2pm", "tuesdays and thursdays 14:00", "Tue 1 Dec, 14:00"),
        ("monday to friday 09:30", "weekdays 09:30", "Fri 27 Nov, 09:30"),
        ("sat-mon 8", "mondays, saturdays and sundays 08:00", "Sat 28 Nov, 08:00"),
        ("every day at 12am", "daily 00:00", "Fri 27 Nov, 00:00"),
    ],
)
def test_schedules(typed: str, words: str, rings: str) -> None:
    """A schedule is said back in one way, and rings next when it should."""
    found = schedule(typed, ZONE)
    assert (found.words, shown(next_after(found, NOW), ZONE)) == (words, rings)


@pytest.mark.parametrize("typed", ["", "nonsense", "09:00", "daily 25:00", "daily 13pm", "maydays 09:00", "mon-daily"])
def test_no_schedules(typed: str) -> None:
    """What is no schedule is said to be none."""
    with pytest.raises(NotUnderstood):
        schedule(typed, ZONE)


@pytest.mark.parametrize(
    ("month", "day", "rings"),
    [
        (3, 28, ["Sun 29 Mar, 03:30", "Mon 30 Mar, 02:30", "Tue 31 Mar, 02:30"]),
        (10, 24, ["Sun 25 Oct, 02:30", "Mon 26 Oct, 02:30", "Tue 27 Oct, 02:30"]),
    ],
)
def test_summer_time(month: int, day: int, rings: list[str]) -> None:
    """A time that does not exist rings later, one that comes twice rings once."""
    zone = "Europe/Berlin"
    at = datetime(2026, month, day, 12, tzinfo=ZoneInfo(zone)).timestamp()
    found = []
    for _ in rings:
        at = next_after(schedule("daily 02:30", zone), at)
        found.append(shown(at, zone))
    assert found == rings


def test_quiet_hours_run_over_midnight() -> None:
    """From 22:00 to 7:00 is quiet in the night only, on the channel's own clock."""
    start, end = minutes("22:00 to 7")
    hours = QuietHours("C1", start, end, ZONE)
    at = {hour: datetime(2026, 11, 26, hour, 30, tzinfo=ZoneInfo(ZONE)).timestamp() for hour in (6, 7, 21, 22)}
    assert [is_quiet(hours, at[hour]) for hour in (6, 7, 21, 22)] == [True, False, False, True]
    assert minutes("from 10pm to 7 am") == minutes("22:00-7:00")
    day = QuietHours("C1", *minutes("12-13:30"), ZONE)
    assert (is_quiet(day, NOW), is_quiet(day, NOW - 4 * 3600)) == (False, True)
    for words in ("", "22", "25 to 26", "9 to 9"):
        with pytest.raises(NotUnderstood):
            minutes(words)
