"""The tables of watching: readings, watches, alerts, bookings, digests, forecasts. Times are epoch seconds."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, String, Table, Text, text

from bot.store.columns import flag, number, time, words
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


# Where a list's counts stand in the readings of its shop: `number` // 256 is the row, the rest the place in it.
listed = Table(
    "listed",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("list_id", Text, primary_key=True),
    Column("number", Integer, nullable=False),
    words("name"),
    time("first_at"),
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
    time("at"),
    Column("packed", LargeBinary, nullable=False),
)

# Work that one process at a time does, at most once in a while.
turns = Table(
    "turns",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(32), nullable=False),
    time("until"),
    time("last_at"),
)

watches = Table(
    "watches",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("list_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    words("list_name"),
    number("codes"),
    Column("days", Float, nullable=False, server_default="0"),
    words("owner"),
    words("by"),
    flag("off"),
    time("made_at"),
)

quiet_hours = Table(
    "quiet_hours",
    metadata,
    Column("channel", Text, primary_key=True),
    number("start"),
    number("end"),
    words("tz"),
    words("by"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    words("shop"),
    words("list_id"),
    words("list_name"),
    words("channel"),
    words("level"),
    number("threshold"),
    time("opened_at"),
    number("available"),
    time("at"),
    words("owner"),
    time("order_by"),
    time("early"),
    time("likely"),
    time("late"),
    Column("per_day", Float, nullable=False, server_default="-1"),
    number("unusual_taken"),
    number("short_by"),
    words("taken_by"),
    time("taken_at"),
    time("ask_at"),
    time("asked_at"),
    words("snoozed_by"),
    time("snoozed_until"),
    number("below"),
    time("calm_since"),
    time("closed_at"),
    words("ended"),
    number("message_id"),
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
    words("channel"),
    words("ts"),
    time("posting_at"),
    time("posted_at"),
    time("changed_at"),
    number("version"),
    number("shown_version"),
)

outages = Table(
    "outages",
    metadata,
    Column("shop", Text, primary_key=True),
    time("since"),
    number("failures"),
    words("why"),
    time("told_at"),
)

bookings = Table(
    "bookings",
    metadata,
    Column("number", Integer, primary_key=True),
    words("shop"),
    words("list_id"),
    words("list_name"),
    number("codes"),
    time("start"),
    time("end"),
    words("by"),
    words("channel"),
    time("made_at"),
    sqlite_autoincrement=True,
)

digests = Table(
    "digests",
    metadata,
    Column("channel", Text, primary_key=True),
    words("days"),
    number("hour"),
    number("minute"),
    words("tz"),
    words("by"),
    time("next_at"),
    time("last_at"),
    time("posting_at"),
)

# Forecasts that somebody was shown, at most one an hour for a list; `ended` says how it came out.
forecasts = Table(
    "forecasts",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("list_id", Text, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    time("at"),
    number("available"),
    time("early"),
    time("likely"),
    time("late"),
    Column("widening", Float, nullable=False, server_default="1"),
    # "" until the truth is known, then "scored" ("also" where an earlier one of the same run-out counts), or "void" for
    # a list that was refilled or is gone.
    words("ended"),
    time("scored_at"),
    flag("inside"),
    flag("too_soon"),
    Column("off", Float, nullable=False, server_default="0"),
    Index("forecasts_by_ended", "ended"),
)
