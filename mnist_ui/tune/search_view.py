"""A search that is watched: how far it is, or what it gave. One that goes on looks again by itself."""

from dataclasses import replace
from typing import get_args

import streamlit as st

from mnist_core import jobs
from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.language import noop as N_
from mnist_core.tuning.results import Ending, Search
from mnist_core.tuning.searches import search_of, settings_of, start_search
from mnist_ui.durations import duration
from mnist_ui.figures.facts import facts
from mnist_ui.figures.search import score_words
from mnist_ui.messages import explained, told
from mnist_ui.ownership import note_another
from mnist_ui.scores import listed
from mnist_ui.state import people, searches
from mnist_ui.state.starts import begun
from mnist_ui.train.ended import go_on, remove, show_log
from mnist_ui.train.live import POLL_S
from mnist_ui.tune.trials import show_charts, show_trials, train_button, values_of

_GOES_ON, ALL_TRIALS, TIME, STOPPED, NOTHING_NEW = get_args(Ending)
ENDINGS = {
    ALL_TRIALS: N_("All trials are done."),
    TIME: N_("Its time is up."),
    STOPPED: N_("It was stopped."),
    NOTHING_NEW: N_("Nothing was left to try: all combinations were tried."),
}


def show_search(job: Job) -> None:
    """A search, whatever it is at."""
    if job.is_active:
        search = searches.found_so_far(job)
        st.fragment(_show_live, run_every=POLL_S)(job.id, _mark(job, search))
    else:
        search = search_of(job)
        _show_done(job, search) if job.state == "done" else show_unfinished(job, search)
        if search.trials:
            show_charts(job, search)
    if search.trials:
        show_trials(job, search)


def state_words(job: Job) -> str:
    """What a search is doing, or what has become of it."""
    match job.state:
        case "queued":
            return _("waits for its turn")
        case "running":
            return _("is searching")
        case "stopping":
            return _("ends, keeping nothing") if job.wish == "cancel" else _("ends, keeping what it found")
        case "failed":
            return _("did not finish")
        case "cancelled":
            return _("was cancelled")
        case _other:
            return _("has ended")


def progress_words(search: Search) -> str:
    """How far a search is that goes on."""
    total = search.settings.max_trials
    trial = min(search.finished + 1, total)
    left, best = search.left_s(), search.best
    if not search.trials:
        return _("Starting up and preparing the images; this takes some seconds.")
    if left is None or best is None:
        return _("Trial {number} of {total}").format(number=number(trial), total=number(total))
    return _("Trial {number} of {total}, {time} left, best so far {score}").format(
        number=number(trial),
        total=number(total),
        time=duration(left),
        score=score_words(search.settings, best.score),
    )


def show_unfinished(job: Job, search: Search) -> None:
    """A search that failed or was cancelled, and what can be done with it."""
    if job.state == "failed":
        sentence = _("**{search} did not finish.**").format(search=in_markdown(job.title))
        kept = ngettext(
            "{count} trial is kept; it can go on from there.",
            "{count} trials are kept; it can go on from there.",
            search.finished,
        ).format(count=number(search.finished))
        reason = told(job.error or "")
        st.error(f"{sentence} {reason} {kept if search.finished else ''}", icon=":material/error:")
    else:
        st.info(_("{search} was cancelled.").format(search=in_markdown(job.title)), icon=":material/cancel:")
    with st.container(horizontal=True):
        again = _("Go on where it was") if job.state == "failed" else _("Search anew")
        is_changeable = people.may_change(job.owner)
        if is_changeable and st.button(again, key=f"resume-{job.id}", type="primary", icon=":material/resume:"):
            go_on(job, searches.watch_search)
        if search.best:
            train_button(search, search.best, _("Train its best one fully"), f"train-best-{job.id}")
        if is_changeable and st.button(_("Remove it"), key=f"remove-{job.id}", icon=":material/delete:"):
            remove(job, searches.watch_search)
    show_log(job)


def _mark(job: Job, search: Search) -> tuple[object, ...]:
    """Changes when a trial begins or ends, and when the job does: then the table and the figures are drawn anew."""
    known = search.importance.trials if search.importance else 0
    return job.state, search.finished, len(search.trials), known


def _show_live(job_id: str, drawn: tuple[object, ...]) -> None:
    """One look at a search that goes on."""
    with explained():
        job = next((each for each in jobs.all_jobs() if each.id == job_id), None)
        if job is None or not job.is_active:
            st.rerun()
        search = searches.found_so_far(job)
        if _mark(job, search) != drawn:
            st.rerun()
        _show_head(job, search)
        if job.state == "queued":
            _show_turn(job)
            return
        _show_notices(job, search)
        if search.trials:
            _show_now(search)
            show_charts(job, search)


