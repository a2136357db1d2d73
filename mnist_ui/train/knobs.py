"""Everything of a run that can be changed, as widgets."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from mnist_core.datasets.registry import dataset_in_words, spec_of, to_learn_from, training_images
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.model.architecture import SAVED, Architecture, standard_architecture
from mnist_core.model.bundle import model_names
from mnist_core.training.augmentation import augment
from mnist_core.training.config import OPTIMIZERS, SCHEDULES, Augmentation, TrainingConfig
from mnist_core.training.presets import adaptable_titles
from mnist_ui import resources
from mnist_ui.figures.digits import digit_grid
from mnist_ui.scores import listed
from mnist_ui.state import people, runs

T = TypeVar("T")

AVERAGES = (0.0, 0.9, 0.99, 0.995, 0.999, 0.9995)
BATCHES = (16, 32, 64, 128, 256, 512, 1024)
RATES = tuple(float(f"{base}e{power}") for power in range(-6, 1) for base in (1, 2, 3, 5))
FILTERS = (4, 8, 12, 16, 24, 32, 48, 64, 96)
UNITS = (0, 16, 32, 64, 128, 256, 512)


class Knobs:
    """Widgets whose values last for the session, one set for each preset.

    Parameters
    ----------
    prefix
        Tells the widgets of one preset from another's.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def slider(self, label: str, name: str, value: float, low: float, high: float, step: float, **more: Any) -> Any:
        """A number on a line."""
        kind = type(step)
        return st.slider(label, kind(low), kind(high), kind(value), step, format="%g", **self._kept(name), **more)

    def choice(self, label: str, name: str, value: T, options: Sequence[T], **more: Any) -> T:
        """One of a few values in a row; what an address asks for is among them in any case."""
        among = sorted({*options, value})  # type: ignore[type-var]
        return st.select_slider(label, among, value, **self._kept(name), **more)

    def number(self, label: str, name: str, value: int, low: int, high: int, **more: Any) -> int:
        """A whole number."""
        return st.number_input(label, low, high, value, **self._kept(name), **more)

    def pick(self, label: str, name: str, value: str, options: Sequence[str], **more: Any) -> str:
        """One of a few words."""
        among = list(dict.fromkeys([*options, value]))
        return st.selectbox(label, among, among.index(value), **self._kept(name), **more)

    def toggle(self, label: str, name: str, value: bool, **more: Any) -> bool:
        """On or off."""
        return st.toggle(label, value, **self._kept(name), **more)

    def several(self, label: str, name: str, value: Sequence[str], options: Sequence[str], **more: Any) -> list[str]:
        """Some of a few words."""
        return st.multiselect(label, options, list(value), **self._kept(name), **more)

    def _kept(self, name: str, **more: Any) -> dict[str, Any]:
        """What every widget is given, and more that one of them needs."""
        return {"key": f"{self._prefix}-{name}", "persist_state": "session", **more}


def modified(preset: str) -> TrainingConfig:
    """Show all that can be changed of a preset and give the config that comes of it.

    Raises
    ------
    ConfigError
        If the choices do not fit together; the message says which and why.
    """
    plan = runs.plan()
    base, knobs = plan.base(preset), Knobs(f"{preset}-{plan.edition}")
    parts: dict[str, Callable[[Knobs, TrainingConfig], dict[str, Any]]] = {
        N_("Network"): _network,
        N_("Learning"): _learning,
        N_("Data"): _data,
        N_("Augmentation"): _augmentation,
    }
    changes: dict[str, Any] = {}
    for tab, part in zip(st.tabs([_(title) for title in parts]), parts.values(), strict=True):
        with tab:
            changes |= part(knobs, base)
    return replace(base, **changes)


def _network(knobs: Knobs, base: TrainingConfig) -> dict[str, Any]:
    """The layers, or the model to start from."""
    if base.network == SAVED:
        start = knobs.pick(_("Model to start from"), "start_from", base.start_from, model_names())
        frozen = knobs.toggle(_("Keep all that it has learned; only the last layer learns"), "frozen", base.frozen)
        return {"start_from": start, "frozen": frozen}
    start_with = base.architecture or standard_architecture(base.network)
    if start_with is None:
        others = listed([f"*{title}*" for title in adaptable_titles()])
        st.caption(_("This network is of one fixed design. {presets} can be changed.").format(presets=others))
        return {}
    left, right = st.columns(2, gap="large")
    with left:
        filters = knobs.choice(_("Filters of the first block"), "filters", start_with.filters, FILTERS)
        kernel = knobs.slider(_("Kernel: side of the window in pixels"), "kernel", start_with.kernel, 2, 7, 1)
        blocks = knobs.slider(_("Blocks"), "blocks", start_with.blocks, 1, 5, 1)
    with right:
        dense = knobs.choice(_("Dense units before the ten outputs"), "dense", start_with.dense, UNITS)
        dropout = knobs.slider(_("Dropout"), "dropout", start_with.dropout, 0.0, 0.9, 0.05)
        norm = knobs.toggle(_("Batch normalisation"), "batch_normalization", start_with.batch_normalization)
    return {"architecture": Architecture(filters, kernel, blocks, dense, dropout, norm)}


