"""Class: a teacher, many phones, and a wall of digits."""
