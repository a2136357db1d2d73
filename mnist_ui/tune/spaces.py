"""What a search may choose, as widgets: for each hyperparameter a range, some values, or none."""

from collections.abc import Mapping, Sequence

import streamlit as st

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.language import noop as N_
from mnist_core.training.config import TrainingConfig
from mnist_core.tuning.space import HYPERPARAMETERS, Choices, Dimension, Hyperparameter, Range, Space, Value, count
from mnist_core.types import check_number
from mnist_ui.figures.search import value_words
from mnist_ui.messages import told
from mnist_ui.train.knobs import BATCHES, RATES, Knobs
from mnist_ui.widgets import one_of

RANGE, VALUES = N_("Range"), N_("Values")

# Where a range may begin and end; any number can be among the values of a set.
PLACES: Mapping[str, Sequence[float]] = {
    "filters": (8, 16, 24, 32, 48, 64, 96, 128),
    "dense": (32, 64, 96, 128, 192, 256, 384, 512),
    "dropout": tuple(round(0.1 * step, 1) for step in range(10)),
    "learning_rate": tuple(rate for rate in RATES if rate >= 1e-5),
    "kernel": tuple(range(2, 8)),
    "augmentation": tuple(0.25 * step for step in range(9)),
    "batch_size": BATCHES,
}
STEPS: Mapping[str, float] = {"batch_size": 16}
# Of widgets whose label stands beside them already.
_BARE = {"label_visibility": "collapsed"}


class SpaceKnobs(Knobs):
    """`Knobs` that a space is made of."""

    def kind(self, label: str, name: str, value: str) -> str:
        """Whether there is a range or a set of values."""
        return one_of(label, (RANGE, VALUES), value, format_func=_, **self._kept(f"{name}-kind", **_BARE))

    def ends(self, label: str, name: str, value: tuple[float, float], places: Sequence[float]) -> tuple[float, float]:
        """Where a range begins and ends."""
        among = sorted({*places, *value})
        kept = self._kept(f"{name}-range", format_func=value_words, **_BARE)
        low, high = st.select_slider(label, among, value, **kept)
        return low, high

    def values(self, label: str, name: str, value: Sequence[Value], offered: Sequence[Value]) -> list[str]:
        """Some values, as texts; others than those that are offered can be typed."""
        texts = [value_words(each) for each in sorted({*value, *offered})]
        kept = self._kept(f"{name}-values", accept_new_options=True, **_BARE)
        return st.multiselect(label, texts, [value_words(each) for each in value], **kept)


def choose_space(knobs: SpaceKnobs, base: TrainingConfig) -> Space | None:
    """A row for each hyperparameter that can be searched; what is impossible is said in its row.

    Returns
    -------
    None if something is impossible, or there is nothing to search.
    """
    dimensions: dict[str, Dimension] = {}
    is_possible = True
    for name, known in HYPERPARAMETERS.items():
        if known.is_layer and base.architecture is None:
            continue
        try:
            found = _row(knobs, name, known, base)
        except ConfigError as error:
            st.error(told(error), icon=":material/error:")
            is_possible = False
            continue
        if found is not None:
            dimensions[name] = found
    if base.architecture is None:
        st.caption(_("The layers of this network are fixed: only how it learns can be searched."))
    return _space(dimensions) if is_possible else None


def points_words(space: Space) -> str:
    """How many points a space has."""
    return _("countless") if space.points is None else number(space.points)


def _space(dimensions: Mapping[str, Dimension]) -> Space | None:
    """The space of all rows; where there is nothing to choose from, that is said."""
    if any(count(name, each) != 1 for name, each in dimensions.items()):
        return Space(dimensions)
    message = _("There is nothing to search: let at least one hyperparameter have more than one value.")
    st.error(message, icon=":material/error:")
    return None


def _row(knobs: SpaceKnobs, name: str, known: Hyperparameter, base: TrainingConfig) -> Dimension | None:
    """One hyperparameter; None if it is not searched.

    Raises
    ------
    ConfigError
        If its values are impossible.
    """
    label = _(known.label)
    what, which = st.columns([6, 7], vertical_alignment="center", gap="medium")
    with what:
        is_searched = knobs.toggle(label, name, known.is_standard, help=_(known.help))
    if not is_searched:
        which.caption(_("stays as it is: {value}").format(value=_standing(name, base)))
        return None
    if known.is_switch:
        which.caption(_("with and without"))
        return known.standard
    with what.container(horizontal=True, vertical_alignment="center", gap="small"):
        kind = knobs.kind(label, name, RANGE if isinstance(known.standard, Range) else VALUES)
        counted = st.empty()
    with which:
        found = _range(knobs, name, known) if kind == RANGE else _choices(knobs, name, known)
    counted.caption(_counted(name, found))
    for value in found.values if isinstance(found, Choices) else ():
        check_number(label, value, known.low, known.high, whole=known.whole)
    if count(name, found) != 1:
        Space({name: found})
    return found


def _range(knobs: SpaceKnobs, name: str, known: Hyperparameter) -> Range:
    """A range, that of the standard space at first."""
    standard = known.standard
    if isinstance(standard, Range):
        ends, step, is_log = (standard.low, standard.high), standard.step, standard.log
    else:
        ends, step, is_log = (min(standard.values), max(standard.values)), STEPS.get(name), False
    low, high = knobs.ends(_(known.label), name, ends, PLACES[name])
    return Range(low, high, step, is_log)


def _choices(knobs: SpaceKnobs, name: str, known: Hyperparameter) -> Choices:
    """A set of values, that of the standard space at first."""
    standard = known.standard
    first = standard.values if isinstance(standard, Choices) else (standard.low, standard.high)
    texts = knobs.values(_(known.label), name, first, PLACES[name])
    if not texts:
        raise ConfigError(_("{name}: choose at least one value, or switch it off.").format(name=_(known.label)))
    return Choices(tuple(typed_number(text, known) for text in texts))


def typed_number(text: str, known: Hyperparameter) -> Value:
    """What was typed, as a number.

    Raises
    ------
    ConfigError
        If it is none.
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        message = _("{name}: each value must be a number. Received: {text}.")
        raise ConfigError(message.format(name=_(known.label), text=text[:40])) from None
    return int(value) if known.whole and value.is_integer() else value


def _counted(name: str, dimension: Dimension) -> str:
    """How many values a hyperparameter may have."""
    values = count(name, dimension)
    if values is None:
        return _("any between")
    if values == 1:
        return _("one value for every trial")
    return ngettext("{count} value", "{count} values", values).format(count=number(values))


def _standing(name: str, base: TrainingConfig) -> str:
    """What a hyperparameter is where it is not searched."""
    if name == "augmentation":
        return _("as in the recipe") if base.augmentation else _("none")
    layers = base.architecture
    return value_words(getattr(layers if layers and hasattr(layers, name) else base, name))
