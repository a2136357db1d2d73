"""What is there and cannot be used: named where it would be listed, and deleted there."""

from collections.abc import Callable, Mapping

import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.owners import By
from mnist_ui.messages import repeated
from mnist_ui.state import people


def show_damaged(owners: Mapping[str, str], delete: Callable[[str, By], object], saying: str) -> None:
    """A line for each damaged thing, with a button to delete it for whoever may; nothing without any.

    Parameters
    ----------
    owners
        The owner of each thing by its name.
    delete
        Deletes one, by its name.
    saying
        What is wrong, as a sentence with the `{name}`.
    """
    for name, owner in owners.items():
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            sentence = saying.format(name=in_markdown(name))
            st.markdown(f":material/broken_image: {sentence}", width="stretch")
            if people.may_change(owner) and st.button(_("Delete it"), key=f"damaged-{name}", icon=":material/delete:"):
                with repeated():
                    delete(name, people.actor())
                    st.rerun()
