"""Makes the model that comes with the app, again: `make train-default`.

It goes on where it was cut off, and says how long each part took.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import keras

from mnist_core.cli.following import epoch_line, model_summary
from mnist_core.datasets import load_dataset, writers_of
from mnist_core.errors import DatasetError, MnistError
from mnist_core.model.bundle import SHIPPED, SNAPSHOTS, model_folder, verify_bundle, write_card
from mnist_core.model.card import ModelCard
from mnist_core.paths import data_home
from mnist_core.robustness.robustness import ship_robustness
from mnist_core.training import teachers
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import load_examples
from mnist_core.training.loop import train_network
from mnist_core.training.presets import PRESETS
from mnist_core.training.trained_model import measured, train_model

# The recipe of the preset, with the patience that a model for everybody is worth.
STUDENT = replace(
    PRESETS["handwriting"].config, name="handwriting", epochs=60, mild_epochs=15, patience=60, pool=8, soft_labels=0.5
)


def main(arguments: list[str] | None = None) -> int:
    """Train the model, or only measure the one that is there; then see how robust it is."""
    options = _parser().parse_args(arguments)
    with _timed("The model and its measures"):
        card = measured(options.output, verify_bundle(options.output)) if options.measure else _trained(options)
    with _timed("How robust it is"):
        ship_robustness(options.output, load_dataset("mnist", download=False))
    print(model_summary(card, options.output))
    return 0


def _trained(options: argparse.Namespace) -> ModelCard:
    """Train the teachers, if that is asked for, and then the model."""
    if writers_of("mnist") is None:
        raise DatasetError(
            "Who wrote MNIST's digits is not known here, so validation would not have other writers. "
            "Run `python -m mnist_core fetch mnist` first."
        )
    if options.teachers:
        _ask_teachers(options.work)
    card = train_model(
        replace(STUDENT, seed=options.seed),
        options.output,
        download=False,
        work=options.work / f"student-{options.seed}",
        callbacks=[_telling(STUDENT)],
    )
    (options.output / SNAPSHOTS).unlink(missing_ok=True)  # images of MNIST are in it, which are not ours to hand on
    return write_card(options.output, card)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m mnist_core.cli.shipped", description=__doc__)
    parser.add_argument("--teachers", action="store_true", help="train the teachers first, and ask them again")
    parser.add_argument("--measure", action="store_true", help="train nothing: measure the model that is there again")
    parser.add_argument("--seed", type=int, default=STUDENT.seed, help="of the model (%(default)s)")
    parser.add_argument("--output", type=Path, default=model_folder(SHIPPED), help="folder of the model (%(default)s)")
    parser.add_argument(
        "--work",
        type=Path,
        default=data_home() / "shipped",
        help="folder of runs, which go on where they were cut off (%(default)s)",
    )
    return parser


def _ask_teachers(work: Path) -> None:
    """Train the teachers, or go on with them, and keep what they say of the training images."""
    networks = []
    for config in teachers.TEACHERS:
        with _timed(config.name):
            examples = load_examples(config, download=False)
            networks.append(train_network(config, examples, work / config.name, [_telling(config)]).network)
    with _timed("What they say of the training images"):
        teachers.ask(networks, lambda done, of: print(f"look {done} of {of}", flush=True))


def _telling(config: TrainingConfig) -> keras.callbacks.Callback:
    """Prints a line after each epoch."""

    def tell(epoch: int, measures: dict[str, float]) -> None:
        print(epoch_line(epoch, config.epochs, measures), flush=True)

    return keras.callbacks.LambdaCallback(on_epoch_end=tell)


@contextmanager
def _timed(what: str) -> Iterator[None]:
    """Print how long something took."""
    start = time.monotonic()
    yield
    print(f"{what}: {(time.monotonic() - start) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except MnistError as error:
        raise SystemExit(str(error)) from error
