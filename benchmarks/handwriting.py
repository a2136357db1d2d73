"""How often new writers' digits are misread on the canvas, against the plain way of most demos."""

from collections.abc import Sequence

import cv2
import numpy as np

from benchmarks.table import Row
from mnist_core import Drawing, ink, load_recognizer
from mnist_core.data import load_pen_strokes
from mnist_core.types import UInt8Array
from tests.strokes import somewhere_on_the_canvas

SIDE = 400


def rows() -> list[Row]:
    """Share of the pen-digits test digits that are misread, drawn at any place and size with any pen.

    The baseline shrinks the whole canvas to 28x28 pixels and gives that to the same network.
    """
    pen_strokes = load_pen_strokes(download=False)
    test = np.flatnonzero(pen_strokes.is_test)
    rng = np.random.default_rng(0)
    drawings = [somewhere_on_the_canvas(pen_strokes.strokes(index), rng) for index in test.tolist()]
    labels = pen_strokes.labels[test]
    recognizer = load_recognizer()
    canvases = [ink.draw_strokes(drawing.strokes, drawing.pen_width, (SIDE, SIDE)) for drawing in drawings]
    shrunk = [cv2.resize(canvas, (28, 28), interpolation=cv2.INTER_AREA) for canvas in canvases]

    def misread(images: Sequence[UInt8Array | Drawing]) -> float:
        return 100 * float(np.mean([recognizer.predict(image).digit for image in images] != labels))

    plain = 100 * float(np.mean(recognizer.predict_many(np.array(shrunk))[0].argmax(axis=1) != labels))
    name = f"misread of {len(test):,} digits of new writers"
    return [
        Row(f"{name}, as strokes", misread(drawings), "canvas shrunk to 28x28", plain, "%", 2),
        Row(f"{name}, as pixels", misread(canvases), "canvas shrunk to 28x28", plain, "%"),
    ]
