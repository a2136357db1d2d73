"""Which model reads, how good it is, and the switch to another one: beside the answer."""

from contextlib import suppress

import streamlit as st

from mnist_core.datasets.registry import dataset_in_words
from mnist_core.errors import BundleError
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import percent
from mnist_core.model.bundle import SHIPPED
from mnist_core.model.card import ModelCard
from mnist_ui import resources
from mnist_ui.state import reader

# What is drawn is most like strokes, then like scans; what else a model was tested with comes after them.
TESTS = ("pen-digits", "uji-digits", "mnist")

_KEY = "reads"


def show_reader(*, is_beside: bool) -> None:
    """The model that reads, with the switch to another one where there is one.

    Parameters
    ----------
    is_beside
        Whether the pad with its answer is above, which leaves room for it under the answer.
    """
    names, name = reader.models_to_choose(), reader.model_name()
    place = "beside" if is_beside else "below"
    kind = "" if name == SHIPPED else "-own"
    with (
        st.container(key=f"{_KEY}-{place}"),
        st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{_KEY}{kind}"),
    ):
        if len(names) > 1:
            st.markdown(_("Read by"), width="content")
            st.selectbox(
                _("Model"),
                names,
                names.index(name),
                format_func=_named,
                label_visibility="collapsed",
                key=f"{_KEY}-model-{name}",
                on_change=_choose,
                args=(f"{_KEY}-model-{name}",),
                width=220,
            )
        else:
            st.markdown(_("Read by **{model}**").format(model=in_markdown(_named(name))), width="content")
        with suppress(BundleError):  # it is said where the answer would be
            st.caption(_how_good(resources.model(name)[1]), width="content")


def _choose(key: str) -> None:
    """Read with the model that was chosen; a callback."""
    reader.choose_model(st.session_state[key])


def _named(model: str) -> str:
    """A model as the switch names it."""
    return _("the model of this app") if model == SHIPPED else reader.shown_name(model)


def _how_good(card: ModelCard) -> str:
    """How much it reads right of what is most like a drawing; where nobody has tested it, that."""
    name = next((each for each in (*TESTS, *card.scores) if each in card.scores), None)
    if name is None:
        return _("not tested")
    text = _("{share} right when tested with {dataset}")
    return text.format(share=percent(card.scores[name].accuracy), dataset=in_markdown(dataset_in_words(name)))
