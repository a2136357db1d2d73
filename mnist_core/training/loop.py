"""Training a network and keeping it as a model."""

import datetime
import importlib.metadata
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras

from mnist_core.analysis.evaluation import evaluate
from mnist_core.analysis.handwriting import measure_handwriting
from mnist_core.data import DATASETS, load_dataset, load_pen_strokes
from mnist_core.errors import DatasetError, TrainingError
from mnist_core.model.bundle import GRAPH, HISTORY, WEIGHTS, write_card, written_bundle
from mnist_core.model.card import Accuracy, Detection, ModelCard, Score
from mnist_core.model.networks import build_network
from mnist_core.model.recognizer import Recognizer
from mnist_core.model.serving import serving_model
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import Batches, Examples, as_inputs, load_examples

EVALUATION_BATCH = 512
VERSIONED = ("keras", "tensorflow", "numpy", "opencv-python-headless", "ai-edge-litert")


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network with its best weights, and how long it took to find them.

    Attributes
    ----------
    epochs
        Epochs that ran, also those after the best one.
    seconds
        Time they took.
    """

    network: keras.Model
    epochs: int
    seconds: float


def train_network(
    config: TrainingConfig, examples: Examples, history: Path, callbacks: Sequence[keras.callbacks.Callback] = ()
) -> TrainedNetwork:
    """Train until the validation loss stops falling and keep the best epoch's weights.

    Parameters
    ----------
    history
        CSV file to write each epoch's loss and accuracy to.
    callbacks
        Keras callbacks beside the ones that every run has.

    Raises
    ------
    TrainingError
        If the loss becomes infinite or not a number before an epoch is complete.
    """
    keras.utils.set_random_seed(config.seed)
    network = build_network(config.network, non_digits=config.non_digits > 0)
    batches = Batches(examples.training, config)
    network.compile(
        keras.optimizers.AdamW(_learning_rate(config, len(batches)), weight_decay=config.weight_decay),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    best = keras.callbacks.EarlyStopping("val_loss", patience=config.patience, restore_best_weights=True)
    start = time.monotonic()
    fit = network.fit(
        batches,
        epochs=config.epochs,
        validation_data=(as_inputs(examples.validation.images), examples.validation.labels),
        validation_batch_size=EVALUATION_BATCH,
        callbacks=[keras.callbacks.TerminateOnNaN(), best, keras.callbacks.CSVLogger(str(history)), *callbacks],
    )
    losses = fit.history.get("val_loss", [])
    if not any(map(math.isfinite, losses)):
        raise TrainingError(
            "Training gave no usable network: the loss is not a number. Received: learning rate "
            f"{config.learning_rate:g}. Try a smaller one."
        )
    return TrainedNetwork(network, len(losses), time.monotonic() - start)


def train_model(
    config: TrainingConfig,
    folder: Path,
    *,
    download: bool = True,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> ModelCard:
    """Train a network, measure it on the test splits once, and keep all of it as a model in `folder`.

    Raises
    ------
    DatasetError, ConfigError, TrainingError
        As `load_examples` and `train_network`. Nothing is then left in `folder`, and an older model there is untouched.
    """
    examples = load_examples(config, download=download)
    with written_bundle(folder) as part:
        trained = train_network(config, examples, part / HISTORY, callbacks)
        return keep_model(config, examples, trained, part)


def keep_model(config: TrainingConfig, examples: Examples, trained: TrainedNetwork, folder: Path) -> ModelCard:
    """Write a trained network as Keras and as LiteRT file, measure it on the tests, and write its card."""
    save_serving_model(trained.network, examples, folder)
    recognizer = Recognizer((folder / GRAPH).read_bytes())
    handwriting, non_digits = handwriting_on_tests(recognizer) if config.non_digits else ({}, {})
    card = ModelCard(
        name=config.name,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        config=config.to_json(),
        parameters=trained.network.count_params(),
        epochs=trained.epochs,
        seconds=round(trained.seconds, 1),
        scores=scores_on_tests(recognizer),
        handwriting=handwriting,
        non_digits=non_digits,
        data_hashes=examples.hashes,
        split={"training": len(examples.training), "validation": len(examples.validation)},
        versions={name: importlib.metadata.version(name) for name in VERSIONED},
        files={},
    )
    return write_card(folder, card)


def save_serving_model(network: keras.Model, examples: Examples, folder: Path) -> None:
    """Write the network, with calibrated probabilities, features and novelty, as Keras and as LiteRT file."""
    import tensorflow as tf  # type: ignore[import-untyped]

    digits, held_out = examples.training.digits(), examples.validation.digits()
    model = serving_model(network, as_inputs(digits.images), digits.labels, as_inputs(held_out.images), held_out.labels)
    model.save(folder / WEIGHTS)
    model.export(
        folder / GRAPH,
        format="litert",
        verbose=False,
        optimizations=[tf.lite.Optimize.DEFAULT],
        # Half the size: weights are kept as float16 and used as float32.
        target_spec={"supported_types": [tf.float16]},
    )


def scores_on_tests(recognizer: Recognizer) -> dict[str, Score]:
    """The scores on the test split of every dataset that is on this machine."""
    scores = {}
    for name in DATASETS:
        try:
            dataset = load_dataset(name, download=False)
        except DatasetError:
            continue
        scores[name] = evaluate(recognizer, dataset.split("test"))
    return scores


def handwriting_on_tests(recognizer: Recognizer) -> tuple[Mapping[str, Accuracy], Mapping[str, Detection]]:
    """How test writers' strokes are read in every way of drawing; nothing where the strokes are not on this machine."""
    try:
        return measure_handwriting(recognizer, load_pen_strokes(download=False))
    except DatasetError:
        return {}, {}


def _learning_rate(config: TrainingConfig, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Up for one epoch, then down along a cosine."""
    warm_up = min(steps, steps * config.epochs // 2)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=config.learning_rate / 10,
        decay_steps=max(1, steps * config.epochs - warm_up),
        warmup_target=config.learning_rate,
        warmup_steps=warm_up,
    )
