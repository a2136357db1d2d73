"""A list in pages: the one that was turned to, and the nearest there is when things went away."""

import pytest
from streamlit.testing.v1 import AppTest


def script(count: int) -> None:
    """A page with a list of numbers."""
    import streamlit as st

    from mnist_ui.choices import page_of

    st.write(" ".join(map(str, page_of(range(count), 5, "turned"))))


@pytest.mark.parametrize(
    ("count", "page", "shown"),
    [
        (12, None, "0 1 2 3 4"),
        (12, 2, "5 6 7 8 9"),
        (12, 3, "10 11"),
        (6, 3, "5"),
        (3, 3, "0 1 2"),
        (5, None, "0 1 2 3 4"),
    ],
)
def test_a_list_has_pages(count, page, shown):
    app = AppTest.from_function(script, args=(count,))
    if page:
        app.session_state["turned"] = page
    app.run()
    assert not app.exception
    assert app.markdown[0].value == shown
