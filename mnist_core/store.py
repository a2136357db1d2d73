"""The store: arrays and records that are kept whole, in the data home or the cache, and read again only if they are.

Arrays lie in a folder with a manifest that says what they are of and has their hashes; values lie in a file with their
own. Both are written in one step. Whatever reads them refuses what is damaged or of something else, and the log says
so; whoever computes them then does so again.
"""

import functools
import hashlib
import json
import logging
import re
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, TypeVar
from weakref import WeakValueDictionary

import numpy as np

from mnist_core import paths
from mnist_core.array_files import read_npy
from mnist_core.errors import DatasetError, in_words
from mnist_core.files import array_sha256, written_file, written_folder
from mnist_core.records import UNUSABLE, DamagedError, decoding, described, read_object
from mnist_core.types import Dataset, frozen

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"

Arrays = Mapping[str, np.ndarray]

# What parts of an identity were called in manifests up to version 0.6.1.
_FORMER_KEYS = {"graph": "model"}
# An array lies in the folder under its name, and nowhere else.
_NAME = re.compile(r"\w+")
# What somebody in this process has of files as they are now: whoever reads them too is given the same arrays, so that
# a dataset lies in memory once.
_in_use: WeakValueDictionary[tuple[object, ...], np.ndarray] = WeakValueDictionary()


