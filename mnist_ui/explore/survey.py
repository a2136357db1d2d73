"""What is found out once about a dataset's images, without a network: how far that is while it is not known."""

from typing import TypeVar

import streamlit as st

from mnist_core.jobs.finding import Finding
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.types import Dataset
from mnist_ui import waiting

T = TypeVar("T")

# From here on that takes minutes.
MANY = 20_000


def surveyed(finding: Finding[[Dataset], T], dataset: Dataset) -> T | None:
    """A part of what a look over a dataset's images finds out; None while that is not known, and how far it is.

    Raises
    ------
    JobError
        If no job can be started.
    """
    known = finding.known(dataset)
    if known is not None:
        return known
    with st.container(border=True):
        return waiting.found(finding, dataset, saying=_saying(len(dataset)))


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
