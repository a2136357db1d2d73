"""A model is a directory: weights, LiteRT graph, history, test predictions and a card that knows the SHA-256 of each.

It is written beside its final place, verified, and moved into it in one step. Reading needs neither Keras nor
TensorFlow, and nothing is ever unpickled.
"""

import csv
import io
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TypeGuard

import numpy as np

from mnist_core import paths
from mnist_core.array_files import read_npz
from mnist_core.errors import BundleError, in_words
from mnist_core.files import file_sha256, written_folder
from mnist_core.language import gettext as _
from mnist_core.model.card import ModelCard
from mnist_core.owners import KEEPERS, write_owner
from mnist_core.records import UNUSABLE, DamagedError, decoding, read_bytes, read_text
from mnist_core.store import Identity

CARD = "card.json"
WEIGHTS = "model.keras"
GRAPH = "model.tflite"
HISTORY = "history.csv"
EVALUATION = "evaluation.npz"
SNAPSHOTS = "snapshots.npz"
MAPS = "maps.npz"
ROBUSTNESS = "robustness.json"
FILES = (WEIGHTS, GRAPH, HISTORY, EVALUATION, SNAPSHOTS, MAPS, ROBUSTNESS)
# Models of older versions of the app lack these, and only the shipped one has maps and a record of its robustness.
OPTIONAL = (EVALUATION, SNAPSHOTS, MAPS, ROBUSTNESS)

LARGEST_FILE = 2**30
"""Bytes of one of them at most: those of the shipped model have less than two million."""

MEASURES = ("loss", "accuracy", "val_loss", "val_accuracy")

SHIPPED = "default"
# Names the model that every visitor reads with who has not chosen another.
MODEL_VARIABLE = "MNIST_STUDIO_MODEL"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TAUGHT = re.compile(r"taught-[0-9a-f]{32}")


def model_folder(name: str) -> Path:
    """The directory of a model: shipped, the user's own, or one that a visitor has taught.

    Raises
    ------
    BundleError
        If the name could not be one of a model.
    """
    if not is_model_name(name):
        text = _("A model's name has 1 to 64 letters, digits, '.', '_' and '-'. Received: {received}.")
        raise BundleError(text, received=f"{name!r:.80}")
    if is_taught(name):
        return paths.taught_folder() / name
    return paths.SHIPPED_MODELS / SHIPPED if name == SHIPPED else paths.models_folder() / name


def is_model_name(name: object) -> TypeGuard[str]:
    """Whether a model could have this name."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def is_taught(name: str) -> bool:
    """Whether a name is that of a model that a visitor has taught."""
    return _TAUGHT.fullmatch(name) is not None


def check_public(name: str) -> str:
    """The name of a model that all visitors may see: none of those that visitors' taught models have.

    Raises
    ------
    BundleError
        If it could not be one of a model, or only of a taught one.
    """
    if model_folder(name).parent == paths.taught_folder():
        raise BundleError(
            _("Names like this one are kept for what visitors teach to a model of their own. Choose another.")
        )
    return name


def base_of(name: str) -> str:
    """The model that a taught one was taught from; any other is its own.

    Raises
    ------
    BundleError
        If there is no such taught model.
    """
    return str(read_card(model_folder(name)).taught.get("base", SHIPPED)) if is_taught(name) else name


def new_taught_name() -> str:
    """A name for a model that a visitor teaches, which nobody can guess: 128 random bits."""
    return f"taught-{secrets.token_hex(16)}"


def standard_model() -> str:
    """Name of the model for everyone who has not chosen: `MNIST_STUDIO_MODEL`, else the shipped one."""
    return os.environ.get(MODEL_VARIABLE) or SHIPPED


def model_names() -> list[str]:
    """The shipped model and the user's own, by name."""
    own = (card.parent.name for card in paths.models_folder().glob(f"*/{CARD}"))
    return [SHIPPED, *sorted(name for name in own if is_model_name(name) and name != SHIPPED)]


def read_card(folder: Path) -> ModelCard:
    """The card of a model, without a look at its other files.

    Raises
    ------
    BundleError
        If there is none, it is damaged, or it was written for a newer version of the app.
    """
    try:
        return ModelCard.from_json(read_text(folder / CARD))
    except FileNotFoundError as error:
        text = _("There is no model in {folder}: {file} is missing.")
        raise BundleError(text, folder=folder, file=CARD) from error
    except UNUSABLE as error:
        text = _("The model in {folder} cannot be used: {error}.")
        raise BundleError(text, folder=folder, error=error) from error


