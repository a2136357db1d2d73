"""A new map: what it is to be made of and how, how far that is, and the maps that were made here."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from mnist_core import jobs
from mnist_core.datasets.own import may_use
from mnist_core.datasets.registry import dataset_in_words, to_look_at
from mnist_core.errors import ConfigError
from mnist_core.extras import TRAIN
from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.maps import embedding as maps
from mnist_core.maps.finding import MAP
from mnist_core.maps.library import what_it_shows
from mnist_core.model.bundle import base_of, model_names
from mnist_ui import resources
from mnist_ui.address import IMAGE
from mnist_ui.choices import page_of
from mnist_ui.extras import has
from mnist_ui.map.address import ATLAS, MAP_ADDRESS, VIEW
from mnist_ui.map.atlas import maps_to_see
from mnist_ui.map.table import show_table
from mnist_ui.messages import explained
from mnist_ui.mnist_offer import offer_mnist
from mnist_ui.ownership import own_first, show_badge
from mnist_ui.state import people, reader
from mnist_ui.state.starts import begun
from mnist_ui.train.knobs import Knobs
from mnist_ui.waiting import wait_for

MAKING = N_("Make a map")
# So many maps that are being made are on a page: each looks anew every second.
IN_PAGE = 8
# Jobs that this visitor asked for: what has come of them is shown even if it is nothing.
_ASKED = "_map_jobs"
_WORDS = {
    "features": N_("What a network sees (features)"),
    "pixels": N_("The pixels"),
    "umap": N_("UMAP: keeps neighbours together"),
    "pca": N_("PCA: the directions in which digits differ most"),
    "test": N_("Test digits"),
    "train": N_("Training digits"),
    "all": N_("All"),
    "euclidean": N_("Euclidean: how far apart"),
    "cosine": N_("Cosine: how different in direction"),
}


def show_making() -> None:
    """Maps that are being made, the form for another, and those that were made here."""
    _show_jobs()
    with st.container(border=True, key="map-form"):
        st.header(_("Make a new map"), anchor=False)
        with explained():
            _show_form()
    show_table()
    offer_mnist()


def make_map_of(config: maps.MapConfig, name: str = "") -> None:
    """Have a map made and watch it, or show it if it is there.

    Raises
    ------
    MnistError
        If it cannot be made.
    """
    dataset = resources.dataset(config.dataset)
    found = MAP.known(config, dataset)
    if found:
        MAP_ADDRESS.set({ATLAS: found, VIEW: None, IMAGE: None})
    else:
        job = begun(lambda by: MAP.start(by, config, dataset, name))
        st.session_state.setdefault(_ASKED, set()).add(job.id)
        MAP_ADDRESS.set({VIEW: MAKING})


def _show_jobs() -> None:
    """The maps that are being made, by whoever; and what has come of those that this visitor asked for."""
    asked = st.session_state.get(_ASKED, set())
    known = [job for job in jobs.all_jobs() if job.kind == MAP.kind and (job.is_active or job.id in asked)]
    known = [job for job in known if may_use(job.settings.get("dataset", ""), people.actor())]
    if any(job.state == "done" for job in known):
        there = [info.id for info in maps_to_see()]
        known = [job for job in known if job.state != "done" or (job.result or {}).get("map") in there]
    for job in page_of(own_first(known, lambda job: job.owner), IN_PAGE, "making-page"):
        with st.container(border=True):
            show_badge(job.owner, (other.owner for other in known))
            if job.state == "done":
                _show_ready(job)
            else:
                wait_for(
                    partial(_unfinished, job.id), _("**{map}** is being made.").format(map=in_markdown(_title(job)))
                )


def _title(job: Job) -> str:
    """What a job makes; if nobody gave that a name, in the visitor's language."""
    try:
        return job.settings.get("name") or what_it_shows(maps.MapConfig.from_json(job.settings.get("config")))
    except ConfigError:  # its settings are damaged
        return job.title


def _unfinished(job_id: str) -> Job | None:
    """A job as it is now; None once it is done."""
    job = jobs.find(job_id)
    return None if job.state == "done" else job


