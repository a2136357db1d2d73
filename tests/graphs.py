"""Networks with random weights as Keras models and as LiteRT graphs, made as training makes them."""

import functools
import tempfile
from pathlib import Path

import numpy as np

from mnist_core.model.architecture import Architecture


@functools.cache
def converted(name: str, chosen: Architecture | None = None):
    """A network's serving model, and the same as a LiteRT graph with weights of 16 bits.

    Its normalisation has statistics and weights that matter, and its logits have offsets, as after training.
    """
    import keras
    import tensorflow as tf

    from mnist_core.model.networks import build_network
    from mnist_core.model.serving import serving_model

    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    network = build_network(name, chosen, non_digits=name == "handwriting")
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([weight + 0.3 * rng.random(weight.shape) for weight in layer.get_weights()])
        if layer.name in ("digit_logits", "other_logit"):
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, rng.normal(0, 0.1, bias.shape)])
    images, labels = rng.random((100, 28, 28), np.float32), (np.arange(100) % 10).astype(np.uint8)
    model = serving_model(network, images, labels, images, labels)
    options = {"optimizations": [tf.lite.Optimize.DEFAULT], "target_spec": {"supported_types": [tf.float16]}}
    return model, exported(model, **options)


def exported(model, **options):
    """A Keras model as a LiteRT graph; without options its weights keep their 32 bits."""
    with tempfile.TemporaryDirectory() as folder:
        graph = Path(folder) / "model.tflite"
        model.export(graph, format="litert", verbose=False, **options)
        return graph.read_bytes()
