"""What a page says that needs more than the base install has."""

import streamlit as st

from mnist_core.extras import Extra, is_installed


def has(extra: Extra) -> bool:
    """Whether an extra is installed; if not, the page says what it is needed for and how to get it."""
    if not is_installed(extra):
        st.info(extra.words, icon=":material/deployed_code_update:")
    return is_installed(extra)
