"""The user's own models as a collection: another name for one, away with one, a name that none has."""

import errno
import itertools
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mnist_core import paths, trash
from mnist_core.errors import BundleError, in_words
from mnist_core.files import one_at_a_time, written_file, written_folder
from mnist_core.jobs import bounds
from mnist_core.language import gettext as _
from mnist_core.leftovers import sweep
from mnist_core.model.bundle import CARD, SHIPPED, check_public, is_model_name, model_folder, model_names, read_card
from mnist_core.owners import KEEPERS, By, check_may_change, folder_owner, write_owner
from mnist_core.trash import Discarded

LONGEST_NAME = 64


@one_at_a_time(paths.models_folder)
def rename_model(old: str, new: str, by: By) -> None:
    """Give one of the user's models another name, on its card too.

    The card is written first, then the directory moves: after a crash in between the model is whole under its old
    name, and renaming it again finishes what was begun.

    Parameters
    ----------
    by
        Whoever does it.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    BundleError
        If there is no such model, it is damaged or the shipped one, if the new name is not valid or taken, or if the
        disk refuses. The model is then what it was before.
    """
    folder, target = _own_folder(check_public(old), by), model_folder(check_public(new))
    card = read_card(folder)
    if _is_taken(new):
        text = _("A model's new name must be one that none has yet. Received: {received}. Choose another.")
        raise BundleError(text, received=repr(new))
    text = _(
        "The model could not be renamed: {reason}. Received: {old} to become {new}. Free some space, close what "
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


@one_at_a_time(paths.models_folder)
def delete_model(name: str, by: By) -> bool:
    """Take away one of the user's models, even a damaged one, in one step.

    Parameters
    ----------
    by
        Whoever does it.

    Returns
    -------
    Whether it can be brought back with `restore_model`.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    BundleError
        If there is no such model, it is the shipped one, or the disk refuses. The model is then what it was before.
    """
    folder = _own_folder(check_public(name), by)
    if not (folder / CARD).exists():
        raise _missing(name)
    is_back = _discarded(folder)
    sweep(folder.parent)
    return is_back


def deleted_models() -> list[Discarded]:
    """The models that were deleted within the last day and can be brought back, those that went last first."""
    return [item for item in trash.discarded(paths.models_folder().name) if is_model_name(item.name)]


@one_at_a_time(paths.models_folder)
def restore_model(id: str, by: By) -> str:
    """Bring back a model that was deleted.

    Parameters
    ----------
    id
        Of one of the `deleted_models`.
    by
        Whoever does it.

    Returns
    -------
    Its name: the one that it had, or one like it if another model has that by now.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    LimitError
        If so many are kept that one more has no room.
    BundleError
        If it is not there any more, it is damaged, or the disk refuses.
    """
    item = next((each for each in deleted_models() if each.id == id), None)
    if item is None:
        raise BundleError(_("The model cannot be brought back any more: that can be done for a day."))
    check_may_change(folder_owner(item.folder), by)
    bounds.check_models(by, [model_owner(name) for name in model_names() if name != SHIPPED])
    name = free_name(item.name)
    card = read_card(item.folder)
    with in_words(BundleError, _("The model could not be brought back: {reason}. Try again."), name=name):
        if name != card.name:
            _write_card(item.folder, replace(card, name=name).to_json().encode())
        trash.restore(item, model_folder(name))
    return name


@one_at_a_time(paths.models_folder)
def place_model(folder: Path, name: str) -> str:
    """Move a finished model to its place, without taking that of another: which came there while it was made.

    Parameters
    ----------
    folder
        Where it is now.
    name
        The one that it is to have.

    Returns
    -------
    The name that it has: that one, or one like it.

    Raises
    ------
    BundleError
        If it is damaged, or the disk refuses.
    """
    text = "The model could not be written to {folder}: {error}. Free some space and try again."
    while True:
        name, card = free_name(name), read_card(folder)
        with in_words(BundleError, text, folder=model_folder(name)):
            if name != card.name:
                _write_card(folder, replace(card, name=name).to_json().encode())
            try:
                paths.models_folder().mkdir(parents=True, exist_ok=True)
                folder.rename(model_folder(name))
            except OSError as error:
                if error.errno == errno.EXDEV:  # on another disk
                    with written_folder(model_folder(name)) as part:
                        shutil.copytree(folder, part, dirs_exist_ok=True)
                elif _is_taken(name):
                    continue
                else:
                    raise
        return name


def erase_model(name: str) -> None:
    """Delete a model that a visitor has taught, for good; whoever knows its name may.

    Raises
    ------
    BundleError
        If there is no such model, or the disk refuses. The model is then what it was before.
    """
    folder = model_folder(name)
    if not (folder / CARD).exists():
        raise _missing(name)
    _discarded(folder, is_final=True)


def model_owner(name: str) -> str:
    """Whose a model is, as `owners` has it.

    Raises
    ------
    BundleError
        If the name could not be one of a model.
    """
    return folder_owner(model_folder(name))


@one_at_a_time(paths.models_folder)
def disown_models(owner: str) -> None:
    """Have the models of an owner belong to the keeper, those in the trash too.

    Raises
    ------
    BundleError
        If the disk refuses.
    """
    folders = [model_folder(name) for name in model_names()] + [item.folder for item in deleted_models()]
    with in_words(BundleError, _("The models could not be let go: {reason}. Try again.")):
        for folder in folders:
            if folder_owner(folder) == owner:
                write_owner(folder, KEEPERS)


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


def _own_folder(name: str, by: By) -> Path:
    """The directory of one of the user's own models, if it is somebody's to change."""
    if name == SHIPPED:
        text = _("The model that came with the app stays as it is. Received: {received}. Choose one of your own.")
        raise BundleError(text, received=repr(name))
    folder = model_folder(name)
    check_may_change(folder_owner(folder), by)
    return folder


def _discarded(folder: Path, *, is_final: bool = False) -> bool:
    """Take a model's directory away; whether it can be brought back."""
    text = _("The model could not be deleted: {reason}. Received: {received}. Close what uses the model and try again.")
    with in_words(BundleError, text, received=repr(folder.name)):
        return trash.discard(folder, is_final=is_final)


def _missing(name: str) -> BundleError:
    """The error of a model that is not there."""
    return BundleError(
        _("There is no such model; it may have been deleted. Received: {received}."), received=repr(name)
    )


def _is_taken(name: str) -> bool:
    """Whether a model, or anything else in the folder of the models, has this name."""
    return model_folder(name).exists() or name == SHIPPED


def _write_card(folder: Path, content: bytes) -> None:
    """Put a card in the place of the one that is there."""
    with written_file(folder / CARD) as part:
        part.write_bytes(content)
