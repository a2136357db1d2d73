"""MNIST Studio's library: from a drawing to a digit, and all that it takes to get there.

The names are looked up when they are first asked for, so that `python -m mnist_core` and `mnist-studio` can say what
they lack before numpy, OpenCV and LiteRT are imported.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mnist_core.version import __version__

if TYPE_CHECKING:
    from mnist_core.datasets import load_dataset
    from mnist_core.errors import MnistError
    from mnist_core.model.recognizer import Recognizer, load_recognizer
    from mnist_core.types import Dataset, DigitImage, Drawing, Prediction, Stage

_HOMES = {
    "Dataset": "mnist_core.types",
    "DigitImage": "mnist_core.types",
    "Drawing": "mnist_core.types",
    "MnistError": "mnist_core.errors",
    "Prediction": "mnist_core.types",
    "Recognizer": "mnist_core.model.recognizer",
    "Stage": "mnist_core.types",
    "load_dataset": "mnist_core.datasets",
    "load_recognizer": "mnist_core.model.recognizer",
}

__all__ = [
    "Dataset",
    "DigitImage",
    "Drawing",
    "MnistError",
    "Prediction",
    "Recognizer",
    "Stage",
    "__version__",
    "load_dataset",
    "load_recognizer",
]


def __getattr__(name: str) -> Any:
    """One of the public names, from the module where it is at home."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
