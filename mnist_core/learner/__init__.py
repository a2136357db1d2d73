"""A small network that learns in the visitor's own browser: its modules in JavaScript, its digits and its settings."""
