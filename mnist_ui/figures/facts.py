"""A few numbers with what they are, side by side."""

from collections.abc import Mapping
from html import escape


def facts(values: Mapping[str, str]) -> str:
    """Names and values as HTML, in one row where there is room."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in values.items())
    return f'<dl class="facts">{items}</dl>'
