"""Handwriting made from handwriting: other styles, other hands, photos, numbers, and what is no digit at all."""
