"""Training a network: until it gets no better, until somebody stops it, or on from where it was cut off."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from mnist_core.errors import ConfigError, TrainingError
from mnist_core.model.architecture import SAVED
from mnist_core.model.bundle import HISTORY, model_folder
from mnist_core.model.last_layer import OTHER_LOGIT
from mnist_core.model.networks import build_network, has_layer, load_network
from mnist_core.training.averaging import PuttingBack, WeightAverage
from mnist_core.training.checkpoints import History, checkpointing, read_history, resumed, take_best
from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import steps_together
from mnist_core.training.examples import Batches, Examples, targets
from mnist_core.types import as_shades

EVALUATION_BATCH = 512
SGD_MOMENTUM = 0.9
# By whether a label is a share of each class.
_LOSSES = {False: keras.losses.SparseCategoricalCrossentropy, True: keras.losses.CategoricalCrossentropy}

# How a run came to its end.
ALL_EPOCHS = "all epochs"
NO_BETTER = "no better"
STOPPED = "stopped"
NOT_A_NUMBER = "not a number"


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network with its best weights, and how long it took to find them.

    Attributes
    ----------
    epochs
        Epochs that ran, also those after the best one.
    seconds
        Time they took.
    ending
        `ALL_EPOCHS`, `NO_BETTER` (early stopping), `STOPPED` or `NOT_A_NUMBER` (the loss grew beyond all numbers).
    """

    network: keras.Model
    epochs: int
    seconds: float
    ending: str


def never() -> bool:
    """Nobody asks to stop."""
    return False


