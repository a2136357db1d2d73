"""Training: accuracy against seconds beside Keras's example, the cost of augmentation, drawing while a model trains."""

import datetime
import importlib.metadata
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import psutil
import tensorflow  # type: ignore[import-untyped]  # noqa: F401  imported before any clock starts
from keras import layers
from playwright.sync_api import sync_playwright

from benchmarks.page import answer_times
from benchmarks.running import temporary_home, training
from mnist_core import load_dataset, paths
from mnist_core.files import written_file
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import Examples, load_examples
from mnist_core.training.loop import train_network
from mnist_core.training.presets import PRESETS
from mnist_core.types import CLASSES, Dataset, Float32Array, UInt8Array, as_shades
from tests.browser.driver import chromium, launch, serving

KEPT = "benchmarks-training.json"

BASELINE_EPOCHS = 20
WANTED_ACCURACY = 0.99
READ_TOGETHER = 1000

# Accuracies that the chart spans, with a label at every third row.
LOWEST, HIGHEST = 0.97, 0.995
CHART_WIDTH, CHART_HEIGHT, LABEL_EVERY = 70, 16, 3

AUGMENTED_IMAGES = 20_000
AUGMENTATION_TARGET = 0.25

ANSWERS = 30
ANSWERS_BEFORE = 3
SLOWDOWN_TARGET = 2.0


@dataclass(frozen=True)
class Line:
    """One line of the table; a target only where there is one."""

    name: str
    measured: str
    target: str = ""


@dataclass(frozen=True)
class Curve:
    """How well a network reads the test images, and when.

    Attributes
    ----------
    epochs
        Seconds until the end of each epoch, and the accuracy there.
    seconds, accuracy
        Of the whole training, and of the network that it gave.
    """

    name: str
    epochs: Sequence[tuple[float, float]]
    seconds: float
    accuracy: float

    def reaches(self, accuracy: float) -> float | None:
        """Seconds until an epoch ends with this accuracy or a better one; None if none does."""
        return next((seconds for seconds, reached in self.epochs if reached >= accuracy), None)


@dataclass(frozen=True)
class Lead:
    """How long two networks took for the same.

    Attributes
    ----------
    ours, theirs
        Seconds; None for what was not reached.
    limit
        Seconds that they tried.
    """

    name: str
    ours: float | None
    theirs: float | None
    limit: float

    def line(self) -> Line:
        """Their time as a multiple of ours."""
        if self.ours is None:
            return Line(self.name, "never reached by ours")
        if self.theirs is None:
            times, them = f"more than {self.limit / self.ours:.1f} times", f"not within {self.limit:.0f} s"
        else:
            times, them = f"{self.theirs / self.ours:.1f} times", f"{self.theirs:.1f} s"
        return Line(self.name, f"{times} ({them} / {self.ours:.1f} s)")