def graph_digest(name: str) -> str:
    """SHA-256 of a model's LiteRT graph, as its card says.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    folder = model_folder(name)
    try:
        return read_card(folder).files[GRAPH]
    except KeyError as error:
        raise BundleError(f"The model in {folder} cannot be used: its card has no hash of {GRAPH}.") from error


def of_model(name: str) -> Identity:
    """A question about a model: another model of the same name is another one.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    return Identity({"model": name}, {"graph": graph_digest(name)})


def files_of(card: ModelCard) -> list[str]:
    """The names of the files that a model must have beside its card."""
    return [name for name in FILES if name not in OPTIONAL or name in card.files]


def read_file(folder: Path, card: ModelCard, name: str) -> bytes:
    """The content of one file of a model, verified.

    Raises
    ------
    BundleError
        If the file is missing or is not the one that the card names.
    """
    text = _("The model in {folder} cannot be used: {file} cannot be read ({reason}).")
    with in_words(BundleError, text, UNUSABLE, folder=folder, file=name):
        content = read_bytes(folder / name, LARGEST_FILE)
    _check_hash(folder, card, name, sha256(content).hexdigest())
    return content


@contextmanager
def opened_arrays(folder: Path, card: ModelCard, name: str, text: str) -> Iterator[Mapping[str, np.ndarray]]:
    """Read arrays of a file of the bundle, once its hash is checked.

    Parameters
    ----------
    name
        Of a file of arrays.
    text
        What is said where the arrays are not what they must be, with the `{file}`, its `{folder}` and the `{error}`.

    Raises
    ------
    BundleError
        If the file cannot be read, is another, or what is done with its arrays finds them to be others.
    """
    content = read_file(folder, card, name)
    with in_words(BundleError, text, UNUSABLE, file=name, folder=folder), decoding():
        yield read_npz(content)


def read_history(folder: Path, card: ModelCard) -> dict[str, list[float]]:
    """Loss and accuracy of each epoch, by the name of the measure.

    Raises
    ------
    BundleError
        As `read_file`, or if it is no table of the four measures.
    """
    content = read_file(folder, card, HISTORY)
    text = _("The model in {folder} cannot be used: {file} lacks numbers ({reason}).")
    with in_words(BundleError, text, UNUSABLE, folder=folder, file=HISTORY), decoding():
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8", errors="replace"))))
        if not rows:
            raise DamagedError("no epoch")
        return {name: [float(row[name]) for row in rows] for name in MEASURES}


def verify_bundle(folder: Path) -> ModelCard:
    """The card of a model whose every file is there and is the one that the card names.

    Raises
    ------
    BundleError
        Naming the first file that is not.
    """
    card = read_card(folder)
    for name in files_of(card):
        if not (folder / name).is_file():
            text = _("The model in {folder} cannot be used: {file} is missing.")
            raise BundleError(text, folder=folder, file=name)
        _check_hash(folder, card, name, file_sha256(folder / name))
    return card


@contextmanager
def written_bundle(folder: Path, owner: str = KEEPERS) -> Iterator[Path]:
    """Give a directory to write a model's files to; when the block ends well and all is there, move it to `folder`.

    An older model at `folder` is replaced, and stays whole until then.

    Parameters
    ----------
    owner
        Whose the model is, as `owners` has it.

    Raises
    ------
    BundleError
        If a file is missing at the end, or the disk takes no more.
    """
    text = "The model could not be written to {folder}: {error}. Free some space and try again."
    with in_words(BundleError, text, folder=folder), written_folder(folder) as part:
        yield part
        verify_bundle(part)
        write_owner(part, owner)


def write_card(folder: Path, card: ModelCard) -> ModelCard:
    """Write the card with the hashes of the files that lie beside it, and give it back with them."""
    there = [name for name in FILES if name not in OPTIONAL or (folder / name).exists()]
    card = replace(card, files={name: file_sha256(folder / name) for name in there})
    (folder / CARD).write_text(card.to_json(), encoding="utf-8")
    return card


def _check_hash(folder: Path, card: ModelCard, name: str, received: str) -> None:
    """Refuse a file that is not the one that the card names."""
    expected = card.files.get(name, "no hash")
    if received != expected:
        text = _(
            "The model in {folder} cannot be used: {file} must have SHA-256 {expected}.... Received: {received}...."
        )
        raise BundleError(text, folder=folder, file=name, expected=expected[:12], received=received[:12])
