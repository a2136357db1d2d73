"""A few numbers with what they are, side by side."""

from collections.abc import Mapping

from mnist_core.foreign import in_html


def facts(values: Mapping[str, str]) -> str:
    """Names and values as HTML, in one row where there is room."""
    items = "".join(f"<div><dt>{in_html(name)}</dt><dd>{in_html(value)}</dd></div>" for name, value in values.items())
    return f'<dl class="facts">{items}</dl>'
