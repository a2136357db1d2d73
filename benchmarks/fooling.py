"""Explanations from the inside beside occlusion, and how easily the shipped model is fooled."""

import os
from collections.abc import Sequence

import numpy as np

from benchmarks.table import Row, median_ms, show
from mnist_core import Drawing, ink, load_dataset, load_recognizer
from mnist_core.explanation.fooling import bounded_noise, few_pixels, least_noise, one_stroke
from mnist_core.explanation.gradients import open_gradients
from mnist_core.explanation.inside import look_inside
from mnist_core.explanation.occlusion import occlusion
from mnist_core.model.bundle import SHIPPED, model_folder
from mnist_core.types import UInt8Array
from tests.strokes import EIGHT

# The last of MNIST's training images: nothing is chosen by them.
DIGITS = 200
BOUNDS = (8, 16, 32, 48, 64, 96)
BATCH = 20


def show_all(arguments: Sequence[str]) -> None:
    """Print times, and how many digits are read as another within each bound; and by the models that are named."""
    show(rows())
    show_fooled(arguments)


def rows() -> list[Row]:
    """Milliseconds of each explanation and each way to fool, on one core, beside occlusion."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    if cores:
        os.sched_setaffinity(0, {min(cores)})
    recognizer, network = load_recognizer(), open_gradients(model_folder(SHIPPED))
    digit = ink.digit_image(Drawing.from_strokes(EIGHT))
    image = np.rint(digit.pixels * 255).astype(np.uint8)
    covering = median_ms(lambda: occlusion(lambda images: recognizer.predict_many(images)[0], digit), 30)
    inside = median_ms(lambda: look_inside(network, digit), 30)
    ways = {
        "least noise": median_ms(lambda: least_noise(recognizer, network, image, 3), 5, 1),
        "single pixels": median_ms(lambda: few_pixels(recognizer, network, image, 3), 5, 1),
        "one stroke": median_ms(lambda: one_stroke(recognizer, image, 3), 5, 1),
    }
    if cores:
        os.sched_setaffinity(0, cores)
    return [
        Row("saliency and Grad-CAM, ten digits, one core", inside, "occlusion, one core", covering, "ms", 30),
        *(Row(f"{name}, one core", taken, "occlusion, one core", covering, "ms") for name, taken in ways.items()),
    ]


def show_fooled(others: Sequence[str]) -> None:
    """Print how many digits are read as a digit drawn by lot, by bound, and what other models make of these."""
    recognizer, network = load_recognizer(), open_gradients(model_folder(SHIPPED))
    training = load_dataset("mnist", download=False).split("train")
    images, labels = training.images[-DIGITS:], training.labels[-DIGITS:].astype(int)
    targets = (labels + np.random.default_rng(0).integers(1, 10, DIGITS)) % 10
    print("| at most, of 255 shades | read as the other digit, % | of these novelty notices, % | other models |")
    print("| --- | --- | --- | --- |")
    for bound in BOUNDS:
        parts = [slice(start, start + BATCH) for start in range(0, DIGITS, BATCH)]
        changed = np.concatenate(
            [bounded_noise(network, images[part], targets[part].tolist(), bound) for part in parts]
        )
        readings = recognizer.readings(changed)
        fooled = readings.digits == targets
        noticed = float((~readings.is_digit[fooled]).mean()) if fooled.any() else 0.0
        fallen = ", ".join(_fallen(name, images, changed, labels, targets, fooled) for name in others)
        print(f"| {bound} | {100 * fooled.mean():.1f} | {100 * noticed:.1f} | {fallen} |", flush=True)


def _fallen(
    name: str, images: UInt8Array, changed: UInt8Array, labels: np.ndarray, targets: np.ndarray, fooled: np.ndarray
) -> str:
    """How many of the images that fool the shipped model another one reads as the same digit, and how many wrongly."""
    recognizer = load_recognizer(name)
    read, before = recognizer.readings(changed[fooled]).digits, recognizer.readings(images).digits
    same, wrong = float((read == targets[fooled]).mean()), float((read != labels[fooled]).mean())
    clean = float((before != labels).mean())
    return f"{name}: {100 * same:.1f} % fall for it, {100 * wrong:.1f} % misread ({100 * clean:.1f} % unchanged)"
