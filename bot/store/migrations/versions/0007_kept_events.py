"""Files to be taken in, replies that ask, and counts that lag when they are relied on."""

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
