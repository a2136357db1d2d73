"""One prediction: LiteRT on one core against the ways that Keras offers."""

import os

import numpy as np

from benchmarks.table import Row, median_ms
from mnist_core import Drawing, ink, load_recognizer, paths
from tests.strokes import EIGHT


def rows() -> list[Row]:
    """28x28 to probabilities, and the whole path from strokes to a prediction."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    drawing = Drawing.from_strokes(EIGHT)
    digit = ink.digit_image(drawing)
    if cores:
        os.sched_setaffinity(0, {min(cores)})
    recognizer = load_recognizer()
    ours = median_ms(lambda: recognizer.predict(digit), 1000)
    path = median_ms(lambda: recognizer.predict(Drawing.from_strokes(EIGHT)), 300)
    if cores:
        os.sched_setaffinity(0, cores)

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    model = keras.models.load_model(paths.SHIPPED_MODELS / "default" / "model.keras")
    image = digit.pixels[np.newaxis]
    by_predict = median_ms(lambda: model.predict(image, verbose=0), 30)
    by_call = median_ms(lambda: model(image), 100)
    return [
        Row("one prediction, one core", ours, "model.predict, all cores", by_predict, "ms", 0.5),
        Row("one prediction, one core", ours, "model(x), all cores", by_call, "ms", 0.5),
        Row("strokes to prediction, one core", path, "model(x) alone, all cores", by_call, "ms", 5),
    ]
