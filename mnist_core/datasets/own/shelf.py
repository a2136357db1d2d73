"""The datasets that people brought: each a folder with its arrays, what is to be said of it, and whose it is.

Nobody sees another's: one is seen by its owner and the keeper, by everybody once its owner has shared it, and where
`MNIST_STUDIO_OPEN` is set. Its name among files and in addresses is random, but no secret: whoever shows or uses it on
somebody's behalf asks `may_see`.
"""

import datetime
import logging
import re
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mnist_core import paths
from mnist_core.datasets.own.inspection import Findings, Inspected
from mnist_core.datasets.own.rows import TEST, TRAIN
from mnist_core.datasets.spec import ARRAYS, DatasetSpec
from mnist_core.errors import ConfigError, DatasetError, in_words
from mnist_core.files import one_at_a_time, written_file, written_folder
from mnist_core.jobs.bounds import Bound
from mnist_core.jobs.job import to_json
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.owners import (
    KEEPERS,
    OPEN_VARIABLE,
    By,
    Keeper,
    check_may_change,
    folder_owner,
    is_own,
    owner_of,
    write_owner,
)
from mnist_core.records import UNUSABLE, DamagedError, decoding, read_object, warn_once
from mnist_core.settings import is_on
from mnist_core.store import read_arrays, write_arrays
from mnist_core.types import Dataset

log = logging.getLogger(__name__)

RECORD = "record.json"
ARRAYS_FOLDER = "arrays"
LONGEST_TITLE, LONGEST_TEXT = 60, 400
DRAFT_DAYS = 1
"""A dataset that was read and not added is kept for so long."""

BOUND = Bound(N_("Own datasets"), 10, "MNIST_STUDIO_VISITOR_DATASETS", 200, "MNIST_STUDIO_MOST_DATASETS")
"""Datasets that people brought, drafts too."""