def _learning(knobs: Knobs, base: TrainingConfig) -> dict[str, Any]:
    """How the weights are changed, how often, and when that ends."""
    patience = _("Stop after epochs without progress (patience)")
    left, right = st.columns(2, gap="large")
    with left:
        first = {
            "optimizer": knobs.pick(_("Optimiser"), "optimizer", base.optimizer, OPTIMIZERS),
            "learning_rate": knobs.choice(
                _("Learning rate"), "learning_rate", base.learning_rate, RATES, format_func=lambda rate: f"{rate:g}"
            ),
            "schedule": knobs.pick(
                _("Schedule of the learning rate"), "schedule", base.schedule, SCHEDULES, format_func=_
            ),
            "weight_decay": knobs.slider(_("Weight decay"), "weight_decay", base.weight_decay, 0.0, 0.1, 0.005),
            "averaging": knobs.choice(
                _("Average of the weights: share that stays at each step (0: none)"),
                "averaging",
                base.averaging,
                AVERAGES,
                format_func=lambda share: f"{share:g}",
            ),
        }
    with right:
        second = {
            "batch_size": knobs.choice(_("Batch size: images a step"), "batch_size", base.batch_size, BATCHES),
            "epochs": knobs.slider(_("Epochs at most"), "epochs", base.epochs, 1, max(50, base.epochs), 1),
            "patience": knobs.slider(patience, "patience", base.patience, 1, max(20, base.patience), 1),
            "seed": knobs.number(_("Seed: the same number gives the same run"), "seed", base.seed, 0, 2**31 - 1),
        }
    return first | second


def _data(knobs: Knobs, base: TrainingConfig) -> dict[str, Any]:
    """What it learns from."""
    known = to_learn_from(people.actor())
    chosen = [name for name in base.data if name in known]
    names = knobs.several(_("Learn from"), "data", chosen, list(known), format_func=_in_words)
    most = max(map(_most, names), default=0)
    left, right = st.columns(2, gap="large")
    with left:
        limit = knobs.number(
            _("Images of each dataset at most (0: all)"), f"limit-{most}", min(base.limit, most), 0, most, step=1000
        )
        share = knobs.slider(_("Share kept for validation"), "validation_share", base.validation_share, 0.05, 0.5, 0.05)
    changes: dict[str, Any] = {"data": tuple(names), "limit": limit, "validation_share": share}
    with right:
        if any(known[name].load_strokes for name in names):
            changes["stroke_variants"] = knobs.slider(
                _("Times that each pen stroke digit is written anew"), "stroke_variants", base.stroke_variants, 1, 12, 1
            )
        if base.non_digits:
            changes["non_digits"] = knobs.number(
                _("Pictures of what is no digit"), "non_digits", base.non_digits, 0, 50_000, step=1000
            )
        if base.printed:
            changes["printed"] = knobs.number(
                _("Pictures of printed digits"), "printed", base.printed, 0, 50_000, step=1000
            )
    return changes


def _most(dataset: str) -> int:
    """The largest limit that can be set; of drawings in hundreds, or each new one would undo what was set."""
    images = training_images(dataset)
    return images if spec_of(dataset).splits else images // 100 * 100


def _in_words(dataset: str) -> str:
    """A dataset's name for people, and how many images it has."""
    return f"{dataset_in_words(dataset)} ({number(training_images(dataset))})"


def _augmentation(knobs: Knobs, base: TrainingConfig) -> dict[str, Any]:
    """How training images are changed each time, and twenty of them."""
    start_with = base.augmentation or Augmentation()
    if not knobs.toggle(_("Change each image at random every time it is shown"), "augmented", bool(base.augmentation)):
        return {"augmentation": None}
    left, right = st.columns(2, gap="large")
    values = asdict(start_with)
    with left:
        for name, (label, high, step) in _STRENGTHS.items():
            values[name] = knobs.slider(_(label), name, values[name], 0, high, step)
        mild = knobs.slider(
            _("Last epochs that change the images less"),
            "mild_epochs",
            base.mild_epochs,
            0,
            max(20, base.mild_epochs),
            1,
        )
    chosen = Augmentation(**values)
    with right:
        st.html(digit_grid(augmented_examples(base, chosen), _("Twenty training images after these changes")))
        st.caption(_("Two images of each digit, each as it could be shown to the network."))
    return {"augmentation": chosen, "mild_epochs": mild}


_STRENGTHS = {
    "rotation": (N_("Turn: degrees either way"), 45.0, 1.0),
    "shift": (N_("Shift: pixels of 28"), 8.0, 0.5),
    "zoom": (N_("Zoom: share of the size"), 0.5, 0.02),
    "stretch": (N_("Stretch: wider or taller"), 0.5, 0.02),
    "shear": (N_("Slant"), 1.0, 0.05),
    "elastic": (N_("Elastic bending: pixels"), 3.0, 0.1),
    "thickness": (N_("Thickness: share of images with another pen"), 1.0, 0.05),
    "noise": (N_("Noise: share of images that are spoilt"), 1.0, 0.05),
}


def augmented_examples(config: TrainingConfig, augmentation: Augmentation) -> np.ndarray:
    """Twenty training images, two of each digit, changed at random but the same way each time."""
    images = resources.examples(config.data[0])
    return augment(images, augmentation, np.random.default_rng(config.seed))
