"""Handwriting made from handwriting: other styles, other hands, photos, numbers, and what is no digit at all."""

# Raise it when the same strokes and seed give another image than before: what was made by the old code and kept is then
# made again. `tests/synthesis/test_versions.py` notices.
VERSION = 2
