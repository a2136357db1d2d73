"""The trials of a search: a table to choose one from, what can be done with it, and what all of them together tell."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.language import noop as N_
from mnist_core.training.run_settings import RunSettings, start_run
from mnist_core.tuning.reasons import reason_words
from mnist_core.tuning.results import MIN_TRIALS, Search, Trial
from mnist_core.tuning.settings import config_of
from mnist_core.tuning.space import HYPERPARAMETERS
from mnist_ui.figures import search as figures
from mnist_ui.figures.parallel import parallel_coordinates
from mnist_ui.messages import explained
from mnist_ui.parallel import show_parallel
from mnist_ui.state import paper, runs, searches
from mnist_ui.state.starts import begun

STATUS_WORDS = {
    "running": N_("is learning"),
    "completed": N_("done"),
    "failed": N_("failed"),
    "stopped": N_("cut off"),
}


def show_charts(job: Job, search: Search) -> None:
    """The best score over time, and the curves of a trial beside the best one's; both grow in place."""
    left, right = st.columns(2)
    shown, height = _curves(job, search), figures.HEIGHT
    best, curves = figures.best_points(search), figures.trial_points(search, shown)
    left.vega_lite_chart(best, figures.best_chart(search), height=height, key=f"best-{job.id}")
    right.vega_lite_chart(curves, figures.trial_chart(search, shown), height=height, key=f"curves-{job.id}")


def show_trials(job: Job, search: Search) -> None:
    """The table of all trials, the chosen one, and what all of them tell; it changes when a trial begins or ends."""
    st.header(_("Trials"), anchor=False)
    _show_table(job, search)
    _show_chosen(job, search)
    if sum(trial.status == "completed" for trial in search.trials):
        _show_parallel(job, search)
        _show_importance(search)


def train_button(search: Search, trial: Trial, label: str, key: str, *, is_first: bool = False) -> None:
    """A button that trains with a trial's values, on all images and for all epochs, and goes where one can watch it."""
    help_text = _("A training run of the whole recipe with these values; what comes of it is a model like any other.")
    kind = "primary" if is_first else "secondary"
    if st.button(label, key=key, type=kind, icon=":material/model_training:", help=help_text):  # type: ignore[arg-type]
        with explained():
            config = config_of(search.settings, trial.values)
            settings = RunSettings(config, search.settings.preset, paper.sketch().digit())
            run = begun(lambda by: start_run(settings, by))
            runs.watch_run(run.id)
            st.switch_page("pages/train.py", query_params=runs.run_in_address())


def values_of(trial: Trial) -> dict[str, str]:
    """A trial's values by the names of the hyperparameters, for people."""
    return {_(HYPERPARAMETERS[name].label): figures.value_words(value) for name, value in trial.values.items()}


def _chosen(job: Job, search: Search) -> Trial | None:
    """The trial that the visitor clicked on, if it is still there."""
    chosen = searches.chosen_trials().get(job.id)
    return next((trial for trial in search.trials if trial.id == chosen), None)


def _curves(job: Job, search: Search) -> list[Trial]:
    """The trials whose curves are shown: the chosen one, or the one that is learning, and the best one."""
    running = next((trial for trial in reversed(search.trials) if trial.status == "running"), None)
    shown = [trial for trial in (_chosen(job, search) or running, search.best) if trial]
    return list({trial.id: trial for trial in shown}.values())


def _show_table(job: Job, search: Search) -> None:
    """All trials, best first."""
    trials = search.ranked()
    ids = [trial.id for trial in trials]
    key = f"trials-{job.id}"

    chosen = searches.chosen_trials().get(job.id)
    wanted = {"rows": [ids.index(chosen)] if chosen in ids else [], "columns": [], "cells": []}
    shown = st.session_state[key]["selection"] if key in st.session_state else wanted

    def choose() -> None:
        now = st.session_state[key]["selection"]
        # A click on a cell chooses its row; the cell may stay with the table when a row's box is clicked afterwards.
        is_new = now["cells"] and now["cells"] != shown["cells"]
        rows = [row for row, _column in now["cells"]] if is_new else now["rows"]
        searches.chosen_trials()[job.id] = ids[rows[0]] if rows else ""

    if shown["rows"] != wanted["rows"]:
        st.session_state[key] = {"selection": wanted}  # the same trial, which has another place by now
    st.dataframe(
        [_row(search, trial) for trial in trials],
        hide_index=True,
        key=key,
        column_config=_columns(search),
        on_select=choose,
        selection_mode=["single-row", "single-cell"],
        placeholder="–",
    )
    st.caption(_("A click on a column's head sorts; a click on a row shows that trial's curves beside the best ones."))


