"""Classes, who is in them, and which drawings were drawn for one."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Make their tables, and give the drawings a class and an alias."""
    op.create_table(
        "classes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
    )
    op.create_index("classes_code", "classes", ["code"], unique=True)
    op.create_table(
        "members",
        sa.Column("class_id", sa.String(32), sa.ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("alias", sa.String(60), primary_key=True),
        sa.Column("owner", sa.String(64)),
    )
    op.create_index("members_owner", "members", ["owner", "class_id"])
    # As one statement, which both databases take: SQLite cannot add a foreign key to a column that is there.
    op.execute("ALTER TABLE drawings ADD COLUMN class_id VARCHAR(32) REFERENCES classes (id) ON DELETE CASCADE")
    op.add_column("drawings", sa.Column("alias", sa.String(60)))
    op.create_index("drawings_class", "drawings", ["class_id", "created"])
