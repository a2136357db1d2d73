"""A whole run: examples, training, and the model that comes of it."""

import datetime
import errno
import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import keras

from mnist_core.datasets import DATASETS, load_dataset, load_pen_strokes
from mnist_core.datasets.registry import measured_on
from mnist_core.errors import DatasetError, MnistError, TrainingError
from mnist_core.files import file_sha256
from mnist_core.model.bundle import GRAPH, HISTORY, WEIGHTS, write_card, written_bundle
from mnist_core.model.card import Accuracy, Detection, ModelCard
from mnist_core.model.recognizer import Recognizer
from mnist_core.model.reliability import Reliability
from mnist_core.model.serving import serving_model
from mnist_core.owners import KEEPERS
from mnist_core.readings.evaluation import Evaluation, evaluation_of
from mnist_core.readings.evaluation_file import write_evaluations
from mnist_core.readings.handwriting import measure_handwriting
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import Examples, Images, load_examples
from mnist_core.training.loop import TrainedNetwork, never, train_network
from mnist_core.training.snapshots import SnapshotWriter, keep_snapshots
from mnist_core.types import as_shades

VERSIONED = ("keras", "tensorflow", "numpy", "opencv-python-headless", "ai-edge-litert")

_FULL = [os.strerror(number) for number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)]


def with_data_at_hand(config: TrainingConfig) -> TrainingConfig:
    """The config without datasets that can neither be found nor downloaded; if none is left, with the bundled digits.

    These are few: a limit above their number is lowered to it.
    """
    datasets = {dataset.name: dataset for name in config.data if (dataset := load_dataset(name, fallback=True))}
    names = tuple(name for name in datasets if name in config.data) or tuple(datasets)
    if names == config.data:
        return config
    return replace(
        config, data=names, limit=min(config.limit, max(len(datasets[name].split("train")) for name in names))
    )


def train_model(
    config: TrainingConfig,
    folder: Path,
    *,
    download: bool = True,
    work: Path | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    stop: Callable[[], bool] = never,
    told: Callable[[str, Examples], None] = lambda *_: None,
    owner: str = KEEPERS,
) -> ModelCard:
    """Train a network, measure it on the test splits once, and keep all of it as a model in `folder`.

    Parameters
    ----------
    work
        Folder for checkpoints, from which a run that was cut off goes on; by default one that nothing is left of.
    callbacks, stop
        As for `train_network`.
    told
        Called with "training" and with "measuring" when these begin.

    Raises
    ------
    DatasetError, ConfigError, BundleError, TrainingError
        As `load_examples` and `train_network`, or if the disk takes no more. Nothing is then left in `folder`, and an
        older model there is untouched.
    """
    examples = load_examples(config, download=download)
    told("training", examples)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary, disk_in_words():
        work = work or Path(temporary)
        # Snapshots hold images: visitors' drawings would outlive there what a visitor deletes, and be shown to others.
        watched = [SnapshotWriter(examples, work)] if DATASETS.keys() >= set(config.data) else []
        trained = train_network(config, examples, work, [*callbacks, *watched], stop)
        told("measuring", examples)
        with written_bundle(folder, owner) as part:
            shutil.copyfile(work / HISTORY, part / HISTORY)
            if watched:
                keep_snapshots(examples, work, trained.epochs, part)
            return keep_model(config, examples, trained, part)


@contextmanager
def disk_in_words() -> Iterator[None]:
    """What the disk refuses, told by Python or by TensorFlow, as a TrainingError."""
    import tensorflow as tf  # type: ignore[import-untyped]

    try:
        yield
    except MnistError:
        raise
    except (OSError, tf.errors.OpError) as error:
        number = getattr(error, "errno", None)
        reason = os.strerror(number) if number else next((each for each in _FULL if each in str(error)), None)
        if reason is None:
            raise
        raise TrainingError(f"The disk does not take what training has to write: {reason}. Free some space.") from error


def keep_model(config: TrainingConfig, examples: Examples, trained: TrainedNetwork, folder: Path) -> ModelCard:
    """Write a trained network as Keras and as LiteRT file, measure it on the tests, and write its card."""
    save_serving_model(trained.network, examples, folder)
    recognizer = Recognizer((folder / GRAPH).read_bytes())
    card = ModelCard(
        name=config.name,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        config=config.to_json(),
        parameters=trained.network.count_params(),
        epochs=trained.epochs,
        seconds=round(trained.seconds, 1),
        ending=trained.ending,
        scores={},
        handwriting={},
        non_digits={},
        data_hashes=examples.hashes,
        split={"training": examples.shown, "validation": len(examples.validation)},
        versions={name: importlib.metadata.version(name) for name in VERSIONED},
        files={},
        reliability=reliability_of(recognizer, examples.validation.digits(), config.data),
    )
    return measured(folder, card)


def measured(folder: Path, card: ModelCard) -> ModelCard:
    """Measure a model on the test images of every dataset on this machine, and write that beside it and on its card.

    Returns
    -------
    The new card.
    """
    recognizer = Recognizer((folder / GRAPH).read_bytes())
    evaluations = evaluations_on_tests(recognizer, file_sha256(folder / GRAPH))
    write_evaluations(folder, evaluations)
    handwriting, non_digits = handwriting_on_tests(recognizer) if card.config.get("non_digits") else ({}, {})
    scores = {each.dataset: each.score for each in evaluations}
    return write_card(folder, replace(card, scores=scores, handwriting=handwriting, non_digits=non_digits))


def save_serving_model(network: keras.Model, examples: Examples, folder: Path) -> None:
    """Write the network, with calibrated probabilities, features and novelty, as Keras and as LiteRT file."""
    import tensorflow as tf

    digits, held_out = examples.training.first(examples.always).digits(), examples.validation.digits()
    model = serving_model(network, as_shades(digits.images), digits.labels, as_shades(held_out.images), held_out.labels)
    model.save(folder / WEIGHTS)
    model.export(
        folder / GRAPH,
        format="litert",
        verbose=False,
        optimizations=[tf.lite.Optimize.DEFAULT],
        # Half the size: weights are kept as float16 and used as float32.
        target_spec={"supported_types": [tf.float16]},
    )


def reliability_of(recognizer: Recognizer, held_out: Images, datasets: Sequence[str]) -> Reliability:
    """How often the answers of a recognizer are right on digits that were kept aside from its training.

    Parameters
    ----------
    datasets
        Names of those that the digits are from.
    """
    return Reliability.of(replace(recognizer.readings(held_out.images), labels=held_out.labels), datasets)


def evaluations_on_tests(recognizer: Recognizer, graph: str) -> list[Evaluation]:
    """What the recognizer of a graph with this SHA-256 makes of the test images of every dataset on this machine."""
    evaluations = []
    for name in measured_on():
        try:
            dataset = load_dataset(name, download=False)
        except DatasetError:
            continue
        evaluations.append(evaluation_of(recognizer, dataset.split("test"), graph))
    return evaluations


def handwriting_on_tests(recognizer: Recognizer) -> tuple[Mapping[str, Accuracy], Mapping[str, Detection]]:
    """How test writers' strokes are read in every way of drawing; nothing where the strokes are not on this machine."""
    with suppress(DatasetError):
        return measure_handwriting(recognizer, load_pen_strokes(download=False))
    return {}, {}
