"""A model as one zip to download: made by a process of its own, and kept until the model is another."""

import importlib.util
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from threading import Lock

from mnist_core import paths
from mnist_core.errors import BundleError, in_words
from mnist_core.extras import TRAIN, is_installed
from mnist_core.files import scratch_folder
from mnist_core.installation import PACKAGES
from mnist_core.model.bundle import model_folder, read_card

# Raise it when `export` makes another zip of the same model, or `markdown` another text of its card: zips that the old
# code made are then no longer found in the cache. `tests/model/test_export.py` notices.
VERSION = 2
EXPORT_TIMEOUT_S = 120
# So many zips are kept, the newest ones.
KEPT = 5
# The package that makes the ONNX file.
ONNX_EXPORTER = "tf2onnx"

# TensorFlow takes much memory: one export at a time, and who waited for it may find the zip made.
_exporting = Lock()


def zipped_model(name: str) -> bytes:
    """The zip that `mnist_core.model.export` makes of a model; at once if it was made before.

    Raises
    ------
    BundleError
        If there is no such model, it is damaged, or the zip cannot be made within `EXPORT_TIMEOUT_S`.
    """
    kept = paths.cache_folder() / "exports" / f"{name}-{_digest(name)}.zip"
    text = "The model's zip could not be kept in {folder}: {error}. Free some space and try again."
    with in_words(BundleError, text, folder=kept.parent):
        if not kept.exists():
            with _exporting:
                if not kept.exists():
                    _export(name, kept)
        return kept.read_bytes()


def has_onnx_exporter() -> bool:
    """Whether the package that makes the ONNX file is installed."""
    return importlib.util.find_spec(ONNX_EXPORTER) is not None


def _digest(name: str) -> str:
    """A short name of all that the content of a model's zip depends on."""
    card = read_card(model_folder(name)).to_json()
    return sha256(f"{card}{VERSION}{has_onnx_exporter()}{is_installed(TRAIN)}".encode()).hexdigest()[:16]


def _export(name: str, kept: Path) -> None:
    """Make a model's zip and put it into the cache, in the place of the oldest one there."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(kept.parent, "export") as folder:
        made = folder / kept.name
        _run(["export", name, "--output", str(made.resolve())])
        made.replace(kept)
    for old in sorted(kept.parent.glob("*.zip"), key=lambda path: path.stat().st_mtime_ns)[:-KEPT]:
        old.unlink(missing_ok=True)


def _run(arguments: list[str]) -> None:
    """Run a command of the library in a process of its own."""
    environment = os.environ | {
        paths.HOME_VARIABLE: str(paths.data_home().resolve()),  # the process has another working directory
        "CUDA_VISIBLE_DEVICES": "-1",  # a training run may have taken all memory of the GPU, and it is not needed
    }
    try:
        result = subprocess.run(
            [sys.executable, "-m", "mnist_core", *arguments],
            cwd=PACKAGES,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=EXPORT_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BundleError(
            f"The model's zip must be made within {EXPORT_TIMEOUT_S} seconds, and was not. Received: "
            f"{' '.join(arguments)}. Wait until the machine has less to do and try again."
        ) from error
    if result.returncode:
        lines = result.stderr.strip().splitlines() or [f"Received: exit status {result.returncode}."]
        raise BundleError(f"The model's zip could not be made. {lines[-1].removeprefix('error: ')}")
