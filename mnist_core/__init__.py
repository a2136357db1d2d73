"""MNIST Studio's library: from a drawing to a digit, and all that it takes to get there."""

from mnist_core.datasets import load_dataset
from mnist_core.errors import MnistError
from mnist_core.model.recognizer import Recognizer, load_recognizer
from mnist_core.types import Dataset, DigitImage, Drawing, Prediction, Stage

__all__ = [
    "Dataset",
    "DigitImage",
    "Drawing",
    "MnistError",
    "Prediction",
    "Recognizer",
    "Stage",
    "load_dataset",
    "load_recognizer",
]