def _show_head(job: Job, search: Search) -> None:
    """The search's name, how far it is, and how to end it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"{in_markdown(job.title)}: {state_words(job)}", anchor=False, width="stretch")
        if people.may_change(job.owner):
            _show_ends(job, search)
    note_another(job.owner)
    if job.state != "queued":
        st.progress(_share(search), told(job.error or "") or progress_words(search))


def _show_ends(job: Job, search: Search) -> None:
    """Two ways to end a search."""
    can_stop = job.state == "running" and search.best is not None
    stop_help = _("Ends the search and keeps all trials; the best of them can then be trained fully.")
    if st.button(_("Stop and use the best"), disabled=not can_stop, help=stop_help, icon=":material/stop_circle:"):
        jobs.stop(job.id, people.actor())
        st.rerun()
    if st.button(_("Cancel"), help=_("Ends the search."), icon=":material/delete:"):
        jobs.cancel(job.id, people.actor())
        st.rerun()


def _share(search: Search) -> float:
    """How much of the budget is spent: trials, parts counted, or time, whichever is nearer to its end."""
    under_way = sum(len(each.epochs) / max(each.limit, 1) for each in search.trials if each.status == "running")
    trials = (search.finished + under_way) / search.settings.max_trials
    return min(max(trials, search.seconds / (60 * search.settings.max_minutes)), 1.0)


def _show_turn(job: Job) -> None:
    """What a search waits for."""
    if job.error:
        st.warning(told(job.error), icon=":material/error:")
    running = [each.title for each in jobs.all_jobs() if each.state in ("running", "stopping")]
    before = jobs.waiting_before(job)
    sentence = _("It begins as soon as there is room.")
    if running and before:
        sentence = ngettext(
            "It begins once {running} is done, and {count} more job that waits before it.",
            "It begins once {running} is done, and {count} more jobs that wait before it.",
            before,
        ).format(running=in_markdown(running[0]), count=number(before))
    elif running:
        sentence = _("It begins once {running} is done.").format(running=in_markdown(running[0]))
    st.info(sentence, icon=":material/hourglass_empty:")


def _show_notices(job: Job, search: Search) -> None:
    """What the search's owner should know: that it learns from other data than was wanted."""
    wanted, used = settings_of(job).base.data, search.settings.base.data
    if wanted != used:
        sentence = _("{wanted} could not be had, so it learns from {used}.")
        st.info(
            sentence.format(wanted=in_markdown(listed(wanted)), used=in_markdown(listed(used))),
            icon=":material/database:",
        )


def _show_now(search: Search) -> None:
    """What is being tried."""
    trial = next((each for each in reversed(search.trials) if each.status == "running"), None)
    if trial is None:
        st.caption(_("The next values are being chosen."))
        return
    values = in_markdown(", ".join(f"{name} {value}" for name, value in values_of(trial).items()))
    st.caption(
        _("Now trial {number}, epoch {epoch} of {epochs}: {values}").format(
            number=trial.number, epoch=min(len(trial.epochs) + 1, trial.limit), epochs=trial.limit, values=values
        )
    )


def _show_done(job: Job, search: Search) -> None:
    """What a search gave."""
    st.header(f"{in_markdown(job.title)}: {_summary(search)}", anchor=False)
    _show_notices(job, search)
    st.write(_ended_words(search))
    if search.best:
        st.html(facts(values_of(search.best)))
    with st.container(horizontal=True):
        if search.best:
            label = _("Train the best one fully")
            train_button(search, search.best, label, f"train-best-{job.id}", is_first=True)
        if search.ending != NOTHING_NEW:
            _offer_more(job, search)


def _summary(search: Search) -> str:
    """The best score of a search, in a few words."""
    if search.best is None:
        return _("no trial gave a score")
    return _("{score} at best").format(score=score_words(search.settings, search.best.score))


def _ended_words(search: Search) -> str:
    """How a search ended, and from how much."""
    failed = sum(trial.status == "failed" for trial in search.trials)
    took = ngettext("{count} trial took {time}.", "{count} trials took {time}.", search.finished)
    parts = [_(ENDINGS.get(search.ending, ""))]
    parts.append(took.format(count=number(search.finished), time=duration(search.seconds)))
    if search.best:
        parts.append(
            _("The best is trial {trial}; each learned from {images} images and was scored with {validation}.").format(
                trial=search.best.number, images=number(search.images), validation=number(search.validation)
            )
        )
    if failed:
        why = ngettext(
            "{count} trial failed: the table says why.", "{count} trials failed: the table says why.", failed
        )
        parts.append(why.format(count=number(failed)))
    return " ".join(parts)


def _offer_more(job: Job, search: Search) -> None:
    """Go on with a search that has ended: its trials are taken over."""
    with st.popover(_("Go on searching"), icon=":material/resume:"):
        st.write(_("A new search takes over all these trials and goes on with more of them."))
        settings = search.settings
        trials = st.number_input(_("More trials"), 1, 500, min(settings.max_trials, 500), key=f"more-{job.id}")
        minutes = st.number_input(
            _("More minutes"), 1, 1440, max(1, round(settings.max_minutes)), key=f"more-minutes-{job.id}"
        )
        if st.button(_("Go on"), type="primary", key=f"go-on-{job.id}"):
            with explained():
                more = replace(settings, max_trials=trials, max_minutes=float(minutes))
                searches.watch_search(begun(lambda by: start_search(more, job.id, by)).id)
                st.rerun()
