"""Files to be taken in, replies that ask, counts that lag when they are relied on, and pauses a shop asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("uploads", sa.Column("asking_ts", sa.Text(), server_default="", nullable=False))
    for name in ("asking", "baseline_behind"):
        op.add_column("uploads", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "dropped",
        sa.Column("what", sa.String(255), nullable=False),
        sa.Column("event", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("what"),
    )
    op.create_table(
        "shop_pauses",
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("shop_id"),
    )
