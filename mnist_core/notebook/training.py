"""A training run as a notebook that trains the same network again."""

import base64
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

import numpy as np

from mnist_core.datasets import writers_of
from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model import layers
from mnist_core.model.architecture import SAVED, design
from mnist_core.model.card import ModelCard
from mnist_core.model.layers import Layer, shortcut
from mnist_core.notebook import code
from mnist_core.notebook.cells import Cell
from mnist_core.training.config import MILD, TrainingConfig
from mnist_core.training.costs import steps_together
from mnist_core.training.division import divided_rows

# The dataset, and how many training digits every copy of it has.
DATASET, COUNT = "mnist", 60_000
_OTHER_DATA = N_(
    "A notebook can be made of a training on MNIST's own digits alone. This model learned from {data}, some of which "
    "the app makes or keeps itself."
)
_TAKEN_OVER = N_("A notebook can be made of a training that began anew. This one went on from {model}.")
_DIVIDED_OTHERWISE = N_(
    "It is not known here which digits this model was checked on while it learned. Train it again to get a notebook."
)
# Places in a residual block's code.
_INPUT = "block_input"


def training_cells(card: ModelCard) -> list[Cell]:
    """The steps that train the network of a card again, and measure it.

    Raises
    ------
    ConfigError
        If plain code cannot do the same: it has learned from more than MNIST's digits, or begun with a model's weights,
        or it is not known here whose digits were set aside.
    """
    config = TrainingConfig.from_json(card.config)
    _check(config)
    part = _part(config, card)
    return [Cell(_(sentence), text) for sentence, text in _steps(config, part) if text]


def _steps(config: TrainingConfig, part: str) -> Iterator[tuple[str, str]]:
    """Each step's sentence in English, and its code; empty where the training does without it."""
    yield N_("What it needs, and the settings of the training."), _settings(config, part)
    yield N_("MNIST's digits. Some training digits are set aside, to check on while it learns."), code.DATA
    changed = N_("Each epoch shows the digits a little changed, as other hands and pens would write them.")
    yield changed, code.AUGMENTATION if config.augmentation else ""
    yield (
        N_("The digits come in batches, in another order in each epoch."),
        code.batches(augmented=bool(config.augmentation)),
    )
    yield N_("The network, layer by layer."), _network(config)
    yield N_("How it learns: each step moves the weights a little, so that the loss falls."), _optimizer(config)
    average = N_("The average of the weights over many steps reads better than the weights of the last one.")
    yield average, code.AVERAGE if config.averaging else ""
    kept = N_("The training. What is kept are the weights of the epoch with the smallest validation loss.")
    yield kept, code.training(averaged=config.averaging > 0)
    yield N_("How it learned."), code.CURVES
    yield N_("How good it is: the test digits are looked at once, at the end."), code.TEST
    yield N_("Which digits it takes for which."), code.CONFUSION


def _check(config: TrainingConfig) -> None:
    """Refuse what plain code cannot do again."""
    if config.network == SAVED:
        raise ConfigError(_(_TAKEN_OVER), model=config.start_from)
    is_plain = config.data == (DATASET,) and not (config.non_digits or config.printed or config.soft_labels)
    if not is_plain or (config.augmentation and config.augmentation.noise):
        raise ConfigError(_(_OTHER_DATA), data=", ".join(config.data))


def _part(config: TrainingConfig, card: ModelCard) -> str:
    """Which training digits were learned from (1) and which were checked on (2), as text."""
    for writers in (writers_of(DATASET), None):  # versions before 0.7 did not set aside whole writers
        rows = divided_rows(COUNT, config, writers, DATASET)
        if [len(each) for each in rows] == [card.split.get("training"), card.split.get("validation")]:
            part = np.zeros(COUNT, np.uint8)
            for number, each in enumerate(rows, start=1):
                part[each] = number
            return base64.b64encode(zlib.compress(part.tobytes(), 9)).decode("ascii")
    raise ConfigError(_(_DIVIDED_OTHERWISE))


def _settings(config: TrainingConfig, part: str) -> str:
    """What is needed, and all settings."""
    augmentation = asdict(config.augmentation) if config.augmentation else {}
    augmentation.pop("noise", None)
    values: Mapping[str, object] = {
        "SEED": config.seed,
        "EPOCHS": config.epochs,
        "MILD_EPOCHS": config.mild_epochs,
        "MILD": MILD,
        "PATIENCE": config.patience,
        "BATCH_SIZE": config.batch_size,
        "LEARNING_RATE": config.learning_rate,
        "WEIGHT_DECAY": config.weight_decay,
        "AVERAGING": config.averaging,
        "AUGMENTATION": augmentation or None,
    }
    lines = [f"{name} = {value!r}" for name, value in values.items()]
    pictures = ["import cv2"] if augmentation else []
    imports = ["import base64", "import zlib", "", *pictures, "import keras"]
    imports += ["import matplotlib.pyplot as plt", "import numpy as np"]
    # Which digits are learned from and which are checked on, packed.
    packed = [f'    "{part[start : start + 100]}"' for start in range(0, len(part), 100)]
    return "\n".join([*imports, "", *lines, "PART = (", *packed, ")"])


