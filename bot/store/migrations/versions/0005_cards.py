"""Who shows a card, who was told of which change, the mark on the file, and checks whose process died."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for name in ("message_ts", "shared_by", "mark"):
        op.add_column("uploads", sa.Column(name, sa.Text(), server_default="", nullable=False))
    for name in ("showing_until", "shown_at"):
        op.add_column("uploads", sa.Column(name, sa.Float(), server_default="0", nullable=False))
    for name in ("told", "check_deaths"):
        op.add_column("uploads", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    uploads, changes = sa.table("uploads"), sa.table("changes")
    uploads.append_column(sa.column("id"))
    uploads.append_column(sa.column("told"))
    for name in ("id", "upload_id"):
        changes.append_column(sa.column(name))
    # What happened before is no news.
    newest = sa.select(sa.func.coalesce(sa.func.max(changes.c.id), 0)).where(changes.c.upload_id == uploads.c.id)
    op.execute(uploads.update().values(told=newest.scalar_subquery()))
