"""The models: every file of the shipped one is the one that its card names, and it reads what it is known to read."""

import argparse
from collections.abc import Iterator

from mnist_core.errors import BundleError
from mnist_core.model.bundle import MODEL_VARIABLE, SHIPPED, model_folder, standard_model, verify_bundle
from mnist_core.model.recognizer import load_recognizer
from mnist_ui.command.doctor.check import Check, note, of_error, ok, trouble
from mnist_ui.draw.examples import load_examples, misread

_INSTALL = "Install MNIST Studio anew: its files came damaged, or were changed."


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """The shipped model, and the one that everybody reads with if that is another."""
    card = verify_bundle(model_folder(SHIPPED))
    yield ok("Model", f"{SHIPPED}: {len(card.files)} files, each the one that its card names.")
    yield _reading()
    standard = standard_model()
    if standard != SHIPPED:
        yield _standard(standard)


def _reading() -> Check:
    """Whether the shipped model reads the drawings to try as it should: the whole way from strokes to an answer."""
    wrong = misread(load_examples(), load_recognizer(SHIPPED))
    if wrong:
        return trouble("Reading", f"Not read as they should be: {', '.join(wrong)}.", _INSTALL)
    return ok("Reading", f"{len(load_examples())} drawings, each read as it should be.")


def _standard(name: str) -> Check:
    """The model that a variable names."""
    try:
        verify_bundle(model_folder(name))
    except BundleError as error:
        said = str(error)
        return of_error("Standard model", f"{said} Correct {MODEL_VARIABLE} or unset it.")
    return note("Standard model", f"{name} reads for everybody, as {MODEL_VARIABLE} says; its files are whole.")
