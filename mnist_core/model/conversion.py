"""A model's network in the forms that TensorFlow and, where its exporter is installed, ONNX make of it."""

import logging
import zipfile
from pathlib import Path

import keras
import tensorflow as tf  # type: ignore[import-untyped]

from mnist_core.errors import BundleError, in_words
from mnist_core.model.archive import has_onnx_exporter
from mnist_core.model.bundle import WEIGHTS
from mnist_core.types import IMAGE_SIDE

SAVED_MODEL = "saved_model"
ONNX = "model.onnx"

# What Keras raises that cannot load a file.
UNLOADABLE = (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile)

log = logging.getLogger(__name__)


def convert(top: Path) -> None:
    """Write the network of a model's folder in the forms that a model does not have by itself.

    Raises
    ------
    BundleError
        If Keras cannot load it.
    OSError
        If the disk is full.
    """
    text = "{file} of {model} must be a model that Keras can load. Received: {error!r:.200}."
    with in_words(BundleError, text, UNLOADABLE, file=WEIGHTS, model=top.name):
        network = keras.models.load_model(top / WEIGHTS, compile=False)
    try:
        network.export(top / SAVED_MODEL, format="tf_saved_model", verbose=False)
    except tf.errors.OpError as error:  # TensorFlow's own word for a full disk
        raise OSError(str(error)) from error
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
