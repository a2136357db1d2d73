"""The searches that there are: what has become of each, opened, gone on with or removed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.records import DamagedError, decoding, picked
from mnist_core.tuning.searches import TUNE, settings_of
from mnist_ui.choices import page_of
from mnist_ui.figures.search import score_words
from mnist_ui.ownership import own_first, show_badge, show_way_back
from mnist_ui.state import people, searches
from mnist_ui.train.ended import go_on, remove, show_removed
from mnist_ui.tune.search_view import state_words

# So many searches are on a page.
IN_PAGE = 6


def show_searches(known: Sequence[Job]) -> None:
    """A line for each search, the visitor's own first, the newest of them before the others."""
    if known:
        st.header(_("Searches"), anchor=False)
    owners = {job.owner for job in known}
    for job in page_of(own_first(known, lambda job: job.owner), IN_PAGE, "searches-page"):
        _show_line(job, owners)
    show_removed(TUNE, _("Removed searches"))


def _show_line(job: Job, owners: Collection[str]) -> None:
    """A search, and what can be done with it."""
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f"**{in_markdown(job.title)}**: {_in_words(job)}", width="stretch")
        show_badge(job.owner, owners)
        label, icon = (_("Watch"), "visibility") if job.is_active else (_("Open"), "folder_open")
        if st.button(label, key=f"open-{job.id}", icon=f":material/{icon}:"):
            searches.watch_search(job.id)
            st.rerun()
        if not people.may_change(job.owner):
            return
        if job.state == "failed" and st.button(_("Go on"), key=f"again-{job.id}", icon=":material/resume:"):
            go_on(job, searches.watch_search)
        if not job.is_active:
            with st.popover(_("Remove"), icon=":material/delete:", key=f"removing-{job.id}"):
                show_way_back(_("It can be brought back for a day. Models that were trained with its values stay."))
                if st.button(_("Remove it"), type="primary", key=f"away-{job.id}"):
                    remove(job, searches.watch_search)


def _in_words(job: Job) -> str:
    """What has become of a search."""
    if job.state != "done":
        return state_words(job)
    try:
        told = picked(job.result or {}, best=Mapping[str, Any] | None, trials=int | None)
        score = picked(told["best"] or {}, score=float | None)["score"]
        with decoding():
            day = datetime.fromtimestamp(job.created, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except DamagedError:
        return _("has ended")
    return _("{score} at best, {trials} trials, {day}").format(
        score=_score(job, score), trials=number(told["trials"] or 0), day=day
    )


def _score(job: Job, score: float | None) -> str:
    """The best score of a search."""
    try:
        return score_words(settings_of(job), score)
    except MnistError:
        return "–"
