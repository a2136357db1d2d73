"""The user's own models as a collection: another name for one, away with one, a name that none has."""

import itertools
import shutil
import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mnist_core.errors import BundleError, in_words
from mnist_core.files import written_file
from mnist_core.language import gettext as _
from mnist_core.model.bundle import CARD, SHIPPED, model_folder, read_card

LONGEST_NAME = 64


def rename_model(old: str, new: str) -> None:
    """Give one of the user's models another name, on its card too.

    The card is written first, then the directory moves: after a crash in between the model is whole under its old
    name, and renaming it again finishes what was begun.

    Raises
    ------
    BundleError
        If there is no such model, it is damaged or the shipped one, if the new name is not valid or taken, or if the
        disk refuses. The model is then what it was before.
    """
    folder, target = _own_folder(old), model_folder(new)
    card = read_card(folder)
    if _is_taken(new):
        text = _("A model's new name must be one that none has yet. Received: {received}. Choose another.")
        raise BundleError(text, received=repr(new))
    text = _(
        "The model could not be renamed: {error}. Received: {old} to become {new}. Free some space, close what "
        "uses the model, and try again."
    )
    with in_words(BundleError, text, old=repr(old), new=repr(new)):
        before = (folder / CARD).read_bytes()
        _write_card(folder, replace(card, name=new).to_json().encode())
        try:
            # The system moves no directory over one that has something in it, as a model's always has.
            folder.rename(target)
        except OSError:
            with suppress(OSError):
                _write_card(folder, before)
            raise


def delete_model(name: str) -> None:
    """Remove one of the user's models, even a damaged one.

    It moves out of sight in one step and is removed there: whatever happens, there is never half a model under its
    name.

    Raises
    ------
    BundleError
        If there is no such model, it is the shipped one, or the disk refuses. The model is then what it was before.
    """
    folder = _own_folder(name)
    if not (folder / CARD).exists():
        raise BundleError(_("There is no model in {folder}: {file} is missing."), folder=folder, file=CARD)
    text = _("The model could not be deleted: {error}. Received: {received}. Close what uses the model and try again.")
    with in_words(BundleError, text, received=repr(name)):
        # No model's name begins with a dot, so what lies in here is never taken for one.
        hidden = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{name}."))
        try:
            folder.rename(hidden / name)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)


def free_name(wanted: str, taken: Collection[str] = ()) -> str:
    """A name that no model has: the wanted one, else the first of wanted-2, wanted-3, ... that is free.

    Parameters
    ----------
    taken
        Names that are promised to others.

    Raises
    ------
    BundleError
        If the wanted name could not be one of a model.
    """
    ends = (f"-{number}" for number in itertools.count(2))
    names = itertools.chain([wanted], (wanted[: LONGEST_NAME - len(end)] + end for end in ends))
    return next(name for name in names if not _is_taken(name) and name not in taken)


def _own_folder(name: str) -> Path:
    """The directory of one of the user's own models."""
    if name == SHIPPED:
        text = _("The model that came with the app stays as it is. Received: {received}. Choose one of your own.")
        raise BundleError(text, received=repr(name))
    return model_folder(name)


def _is_taken(name: str) -> bool:
    """Whether a model, or anything else in the folder of the models, has this name."""
    return model_folder(name).exists() or name == SHIPPED


def _write_card(folder: Path, content: bytes) -> None:
    """Put a card in the place of the one that is there."""
    with written_file(folder / CARD) as part:
        part.write_bytes(content)
