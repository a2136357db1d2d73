"""The search that is watched, and its trials."""

import streamlit as st

from mnist_core.jobs import Job
from mnist_core.tuning.results import Search
from mnist_core.tuning.searches import settings_of
from mnist_ui.address import Address

_SEARCH = "search"
# The search that is watched: `?search=20261121-150213-684457`.
TUNE_ADDRESS = Address("tune", (_SEARCH,), is_followed_once=True)
_FOUND = "_found"
_CHOSEN_TRIALS = "_chosen_trials"


def search_id() -> str | None:
    """Which search the visitor watches, or the address named at first."""
    return TUNE_ADDRESS.parameters.get(_SEARCH)


def watch_search(search_id: str | None) -> None:
    """Watch this search from now on, or none; the address names it, so that a reload finds it again."""
    TUNE_ADDRESS.show({_SEARCH: search_id} if search_id else {})


def found_so_far(job: Job) -> Search:
    """How far a search is that has not ended; only what is new since the last call is read.

    Raises
    ------
    ConfigError
        If the job is no search.
    """
    known = st.session_state.get(_FOUND)
    if known is None or known[0] != job.id:
        known = job.id, Search(settings_of(job)), 0
    job_id, search, offset = known
    events, offset = job.events(offset)
    search.take(events)
    st.session_state[_FOUND] = job_id, search, offset
    return search


def chosen_trials() -> dict[str, str]:
    """Ids of the trials that the visitor looks at, by the id of their search's job."""
    chosen: dict[str, str] = st.session_state.setdefault(_CHOSEN_TRIALS, {})
    return chosen