def train_network(
    config: TrainingConfig,
    examples: Examples,
    work: Path,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    stop: Callable[[], bool] = never,
) -> TrainedNetwork:
    """Train until the validation loss stops falling and keep the best epoch's weights.

    Parameters
    ----------
    work
        Folder for checkpoints and the history. What a run that was cut off has left there is gone on from.
    callbacks
        Keras callbacks beside the ones that every run has.
    stop
        Asked every few steps: whether to end now, with the best epoch so far.

    Raises
    ------
    ConfigError, BundleError
        If the network cannot be built.
    TrainingError
        If the loss becomes infinite or not a number before an epoch is complete.
    """
    keras.utils.set_random_seed(config.seed)
    sharers = max(1, len(sharing(config.batch_size, _gpus())))
    batches = Batches(examples.training, config, sharers, examples.always, examples.in_turn)
    network = compiled_network(config, len(batches))
    history = resumed(network, work, examples.validation.images)
    batches.start_at(len(history))
    _go_on_dropping(network, len(history) * len(batches))
    shown = np.arange(len(examples.validation) // sharers * sharers)
    stopping = _Stopping(stop, len(history))
    with suppress(_NothingLeft):
        network.fit(
            batches,
            epochs=config.epochs,
            validation_data=(as_shades(examples.validation.images[shown]), targets(examples.validation, shown, config)),
            validation_batch_size=EVALUATION_BATCH // sharers * sharers,
            shuffle=False,  # as the batches are already: another order of them would differ after a crash
            verbose=0,
            callbacks=[stopping, *_standard_callbacks(config, history), *_kept(config, history, work, callbacks)],
        )
    history = read_history(work / HISTORY)
    if not any(math.isfinite(row["val_loss"]) for row in history):
        raise TrainingError(
            "Training gave no usable network: the loss is not a number. Received: learning rate "
            f"{config.learning_rate:g}. Try a smaller one."
        )
    take_best(network, work)
    return TrainedNetwork(network, len(history), history[-1]["seconds"], _ending(config, history, stopping.was_asked))


def compiled_network(config: TrainingConfig, steps: int) -> keras.Model:
    """The network of a config, to be trained with so many steps an epoch, on every GPU that there is.

    Raises
    ------
    ConfigError, BundleError
        If the network cannot be built, or the model that it starts from is missing or does not fit.
    """
    import tensorflow as tf  # type: ignore[import-untyped]

    sharers = sharing(config.batch_size, _gpus())
    strategy = tf.distribute.MirroredStrategy(sharers) if len(sharers) > 1 else tf.distribute.get_strategy()
    with strategy.scope():
        if config.network == SAVED:
            network = load_network(model_folder(config.start_from), frozen=config.frozen)
        else:
            network = build_network(config.network, config.architecture, non_digits=config.non_digits > 0)
        if config.non_digits and not has_layer(network, OTHER_LOGIT):
            raise ConfigError(
                f"{config.start_from} has not learned what is no digit, and cannot begin to: non_digits must be 0. "
                f"Received: {config.non_digits}."
            )
        network.compile(
            _optimizer(config, steps),
            loss=_LOSSES[config.soft_labels > 0](from_logits=True),
            metrics=["accuracy"],
            # Keras 3.15 cannot run steps together that several GPUs share.
            steps_per_execution=steps_together(config) if len(sharers) < 2 else 1,
        )
        network.optimizer.build(network.trainable_variables)
    return network


def sharing(batch_size: int, gpus: Sequence[str]) -> Sequence[str]:
    """Those of the GPUs that share the work: as many as can divide a batch in equal parts, as Keras needs it."""
    return gpus[: max((number for number in range(1, len(gpus) + 1) if batch_size % number == 0), default=0)]


def _gpus() -> list[str]:
    """The names of the GPUs of this machine."""
    import tensorflow as tf

    return [device.name for device in tf.config.list_logical_devices("GPU")]


def _go_on_dropping(network: keras.Model, steps: int) -> None:
    """Bring dropout to where it was after so many steps, which no checkpoint holds: each step takes a new number."""
    for variable in network.non_trainable_variables:
        if variable.path.endswith("seed_generator_state"):
            variable.assign_add([0, steps])


def _optimizer(config: TrainingConfig, steps: int) -> keras.optimizers.Optimizer:
    """The optimiser with its learning rate and schedule."""
    rate = _cosine(config, steps) if config.schedule == "cosine" else float(config.learning_rate)
    match config.optimizer:
        case "sgd":
            return keras.optimizers.SGD(rate, SGD_MOMENTUM, nesterov=True, weight_decay=config.weight_decay or None)
        case "adam":
            return keras.optimizers.Adam(rate, weight_decay=config.weight_decay or None)
        case _:
            return keras.optimizers.AdamW(rate, weight_decay=config.weight_decay)


def _cosine(config: TrainingConfig, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Up for one epoch, then down along a cosine."""
    warm_up = min(steps, steps * config.epochs // 2)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=config.learning_rate / 10,
        decay_steps=max(1, steps * config.epochs - warm_up),
        warmup_target=config.learning_rate,
        warmup_steps=warm_up,
    )


def _standard_callbacks(config: TrainingConfig, history: History) -> list[keras.callbacks.Callback]:
    """What every run has."""
    return [
        _Clock(history[-1]["seconds"] if history else 0.0),
        keras.callbacks.TerminateOnNaN(),
        _Patience(config.patience, [row["val_loss"] for row in history]),
    ]


def _kept(
    config: TrainingConfig, history: History, work: Path, callbacks: Sequence[keras.callbacks.Callback]
) -> Sequence[keras.callbacks.Callback]:
    """What looks at the network and keeps it after an epoch, in the order in which that has to happen."""
    measures, best, latest = checkpointing(work, history)
    if not config.averaging:
        return *callbacks, measures, best, latest
    average = WeightAverage(config.averaging, work, len(history))
    return average, *callbacks, measures, best, PuttingBack(average), latest


def _ending(config: TrainingConfig, history: History, was_stopped: bool) -> str:
    """How a run came to its end."""
    if was_stopped:
        return STOPPED
    if not all(math.isfinite(history[-1][loss]) for loss in ("loss", "val_loss")):
        return NOT_A_NUMBER
    return ALL_EPOCHS if len(history) == config.epochs else NO_BETTER


class _Clock(keras.callbacks.Callback):
    """Adds to each epoch's measures how many seconds the run has taken until then."""

    def __init__(self, before: float) -> None:
        super().__init__()
        self._start = time.monotonic() - before

    def on_epoch_end(self, _epoch: int, logs: dict[str, float]) -> None:
        logs["seconds"] = round(time.monotonic() - self._start, 3)


class _Patience(keras.callbacks.Callback):
    """Ends training when it gets no better, or nothing better can come; the epochs of an earlier run count too."""

    def __init__(self, patience: int, losses: list[float]) -> None:
        super().__init__()
        self._patience, self._losses = patience, losses

    def on_train_begin(self, *_: object, **__: object) -> None:
        if self._is_over():
            raise _NothingLeft

    def on_epoch_end(self, _epoch: int, logs: dict[str, float]) -> None:
        self._losses.append(logs["val_loss"])
        if self._is_over():
            self.model.stop_training = True

    def _is_over(self) -> bool:
        """Whether a loss is no number, or the lowest one is `patience` epochs old."""
        if not all(map(math.isfinite, self._losses)):
            return True
        return bool(self._losses) and self._losses[::-1].index(min(self._losses)) >= self._patience


class _NothingLeft(Exception):  # noqa: N818 (it is no error)
    """There is no more to be done."""


class _Stopping(keras.callbacks.Callback):
    """Ends training when somebody asks for it: at once, but the first epoch with a look at the validation images."""

    def __init__(self, asked: Callable[[], bool], epochs: int) -> None:
        super().__init__()
        self._asked, self._epochs = asked, epochs
        self.was_asked = False

    def on_train_batch_end(self, *_: object, **__: object) -> None:
        self._look()

    def on_test_batch_end(self, *_: object, **__: object) -> None:
        self._look()

    def on_epoch_end(self, *_: object, **__: object) -> None:
        self._epochs += 1

    def _look(self) -> None:
        if not (self.was_asked or self._asked()):
            return
        self.was_asked = True
        if self._epochs:
            raise _NothingLeft
        self.model.stop_training = True
