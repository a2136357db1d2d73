"""How real handwriting is read, against the same network trained on MNIST alone and against the way of most demos."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import partial

import cv2
import numpy as np

from benchmarks.corruptions import mean_corruption_error
from mnist_core import Drawing, ink, load_dataset, load_recognizer
from mnist_core.datasets import PenStrokes, load_pen_strokes
from mnist_core.ink.pictures import grey
from mnist_core.model.bundle import model_folder, model_names
from mnist_core.model.recognizer import Recognizer
from mnist_core.readings.evaluation import evaluate
from mnist_core.readings.handwriting import (
    STRINGS,
    USUAL,
    conditions,
    detect_strangers,
    read_condition,
    read_strings,
    written_number,
)
from mnist_core.readings.print import read_print
from mnist_core.synthesis.canvas import painted
from mnist_core.training.config import Augmentation
from mnist_core.training.presets import PRESETS
from mnist_core.types import IMAGE_SIDE, UInt8Array

BASELINE = replace(
    PRESETS["handwriting"].config,
    name="mnist-alone",
    data=("mnist",),
    non_digits=0,
    printed=0,
    epochs=8,
    mild_epochs=2,
    augmentation=Augmentation(),
)

# Whose test images are read as they are.
TESTED = ("mnist", "pen-digits", "uji-digits", "semeion")

# Percent that is wanted at least, by how a name begins; pens and places are compared with the usual drawing.
TARGETS = {
    "mnist test": 99.70,
    "pen-digits test": 99.2,
    "uji-digits test": 99.5,
    "style": 98.5,
    "photos": 97.0,
    "printed digits": 98.5,
    "small print": 98.5,
    "numbers with clear gaps": 97.0,
    "numbers with touching neighbours": 90.0,
}
PLACES = ("pen of", "filling", "in a corner", "turned", "slanted", "pixels")
PLACE_TOLERANCE = 0.5
AUROC_TARGET = 99.0
CORRUPTION_TARGET = 6.0


@dataclass(frozen=True)
class Line:
    """One line of the table; numbers in percent, None where there is nothing to compare with."""

    name: str
    ours: str
    alone: float | None
    plain: float | None
    target: str = ""


def shrunk(drawing: Drawing) -> UInt8Array:
    """The way of most demos: the whole canvas made 28 pixels wide, dark on light turned round."""
    if drawing.pixels is None:
        shades = painted(drawing.strokes, drawing.pen_width, drawing.size)
    else:
        shades = grey(drawing.pixels)
        shades = 255 - shades if np.median(shades) > 127 else shades
    return cv2.resize(shades, (IMAGE_SIDE, IMAGE_SIDE), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def trained_on_mnist_alone() -> Recognizer:
    """The baseline network, trained by the first benchmark and kept among the models of the data home."""
    if BASELINE.name not in model_names():
        print(
            f"Training {BASELINE.name!r}, the network that has seen nothing but MNIST (about 5 minutes) ...",
            flush=True,
        )
        from mnist_core.training.trained_model import train_model

        train_model(BASELINE, model_folder(BASELINE.name), download=False)
    return load_recognizer(BASELINE.name)


def lines() -> Iterator[Line]:
    """Measure one line after the other."""
    strokes = load_pen_strokes(download=False)
    ours, alone = load_recognizer(), trained_on_mnist_alone()
    for name in TESTED:
        test = load_dataset(name, download=False).split("test")
        our_score, other_score = evaluate(ours, test), evaluate(alone, test)
        yield _line(f"{name} test", our_score.accuracy, our_score.low, our_score.high, other_score.accuracy)
        stated = 100 * our_score.calibration_error
        yield Line(
            f"calibration error, {name}",
            f"{stated:.2f}",
            100 * other_score.calibration_error,
            None,
            _met(stated <= 1, "at most 1"),
        )
        rejected = 100 * our_score.rejected
        yield Line(
            f"rejected, {name}", f"{rejected:.2f}", 100 * other_score.rejected, None, _met(rejected <= 1, "at most 1")
        )
    usual = 0.0
    for condition in conditions():
        read = read_condition(ours, strokes, condition)
        usual = read.accuracy if condition.name == USUAL else usual
        yield _line(
            condition.name,
            read.accuracy,
            read.low,
            read.high,
            read_condition(alone, strokes, condition).accuracy,
            read_condition(alone, strokes, condition, shrunk).accuracy,
            usual,
        )
    yield from _print(ours, alone)
    wrong, others = (100 * mean_corruption_error(each) for each in (ours, alone))
    target = _met(wrong <= CORRUPTION_TARGET, f"at most {CORRUPTION_TARGET:g}")
    yield Line("MNIST-C, mean error", f"{wrong:.2f}", others, None, target)
    yield from _left_out(ours, alone, strokes)
    for name, ways in STRINGS.items():
        read, other = (read_strings(each, strokes, **ways) for each in (ours, alone))
        yield _line(name, read.accuracy, read.low, read.high, other.accuracy)
    milliseconds = six_digits_ms(ours, strokes)
    yield Line("six digits, median ms", f"{milliseconds:.1f}", None, None, _met(milliseconds <= 50, "at most 50"))
    yield from _strangers(ours, alone, strokes)


def _print(ours: Recognizer, alone: Recognizer) -> Iterator[Line]:
    """Printed digits of typefaces that no model has learned from."""
    others = read_print(alone)
    for name, read in read_print(ours).items():
        yield _line(name, read.accuracy, read.low, read.high, others[name].accuracy)


def six_digits_ms(recognizer: Recognizer, strokes: PenStrokes, count: int = 50) -> float:
    """Median time to read a number of six digits from strokes."""
    rng = np.random.default_rng(0)
    test = np.flatnonzero(strokes.is_test)
    times = []
    for _ in range(count):
        drawing = written_number([strokes.strokes(row) for row in rng.choice(test, 6).tolist()], rng)
        start = time.perf_counter()
        recognizer.read_number(drawing)
        times.append(time.perf_counter() - start)
    return 1000 * float(np.median(times))


def _left_out(ours: Recognizer, alone: Recognizer, strokes: PenStrokes) -> Iterator[Line]:
    """Small digits in corners, and photos, when one step of the preparation is left out, and when all are."""
    ways = {condition.name: condition for condition in conditions()}
    names = [field.name for field in fields(ink.Recipe)]
    for name, left_out in {**{name: [name] for name in names}, "all steps": names}.items():
        recipe = ink.Recipe(**dict.fromkeys(left_out, False))
        condition = ways["photos" if name == "cleaning" else "in a corner"]
        ours_read, other = (
            read_condition(each, strokes, condition, partial(ink.digit_pixels, recipe=recipe)) for each in (ours, alone)
        )
        yield _line(
            f"without {name.replace('_', ' ')}, {condition.name}",
            ours_read.accuracy,
            ours_read.low,
            ours_read.high,
            other.accuracy,
        )


def _strangers(ours: Recognizer, alone: Recognizer, strokes: PenStrokes) -> Iterator[Line]:
    """What is no digit: how well it is told from digits, and how often it is rejected."""
    others = detect_strangers(alone, strokes)
    for name, found in detect_strangers(ours, strokes).items():
        target = _met(100 * found.auroc >= AUROC_TARGET, f"{AUROC_TARGET:g}") if name == "all kinds" else ""
        yield Line(f"AUROC, {name}", f"{100 * found.auroc:.2f}", 100 * others[name].auroc, None, target)
        yield Line(f"rejected, {name}", f"{100 * found.rejected:.1f}", 100 * others[name].rejected, None)


def _line(
    name: str,
    accuracy: float,
    low: float,
    high: float,
    alone: float,
    plain: float | None = None,
    usual: float | None = None,
) -> Line:
    """A line of accuracies, with the target that it has."""
    target = next((value for start, value in TARGETS.items() if name.startswith(start) and "pixels" not in name), None)
    if usual is not None and name.startswith(PLACES):
        target = 100 * usual - PLACE_TOLERANCE
    return Line(
        name,
        f"{100 * accuracy:.2f} ({100 * low:.1f}-{100 * high:.1f})",
        100 * alone,
        None if plain is None else 100 * plain,
        "" if target is None else _met(100 * accuracy >= target, f"{target:.2f}"),
    )


def _met(is_met: bool, target: str) -> str:
    """A target and whether it is met."""
    return f"{target}: {'met' if is_met else 'MISSED'}"


def show() -> None:
    """Print the table, line by line as it is measured."""
    print("| % | ours (95 % interval) | same network, MNIST alone | ... and canvas shrunk to 28x28 | target |")
    print("| --- | --- | --- | --- | --- |")
    for line in lines():
        alone, plain = ("" if value is None else f"{value:.2f}" for value in (line.alone, line.plain))
        print(f"| {line.name} | {line.ours} | {alone} | {plain} | {line.target} |", flush=True)
