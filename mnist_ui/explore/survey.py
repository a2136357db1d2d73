"""What is found out once about a dataset's images, without a network: how far that is while it is not known."""

from collections.abc import Callable

import streamlit as st

from mnist_core.jobs import Job
from mnist_core.jobs.starters import start_survey
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.types import Dataset
from mnist_ui.waiting import wait_for

# From here on that takes minutes.
MANY = 20_000


def wait_for_survey(dataset: Dataset, is_known: Callable[[], bool]) -> None:
    """Have a dataset's images looked over, and show how far that is.

    Parameters
    ----------
    is_known
        Whether what this part of the page needs is known by now.

    Raises
    ------
    JobError
        If no job can be started.
    """

    def look() -> Job | None:
        return None if is_known() else start_survey(dataset)

    with st.container(border=True):
        wait_for(
            look,
            _saying(len(dataset)),
            can_stop=False,
        )


def _saying(count: int) -> str:
    """What is done with so many images, and how long that takes."""
    message = (
        _(
            "All {count} images are looked over, once: how they usually differ, and which are odd. That takes a minute "
            "or two; everything else works meanwhile."
        )
        if count > MANY
        else _(
            "All {count} images are looked over, once: how they usually differ, and which are odd. That takes some "
            "seconds; everything else works meanwhile."
        )
    )
    return message.format(count=number(count))
