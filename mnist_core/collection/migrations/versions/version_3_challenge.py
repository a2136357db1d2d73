"""Attempts of the challenge."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("digit", sa.SmallInteger, sa.CheckConstraint("digit BETWEEN 0 AND 9"), nullable=False),
        sa.Column("read", sa.SmallInteger, sa.CheckConstraint("read BETWEEN 0 AND 9")),
        sa.Column("milliseconds", sa.Integer, nullable=False),
    )
    op.create_index("attempts_created", "attempts", ["created"])
    op.create_index("attempts_owner", "attempts", ["owner", "created"])
