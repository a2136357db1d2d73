"""Reading digits with LiteRT: a fifth of a millisecond each, and nothing of TensorFlow in the process."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from mnist_core.errors import BundleError, DrawingError, in_words
from mnist_core.ink import digit_image
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder, read_card, read_file
from mnist_core.model.card import ModelCard
from mnist_core.numbers.finding import shipped_detector
from mnist_core.numbers.paper import PageReading, page_reading
from mnist_core.numbers.reading import read, read_number
from mnist_core.types import (
    CLASSES,
    IMAGE_SIDE,
    DigitImage,
    Drawing,
    Float32Array,
    Prediction,
    Readings,
    UInt8Array,
    as_shades,
    describe,
    frozen,
)

# Another number of images than the last time costs an interpreter 0.3 ms, about as much as two images.
BATCH = 256
# Images whose reading is remembered.
KNOWN_IMAGES = 1000


class Recognizer:
    """A model that reads digits. One serves any number of threads.

    Parameters
    ----------
    graph
        The LiteRT flatbuffer.

    Raises
    ------
    BundleError
        If the graph cannot be loaded or does not give probabilities, features and novelty.
    """

    def __init__(self, graph: bytes) -> None:
        # An interpreter is not thread-safe and remembers its batch size: one for single digits, one for batches.
        self._single = _Interpreter(graph, threads=1)
        self._batch = _Interpreter(graph, threads=os.cpu_count() or 1)
        # While a number is drawn, only its last stroke changes: most of its parts were read a moment ago.
        self._read_again = lru_cache(maxsize=KNOWN_IMAGES)(self._read_one)
        received = {name: value.shape for name, value in self._single.run(np.zeros((1, 28, 28), np.float32)).items()}
        self._width = received.get("features", ())[1:]
        if [received.get(name) for name in ("probabilities", "novelty")] != [(1, CLASSES), (1, 1)] or not self._width:
            raise BundleError(f"A model must give ten probabilities, features and a novelty. Received: {received}.")

    def predict(self, digit: DigitImage | Drawing | UInt8Array) -> Prediction:
        """Read one digit.

        Parameters
        ----------
        digit
            A digit image as it is; a drawing, or a picture (uint8 (h, w), (h, w, 3) or (h, w, 4), either polarity, any
            size), is brought into MNIST form first.

        Raises
        ------
        DrawingError
            If it is no such picture; `EmptyDrawingError` if it shows nothing.
        """
        if not isinstance(digit, DigitImage):
            digit = digit_image(digit if isinstance(digit, Drawing) else Drawing.from_pixels(digit))
        outputs = self._single.run(digit.pixels[np.newaxis])
        return Prediction(frozen(outputs["probabilities"][0]), float(outputs["novelty"][0, 0]))

    def predict_many(self, images: UInt8Array) -> tuple[Float32Array, Float32Array]:
        """Read images that are already in MNIST form.

        Parameters
        ----------
        images
            uint8 (n, 28, 28), ink 255 on background 0.

        Returns
        -------
        Probabilities float32 (n, 10) and novelty float32 (n,).

        Raises
        ------
        DrawingError
            If the images have another type or shape.
        """
        probabilities, novelty, _features = self._outputs(images)
        return probabilities, novelty

    def readings(self, images: UInt8Array) -> Readings:
        """All that the network makes of images that are already in MNIST form, features included.

        Parameters
        ----------
        images
            uint8 (n, 28, 28), ink 255 on background 0.

        Raises
        ------
        DrawingError
            If the images have another type or shape.
        BundleError
            If the network does not give probabilities that add up to 1 and a novelty from 0 to 1.
        """
        return Readings(*self._outputs(images))

    def features(self, images: UInt8Array) -> Float32Array:
        """What the last layer but one gives for images that are already in MNIST form: float32 (n, d).

        Parameters
        ----------
        images
            uint8 (n, 28, 28), ink 255 on background 0.

        Raises
        ------
        DrawingError
            If the images have another type or shape.
        """
        return self._outputs(images)[2]

    def _outputs(self, images: UInt8Array) -> tuple[Float32Array, Float32Array, Float32Array]:
        """Probabilities, novelty and features of images uint8 (n, 28, 28)."""
        shape = (IMAGE_SIDE, IMAGE_SIDE)
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape[1:] != shape:
            raise DrawingError(f"Images must be a uint8 array (n, 28, 28). Received: {describe(images)}.")
        probabilities = np.empty((len(images), CLASSES), np.float32)
        novelty = np.empty((len(images), 1), np.float32)
        features = np.empty((len(images), *self._width), np.float32)
        interpreter = self._single if len(images) == 1 else self._batch
        for start in range(0, len(images), BATCH):
            part = slice(start, start + BATCH)
            given = interpreter.run(as_shades(images[part]))
            for name, values in (("probabilities", probabilities), ("novelty", novelty), ("features", features)):
                values[part] = given[name]
        return frozen(probabilities), frozen(novelty[:, 0]), frozen(features)

    def read(self, drawing: Drawing | UInt8Array) -> list[Prediction]:
        """Read one digit, a number, or all that is on a sheet of paper.

        Parameters
        ----------
        drawing
            A drawing, or a picture as `predict` takes it.

        Returns
        -------
        The digits from left to right, each with its `box` on the drawing and its ink as a `drawing` of its own; of a
        picture `line` by line, from top to bottom. What is no digit at all is one prediction with a high novelty.

        Raises
        ------
        DrawingError
            If it is no such picture; `EmptyDrawingError` if it shows nothing.
        """
        return self.read_page(drawing).digits

    def read_page(self, drawing: Drawing | UInt8Array) -> PageReading:
        """The same as `read`, with the signs that stand among the digits of a picture.

        Raises
        ------
        DrawingError
            If it is no such picture; `EmptyDrawingError` if it shows nothing.
        """
        drawing = drawing if isinstance(drawing, Drawing) else Drawing.from_pixels(drawing)
        if drawing.pixels is None:
            return PageReading(read(self._read_each, drawing))
        return page_reading(self._read_each, shipped_detector().find, drawing)

    def read_number(self, drawing: Drawing) -> list[Prediction]:
        """Read a number of one or more digits: apart, overlapping or touching, of one or more strokes each.

        Returns
        -------
        The digits from left to right, each with its `box` on the drawing.

        Raises
        ------
        EmptyDrawingError
            If there is no ink.
        """
        return read_number(self._read_each, drawing)

    def _read_each(self, images: UInt8Array) -> tuple[Float32Array, Float32Array]:
        """The same as `predict_many`, one by one: a batch saves nothing, and changing its size costs."""
        given = [self._read_again(image.tobytes()) for image in images]
        probabilities, novelty = zip(*given, strict=True)
        return np.stack(probabilities), np.array(novelty, np.float32)

    def _read_one(self, image: bytes) -> tuple[Float32Array, float]:
        """Probabilities (10,) and novelty of an image of 28x28 shades."""
        pixels = np.frombuffer(image, np.uint8).reshape(1, IMAGE_SIDE, IMAGE_SIDE)
        given = self._single.run(as_shades(pixels))
        return frozen(given["probabilities"][0]), float(given["novelty"][0, 0])


class _Interpreter:
    """A LiteRT interpreter behind a lock."""

    def __init__(self, graph: bytes, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        text = "The LiteRT graph cannot be loaded: {error}. Received: {size} bytes."
        with in_words(BundleError, text, (ValueError, RuntimeError), size=len(graph)):
            interpreter = Interpreter(model_content=graph, num_threads=threads)
            self._call: Callable[..., dict[str, Any]] = interpreter.get_signature_runner()
        self._lock = Lock()

    def run(self, images: Float32Array) -> dict[str, Any]:
        """The network's outputs by name for images (n, 28, 28) in [0, 1]."""
        with self._lock:
            return self._call(image=images)


def load_recognizer(name: str = SHIPPED) -> Recognizer:
    """The recognizer of a model: the one that comes with the app, or one of your own.

    Parameters
    ----------
    name
        The model's name; without it the shipped one.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged or made for a newer version.
    """
    return open_recognizer(model_folder(name))[0]


def open_recognizer(folder: Path) -> tuple[Recognizer, ModelCard]:
    """The recognizer and the card of the model in a directory.

    Raises
    ------
    BundleError
        As `load_recognizer`.
    """
    card = read_card(folder)
    return Recognizer(read_file(folder, card, GRAPH)), card
