"""Every recipe in full: three seeds each, on five kinds of test images, with the time and the weights that it takes.

The models stay in the data home. Called again, it goes on with those that are missing; recipes can be named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.corruptions import mean_corruption_error
from mnist_core import load_recognizer
from mnist_core.model.bundle import SHIPPED, model_folder, model_names, read_card
from mnist_core.paths import data_home
from mnist_core.readings.print import PRINTED, read_print
from mnist_core.training.presets import PRESETS, Preset

SEEDS = (0, 1, 2)
SETS = ("mnist", "pen-digits", "uji-digits", "uci-digits")
HEADINGS = (*(f"{name} test" for name in SETS), "print", "MNIST-C, wrong")


@dataclass(frozen=True)
class Measured:
    """One model: percent of the digits of each kind, minutes of training and weights."""

    figures: tuple[float, ...]
    minutes: float
    weights: int


def show(names: Sequence[str]) -> None:
    """Train what is missing, and print a line for each recipe: the mean of its seeds, and the least and the most.

    The last line is the model that comes with the app, from which *Fine-tune* begins.
    """
    print(f"| recipe | weights | minutes | {' | '.join(HEADINGS)} |")
    print("| --- " * (3 + len(HEADINGS)) + "|")
    for name in names or PRESETS:
        print(_line(PRESETS[name].title, [measured(model) for model in trained(PRESETS[name])]), flush=True)
    print(_line("The model that comes with the app", [measured(SHIPPED)]))


def trained(preset: Preset) -> Iterator[str]:
    """Names of a recipe's models, one for each seed, each trained if it is not there."""
    for seed in SEEDS:
        name = f"bench-{preset.name}-{seed}"
        if name not in model_names():
            from mnist_core.training.trained_model import train_model  # TensorFlow takes its time

            config = replace(preset.config, name=name, seed=seed)
            train_model(config, model_folder(name), download=False, work=_work(name))
        yield name


def measured(model: str) -> Measured:
    """What a model reaches."""
    card, recognizer = read_card(model_folder(model)), load_recognizer(model)
    shares = [
        *(card.scores[name].accuracy for name in SETS),
        read_print(recognizer)[PRINTED].accuracy,
        mean_corruption_error(recognizer),
    ]
    return Measured(tuple(100 * share for share in shares), card.seconds / 60, card.parameters)


def _line(title: str, found: Sequence[Measured]) -> str:
    """A line of the table."""
    minutes = np.mean([each.minutes for each in found])
    cells = " | ".join(map(_cell, zip(*(each.figures for each in found), strict=True)))
    return f"| {title} | {found[0].weights:,} | {minutes:.1f} | {cells} |"


def _cell(figures: tuple[float, ...]) -> str:
    """A mean with the range that it is of."""
    if len(figures) == 1:
        return f"{figures[0]:.2f}"
    return f"{np.mean(figures):.2f} ({min(figures):.2f} to {max(figures):.2f})"


def _work(model: str) -> Path:
    """Where a run that is cut off leaves what it goes on from."""
    return data_home() / "benchmarks" / model
