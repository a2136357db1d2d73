"""The tables as they are in the newest version; `migrations` says how older ones become that."""

import sqlalchemy as sa

# The revision that the migrations end with.
VERSION = 3

metadata = sa.MetaData()

classes = sa.Table(
    "classes",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("code", sa.String(6), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Index("classes_code", "code", unique=True),
)

members = sa.Table(
    "members",
    metadata,
    sa.Column("class_id", sa.String(32), sa.ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("alias", sa.String(60), primary_key=True),
    sa.Column("owner", sa.String(64)),
    sa.Index("members_owner", "owner", "class_id"),
)

drawings = sa.Table(
    "drawings",
    metadata,
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
    sa.Column("class_id", sa.String(32), sa.ForeignKey("classes.id", ondelete="CASCADE")),
    sa.Column("alias", sa.String(60)),
    sa.Index("drawings_created", "created"),
    sa.Index("drawings_owner", "owner", "created"),
    sa.Index("drawings_class", "class_id", "created"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("digit", sa.SmallInteger, sa.CheckConstraint("digit BETWEEN 0 AND 9"), nullable=False),
    sa.Column("read", sa.SmallInteger, sa.CheckConstraint("read BETWEEN 0 AND 9")),
    sa.Column("milliseconds", sa.Integer, nullable=False),
    sa.Index("attempts_created", "created"),
    sa.Index("attempts_owner", "owner", "created"),
)
