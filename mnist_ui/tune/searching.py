"""A search for better hyperparameters, chosen: what is varied, who chooses, how long, and the button to start."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from mnist_core import jobs
from mnist_core.datasets.registry import FALLBACK, dataset_in_words, to_learn_from, training_images
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.owners import KEEPER
from mnist_core.training.costs import seconds_expected
from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import SPEEDS
from mnist_core.tuning.searches import memory_of_search, start_search
from mnist_core.tuning.settings import OBJECTIVES, TUNERS, SearchSettings, trial_config
from mnist_core.tuning.space import Choices, Dimension, Range, Space
from mnist_ui.durations import duration, memory_words
from mnist_ui.figures.facts import facts
from mnist_ui.figures.search import OBJECTIVE_WORDS
from mnist_ui.messages import explained
from mnist_ui.state import people, searches
from mnist_ui.state.starts import begun
from mnist_ui.train.presets import preset_title
from mnist_ui.tune.spaces import SpaceKnobs, choose_space, points_words

# What a search costs beside learning, as measured: loading all at first, and building each network.
START_S, BUILD_S = 10.0, 2.0

TUNER_WORDS = {
    "bayesian": N_("Bayesian optimisation"),
    "random": N_("Random search"),
    "hyperband": N_("Hyperband"),
}


def show_form(speeds: Mapping[str, float]) -> None:
    """All that can be chosen, what that costs, and the button."""
    varied, order = st.columns([8, 5], gap="large")
    with varied:
        st.header(_("What may change"), anchor=False)
        preset = st.selectbox(
            _("Recipe to begin with"),
            list(PRESETS),
            list(PRESETS).index(SearchSettings.preset),
            format_func=preset_title,
            key="tune-preset",
            persist_state="session",
        )
        knobs = SpaceKnobs(f"tune-{preset}")
        space = choose_space(knobs, PRESETS[preset].config)
    with order:
        # What it costs is seen at once, and known only after all has been chosen.
        box = st.container(border=True)
        st.header(_("How to search"), anchor=False)
        settings = None
        with explained():
            settings = _settings(preset, space)
    with box:
        _show_order(settings, speeds)


def show_quick_example() -> None:
    """A small search that takes a minute, on the digits that are always there."""
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.button(_("Quick example"), icon=":material/bolt:")
        st.caption(
            _("Ten small networks learn from coarse scans that are always there. It takes a minute or two."),
            width="stretch",
        )
    if is_wanted:
        with explained():
            start(quick_example())


def quick_example() -> SearchSettings:
    """The settings of a search that takes a minute."""
    space: dict[str, Dimension] = {
        "filters": Range(4, 16, 4),
        "dense": Choices((16, 32, 64)),
        "dropout": Range(0.0, 0.6, 0.2),
        "learning_rate": Range(0.0003, 0.03, log=True),
    }
    base = replace(PRESETS["classic"].config, data=(FALLBACK,))
    return SearchSettings(
        "quick-example", "classic", base, Space(space), "bayesian", max_trials=10, max_minutes=3, images=0, epochs=4
    )


def start(settings: SearchSettings) -> None:
    """Queue a search and watch it; measuring this machine gives way to it.

    Raises
    ------
    MnistError
        If it cannot be started.
    """
    for job in jobs.all_jobs():
        if job.kind == SPEEDS.kind and job.is_active:
            jobs.cancel(job.id, KEEPER, at_once=True)
    searches.watch_search(begun(lambda by: start_search(settings, by=by)).id)
    st.rerun()


def most_seconds(settings: SearchSettings, speeds: Mapping[str, float]) -> tuple[float, float] | None:
    """How long a search and one trial of it take at most on this machine.

    Returns
    -------
    Seconds of all of it, and of the dearest trial; None if this machine was not measured.
    """
    times = [
        seconds_expected(trial_config(settings, values), settings.preset, speeds) for values in settings.space.corners()
    ]
    known = [each for each in times if each is not None]
    if len(known) < len(times):
        return None
    dearest = max(known) + BUILD_S
    trials = min(settings.max_trials, settings.space.points or settings.max_trials)
    # The trial under way ends with the last minute.
    return START_S + min(trials * dearest, 60 * settings.max_minutes), dearest


def _settings(preset: str, space: Space | None) -> SearchSettings | None:
    """The widgets for all but the space; None without one.

    Raises
    ------
    ConfigError
        If the choices do not fit together.
    """
    knobs = SpaceKnobs(f"tune-{preset}")
    tuner = st.radio(
        _("Who chooses what is tried next"),
        list(TUNERS),
        format_func=lambda name: _(TUNER_WORDS[name]),
        captions=[_(sentence) for sentence in TUNERS.values()],
        key="tune-tuner",
        persist_state="session",
    )
    objective = st.selectbox(
        _("What is to be best"),
        list(OBJECTIVES),
        format_func=lambda name: _(OBJECTIVE_WORDS[name]),
        key="tune-objective",
        persist_state="session",
        help=" ".join(_(sentence) for sentence in OBJECTIVES.values()),
    )
    base = PRESETS[preset].config
    known = to_learn_from(people.actor())
    chosen = [name for name in base.data if name in known]
    names = knobs.several(_("Learn from"), "data", chosen, list(known), format_func=dataset_in_words)
    base = replace(base, data=tuple(names))
    most = max(map(training_images, base.data), default=0)
    standard = SearchSettings()
    with st.container(horizontal=True):
        trials = knobs.number(_("Trials at most"), "trials", standard.max_trials, 1, 500)
        minutes = knobs.number(_("Minutes at most"), "minutes", round(standard.max_minutes), 1, 1440)
    with st.container(horizontal=True):
        images = knobs.number(
            _("Images a trial (0: all)"),
            f"images-{most}",
            min(standard.images, most),
            0,
            most,
            step=1000,
            help=_("Fewer images are faster, and tell almost as well which values are the better ones."),
        )
        epochs = knobs.number(_("Epochs a trial"), "epochs", standard.epochs, 1, 100)
    if space is None:
        return None
    return SearchSettings(
        preset=preset,
        base=base,
        space=space,
        tuner=tuner,
        objective=objective,
        max_trials=trials,
        max_minutes=float(minutes),
        images=images,
        epochs=epochs,
    )


def _show_order(settings: SearchSettings | None, speeds: Mapping[str, float]) -> None:
    """What the search costs, and the button to start it."""
    if settings is None:
        st.info(_("These choices do not fit together yet; it says why beside them."), icon=":material/tune:")
    else:
        times = most_seconds(settings, speeds)
        values = {_("Combinations"): points_words(settings.space)}
        values[_("Time at most")] = duration(times[0] if times else None)
        st.html(facts(values))
        st.caption(memory_words(memory_of_search(settings)))
        for sentence in _remarks(settings, times):
            st.caption(sentence)
    name = st.text_input(
        _("Name of the search"), SearchSettings.name, key="tune-name", max_chars=64, persist_state="session"
    )
    label, icon = _("Start the search"), ":material/search:"
    is_wanted = st.button(label, type="primary", icon=icon, width="stretch", disabled=settings is None)
    if is_wanted and settings:
        with explained():
            start(replace(settings, name=name.strip() or SearchSettings.name))


def _remarks(settings: SearchSettings, times: tuple[float, float] | None) -> list[str]:
    """What the visitor should know before the start."""
    found = []
    if times:
        found.append(_("One trial takes {time} at most on this machine.").format(time=duration(times[1])))
    points = settings.space.points
    if points is not None and points < settings.max_trials:
        message = _("There are only {points} combinations: the search ends once all of them were tried.")
        found.append(message.format(points=number(points)))
    elif times and times[1] * settings.max_trials > 60 * settings.max_minutes:
        trials = number(max(1, 60 * settings.max_minutes // times[1]))
        found.append(_("The minutes may end first, after about {trials} trials.").format(trials=trials))
    return found
