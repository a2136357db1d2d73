"""What a run costs before it starts: work for each image, weights, and time on this machine."""

import json
import logging
import math
from collections.abc import Mapping

from mnist_core import paths
from mnist_core.datasets import pen_digits
from mnist_core.datasets.registry import training_images
from mnist_core.errors import MnistError
from mnist_core.files import written_file
from mnist_core.model.architecture import SAVED, LayerSummary, design, summary
from mnist_core.model.bundle import model_folder, read_card
from mnist_core.training.config import PRESETS, TrainingConfig

log = logging.getLogger(__name__)

SPEEDS = "speeds.json"
# A chain of models that started from one another is followed so far.
LONGEST_CHAIN = 20


def layers_of(config: TrainingConfig) -> list[LayerSummary]:
    """The layers of a config's network, those of the model that it starts from where there is one.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    for _ in range(LONGEST_CHAIN):
        if config.network != SAVED:
            break
        config = TrainingConfig.from_json(read_card(model_folder(config.start_from)).config)
    return summary(design(config.network, config.architecture))


def operations(config: TrainingConfig) -> int:
    """Multiplications for one image; 0 where the model that a run starts from no longer tells its layers."""
    try:
        return sum(layer.operations for layer in layers_of(config))
    except MnistError:
        return 0


def read_speeds() -> dict[str, float]:
    """Seconds that training takes for an image on this machine, for each preset that was measured."""
    try:
        measured = json.loads((paths.data_home() / SPEEDS).read_text())
        speeds = {name: float(measured[name]) for name in PRESETS if name in measured}
        if not all(0 < seconds < math.inf for seconds in speeds.values()):
            raise ValueError(f"they must be seconds above 0, received {speeds}")
        return speeds
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        log.warning("The measured speeds cannot be read and are measured again: %s", error)
        return {}


def write_speeds(speeds: Mapping[str, float]) -> None:
    """Keep what was measured."""
    with written_file(paths.data_home() / SPEEDS) as part:
        part.write_text(json.dumps(dict(speeds)))


def images_expected(config: TrainingConfig) -> int:
    """How many images a run learns from in an epoch and is checked with, in all."""
    there = {name: training_images(name) for name in config.data}
    sizes = {name: min(config.limit or images, images) for name, images in there.items()}
    again = sizes.get(pen_digits.NAME, 0) * (config.stroke_variants - 1)
    return sum(sizes.values()) + again + config.non_digits


def seconds_expected(config: TrainingConfig, preset: str, speeds: Mapping[str, float]) -> float | None:
    """How long all epochs of a config will take, going by the measured speed of the preset that it came from.

    Returns
    -------
    Seconds; None if the preset was not measured, or the network's layers are not known.
    """
    work, standard = operations(config), operations(PRESETS[preset])
    if preset not in speeds or not work or not standard:
        return None
    # Reading an image for validation costs about a third of learning from it.
    shown = images_expected(config) * (1 - config.validation_share * 2 / 3)
    return speeds[preset] * work / standard * shown * config.epochs
