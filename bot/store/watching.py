"""The tables of watching: readings, watches, alerts, bookings, digests, forecasts. Times are epoch seconds."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, LargeBinary, String, Table, Text, text

from bot.store.tables import metadata

__all__ = [
    "alert_messages",
    "alerts",
    "bookings",
    "digests",
    "forecasts",
    "listed",
    "metadata",
    "outages",
    "outlooks",
    "quiet_hours",
    "readings",
    "turns",
    "watches",
]


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _time(name: str) -> Column[float]:
    return Column(name, Float, nullable=False, server_default="0")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


# Where a list's counts stand in the readings of its shop: `number` // 256 is the row, the rest the place in it.
listed = Table(
    "listed",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("list_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    _text("name"),
    _time("first_at"),
)

# One row for 256 lists at one moment: four bytes a list, little-endian, -1 where it was not read.
readings = Table(
    "readings",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("block", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, primary_key=True),
    Column("counts", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# The newest outlook of 256 lists; see `store/outlooks.py`.
outlooks = Table(
    "outlooks",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("block", Integer, primary_key=True, autoincrement=False),
    _time("at"),
    Column("packed", LargeBinary, nullable=False),
)

# Work that one process at a time does, at most once in a while.
turns = Table(
    "turns",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(32), nullable=False),
    _time("until"),
    _time("last_at"),
)

watches = Table(
    "watches",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("list_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    _text("list_name"),
    _number("codes"),
    Column("days", Float, nullable=False, server_default="0"),
    _text("owner"),
    _text("by"),
    _flag("off"),
    _time("made_at"),
)

quiet_hours = Table(
    "quiet_hours",
    metadata,
    Column("channel", Text, primary_key=True),
    _number("start"),
    _number("end"),
    _text("tz"),
    _text("by"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("shop"),
    _text("list_id"),
    _text("list_name"),
    _text("channel"),
    _text("level"),
    _number("threshold"),
    _time("opened_at"),
    _number("available"),
    _time("at"),
    _text("owner"),
    _time("order_by"),
    _time("early"),
    _time("likely"),
    _time("late"),
    Column("per_day", Float, nullable=False, server_default="-1"),
    _number("unusual_taken"),
    _number("short_by"),
    _text("taken_by"),
    _time("taken_at"),
    _time("ask_at"),
    _time("asked_at"),
    _text("snoozed_by"),
    _time("snoozed_until"),
    _number("below"),
    _time("calm_since"),
    _time("closed_at"),
    _text("ended"),
    _number("message_id"),
    # One open alert for a list in a channel, whoever opens it.
    Index(
        "alerts_open",
        "shop",
        "list_id",
        "channel",
        unique=True,
        sqlite_where=text("closed_at = 0"),
        postgresql_where=text("closed_at = 0"),
    ),
    Index("alerts_by_message", "message_id"),
    Index("alerts_by_close", "closed_at"),
)

# A message in Slack that shows one or more alerts; `ts` is empty until it is posted.
alert_messages = Table(
    "alert_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("channel"),
    _text("ts"),
    _time("posting_at"),
    _time("posted_at"),
    _time("changed_at"),
    _number("version"),
    _number("shown_version"),
)

outages = Table(
    "outages",
    metadata,
    Column("shop", Text, primary_key=True),
    _time("since"),
    _number("failures"),
    _text("why"),
    _time("told_at"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("shop"),
    _text("list_id"),
    _text("list_name"),
    _number("codes"),
    _time("start"),
    _time("end"),
    _text("by"),
    _text("channel"),
    _time("made_at"),
    sqlite_autoincrement=True,
)

digests = Table(
    "digests",
    metadata,
    Column("channel", Text, primary_key=True),
    _text("days"),
    _number("hour"),
    _number("minute"),
    _text("tz"),
    _text("by"),
    _time("next_at"),
    _time("last_at"),
    _time("posting_at"),
)

# Forecasts that somebody was shown, at most one an hour for a list; `ended` says how it came out.
forecasts = Table(
    "forecasts",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("list_id", Text, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    _time("at"),
    _number("available"),
    _time("early"),
    _time("likely"),
    _time("late"),
    Column("widening", Float, nullable=False, server_default="1"),
    # "" until the truth is known, then "scored", or "void" for a list that was refilled or is gone.
    _text("ended"),
    _time("scored_at"),
    _flag("inside"),
    _flag("too_soon"),
    Column("off", Float, nullable=False, server_default="0"),
    Index("forecasts_by_ended", "ended"),
)