def _show_ready(job: Job) -> None:
    """A way to a map that is ready."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(_("**{map}** is ready.").format(map=in_markdown(_title(job))))

        def show() -> None:
            st.session_state[_ASKED].discard(job.id)
            MAP_ADDRESS.set({ATLAS: (job.result or {}).get("map"), VIEW: None, IMAGE: None})

        st.button(_("Show it"), type="primary", icon=":material/scatter_plot:", on_click=show, key=f"map-show-{job.id}")


def _show_form() -> None:
    """The settings of a new map and the button."""
    knobs = Knobs("map-make")
    left, middle, right = st.columns(3, gap="large")
    with left:
        settings = _of_what(knobs)
    with middle:
        settings |= _how(knobs)
    with right:
        settings |= _for_experts(knobs, settings["method"])
    config = maps.MapConfig(**settings)
    can_make = config.method != "umap" or has(TRAIN)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(_("Name of the map"), placeholder=what_it_shows(config), max_chars=60, key="map-make-name")
        if st.button(_("Make it"), type="primary", icon=":material/play_arrow:", disabled=not can_make):
            make_map_of(config, name.strip())
            st.rerun()
    message = _("On two processor cores a UMAP of {few} digits takes about a minute, one of {many} several minutes.")
    st.caption(message.format(few=number(10_000), many=number(70_000)))


def _of_what(knobs: Knobs) -> dict[str, Any]:
    """Which images, and what of them."""
    help_text = _("Pixels: alike if the ink is in the same places. Features: alike if the network thinks so.")
    source = _pick(knobs, _("Made from"), "source", maps.SOURCES, help_text)
    model = base_of(reader.model_name())  # teaching leaves the features as they were
    if source == "features":
        names = list(dict.fromkeys([*model_names(), model]))
        model = knobs.pick(_("Network"), "model", model, names, help=_("The one whose features are taken."))
    known = to_look_at(people.actor())
    dataset = knobs.pick(
        _("Digits"),
        "dataset",
        maps.MapConfig().dataset,
        list(known),
        format_func=dataset_in_words,
        help=_("The collection of digits that become points."),
    )
    help_text = _("Test digits are those that no network here has learned from.")
    splits = [each for each in maps.SPLITS if each == "all" or each in known[dataset].splits]
    split = _pick(knobs, _("Which of them"), "split", splits, help_text)
    return {"source": source, "model": model, "dataset": dataset, "split": split}


def _how(knobs: Knobs) -> dict[str, Any]:
    """The method, and how large."""
    method_help = _("UMAP shows groups best; PCA is quick and only turns and flattens.")
    dimensions_help = _("3 to turn it, 2 to see all at once.")
    return {
        "method": _pick(knobs, _("Method"), "method", maps.METHODS, method_help),
        "dimensions": int(_pick(knobs, _("Dimensions"), "dimensions", ("3", "2"), dimensions_help)),
        "points": knobs.number(
            _("Points"),
            "points",
            maps.MapConfig().points,
            maps.FEWEST_POINTS,
            maps.MOST_POINTS,
            step=1000,
            help=_("So many digits, chosen at random. {all} are all of MNIST.").format(all=number(maps.MOST_POINTS)),
        ),
    }


def _for_experts(knobs: Knobs, method: str) -> dict[str, Any]:
    """What only changes how it looks."""
    standard = maps.MapConfig()
    help_text = _("How it is measured how unlike two digits are.")
    settings: dict[str, Any] = {"metric": _pick(knobs, _("Distance"), "metric", maps.METRICS, help_text)}
    if method == "umap":
        settings |= {
            "neighbours": knobs.number(
                _("Neighbours"),
                "neighbours",
                standard.neighbours,
                2,
                maps.MOST_NEIGHBOURS,
                help=_("How many alike digits each one holds on to: few show detail, many the whole."),
            ),
            "min_dist": knobs.slider(
                _("Room between points"),
                "min_dist",
                standard.min_dist,
                0.0,
                0.99,
                0.01,
                help=_("0 packs alike digits tightly, more spreads them out."),
            ),
        }
    help_text = _("The same number gives the same map again.")
    return settings | {"seed": knobs.number(_("Seed"), "seed", standard.seed, 0, 2**31 - 1, help=help_text)}


def _pick(knobs: Knobs, label: str, name: str, options: Sequence[str], help_text: str) -> str:
    """One of a few words."""
    words = {option: _(_WORDS.get(option, option)) for option in options}
    return knobs.pick(label, name, options[0], options, format_func=words.__getitem__, help=help_text)