_NAME = re.compile(r"own-[0-9a-f]{16}")
# Nothing in a title means something in Markdown, so it can stand wherever a dataset's name for people does.
_NOT_IN_TITLES = re.compile(r"[^\w .,'()+-]|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True)
class OwnDataset:
    """A dataset that somebody brought.

    Attributes
    ----------
    name
        What files and addresses call it.
    title
        What people call it.
    source, licence
        Who made it and under what terms it may be used, as its owner says; empty if nothing was said.
    is_shared
        Whether everybody may see and use it.
    is_draft
        Whether it was read, and its owner has not yet said that it is to be added.
    created
        When, in ISO 8601.
    findings
        What was found out before it was added.
    owner
        Whose it is, as `owners` has it.
    """

    name: str
    title: str
    source: str
    licence: str
    is_shared: bool
    is_draft: bool
    created: str
    findings: Findings
    owner: str = KEEPERS

    def to_json(self) -> dict[str, Any]:
        """As plain values; the name is the folder's, and the owner has a file there."""
        return {
            "title": self.title,
            "source": self.source,
            "licence": self.licence,
            "is_shared": self.is_shared,
            "is_draft": self.is_draft,
            "created": self.created,
            "findings": self.findings.to_json(),
        }


def is_own_name(name: object) -> bool:
    """Whether this is what a dataset that somebody brought is called; there may be none of that name any more."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def may_see(dataset: OwnDataset, by: By) -> bool:
    """Whether somebody may see and use a dataset."""
    return isinstance(by, Keeper) or dataset.is_shared or is_own(dataset.owner, by) or is_on(OPEN_VARIABLE)


def may_use(name: str, by: By) -> bool:
    """Whether somebody may see and use a dataset of a name; all that nobody brought are everybody's."""
    if not is_own_name(name):
        return True
    try:
        return may_see(read_own(name), by)
    except DatasetError:
        return False


def is_shared(name: str) -> bool:
    """Whether everybody may see a dataset that somebody brought, and has added."""
    try:
        own = read_own(name) if is_own_name(name) else None
    except DatasetError:
        return False
    return own is not None and not own.is_draft and (own.is_shared or is_on(OPEN_VARIABLE))


def check_may_use(names: tuple[str, ...], by: By) -> None:
    """Refuse to have somebody use another's dataset.

    Raises
    ------
    DatasetError
        If one is gone, or another's.
    """
    if not all(may_use(name, by) for name in names):
        raise DatasetError(
            _("One of the datasets is gone, or is another's who has not shared it. Choose other images.")
        )


def own_datasets(by: By) -> list[OwnDataset]:
    """The datasets that somebody may see, the newest first; what is damaged is left out, which the log says."""
    return [each for each in _all() if not each.is_draft and may_see(each, by)]


def drafts(by: By) -> list[OwnDataset]:
    """What somebody had read and has neither added nor thrown away, the newest first."""
    return [each for each in _all() if each.is_draft and is_own(each.owner, by)]


def read_own(name: str) -> OwnDataset:
    """What is known of a dataset without opening its arrays.

    Raises
    ------
    DatasetError
        If there is none, or what lies there is damaged.
    """
    folder = _folder(name)
    if not folder.is_dir():
        raise DatasetError(f"There is no such dataset; it may have been removed. Received: {name!r:.80}.")
    text = "What is known of the dataset {name} is damaged: {error}. Remove it, and add it again."
    with in_words(DatasetError, text, UNUSABLE, name=name), decoding():
        values = read_object(folder / RECORD)
        texts = {key: values[key] for key in ("title", "source", "licence", "created")}
        flags = {key: values[key] for key in ("is_shared", "is_draft")}
        if not all(isinstance(each, str) for each in texts.values()) or not all(
            isinstance(each, bool) for each in flags.values()
        ):
            raise DamagedError("its record has values of another kind")
        findings = Findings.from_json(values["findings"])
        return OwnDataset(name, **texts, **flags, findings=findings, owner=folder_owner(folder))


def check_room(by: By) -> None:
    """Refuse one more dataset.

    Raises
    ------
    LimitError, ConfigError
        As `Bound.check`.
    """
    owners = [each.owner for each in _all()]
    BOUND.check(owners.count(owner_of(by)), len(owners), by)


@one_at_a_time(paths.own_datasets_folder)
def keep(found: Inspected, title: str, owner: str = KEEPERS, name: str = "") -> str:
    """Keep images as a draft, in one step; nobody but their owner sees them.

    Parameters
    ----------
    name
        What files are to call it; by default something random.

    Returns
    -------
    Its name.

    Raises
    ------
    DatasetError
        If the disk refuses; nothing of it is left then.
    """
    name = name or new_name()
    dataset = OwnDataset(name, tidied_title(title), "", "", False, True, _now(), found.findings, owner)
    text = "The images could not be written: {error}. Nothing was added. Free some space and try again."
    with in_words(DatasetError, text), written_folder(_folder(name)) as part:
        write_arrays(part / ARRAYS_FOLDER, {"images": found.images, "labels": found.labels}, {})
        (part / RECORD).write_text(to_json(dataset.to_json()), encoding="utf-8")
        write_owner(part, owner)
    return name


def new_name() -> str:
    """A name for files that none has."""
    return f"own-{secrets.token_hex(8)}"


@one_at_a_time(paths.own_datasets_folder)
def change(name: str, by: By, **changes: str | bool) -> OwnDataset:
    """Say something else of a dataset: its `title`, `source` or `licence`, `is_shared` or `is_draft`.

    Raises
    ------
    OwnerError
        If it is another's.
    ConfigError
        If the title is empty, or a text too long.
    DatasetError
        If there is none, or the disk refuses.
    """
    dataset = read_own(name)
    check_may_change(dataset.owner, by)
    if "title" in changes:
        changes["title"] = _checked_title(str(changes["title"]))
    for key in ("source", "licence"):
        if len(str(changes.get(key, ""))) > LONGEST_TEXT:
            raise ConfigError(_("Source and licence have at most {most} letters each."), most=LONGEST_TEXT)
    changed = replace(dataset, **changes)  # type: ignore[arg-type]
    text = "What is known of the dataset could not be written: {error}. It is as it was."
    with in_words(DatasetError, text), written_file(_folder(name) / RECORD) as part:
        part.write_text(to_json(changed.to_json()), encoding="utf-8")
    return changed


@one_at_a_time(paths.own_datasets_folder)
def remove(name: str, by: By) -> None:
    """Delete a dataset for good, and what was found out about it; models that learned from it stay.

    Raises
    ------
    OwnerError
        If it is another's.
    DatasetError
        If there is none, or the disk refuses.
    """
    folder = _folder(name)
    if not folder.is_dir():
        raise DatasetError(f"There is no such dataset; it may have been removed. Received: {name!r:.80}.")
    check_may_change(folder_owner(folder), by)
    _delete(folder)


def disown(owner: str) -> None:
    """Let go of all that an owner brought: what is shared becomes the keeper's, all else is deleted.

    Raises
    ------
    DatasetError
        If the disk refuses.
    """
    for folder in _folders():
        if folder_owner(folder) == owner:
            with suppress(DatasetError):
                if read_own(folder.name).is_shared:
                    with in_words(DatasetError, "The dataset could not be changed: {error}."):
                        write_owner(folder, KEEPERS)
                    continue
            _delete(folder)


def sweep_drafts() -> None:
    """Delete what was read more than a day ago and never added, and files that were brought and never read."""
    now = datetime.datetime.now(datetime.UTC)
    for dataset in _all():
        with suppress(ValueError, DatasetError):
            age = now - datetime.datetime.fromisoformat(dataset.created)
            if dataset.is_draft and age > datetime.timedelta(days=DRAFT_DAYS):
                _delete(_folder(dataset.name))
    for path in paths.brought_folder().glob("*"):
        with suppress(OSError):
            if now.timestamp() - path.stat().st_mtime > DRAFT_DAYS * 86_400:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def own_spec(name: str) -> DatasetSpec:
    """The record that the app has of every dataset.

    Raises
    ------
    DatasetError
        As `read_own`.
    """
    dataset = read_own(name)
    sizes = {TRAIN: dataset.findings.train, TEST: dataset.findings.test}

    def load(_download: bool) -> Dataset:
        return spec.dataset(_arrays(name))

    spec = DatasetSpec(
        name=name,
        words=dataset.title,
        test_title=dataset.title,
        about=f"{dataset.title}, brought by its owner; licence: {dataset.licence or 'not said'}",
        provenance=dataset.source or "Brought by a visitor, who did not say where it is from",
        licence=dataset.licence or "Not said",
        load=load,
        splits={split: size for split, size in sizes.items() if size},
        is_public=False,
    )
    return spec


def tidied_title(text: str) -> str:
    """What a dataset can be called of a text, such as the name of a file."""
    return " ".join(_NOT_IN_TITLES.sub(" ", text).split())[:LONGEST_TITLE].strip() or "Own digits"


def _checked_title(text: str) -> str:
    """A title as somebody wants it.

    Raises
    ------
    ConfigError
        If it has something in it that it may not have.
    """
    title = " ".join(text.split())
    if title and title == tidied_title(title):
        return title
    raise ConfigError(
        _("A name has 1 to {most} letters, digits, spaces and . , ' ( ) + -. Received: {received}."),
        most=LONGEST_TITLE,
        received=repr(text[:80]),
    )


def _arrays(name: str) -> Mapping[str, Any]:
    """The verified arrays of a dataset."""
    text = "The dataset {name} is damaged: {error}. Remove it, and add it again."
    with in_words(DatasetError, text, UNUSABLE, name=name), decoding():
        arrays = read_arrays(_folder(name) / ARRAYS_FOLDER)[1]
        return {key: arrays[key] for key in ARRAYS}


def _all() -> list[OwnDataset]:
    """Every dataset, the newest first."""
    found = []
    for folder in _folders():
        try:
            found.append(read_own(folder.name))
        except DatasetError as error:
            warn_once(log, str(error))
    return sorted(found, key=lambda each: (each.created, each.name), reverse=True)


def _folders() -> list[Path]:
    """The folder of each, sound or not."""
    return [path for path in paths.own_datasets_folder().glob("own-*") if is_own_name(path.name)]


def _folder(name: str) -> Path:
    """The folder of a dataset."""
    if not is_own_name(name):
        raise DatasetError(f"Datasets that were brought are called own-…, 16 hex digits. Received: {name!r:.80}.")
    return paths.own_datasets_folder() / name


def _delete(folder: Path) -> None:
    """Take a dataset away in one step, then what was found out about it."""
    text = "The dataset could not be removed: {error}. Try again."
    with in_words(DatasetError, text):
        hidden = folder.rename(folder.with_name(f".{folder.name}.{secrets.token_hex(8)}"))
    shutil.rmtree(hidden, ignore_errors=True)
    for known in (
        paths.findings_folder() / folder.name,
        *paths.readings_folder().glob(f"*/{folder.name}"),
    ):
        shutil.rmtree(known, ignore_errors=True)


def _now() -> str:
    """Now, in ISO 8601."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
