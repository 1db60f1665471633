"""Watching: readings, outlooks, watches, alerts, bookings, digests, forecasts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    make_listed()
    make_readings()
    make_outlooks()
    make_turns()
    make_watches()
    make_quiet_hours()
    make_alerts()
    make_alert_messages()
    make_outages()
    make_bookings()
    make_digests()
    make_forecasts()


def make_listed() -> None:
    op.create_table(
        "listed",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("first_at", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("shop", "list_id"),
    )


def make_readings() -> None:
    op.create_table(
        "readings",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "block", "at"),
        sqlite_with_rowid=False,
    )


def make_outlooks() -> None:
    op.create_table(
        "outlooks",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), server_default="0", nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "block"),
    )


def make_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Float(), server_default="0", nullable=False),
        sa.Column("last_at", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def make_watches() -> None:
    op.create_table(
        "watches",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("list_name", sa.Text(), server_default="", nullable=False),
        sa.Column("codes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("days", sa.Float(), server_default="0", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("off", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("made_at", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("shop", "list_id", "channel"),
    )


def make_quiet_hours() -> None:
    op.create_table(
        "quiet_hours",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), server_default="0", nullable=False),
        sa.Column("end", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tz", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )


def make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop", sa.Text(), server_default="", nullable=False),
        sa.Column("list_id", sa.Text(), server_default="", nullable=False),
        sa.Column("list_name", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Text(), server_default="", nullable=False),
        sa.Column("threshold", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("available", sa.Integer(), server_default="0", nullable=False),
        sa.Column("at", sa.Float(), server_default="0", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("order_by", sa.Float(), server_default="0", nullable=False),
        sa.Column("early", sa.Float(), server_default="0", nullable=False),
        sa.Column("likely", sa.Float(), server_default="0", nullable=False),
        sa.Column("late", sa.Float(), server_default="0", nullable=False),
        sa.Column("per_day", sa.Float(), server_default="-1", nullable=False),
        sa.Column("unusual_taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("short_by", sa.Integer(), server_default="0", nullable=False),
        sa.Column("taken_by", sa.Text(), server_default="", nullable=False),
        sa.Column("taken_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("ask_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("asked_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("snoozed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("snoozed_until", sa.Float(), server_default="0", nullable=False),
        sa.Column("below", sa.Integer(), server_default="0", nullable=False),
        sa.Column("calm_since", sa.Float(), server_default="0", nullable=False),
        sa.Column("closed_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("ended", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alerts_by_close", "alerts", ["closed_at"], unique=False)
    op.create_index("alerts_by_message", "alerts", ["message_id"], unique=False)
    op.create_index(
        "alerts_open",
        "alerts",
        ["shop", "list_id", "channel"],
        unique=True,
        sqlite_where=sa.text("closed_at = 0"),
        postgresql_where=sa.text("closed_at = 0"),
    )


def make_alert_messages() -> None:
    op.create_table(
        "alert_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("ts", sa.Text(), server_default="", nullable=False),
        sa.Column("posting_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("posted_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shown_version", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def make_outages() -> None:
    op.create_table(
        "outages",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("since", sa.Float(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.Column("told_at", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("shop"),
    )


def make_bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("shop", sa.Text(), server_default="", nullable=False),
        sa.Column("list_id", sa.Text(), server_default="", nullable=False),
        sa.Column("list_name", sa.Text(), server_default="", nullable=False),
        sa.Column("codes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("start", sa.Float(), server_default="0", nullable=False),
        sa.Column("end", sa.Float(), server_default="0", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )


def make_digests() -> None:
    op.create_table(
        "digests",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("days", sa.Text(), server_default="", nullable=False),
        sa.Column("hour", sa.Integer(), server_default="0", nullable=False),
        sa.Column("minute", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tz", sa.Text(), server_default="", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("next_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("last_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("posting_at", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )


def make_forecasts() -> None:
    op.create_table(
        "forecasts",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), server_default="0", nullable=False),
        sa.Column("available", sa.Integer(), server_default="0", nullable=False),
        sa.Column("early", sa.Float(), server_default="0", nullable=False),
        sa.Column("likely", sa.Float(), server_default="0", nullable=False),
        sa.Column("late", sa.Float(), server_default="0", nullable=False),
        sa.Column("widening", sa.Float(), server_default="1", nullable=False),
        sa.Column("ended", sa.Text(), server_default="", nullable=False),
        sa.Column("scored_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("inside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("too_soon", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("off", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("shop", "list_id", "hour"),
    )
    op.create_index("forecasts_by_ended", "forecasts", ["ended"], unique=False)
