"""The first tables: uploads, their batches, fingerprints, leases and what was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    make_facts()
    make_fingerprints()
    make_leases()
    make_seen()
    make_uploads()
    make_batches()


def make_facts() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def make_fingerprints() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("fingerprint", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("upload_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", "upload_id"),
        sqlite_with_rowid=False,
    )


def make_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "list_id"),
    )


def make_seen() -> None:
    op.create_table(
        "seen",
        sa.Column("what", sa.String(length=255), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("what"),
    )


def make_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("shop", sa.Text(), server_default="", nullable=False),
        sa.Column("list_id", sa.Text(), server_default="", nullable=False),
        sa.Column("list_name", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("thread_ts", sa.Text(), server_default="", nullable=False),
        sa.Column("card_ts", sa.Text(), server_default="", nullable=False),
        sa.Column("file_id", sa.Text(), server_default="", nullable=False),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False),
        sa.Column("user", sa.Text(), server_default="", nullable=False),
        sa.Column("confirmed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("undone_by", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_for", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("confirmed_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("sending_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("finished_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("undo_until", sa.Float(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("options", sa.Text(), server_default="", nullable=False),
        sa.Column("checked", sa.Text(), server_default="", nullable=False),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("notice", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=True),
        sa.Column("baseline", sa.Integer(), nullable=True),
        sa.Column("baseline_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("baseline_accepted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pace", sa.Float(), server_default="0", nullable=False),
        sa.Column("batch_limit", sa.Integer(), server_default="1000000000", nullable=False),
        sa.Column("retry_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("down_since", sa.Float(), server_default="0", nullable=False),
        sa.Column("wiped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shown_version", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("uploads_by_digest", "uploads", ["digest"], unique=False)
    op.create_index("uploads_by_file", "uploads", ["file_id"], unique=False)
    op.create_index("uploads_by_list", "uploads", ["shop", "list_id", "state"], unique=False)
    op.create_index("uploads_by_state", "uploads", ["state"], unique=False)


def make_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("sent_at", sa.Float(), server_default="0", nullable=False),
        sa.Column("decided", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("rows", sa.Text(), server_default="", nullable=False),
        sa.Column("undo", sa.String(length=10), server_default="", nullable=False),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_found", sa.Integer(), server_default="0", nullable=False),
        sa.Column("remembered", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("upload_id", "number", "part"),
    )
