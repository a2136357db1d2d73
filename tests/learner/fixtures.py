"""What the network that learns in a browser is held to: losses, gradients and steps as Keras has them.

`make learner-fixtures` writes them. Weights, images and labels come from seeds: each who needs them makes them anew.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("fixtures.npz")
BATCH, STEPS, RATE, MOMENTUM = 8, 3, 0.05, 0.9
# The name of each array of weights, in the order of the layers.
NAMES = ("first", "first_bias", "second", "second_bias", "scores", "scores_bias")


@dataclass(frozen=True)
class Case:
    """A network and a batch, all from a seed.

    Attributes
    ----------
    weights
        By their `NAMES` and in Keras's shapes, float32.
    images
        float32 (8, 28, 28), from 0 to 1.
    labels
        uint8 (8,).
    """

    filters: int
    kernel: int
    activation: str
    weights: dict[str, np.ndarray]
    images: np.ndarray
    labels: np.ndarray

    @property
    def name(self) -> str:
        return f"{self.activation}-{self.kernel}"


def cases() -> list[Case]:
    """A case for each activation, and for each kernel."""
    looks = [(5, "relu"), (3, "tanh"), (7, "sigmoid"), (5, "linear"), (3, "relu")]
    return [_case(np.random.default_rng(seed), 4, *look) for seed, look in enumerate(looks)]


def _case(rng: np.random.Generator, filters: int, kernel: int, activation: str) -> Case:
    inner = (28 - kernel + 1) // 2
    features = (inner - kernel + 1) ** 2 * 2 * filters
    shapes = [(kernel, kernel, 1, filters), (filters,), (kernel, kernel, filters, 2 * filters), (2 * filters,),
              (features, 10), (10,)]  # fmt: skip
    weights = {
        name: (rng.normal(0, 1, shape) / np.sqrt(np.prod(shape[:-1]) or 1)).astype(np.float32)
        for name, shape in zip(NAMES, shapes, strict=True)
    }
    # No two shades are alike, so that it does not matter which of two equal ones is taken for the largest.
    images = rng.uniform(0, 1, (BATCH, 28, 28)).astype(np.float32)
    return Case(filters, kernel, activation, weights, images, rng.integers(0, 10, BATCH).astype(np.uint8))


def read() -> dict[str, np.ndarray]:
    """All arrays of the file: "CASE/loss", "CASE/gradient/NAME", "CASE/after/NAME", "CASE/probabilities"."""
    with np.load(FILE) as file:
        return dict(file)


def made(case: Case) -> dict[str, np.ndarray]:
    """What Keras makes of a case."""
    import keras
    import tensorflow as tf

    from mnist_core.learner.settings import LearnerSettings
    from mnist_core.model.networks import build_network

    network = build_network("classic", LearnerSettings(4, case.kernel).config("mnist").architecture)
    # The very network that a training run would have; only what bends its sums is another one in most cases.
    for layer in network.layers:
        if isinstance(layer, keras.layers.Activation):
            layer.activation = keras.activations.get(case.activation)
    network.set_weights(list(case.weights.values()))
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(RATE, momentum=MOMENTUM)
    found: dict[str, np.ndarray] = {"probabilities": tf.nn.softmax(network(case.images)).numpy()}
    for step in range(STEPS):
        with tf.GradientTape() as tape:
            loss = loss_of(case.labels, network(case.images))
        gradients = tape.gradient(loss, network.trainable_variables)
        if not step:
            found["loss"] = loss.numpy()
            found |= {f"gradient/{name}": each.numpy() for name, each in zip(NAMES, gradients, strict=True)}
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
    return found | {f"after/{name}": each for name, each in zip(NAMES, network.get_weights(), strict=True)}


def write() -> None:
    """Write the file."""
    arrays = {f"{case.name}/{name}": each for case in cases() for name, each in made(case).items()}
    np.savez_compressed(FILE, **arrays)
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes.")


if __name__ == "__main__":
    write()
