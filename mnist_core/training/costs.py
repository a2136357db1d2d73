"""What a run costs before it starts: work for each image, weights, and time on this machine."""

from collections.abc import Mapping

from mnist_core.datasets.registry import spec_of, training_images
from mnist_core.errors import MnistError
from mnist_core.model.architecture import SAVED, design
from mnist_core.model.bundle import model_folder, read_card
from mnist_core.model.layers import Layer, LayerSummary, summary
from mnist_core.training.config import TrainingConfig
from mnist_core.training.presets import PRESETS

# Small steps are run together, without a look at what is asked meanwhile: so many multiplications and steps at most.
OPERATIONS_TOGETHER = 1_000_000_000
STEPS_TOGETHER = 16
# A chain of models that started from one another is followed so far.
LONGEST_CHAIN = 20


def layers_of(config: TrainingConfig) -> list[LayerSummary]:
    """The layers of a config's network, those of the model that it starts from where there is one.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    return summary(network_of(config))


def network_of(config: TrainingConfig) -> tuple[Layer, ...]:
    """The network of a config, that of the model that it starts from where there is one.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    for _ in range(LONGEST_CHAIN):
        if config.network != SAVED:
            break
        config = TrainingConfig.from_json(read_card(model_folder(config.start_from)).config)
    return design(config.network, config.architecture)


def operations(config: TrainingConfig) -> int:
    """Multiplications for one image; 0 where the model that a run starts from no longer tells its layers."""
    try:
        return sum(layer.operations for layer in layers_of(config))
    except MnistError:
        return 0


def images_expected(config: TrainingConfig) -> int:
    """How many images a run learns from in an epoch and is checked with, in all."""
    return sum(_sizes(config).values()) + made_expected(config)


def made_expected(config: TrainingConfig) -> int:
    """How many of them are made: digits written anew, what is no digit, and print. A pool has several times as many."""
    written = sum(size for name, size in _sizes(config).items() if spec_of(name).load_strokes)
    return written * (config.stroke_variants - 1) + config.non_digits + config.printed


def _sizes(config: TrainingConfig) -> dict[str, int]:
    """How many images of each dataset a run has."""
    there = {name: training_images(name) for name in config.data}
    return {name: min(config.limit or images, images) for name, images in there.items()}


def seconds_expected(config: TrainingConfig, preset: str, speeds: Mapping[str, float]) -> float | None:
    """How long all epochs of a config will take, going by the measured speed of the preset that it came from.

    Returns
    -------
    Seconds; None if the preset was not measured, or the network's layers are not known.
    """
    work, standard = operations(config), operations(PRESETS[preset].config)
    if preset not in speeds or not work or not standard:
        return None
    # Reading an image for validation costs about a third of learning from it.
    shown = images_expected(config) * (1 - config.validation_share * 2 / 3)
    return speeds[preset] * work / standard * shown * config.epochs


def steps_together(config: TrainingConfig) -> int:
    """How many steps to run without coming back to Python, which costs as much as a small step; 1 if unknown."""
    step = operations(config) * config.batch_size
    return max(1, min(STEPS_TOGETHER, OPERATIONS_TOGETHER // step)) if step else 1
