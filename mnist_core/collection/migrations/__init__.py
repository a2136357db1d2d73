"""How a collection of an older version becomes one of the newest, in order. Alembic runs them when one is opened."""
