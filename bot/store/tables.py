"""The tables. Times are epoch seconds in UTC; codes are only ever stored sealed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
)

from bot.store.columns import flag, number, time, words

metadata = MetaData()


uploads = Table(
    "uploads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(32), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    words("shop"),
    words("shop_id"),
    words("list_id"),
    words("list_name"),
    words("channel"),
    words("thread_ts"),
    words("card_ts"),
    # The message of the file, who shared it (`user` may be a colleague who took it up), and the reaction it carries.
    words("message_ts"),
    words("shared_by"),
    words("mark"),
    # Until when one process alone may show the card, when it was shown last, and the last change that was told.
    time("showing_until"),
    time("shown_at"),
    number("told"),
    # The reply that asks for something and is not answered yet, and the number of the change it is about.
    words("asking_ts"),
    number("asking"),
    # How often the process died that checked the file.
    number("check_deaths"),
    words("file_id"),
    words("file_name"),
    words("user"),
    words("confirmed_by"),
    words("approved_by"),
    words("undone_by"),
    flag("asked_for"),
    time("created_at"),
    time("confirmed_at"),
    time("sending_at"),
    time("finished_at"),
    time("undo_until"),
    time("changed_at"),
    words("options"),
    words("checked"),
    words("failure"),
    words("notice"),
    words("digest"),
    Column("source", LargeBinary),
    Column("report", LargeBinary),
    Column("before", Integer),
    Column("after", Integer),
    # The reading that batches rely on, the codes accepted after it, and those accepted before that it does not show.
    Column("baseline", Integer),
    time("baseline_at"),
    number("baseline_accepted"),
    number("baseline_behind"),
    Column("pace", Float, nullable=False, server_default="0"),
    Column("batch_limit", Integer, nullable=False, server_default="1000000000"),
    time("retry_at"),
    time("down_since"),
    # How often the API was tried in vain since it last did what was asked.
    number("tries"),
    # The order in which uploads of a shop began to be sent.
    number("begun"),
    # The longest time the list's count was seen to be behind.
    time("lag_s"),
    # Codes may still arrive late until then; the count last seen, and how much it grew beyond what was sent.
    time("watch_until"),
    Column("watched", Integer),
    number("surplus"),
    flag("wiped"),
    number("version"),
    number("shown_version"),
    Index("uploads_by_state", "state"),
    Index("uploads_by_list", "shop", "list_id", "state"),
    Index("uploads_by_shop", "shop_id", "list_id", "state"),
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
    time("sent_at"),
    flag("decided"),
    words("message"),
    # Not sent, because another upload had loaded its codes meanwhile.
    flag("held_back"),
    # When the counts said that it had not arrived, after an answer was lost; 0 when they never did.
    time("lost_at"),
    words("rows"),
    # Undo: "" not asked yet, "sending", "done", or "unclear" when an answer was lost on the way.
    Column("undo", String(10), nullable=False, server_default=""),
    number("deleted"),
    number("not_found"),
    flag("remembered"),
)

# Every event of an upload; `by` is empty where the bot itself moved it.
changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("upload_id", ForeignKey("uploads.id", ondelete="CASCADE"), nullable=False),
    Column("at", Float, nullable=False),
    Column("event", String(20), nullable=False),
    words("by"),
    Index("changes_by_upload", "upload_id"),
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

# Requests to PersonaClick of the last minute.
request_starts = Table(
    "request_starts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shop_id", Text, nullable=False),
    Column("at", Float, nullable=False),
    Index("request_starts_by_shop", "shop_id", "at"),
)

leases = Table(
    "leases",
    metadata,
    Column("shop_id", Text, primary_key=True),
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

# Files that Slack told of and that are not dealt with yet: the event, and the last sign of life of who deals with it.
dropped = Table(
    "dropped",
    metadata,
    Column("what", String(255), primary_key=True),
    words("event"),
    Column("at", Float, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
