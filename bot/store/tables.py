"""The tables. Times are epoch seconds in UTC; codes are only ever stored sealed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _time(name: str) -> Column[float]:
    return Column(name, Float, nullable=False, server_default="0")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


uploads = Table(
    "uploads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(32), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    _text("shop"),
    _text("list_id"),
    _text("list_name"),
    _text("channel"),
    _text("thread_ts"),
    _text("card_ts"),
    _text("file_id"),
    _text("file_name"),
    _text("user"),
    _text("confirmed_by"),
    _text("undone_by"),
    _flag("asked_for"),
    _time("created_at"),
    _time("confirmed_at"),
    _time("sending_at"),
    _time("finished_at"),
    _time("undo_until"),
    _time("changed_at"),
    _text("options"),
    _text("checked"),
    _text("failure"),
    _text("notice"),
    _text("digest"),
    Column("source", LargeBinary),
    Column("report", LargeBinary),
    Column("before", Integer),
    Column("after", Integer),
    # The reading that batches rely on, and the codes accepted after it.
    Column("baseline", Integer),
    _time("baseline_at"),
    _number("baseline_accepted"),
    Column("pace", Float, nullable=False, server_default="0"),
    Column("batch_limit", Integer, nullable=False, server_default="1000000000"),
    _time("retry_at"),
    _time("down_since"),
    _flag("wiped"),
    _number("version"),
    _number("shown_version"),
    Index("uploads_by_state", "state"),
    Index("uploads_by_list", "shop", "list_id", "state"),
    Index("uploads_by_digest", "digest"),
    Index("uploads_by_file", "file_id"),
)

batches = Table(
    "batches",
    metadata,
    Column("upload_id", ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("payload", LargeBinary),
    _time("sent_at"),
    _flag("decided"),
    _text("message"),
    _text("rows"),
    # Undo: "" not asked yet, "sending", "done", or "unclear" when an answer was lost on the way.
    Column("undo", String(10), nullable=False, server_default=""),
    _number("deleted"),
    _number("not_found"),
    _flag("remembered"),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("fingerprint", BigInteger, primary_key=True, autoincrement=False),
    Column("upload_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Fingerprints of codes that were taken back: no more known, but still told when somebody asks where a code came from.
taken_back = Table(
    "taken_back",
    metadata,
    Column("fingerprint", BigInteger, primary_key=True, autoincrement=False),
    Column("upload_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Who asked about how many codes; the codes are written down nowhere.
traces = Table(
    "traces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("user", String(32), nullable=False),
    Column("codes", Integer, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("shop", Text, primary_key=True),
    Column("list_id", Text, primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("until", Float, nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("what", String(255), primary_key=True),
    Column("at", Float, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
