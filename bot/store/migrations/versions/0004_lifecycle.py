"""The lifecycle: its changes, new states, shops by their id, and flags that had been hidden in texts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    make_changes()
    widen_uploads()
    widen_batches()
    make_leases_anew()
    move_what_is_stored()


def make_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("changes_by_upload", "changes", ["upload_id"], unique=False)


def widen_uploads() -> None:
    for name in ("shop_id", "approved_by"):
        op.add_column("uploads", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for name in ("lag_s", "watch_until"):
        op.add_column("uploads", sa.Column(name, sa.Float(), server_default="0", nullable=False))
    for name in ("tries", "begun", "surplus"):
        op.add_column("uploads", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("uploads", sa.Column("watched", sa.Integer(), nullable=True))
    op.create_index("uploads_by_shop", "uploads", ["shop_id", "list_id", "state"], unique=False)


def widen_batches() -> None:
    op.add_column("batches", sa.Column("held_back", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("batches", sa.Column("lost_at", sa.Float(), server_default="0", nullable=False))


def make_leases_anew() -> None:
    # Leases last a minute, so nothing is lost; now they are by the shop's id.
    op.drop_table("leases")
    op.create_table(
        "leases",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "list_id"),
    )


def move_what_is_stored() -> None:
    uploads, batches = sa.table("uploads"), sa.table("batches")
    for name in ("card_ts", "state", "undone_by", "notice"):
        uploads.append_column(sa.column(name))
    for name in ("message", "held_back"):
        batches.append_column(sa.column(name))
    op.execute(uploads.update().where(uploads.c.card_ts.like("posting%")).values(card_ts=""))
    paused = (uploads.c.state == "paused") & (uploads.c.undone_by != "")
    op.execute(uploads.update().where(paused).values(state="undo paused"))
    stopped = (uploads.c.state == "queued") & uploads.c.notice.like('%"by person"%')
    op.execute(uploads.update().where(stopped).values(state="stopping"))
    held_back = batches.c.message == "\N{NO-BREAK SPACE}loaded meanwhile"
    op.execute(batches.update().where(held_back).values(message="", held_back=sa.true()))
