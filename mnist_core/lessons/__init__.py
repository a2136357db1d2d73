"""Lessons that a teacher can give tomorrow: each a folder with a record of its steps, in every language."""
