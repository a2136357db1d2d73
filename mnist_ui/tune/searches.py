"""The searches that there are: what has become of each, opened, gone on with or removed."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from mnist_core import jobs
from mnist_core.errors import MnistError
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.tuning.searches import TUNE, settings_of
from mnist_ui.figures.search import score_words
from mnist_ui.messages import plain
from mnist_ui.ownership import show_badge
from mnist_ui.state import people, searches
from mnist_ui.train.ended import act, show_removed
from mnist_ui.tune.search_view import state_words

# The newest ones; older ones are behind a click.
SHOWN = 6


def show_searches(known: Sequence[Job]) -> None:
    """A line for each search, the newest first."""
    if not known:
        return
    st.subheader(_("Searches"), anchor=False)
    owners = {job.owner for job in known}
    for job in known[:SHOWN]:
        _show_line(job, owners)
    if older := known[SHOWN:]:
        with st.expander(_("Older ones ({count})").format(count=number(len(older))), icon=":material/history:"):
            for job in older:
                _show_line(job, owners)
    show_removed(TUNE, _("Removed searches"))


def _show_line(job: Job, owners: Collection[str]) -> None:
    """A search, and what can be done with it."""
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f"**{plain(job.title)}**: {_in_words(job)}", width="stretch")
        show_badge(job.owner, owners)
        label, icon = (_("Watch"), "visibility") if job.is_active else (_("Open"), "folder_open")
        if st.button(label, key=f"open-{job.id}", icon=f":material/{icon}:"):
            searches.watch_search(job.id)
            st.rerun()
        if not people.may_change(job.owner):
            return
        if job.state == "failed" and st.button(_("Go on"), key=f"again-{job.id}", icon=":material/resume:"):
            act(jobs.resume, job, searches.watch_search, goes_on=True)
        if not job.is_active:
            with st.popover(_("Remove"), icon=":material/delete:", key=f"removing-{job.id}"):
                st.write(_("It can be brought back for a day. Models that were trained with its values stay."))
                if st.button(_("Remove it"), type="primary", key=f"away-{job.id}"):
                    act(jobs.remove, job, searches.watch_search, goes_on=False)


def _in_words(job: Job) -> str:
    """What has become of a search."""
    if job.state != "done":
        return state_words(job)
    result, day = job.result or {}, datetime.fromtimestamp(job.created, UTC)
    return _("{score} at best, {trials} trials, {day}").format(
        score=_score(job, result), trials=number(result.get("trials", 0)), day=day.strftime("%Y-%m-%d %H:%M UTC")
    )


def _score(job: Job, result: dict[str, Any]) -> str:
    """The best score of a search."""
    best = result.get("best") or {}
    try:
        return score_words(settings_of(job), best.get("score"))
    except MnistError:
        return "–"