class _Stopwatch(keras.callbacks.Callback):
    """Reads the test images after each epoch, and leaves the time that this takes off its clock."""

    def __init__(self, images: Float32Array, labels: UInt8Array) -> None:
        super().__init__()
        self._images, self._labels = images, labels
        self.epochs: list[tuple[float, float]] = []
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since it was made."""
        return time.perf_counter() - self._start

    def accuracy(self, network: keras.Model) -> float:
        """Share of the test images that a network reads correctly."""
        read = network.predict(self._images, batch_size=READ_TOGETHER, verbose=0).argmax(axis=1)
        return float(np.mean(read == self._labels))

    def on_epoch_end(self, *_: object, **__: object) -> None:
        seconds = self.seconds
        self.epochs.append((seconds, self.accuracy(self.model)))
        self._start = time.perf_counter() - seconds


def train_ours(name: str, config: TrainingConfig, examples: Examples, test: Dataset) -> Curve:
    """A preset, trained as the app trains it."""
    with tempfile.TemporaryDirectory() as work:
        watch = _Stopwatch(as_shades(test.images), test.labels)
        network = train_network(config, examples, Path(work), [watch]).network
        seconds = watch.seconds
    return Curve(name, watch.epochs, seconds, watch.accuracy(network))


def train_keras_example(train: Dataset, test: Dataset, epochs: int) -> Curve:
    """Keras's "Simple MNIST convnet" (https://keras.io/examples/vision/mnist_convnet/), trained as it is there."""
    images, labels = as_shades(train.images)[..., None], keras.utils.to_categorical(train.labels, CLASSES)
    keras.utils.set_random_seed(0)
    watch = _Stopwatch(as_shades(test.images)[..., None], test.labels)
    network = keras.Sequential(
        [
            keras.Input(images.shape[1:]),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    network.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    network.fit(images, labels, batch_size=128, epochs=epochs, validation_split=0.1, verbose=0, callbacks=[watch])
    return Curve("Keras example", watch.epochs, watch.seconds, watch.epochs[-1][1])


def race(config: TrainingConfig = PRESETS["quick"].config, epochs: int = BASELINE_EPOCHS) -> tuple[Curve, Curve, Curve]:
    """The preset, Keras's example, and the preset once more: between its two curves lies the drift of the machine."""
    examples, mnist = load_examples(config, download=False), load_dataset("mnist", download=False)
    train, test = mnist.split("train"), mnist.split("test")
    _tell(f"Training {config.name!r}, Keras's example for {epochs} epochs, and {config.name!r} again ...")
    ours = train_ours(config.name, config, examples, test)
    theirs = train_keras_example(train, test, epochs)
    return ours, theirs, train_ours(f"{config.name} again", config, examples, test)


def leads(ours: Curve, theirs: Curve) -> list[Lead]:
    """How much longer the other network took to be as good."""
    return [
        Lead(
            f"{ours.name}: time to {WANTED_ACCURACY:.1%}, Keras example / ours",
            ours.reaches(WANTED_ACCURACY),
            theirs.reaches(WANTED_ACCURACY),
            theirs.seconds,
        ),
        Lead(
            f"{ours.name}: time to its final {ours.accuracy:.2%}, Keras example / all of ours",
            ours.seconds,
            theirs.reaches(ours.accuracy),
            theirs.seconds,
        ),
    ]


def show_curves(curves: Sequence[Curve]) -> None:
    """Print seconds and test accuracy after each epoch, side by side."""
    print(f"\n| epoch | {' | '.join(f'{curve.name}, s | %' for curve in curves)} |")
    print("| --- |" + " --- | --- |" * len(curves))
    for index in range(max(len(curve.epochs) for curve in curves)):
        cells = [_cells(*curve.epochs[index]) if index < len(curve.epochs) else " | " for curve in curves]
        print(f"| {index + 1} | {' | '.join(cells)} |")
    print(f"| whole | {' | '.join(_cells(curve.seconds, curve.accuracy) for curve in curves)} |")


def _cells(seconds: float, accuracy: float) -> str:
    """Two cells of the table of curves."""
    return f"{seconds:.1f} | {100 * accuracy:.2f}"


def chart(curves: Sequence[tuple[str, Curve]]) -> str:
    """Test accuracy against seconds as plain text; what lies beyond the chart is put on its rim.

    Parameters
    ----------
    curves
        Each with the character that stands for it; a later one covers an earlier one.
    """
    longest = max(curve.seconds for _, curve in curves)
    rows = [[" "] * CHART_WIDTH for _ in range(CHART_HEIGHT)]
    for symbol, curve in curves:
        for seconds, accuracy in curve.epochs:
            depth = (HIGHEST - min(max(accuracy, LOWEST), HIGHEST)) / (HIGHEST - LOWEST)
            rows[round(depth * (CHART_HEIGHT - 1))][round(seconds / longest * (CHART_WIDTH - 1))] = symbol
    labels = [
        "" if row % LABEL_EVERY else f"{HIGHEST - (HIGHEST - LOWEST) * row / (CHART_HEIGHT - 1):.1%}"
        for row in range(CHART_HEIGHT)
    ]
    lines = [f"{label:>6} |{''.join(row)}".rstrip() for label, row in zip(labels, rows, strict=True)]
    end = f"{longest:.0f} s"
    return "\n".join([*lines, f"{'':>6} +{'-' * CHART_WIDTH}", f"{'':>8}0{end:>{CHART_WIDTH - 1}}"])


@dataclass(frozen=True)
class EpochTimes:
    """Seconds of an epoch without and with augmentation, in the order in which they were measured."""

    plain: Sequence[float]
    augmented: Sequence[float]

    def line(self) -> Line:
        """What augmentation takes of the epoch that has it."""
        share = 1 - sum(self.plain) / sum(self.augmented)
        means = f"{statistics.mean(self.plain):.1f} s without, {statistics.mean(self.augmented):.1f} s with"
        return Line(
            "augmentation, share of an epoch of classic",
            f"{share:.1%} ({means})",
            _met(share <= AUGMENTATION_TARGET, f"at most {AUGMENTATION_TARGET:.0%}"),
        )


def augmentation_cost(images: int = AUGMENTED_IMAGES) -> EpochTimes:
    """An epoch of classic on so many images without and with augmentation, by turns, two of each."""
    _tell(f"Training 'classic' on {images:,} images without and with augmentation ...")
    plain = PRESETS["classic"].config
    plain = replace(plain, limit=round(images / (1 - plain.validation_share)))
    augmented = replace(plain, augmentation=PRESETS["vgg"].config.augmentation)
    examples = load_examples(plain, download=False)
    times = [epoch_seconds(config, examples) for config in (plain, augmented) * 2]
    return EpochTimes(times[::2], times[1::2])


def epoch_seconds(config: TrainingConfig, examples: Examples) -> float:
    """Seconds of a run's second epoch, validation with it; what the first one has to set up would hide the rest."""
    clock = _EpochClock()
    with tempfile.TemporaryDirectory() as work:
        train_network(replace(config, epochs=2), examples, Path(work), [clock])
    return clock.seconds


class _EpochClock(keras.callbacks.Callback):
    """Seconds of the last epoch."""

    def on_epoch_begin(self, *_: object, **__: object) -> None:
        self._start = time.perf_counter()

    def on_epoch_end(self, *_: object, **__: object) -> None:
        self.seconds = time.perf_counter() - self._start


@dataclass(frozen=True)
class AnswerTimes:
    """Milliseconds from pen-up to answer, on an idle server and while a model trains.

    Attributes
    ----------
    cores
        How many cores the training used meanwhile.
    """

    idle: Sequence[float]
    training: Sequence[float]
    cores: float

    def lines(self) -> list[Line]:
        """Medians, 95th percentiles, and how many times as long it takes while a model trains."""
        medians = [statistics.median(times) for times in (self.idle, self.training)]
        slowest = [statistics.quantiles(times, n=20)[-1] for times in (self.idle, self.training)]
        ratio = medians[1] / medians[0]
        name = f"pen-up to answer, {len(self.idle)} answers"
        return [
            Line(f"{name}, median", _idle_and_training(*medians)),
            Line(f"{name}, 95th percentile", _idle_and_training(*slowest)),
            Line(
                f"{name}, median while classic trains / idle",
                f"{ratio:.2f} times (training used {self.cores:.1f} of {psutil.cpu_count()} cores meanwhile)",
                _met(ratio < SLOWDOWN_TARGET, f"under {SLOWDOWN_TARGET:g}"),
            ),
        ]


def _idle_and_training(idle: float, training: float) -> str:
    """Two times in milliseconds."""
    return f"{idle:.0f} ms on an idle server, {training:.0f} ms while classic trains"


def drawing_while_training(answers: int = ANSWERS) -> AnswerTimes:
    """Draw on a server with nothing else to do, then while a run that was started on it trains."""
    _tell("Drawing on an idle server, then while 'classic' trains ...")
    # So many epochs that the run does not end before the drawing does.
    endless = replace(PRESETS["classic"].config, epochs=10_000, patience=10_000)
    with temporary_home(), sync_playwright() as playwright, serving() as (url, _):
        browser = launch(playwright)
        answer_times(browser, url, ANSWERS_BEFORE)  # the first answers of a server are slower, and only in one of two
        idle = answer_times(browser, url, answers)
        with training(endless) as worker:
            start, used = time.perf_counter(), _cpu_seconds(worker)
            times = answer_times(browser, url, answers)
            cores = (_cpu_seconds(worker) - used) / (time.perf_counter() - start)
        browser.close()
    return AnswerTimes(idle, times, cores)


def _cpu_seconds(process: psutil.Process) -> float:
    """Seconds that a process has used of all cores together."""
    times = process.cpu_times()
    return float(times.user + times.system)


def _met(is_met: bool, target: str) -> str:
    """A target and whether it is met."""
    return f"{target}: {'met' if is_met else 'MISSED'}"


def _tell(sentence: str) -> None:
    """Say what takes time now, but not into the tables."""
    print(sentence, file=sys.stderr, flush=True)


def show() -> None:
    """Measure, print, and keep the numbers in the data home."""
    ours, theirs, again = race()
    show_curves([ours, theirs, again])
    print(f"\nTest accuracy against seconds: x {theirs.name}, o {ours.name}, both times\n")
    print(chart([("x", theirs), ("o", ours), ("o", again)]))
    found = [lead for curve in (ours, again) for lead in leads(curve, theirs)]
    numbers = {"machine": machine(), "curves": _plain([ours, theirs, again]), "leads": _plain(found)}
    keep(numbers)

    print("\n| what | measured | target |\n| --- | --- | --- |")
    show_lines([lead.line() for lead in found])
    cost = augmentation_cost()
    show_lines([cost.line()])
    keep(numbers := numbers | {"augmentation_epoch_s": asdict(cost)})
    if not chromium():
        print("\nNo Chromium is found, so drawing while a model trains is not measured.")
        return
    times = drawing_while_training()
    show_lines(times.lines())
    keep(numbers | {"pen_up_to_answer_ms": asdict(times)})


def show_lines(lines: Sequence[Line]) -> None:
    """Print lines of the table."""
    for line in lines:
        print(f"| {line.name} | {line.measured} | {line.target} |", flush=True)


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    return {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "cores": psutil.cpu_count(),
        "platform": platform.platform(),
        "versions": {name: importlib.metadata.version(name) for name in ("keras", "tensorflow", "numpy")},
    }


def _plain(records: Sequence[Any]) -> list[dict[str, Any]]:
    """Records as JSON can hold them."""
    return [asdict(record) for record in records]


def keep(numbers: Mapping[str, Any]) -> None:
    """Write the numbers into the data home, to be quoted."""
    with written_file(paths.data_home() / KEPT) as part:
        part.write_text(json.dumps(numbers, indent=2))
