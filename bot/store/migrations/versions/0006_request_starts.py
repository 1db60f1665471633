"""The starts of requests to a shop, for a limit over all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "request_starts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("request_starts_by_shop", "request_starts", ["shop_id", "at"], unique=False)