@dataclass(frozen=True)
class Identity:
    """A question: what a job is told that is to answer it, and what an answer must be of to be the one.

    Attributes
    ----------
    names
        What the job finds its material by; another model of the same name is another question.
    content
        What the answer depends on: hashes and settings.
    """

    names: Mapping[str, Any]
    content: Mapping[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        """All of it, as a job's settings."""
        return {**self.names, **self.content}

    def __or__(self, other: "Identity") -> "Identity":
        """The question about both."""
        return Identity({**self.names, **other.names}, {**self.content, **other.content})


def of_images(dataset: Dataset) -> Identity:
    """A question about the images of a dataset: another dataset of the same name is another one."""
    return Identity({"dataset": dataset.name}, {"images": dataset.digest})


class Kept(Protocol):
    """What can be made of kept arrays that belong to a dataset.

    Attributes
    ----------
    NOUN
        What it is called in messages, in the plural: "readings".
    VERSION
        A higher one when what is kept, or how it is computed, changes: what another version kept is made again.
    ARRAYS
        The names of its arrays.
    """

    NOUN: ClassVar[str]
    VERSION: ClassVar[int]
    ARRAYS: ClassVar[tuple[str, ...]]

    @classmethod
    def from_kept(cls, dataset: Dataset, arrays: Arrays, manifest: Mapping[str, Any]) -> Self:
        """The record of verified arrays; a ValueError if they do not fit together."""


KeptT = TypeVar("KeptT", bound=Kept)


def keep(kind: type[KeptT], folder: Path, dataset: Dataset, identity: Identity, arrays: Arrays, **notes: Any) -> KeptT:
    """Put arrays where they are looked for, in one step, in the place of what was there, and read them again.

    Parameters
    ----------
    identity
        What they are of and how they were made: they are found again only by one who asks for the same.
    notes
        More for the manifest: what JSON can hold.

    Raises
    ------
    DatasetError
        If they cannot be written or read again.
    """
    text = "The {noun} could not be written to {folder}: {error}. Free some space and try again."
    with in_words(DatasetError, text, noun=kind.NOUN, folder=folder):
        write_arrays(folder, {name: arrays[name] for name in kind.ARRAYS}, notes | _facts(kind, identity))
    kept = load_kept(kind, folder, dataset, identity)
    if kept is None:
        raise DatasetError(f"The {kind.NOUN} in {folder} cannot be read again. Try once more.")
    return kept


def load_kept(kind: type[KeptT], folder: Path, dataset: Dataset, identity: Identity) -> KeptT | None:
    """What is kept in a folder, if it is of this dataset and this identity.

    The first call in a process verifies the files, sound or not; later ones only look whether they were replaced.

    Returns
    -------
    A record whose arrays are in memory, the same one each time; None if there is none, or none that can be used,
    which is logged.
    """
    stamp = stamp_of(folder)
    return None if stamp is None else _open(kind, folder, stamp, dataset, tuple(_facts(kind, identity).items()))


def of_dataset(kind: type[Kept], dataset: Dataset) -> Path:
    """Where something that is found out about the images of a dataset, without a model, is kept."""
    return paths.findings_folder() / dataset.name / kind.NOUN


@functools.lru_cache(maxsize=8)
def _open(
    kind: type[KeptT], folder: Path, _stamp: int, dataset: Dataset, facts: tuple[tuple[str, Any], ...]
) -> KeptT | None:
    """What is kept in one folder; None if it cannot be used, which is found out and logged once."""
    try:
        manifest, arrays = read_arrays(folder)
        check_facts(manifest, dict(facts))
        with decoding():
            return kind.from_kept(dataset, {name: arrays[name] for name in kind.ARRAYS}, manifest)
    except UNUSABLE as error:
        log.warning("The %s in %s cannot be used and are made again: %s.", kind.NOUN, folder, error)
        return None


def forget_kept() -> None:
    """Let go of what `load_kept` gave: it is read again when it is asked for."""
    _open.cache_clear()


def _facts(kind: type[Kept], identity: Identity) -> dict[str, Any]:
    """What the manifest of something kept must say."""
    return {"version": kind.VERSION, **identity.content}


def write_arrays(folder: Path, arrays: Arrays, facts: Mapping[str, Any], manifest: str = MANIFEST) -> None:
    """Write arrays and a manifest of facts and hashes, in one step, in the place of what was there.

    Raises
    ------
    OSError
        If they cannot be written; what was there stays then.
    """
    with written_folder(folder) as part:
        for name, array in arrays.items():
            np.save(part / f"{name}.npy", array, allow_pickle=False)
        hashes = {name: array_sha256(array) for name, array in arrays.items()}
        forms = {name: _form(array) for name, array in arrays.items()}
        told = {**facts, "arrays": hashes, "forms": forms}
        (part / manifest).write_text(json.dumps(told, indent=2), encoding="utf-8")


def read_arrays(folder: Path, manifest: str = MANIFEST) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The facts and the arrays of a folder, in memory and read-only, once all are known to be those that were written.

    They are not mapped: a file that somebody shortens, as one does who copies a backup over the data home, would take
    the whole process with it (SIGBUS).

    Raises
    ------
    OSError, DamagedError
        If a file is missing, damaged or another one.
    """
    facts = read_object(folder / manifest)
    forms = facts.get("forms", {})
    with decoding():
        return facts, {
            name: _verified(folder / f"{name}.npy", expected, forms.get(name)) for name, expected in _hashes(facts)
        }


def _form(array: np.ndarray) -> list[Any]:
    """Type and shape of an array, which are no part of its hash, as JSON has them."""
    return [array.dtype.str, list(array.shape)]


def _verified(path: Path, expected: str, form: list[Any] | None) -> np.ndarray:
    """The array of a file, if it is the one with that hash and form; older manifests tell no form."""
    try:
        state = path.stat()
        key = (path, state.st_ino, state.st_size, state.st_mtime_ns, expected)
        if (known := _in_use.get(key)) is not None and form in (None, _form(known)):
            return known
        array = frozen(read_npy(path))
        if array_sha256(array) != expected:
            raise DamagedError("its SHA-256 is not the one that it was written with")
        if form not in (None, _form(array)):
            raise DamagedError(f"it must have type and shape {form}, received {_form(array)}")
    except UNUSABLE as error:
        raise DamagedError(f"{path.name} is damaged ({error})") from error
    _in_use[key] = array
    return array


def stamp_of(folder: Path, manifest: str = MANIFEST) -> int | None:
    """When what is in a folder was put there, in nanoseconds; None if there is nothing."""
    try:
        return (folder / manifest).stat().st_mtime_ns
    except OSError:
        return None


class OtherFactsError(DamagedError):
    """What is kept is sound, but of something else."""

    def __init__(self, key: str, expected: Any, received: Any) -> None:
        super().__init__(f"their {key} must be {expected!r:.40}, received {received!r:.40}")
        self.received = received


def check_facts(manifest: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Refuse a manifest that is of something else.

    Raises
    ------
    OtherFactsError, DamagedError
        Naming what was expected and what was received, or what is missing.
    """
    for key, expected in facts.items():
        with decoding():
            received = manifest[key if key in manifest else _FORMER_KEYS.get(key, key)]
        if received != expected:
            raise OtherFactsError(key, expected, received)


def _hashes(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The hash of each array; up to version 0.6.1 the cache's manifests were nothing else, films had one array."""
    hashes = manifest.get("arrays", {"coordinates": manifest["sha256"]} if "sha256" in manifest else manifest)
    if not isinstance(hashes, Mapping) or not all(_NAME.fullmatch(name) for name in hashes):
        raise DamagedError(f"its arrays must have names and hashes, received {described(hashes)}")
    return list(hashes.items())


def write_values(path: Path, facts: Mapping[str, Any], **named: Any) -> None:
    """Write values that JSON can hold under a name, with facts of what they are of and their hash, in one step.

    Raises
    ------
    OSError
        If they cannot be written; what was there stays then.
    """
    ((name, values),) = named.items()
    # As they will be read: JSON has no tuples.
    values = json.loads(json.dumps(values))
    with written_file(path) as part:
        part.write_text(json.dumps({**facts, name: values, "sha256": _values_sha256(values)}), encoding="utf-8")


def read_values(path: Path, facts: Mapping[str, Any], name: str) -> Any:
    """The values that were written under a name, once they are known to be whole and of what the facts say.

    Raises
    ------
    OSError, DamagedError
        If the file is missing, damaged or of something else.
    """
    content = read_object(path)
    check_facts(content, facts)
    with decoding():
        if content["sha256"] != _values_sha256(content[name]):
            raise DamagedError("the values are not those that were written")
        return content[name]


def _values_sha256(values: Any) -> str:
    """SHA-256 of plain values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def check_array(name: str, array: np.ndarray, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    """Refuse an array of another type or shape; -1 is any length.

    Raises
    ------
    ValueError
        Naming the array, what was expected and what was received.
    """
    fits = array.ndim == len(shape) and all(want in (-1, got) for want, got in zip(shape, array.shape, strict=True))
    if array.dtype != dtype or not fits:
        raise ValueError(f"{name} must be {np.dtype(dtype)} {shape}, received {array.dtype} {array.shape}")


def cached_arrays(
    key: str, names: Collection[str], build: Callable[[], Mapping[str, np.ndarray]]
) -> dict[str, np.ndarray]:
    """The arrays that `build` gives, from the cache if they are there and whole.

    Parameters
    ----------
    key
        Names the content: another input or method must have another key.
    names
        Of the arrays that are wanted.
    build
        Computes the arrays; called when they are not in the cache or are damaged there.

    Returns
    -------
    Read-only arrays in memory, also where the cache cannot be written.
    """
    folder = paths.cache_folder() / key
    if folder.is_dir():
        try:
            return _named(names, read_arrays(folder)[1])
        except UNUSABLE as error:
            log.warning("Cache %s is damaged and is made again: %s", folder, error)
            shutil.rmtree(folder, ignore_errors=True)
    arrays = build()
    try:
        write_arrays(folder, arrays, {})
        for path in folder.iterdir():
            path.chmod(0o444)
        return _named(names, read_arrays(folder)[1])
    except UNUSABLE as error:
        log.warning("Cache %s cannot be written, going on without it: %s", folder, error)
        return _named(names, {name: frozen(array) for name, array in arrays.items()})


def _named(names: Collection[str], arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays that are wanted; a DamagedError if one is missing."""
    with decoding():
        return {name: arrays[name] for name in names}
