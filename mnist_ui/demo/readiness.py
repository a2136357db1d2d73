"""Whether the demo works where there is no internet: everything that it needs is looked at, not assumed."""

from dataclasses import dataclass

import streamlit as st

from mnist_core.discretion import without_places
from mnist_core.errors import MnistError
from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.model.bundle import SHIPPED, model_folder, verify_bundle
from mnist_ui import resources
from mnist_ui.draw.examples import load_examples, misread


@dataclass(frozen=True)
class Check:
    """One thing that the demo needs.

    Attributes
    ----------
    name
        What it is, in a word.
    sentence
        What was found.
    is_ready
        Whether the demo works with that.
    """

    name: str
    sentence: str
    is_ready: bool


def checks(model: str) -> list[Check]:
    """All that the demo needs of this machine, looked at now (about 30 ms).

    Parameters
    ----------
    model
        Name of the model that reads the drawings.
    """
    return [_of_model(model), _of_examples(model), _of_images(), _of_server()]


def _of_model(model: str) -> Check:
    """Whether each of the model's files is the one that its card names, and it is loaded."""
    try:
        card = verify_bundle(model_folder(model))
        resources.model(model)
    except MnistError as error:
        return Check(_("Model"), without_places(error), is_ready=False)
    found = _("“{name}” is loaded, and each of its {count} files is the one that its card names.")
    return Check(_("Model"), found.format(name=model, count=number(len(card.files))), is_ready=True)


def _of_examples(model: str) -> Check:
    """Whether the examples can be read, and the model that came with the app reads in them what they show."""
    try:
        examples = load_examples()
        wrong = misread(examples, resources.model(model)[0], is_shipped=model == SHIPPED)
    except (MnistError, OSError, ValueError, KeyError) as error:
        return Check(_("Examples"), without_places(error), is_ready=False)
    if wrong:
        return Check(_("Examples"), _("Not read as they should be: {names}.").format(names=", ".join(wrong)), False)
    said = _("All {count} are here, and were read just now.").format(count=number(len(examples)))
    return Check(_("Examples"), said, is_ready=True)


def _of_images() -> Check:
    """Which images there are to compare a drawing with."""
    try:
        images = resources.known_images()
    except MnistError as error:
        return Check(_("Images"), without_places(error), is_ready=False)
    if images.name == "mnist":
        said = _("All {count} images of MNIST are on this machine.")
    else:
        said = _("MNIST is not on this machine; the {count} digits that came with the app stand in for it.")
    return Check(_("Images"), said.format(count=number(len(images))), is_ready=True)


def _of_server() -> Check:
    """Whether the server itself keeps to this machine."""
    is_quiet = not st.get_option("browser.gatherUsageStats")
    said = (
        _("It reads all drawings itself, and tells nobody of them.")
        if is_quiet
        else _("It sends usage statistics: set browser.gatherUsageStats to false.")
    )
    return Check(_("Server"), said, is_quiet)