def _network(config: TrainingConfig) -> str:
    """The code that builds the network, in the app's own order: a seed gives the same first weights."""
    lines = [
        "keras.utils.set_random_seed(SEED)",
        'image = keras.layers.Input((28, 28), name="image")',
        "x = keras.layers.Reshape((28, 28, 1))(image)",
        *_applied(design(config.network, config.architecture), "x"),
        'x = keras.layers.Identity(name="features")(x)',
        'logits = keras.layers.Dense(10, name="digit_logits")(x)',
    ]
    return "\n".join([*lines, "network = keras.Model(image, logits)", "network.summary()"])


def _applied(design: Iterable[Layer], name: str) -> Iterator[str]:
    """Lines that apply layers one after another to what has a name."""
    for layer in design:
        if layer.kind is layers.RESIDUAL:
            yield f"{_INPUT} = {name}"
            yield f"shortcut = {_MADE[layers.CONVOLUTION](shortcut(layer))}({_INPUT})"
            yield from _applied(layer.inner, name)
            yield f"{name} = keras.layers.Add()([shortcut, {name}])"
        else:
            yield f"{name} = {_MADE[layer.kind](layer)}({name})"


def _convolution(layer: Layer) -> str:
    return (
        f"keras.layers.Conv2D({layer.size}, {layer.kernel}, strides={layer.strides}, padding={layer.padding!r}, "
        f"activation={layer.activation!r}, use_bias={layer.bias})"
    )


def _depthwise(layer: Layer) -> str:
    return (
        f"keras.layers.DepthwiseConv2D({layer.kernel}, strides={layer.strides}, padding={layer.padding!r}, "
        f"use_bias={layer.bias})"
    )


# How each kind of layer is written down.
_MADE = {
    layers.CONVOLUTION: _convolution,
    layers.DEPTHWISE: _depthwise,
    layers.NORMALIZATION: lambda _layer: "keras.layers.BatchNormalization(momentum=0.9)",
    layers.ACTIVATION: lambda layer: f"keras.layers.Activation({layer.activation!r})",
    layers.MAX_POOLING: lambda _layer: "keras.layers.MaxPooling2D(2)",
    layers.AVERAGE_POOLING: lambda _layer: "keras.layers.AveragePooling2D(2)",
    layers.GLOBAL_POOLING: lambda _layer: "keras.layers.GlobalAveragePooling2D()",
    layers.FLATTEN: lambda _layer: "keras.layers.Flatten()",
    layers.DENSE: lambda layer: (
        f"keras.layers.Dense({layer.size}, activation={layer.activation!r}, use_bias={layer.bias})"
    ),
    layers.DROPOUT: lambda layer: f"keras.layers.Dropout({layer.rate})",
}


def _optimizer(config: TrainingConfig) -> str:
    """The code of the optimiser and its learning rate."""
    lines = []
    rate = "LEARNING_RATE"
    if config.schedule == "cosine":
        lines += [
            "steps = len(batches)",
            "warm_up = min(steps, steps * EPOCHS // 2)",
            "rate = keras.optimizers.schedules.CosineDecay(",
            "    LEARNING_RATE / 10, max(1, steps * EPOCHS - warm_up),",
            "    warmup_target=LEARNING_RATE, warmup_steps=warm_up,",
            ")",
        ]
        rate = "rate"
    made = {
        "sgd": f"keras.optimizers.SGD({rate}, 0.9, nesterov=True, weight_decay=WEIGHT_DECAY or None)",
        "adam": f"keras.optimizers.Adam({rate}, weight_decay=WEIGHT_DECAY or None)",
        "adamw": f"keras.optimizers.AdamW({rate}, weight_decay=WEIGHT_DECAY)",
    }
    loss = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
    # The average of the weights moves after so many steps.
    together = f", steps_per_execution={steps_together(config)}" if config.averaging else ""
    lines += [f"optimizer = {made[config.optimizer]}"]
    lines += [f'network.compile(optimizer, {loss}, metrics=["accuracy"]{together})']
    return "\n".join(lines)
