"""Arrays that hold one row for each image of a dataset or describe it: kept in the data home, verified, mapped.

They lie in a folder with a manifest that says what they are of and has their hashes. Whatever reads them refuses what
is damaged or of something else, and the log says so; whoever computes them then does so again.
"""

import functools
import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Protocol, Self, TypeVar

import cv2
import numpy as np

from mnist_core import paths
from mnist_core.errors import DatasetError
from mnist_core.files import array_sha256, written_folder
from mnist_core.types import Dataset, frozen

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"

Arrays = Mapping[str, np.ndarray]
# What reading damaged or foreign files raises.
UNUSABLE = (OSError, ValueError, KeyError, TypeError, AttributeError)


class Kept(Protocol):
    """What can be made of kept arrays.

    Attributes
    ----------
    NOUN
        What it is called in messages, in the plural: "readings".
    ARRAYS
        The names of its arrays.
    """

    NOUN: ClassVar[str]
    ARRAYS: ClassVar[tuple[str, ...]]

    @classmethod
    def from_kept(cls, dataset: Dataset, arrays: Arrays, manifest: Mapping[str, Any]) -> Self:
        """The record of verified arrays; a ValueError if they do not fit together."""


KeptT = TypeVar("KeptT", bound=Kept)


def keep(
    kind: type[KeptT], folder: Path, dataset: Dataset, identity: Mapping[str, Any], arrays: Arrays, **notes: Any
) -> KeptT:
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
    hashes = {name: array_sha256(arrays[name]) for name in kind.ARRAYS}
    try:
        with written_folder(folder) as part:
            for name in kind.ARRAYS:
                np.save(part / f"{name}.npy", arrays[name], allow_pickle=False)
            manifest = {**notes, **identity, "arrays": hashes}
            (part / MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    except OSError as error:
        raise DatasetError(
            f"The {kind.NOUN} could not be written to {folder}: {error}. Free some space and try again."
        ) from error
    kept = load_kept(kind, folder, dataset, identity)
    if kept is None:
        raise DatasetError(f"The {kind.NOUN} in {folder} cannot be read again. Try once more.")
    return kept


def load_kept(kind: type[KeptT], folder: Path, dataset: Dataset, identity: Mapping[str, Any]) -> KeptT | None:
    """What is kept in a folder, if it is of this dataset and this identity.

    The first call in a process verifies the files, sound or not; later ones only look whether they were replaced.

    Returns
    -------
    A record whose arrays are memory maps, the same one each time; None if there is none, or none that can be used,
    which is logged.
    """
    try:
        stamp = (folder / MANIFEST).stat().st_mtime_ns
    except OSError:
        return None
    return _open(kind, folder, stamp, dataset, tuple(identity.items()))


@functools.lru_cache(maxsize=16)
def _open(
    kind: type[KeptT], folder: Path, _stamp: int, dataset: Dataset, identity: tuple[tuple[str, Any], ...]
) -> KeptT | None:
    """What is kept in one folder; None if it cannot be used, which is found out and logged once."""
    try:
        return _verified(kind, folder, dataset, identity)
    except UNUSABLE as error:
        log.warning("The %s in %s cannot be used and are made again: %s.", kind.NOUN, folder, error)
        return None


def _verified(kind: type[KeptT], folder: Path, dataset: Dataset, identity: tuple[tuple[str, Any], ...]) -> KeptT:
    """Map and verify the files of one folder."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for key, expected in identity:
        if manifest[key] != expected:
            raise ValueError(f"their {key} must be {expected!r:.40}, received {manifest[key]!r:.40}")
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in kind.ARRAYS}
    for name, array in arrays.items():
        if array_sha256(array) != manifest["arrays"][name]:
            raise ValueError(f"{name}.npy is not the file that was written")
    return kind.from_kept(dataset, arrays, manifest)


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


def cached_arrays(key: str, build: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The arrays that `build` gives, from the cache if they are there and whole.

    Parameters
    ----------
    key
        Names the content: another input or method must have another key.
    build
        Computes the arrays; called when they are not in the cache or are damaged there.

    Returns
    -------
    Read-only arrays: memory maps, or what `build` gave where the cache cannot be written.
    """
    folder = paths.cache_folder() / key
    if folder.is_dir():
        try:
            return _read(folder)
        except (OSError, ValueError, KeyError, AttributeError) as error:
            log.warning("Cache %s is damaged and is made again: %s", folder, error)
            shutil.rmtree(folder, ignore_errors=True)
    arrays = build()
    try:
        with written_folder(folder) as part:
            _write(arrays, part)
        for path in folder.iterdir():
            path.chmod(0o444)
        return _read(folder)
    except (OSError, ValueError) as error:
        log.warning("Cache %s cannot be written, going on without it: %s", folder, error)
        return {name: frozen(array) for name, array in arrays.items()}


def sources_digest(*packages: ModuleType) -> str:
    """A short name of the code of packages and of OpenCV: what another version made must not be found in the cache."""
    digest = hashlib.sha256(cv2.__version__.encode())
    for package in packages:
        for path in sorted(Path(str(package.__file__)).parent.glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _read(folder: Path) -> dict[str, np.ndarray]:
    """Map and verify the arrays of one cache entry."""
    hashes = json.loads((folder / MANIFEST).read_text())
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in hashes}
    for name, array in arrays.items():
        if array_sha256(array) != hashes[name]:
            raise ValueError(f"{name}.npy has another SHA-256 than its manifest says")
    return arrays


def _write(arrays: dict[str, np.ndarray], folder: Path) -> None:
    """Write the arrays of one cache entry and their hashes."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    (folder / MANIFEST).write_text(json.dumps({name: array_sha256(array) for name, array in arrays.items()}))
