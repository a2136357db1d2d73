"""The model that reads for the visitor."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.model.bundle import is_taught, model_names, standard_model
from mnist_core.teaching.taught import note_use
from mnist_ui.address import DEMO, MODEL, write
from mnist_ui.state.demo import is_demo
from mnist_ui.state.people import answers, visitor
from mnist_ui.state.speech import language_in_address


def model_name() -> str:
    """Name of the model that the visitor chose, or that the address named at first."""
    if MODEL not in st.session_state:
        named = st.query_params.get(MODEL, standard_model())
        # No address opens what a visitor has taught: its name is the visitor's secret.
        st.session_state[MODEL] = standard_model() if is_taught(named) else named
    name: str = st.session_state[MODEL]
    return name


def choose_model(name: str) -> None:
    """Read with this model from now on, and name it in the address."""
    st.session_state[MODEL] = name
    uses = bool(name) and name == visitor().taught
    if uses != visitor().is_taught_used:
        visitor().change(is_taught_used=uses)
    write({MODEL: None, **model_in_address()})


def model_in_address() -> dict[str, str]:
    """The visitor's model and language as an address names them, and whether it is a demo.

    The standard model and one that was taught are not named.
    """
    name = model_name()
    model = {} if name == standard_model() or is_taught(name) else {MODEL: name}
    demo = {DEMO: "1"} if is_demo() else {}
    return model | demo | language_in_address()


def models_to_choose() -> list[str]:
    """Names of the models that the visitor may choose from: all visitors', the one in use, and the own one."""
    return [name for name in dict.fromkeys([*model_names(), model_name(), visitor().taught]) if name]


def shown_name(model: str) -> str:
    """A model's name as it is shown: that of a model that was taught is a secret."""
    return _("Taught by you") if is_taught(model) else model


def use_taught() -> None:
    """Read with the model that the visitor has taught, where it is there and in use; after `Visitor.take`."""
    now = visitor()
    if now.taught and not note_use(now.taught):
        now.change(taught="", is_taught_used=False)
    if now.is_taught_used and MODEL not in st.query_params:
        st.session_state[MODEL] = now.taught
    elif is_taught(model_name()) and model_name() != now.taught:
        st.session_state[MODEL] = standard_model()
    answers().is_restored = False
