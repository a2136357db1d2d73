"""Drawings."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make the table of the drawings."""
    op.create_table(
        "drawings",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("label", sa.SmallInteger, sa.CheckConstraint("label BETWEEN 0 AND 9")),
        sa.Column("digit", sa.SmallInteger, sa.CheckConstraint("digit BETWEEN 0 AND 9")),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("novelty", sa.Double, nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("pen_width", sa.Double, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("strokes", sa.LargeBinary, nullable=False),
    )
    op.create_index("drawings_created", "drawings", ["created"])
    op.create_index("drawings_owner", "drawings", ["owner", "created"])
