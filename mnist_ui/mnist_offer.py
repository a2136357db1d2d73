"""MNIST where it is missing: a button that fetches it, and how far that is."""

import streamlit as st

from mnist_core.datasets.finding import FETCH
from mnist_core.discretion import without_places
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_ui.explore.exploring import at_hand
from mnist_ui.messages import explained
from mnist_ui.state.starts import begun
from mnist_ui.waiting import wait_for

NAME = "mnist"


def offer_mnist() -> None:
    """While MNIST is not on this machine: what it is, and how to get it; nothing otherwise."""
    if NAME in at_hand():
        return
    with st.container(border=True, key="get-mnist"):
        job = FETCH.job(NAME)
        if job and job.is_active:
            wait_for(_look, _("MNIST is fetched and checked, once: 70,000 scanned digits, 11 MB."), on_nothing=_offer)
        else:
            _offer(job)


def _offer(job: Job | None) -> None:
    """What it is, and a button to get it; why the last try came to nothing."""
    has_failed = job is not None and job.state == "failed"
    st.write(
        _(
            "**MNIST**, the 70,000 scanned digits that most networks learn to read from, is not on this machine yet. "
            "Everything on this page works without it, on the images that came with the app."
        )
    )
    if job and has_failed:
        _show_failure(job)
    label, icon = (_("Try again"), "refresh") if has_failed else (_("Get MNIST (11 MB)"), "download")
    if st.button(label, type="primary", icon=f":material/{icon}:"):
        with explained():
            begun(lambda by: FETCH.start(by, NAME))
            st.rerun()


def _show_failure(job: Job) -> None:
    """Why it could not be fetched, in plain words; the details for who wants to do something about it."""
    st.warning(
        _(
            "It could not be fetched. Mostly that is because this machine has no connection to the internet, or the "
            "servers that have MNIST do not answer just now."
        ),
        icon=":material/cloud_off:",
    )
    with st.expander(_("What exactly went wrong")):
        st.code(without_places(job.error or ""), language=None, wrap_lines=True)


def _look() -> Job | None:
    """The job that fetches it; None once it is here."""
    return None if NAME in at_hand() else FETCH.job(NAME)