def _row(search: Search, trial: Trial) -> dict[str, Any]:
    """A trial's line in the table."""
    factor, digits = (100, 2) if search.settings.is_more_better else (1, 4)
    row: dict[str, Any] = {
        "trial": trial.number,
        "status": _(STATUS_WORDS[trial.status]),
        "score": None if trial.score is None else round(factor * trial.score, digits),
        "seconds": trial.seconds,
        **trial.values,
    }
    if any(each.reason for each in search.trials):
        row["reason"] = reason_words(trial.reason)
    return row


def _columns(search: Search) -> dict[str, Any]:
    """How each column is shown."""
    objective = _(figures.OBJECTIVE_WORDS[search.settings.objective])
    score_format = "%.2f %%" if search.settings.is_more_better else "%.4f"
    numbers = {
        name: st.column_config.CheckboxColumn(_(known.label))
        if known.is_switch
        else st.column_config.NumberColumn(_(known.label), format="%.4g" if not known.whole else None)
        for name, known in HYPERPARAMETERS.items()
        if name in search.settings.space.dimensions
    }
    return {
        "trial": st.column_config.NumberColumn(_("trial"), width="small", pinned=True),
        "status": st.column_config.TextColumn(_("status"), width="small"),
        "score": st.column_config.NumberColumn(objective, format=score_format),
        "seconds": st.column_config.NumberColumn(_("seconds"), format="%.1f"),
        "reason": st.column_config.TextColumn(_("why it failed"), width="large"),
        **numbers,
    }


def _show_chosen(job: Job, search: Search) -> None:
    """The chosen trial in words, and the button to train it; the best one where none was chosen."""
    trial = _chosen(job, search) or (search.best if job.is_active else None)
    if trial is None:
        return
    values = in_markdown(", ".join(f"{name} {value}" for name, value in values_of(trial).items()))
    score = "" if trial.score is None else f" ({figures.score_words(search.settings, trial.score)})"
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        title = _("Trial {number}").format(number=trial.number)
        st.markdown(f"**{title}**{score}: {values}", width="stretch")
        if trial.status != "failed":
            train_button(search, trial, _("Train this one fully"), f"train-{job.id}")
    if trial.status == "failed":
        message = _("This trial failed. {reason}").format(reason=in_markdown(reason_words(trial.reason)))
        st.warning(message, icon=":material/error:")


def _show_parallel(job: Job, search: Search) -> None:
    """All trials as lines through their values."""
    st.header(_("Which values go with a good score"), anchor=False)
    show_parallel(parallel_coordinates(search), key=f"parallel-{job.id}")
    st.caption(
        _(
            "Each line is a trial: it passes through its values and ends at its score, the more orange the better. "
            "Drag along an axis to see only the trials that pass there. Trials that failed are not among them."
        )
    )


def _show_importance(search: Search) -> None:
    """How much each hyperparameter counts, and how little that says."""
    st.header(_("Which hyperparameters count"), anchor=False)
    if search.importance is None:
        st.caption(_why_unknown(search.trials))
        return
    st.html(figures.importance_bars(search.importance))
    st.caption(
        ngettext(
            "How much worse a random forest predicts the score when this hyperparameter's values are shuffled "
            "(permutation importance). It is learned from {count} trial, which is little: a share that is not well "
            "above what stands behind its ± may be chance, and other trials may say otherwise.",
            "How much worse a random forest predicts the score when this hyperparameter's values are shuffled "
            "(permutation importance). It is learned from {count} trials, which is little: a share that is not well "
            "above what stands behind its ± may be chance, and other trials may say otherwise.",
            search.importance.trials,
        ).format(count=number(search.importance.trials))
    )


def _why_unknown(trials: Sequence[Trial]) -> str:
    """Why nothing can be said about what counts."""
    scored = sum(trial.status == "completed" for trial in trials)
    if scored < MIN_TRIALS:
        message = _("That can be said from {least} trials on; there are {count}.")
        return message.format(least=number(MIN_TRIALS), count=number(scored))
    return _("These trials do not tell: their scores depend on none of them.")
