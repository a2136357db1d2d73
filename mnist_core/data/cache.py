"""Arrays that can be computed again, kept as memory maps that all processes share."""

import hashlib
import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np

from mnist_core import paths
from mnist_core.files import array_sha256, written_folder
from mnist_core.types import frozen

log = logging.getLogger(__name__)

MANIFEST = "manifest.json"


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
