"""Time zones by their names, as Slack tells them of a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = "UTC"


def zone(name: str) -> ZoneInfo:
    """The time zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name or UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(UTC)


def local(at: float, name: str) -> datetime:
    """A moment on the clock of a time zone."""
    return datetime.fromtimestamp(at, zone(name))


def day_start(at: float, name: str, days: int = 0) -> float:
    """When the local day of a moment begins (or one so many `days` later), in epoch seconds."""
    day = local(at, name).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=zone(name)).timestamp()


def shown(at: float, name: str) -> str:
    """Fri 27 Nov, 18:00"""
    moment = local(at, name)
    return f"{moment:%a} {moment.day} {moment:%b, %H:%M}"
