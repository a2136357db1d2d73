"""A model as one zip: for Keras, LiteRT, TensorFlow and, where its exporter is installed, ONNX; and for people."""

import logging
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

import keras
import tensorflow as tf  # type: ignore[import-untyped]

from mnist_core.errors import BundleError, in_words
from mnist_core.files import scratch_folder, write_zip, written_file
from mnist_core.model.archive import has_onnx_exporter
from mnist_core.model.bundle import CARD, WEIGHTS, files_of, is_taught, model_folder, verify_bundle
from mnist_core.model.markdown import card_in_markdown
from mnist_core.types import IMAGE_SIDE

CARD_IN_WORDS = "card.md"
SAVED_MODEL = "saved_model"
ONNX = "model.onnx"

# What Keras raises that cannot load a file.
UNLOADABLE = (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile)

log = logging.getLogger(__name__)


def export_model(model: str | Path, target: Path) -> list[str]:
    """Write all that there is of a model to one zip file, in a folder named after it, or "taught".

    Keras, and so TensorFlow, makes the SavedModel and the ONNX file: this is nothing for the web process.

    Parameters
    ----------
    model
        Its name, or its directory.
    target
        The zip file; one that is there is replaced, and stays whole until then.

    Returns
    -------
    The names of the files in it, in their order.

    Raises
    ------
    BundleError
        If there is no such model, it is damaged, or the zip cannot be written. Nothing is then left of it.
    """
    folder = model_folder(model) if isinstance(model, str) else model
    card = verify_bundle(folder)
    text = "The zip could not be written to {target}: {error}. Free some space or choose another place, and try again."
    with (
        in_words(BundleError, text, (OSError, tf.errors.OpError), target=target),
        written_file(target) as part,
        scratch_folder(target.parent, "export") as stage,
    ):
        # The name of a taught model is its visitor's secret, and the zip may be given away.
        top = Path(stage) / ("taught" if is_taught(folder.name) else folder.resolve().name)
        _copy(folder, top, (CARD, *files_of(card)))
        _convert(top)
        return _zipped(Path(stage), part)


def _copy(folder: Path, top: Path, names: Iterable[str]) -> None:
    """Copy the files of a model, and add its card in words."""
    top.mkdir()
    for name in names:
        shutil.copyfile(folder / name, top / name)
    card = verify_bundle(top)  # once more: the model may have been replaced meanwhile
    (top / CARD_IN_WORDS).write_text(card_in_markdown(card), encoding="utf-8")


def _convert(top: Path) -> None:
    """Write the network in the forms that a model does not have by itself."""
    text = "{file} of {model} must be a model that Keras can load. Received: {error!r:.200}."
    with in_words(BundleError, text, UNLOADABLE, file=WEIGHTS, model=top.name):
        network = keras.models.load_model(top / WEIGHTS, compile=False)
    network.export(top / SAVED_MODEL, format="tf_saved_model", verbose=False)
    if has_onnx_exporter():
        _write_onnx(network, top / ONNX)


def _write_onnx(network: keras.Model, path: Path) -> None:
    """Write the network as ONNX; where that fails, the rest is still worth having."""
    try:
        network(keras.ops.zeros((1, IMAGE_SIDE, IMAGE_SIDE)))  # the exporter refuses a network that was never called
        network.export(path, format="onnx", verbose=False)
    except Exception as error:  # tf2onnx promises nothing about what it raises
        path.unlink(missing_ok=True)
        log.warning("The zip has no %s: tf2onnx failed with %r. Everything else is in it.", path.name, error)


def _zipped(stage: Path, target: Path) -> list[str]:
    """Zip the files below a folder, without their times: the same files give the same bytes."""
    files = {path.relative_to(stage).as_posix(): path for path in sorted(stage.rglob("*")) if path.is_file()}
    write_zip(target, ((name, path.read_bytes()) for name, path in files.items()))
    return list(files)
