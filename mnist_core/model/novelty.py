"""How unlike the training digits an image is: a distance in feature space, as part of the network.

The distance is Mahalanobis's to the nearest class mean, with one covariance for all classes (Lee, Lee, Lee, Shin, "A
Simple Unified Framework for Detecting Out-of-Distribution Samples and Adversarial Attacks", 2018). It is built from
ordinary Keras layers, so it travels with the weights and any runtime computes it.
"""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from mnist_core.model.networks import FEATURES, PROBABILITIES
from mnist_core.types import CLASSES, Float32Array, UInt8Array

NOVELTY = "novelty"

# Novelty is 0.5 at this percentile of the validation images' distances, and TYPICAL at their median.
RARE_PERCENTILE = 99.0
TYPICAL = 0.05


@dataclass(frozen=True, eq=False)
class NoveltyScore:
    """What the score needs to know of the training digits.

    Attributes
    ----------
    whitening
        float32 (d, d): features times this have unit covariance within a class.
    means
        float32 (10, d): whitened mean features of each class.
    centre, slope
        Squared distance that scores 0.5, and the logistic curve's slope there.
    """

    whitening: Float32Array
    means: Float32Array
    centre: float
    slope: float


def fit_novelty(features: Float32Array, labels: UInt8Array, validation_features: Float32Array) -> NoveltyScore:
    """Fit the score on training features (n, d) and set its scale on validation features (m, d)."""
    from sklearn.covariance import ledoit_wolf

    present = np.unique(labels)
    means = np.stack([features[labels == label].mean(axis=0) for label in present])
    residuals = features - means[np.searchsorted(present, labels)]
    covariance, _ = ledoit_wolf(residuals, assume_centered=True)
    floor = 1e-6 * max(float(np.trace(covariance)) / len(covariance), 1e-6)
    whitening = np.linalg.cholesky(np.linalg.inv(covariance + floor * np.eye(len(covariance))))
    # A class that training never saw gets the place of one that it did.
    rows = np.searchsorted(present, np.arange(CLASSES)).clip(max=len(present) - 1)
    white_means = (means @ whitening)[rows]
    offsets = (validation_features @ whitening)[:, None] - white_means
    distances = (offsets**2).sum(axis=-1).min(axis=1)
    middle, rare = np.percentile(distances, [50, RARE_PERCENTILE])
    slope = np.log((1 - TYPICAL) / TYPICAL) / max(float(rare - middle), 1e-6)
    return NoveltyScore(whitening.astype(np.float32), white_means.astype(np.float32), float(rare), float(slope))


def serving_model(network: keras.Model, score: NoveltyScore) -> keras.Model:
    """The network with all that the app wants of it.

    Returns
    -------
    A Keras model from images (n, 28, 28) to `probabilities` (n, 10), `features` (n, d) and `novelty` (n, 1).
    """
    features = network.get_layer(FEATURES).output
    dimensions = features.shape[-1]
    middle = score.means.mean(axis=0)
    means = score.means - middle
    white = layers.Dense(dimensions, name="whitened")
    products = layers.Dense(CLASSES, name="class_products")
    x = white(features)
    # |x - m|^2 = |x|^2 - 2 x.m + |m|^2
    distances = layers.Add(name="squared_distances")([layers.Dot(axes=1)([x, x]), products(x)])
    negative = layers.Rescaling(-1.0)(layers.Reshape((CLASSES, 1))(distances))
    nearest = layers.GlobalMaxPooling1D(name="nearest")(negative)
    logistic = layers.Dense(1, activation="sigmoid", name=NOVELTY)
    novelty = logistic(nearest)
    white.set_weights([score.whitening, -middle])
    products.set_weights([-2 * means.T, (means**2).sum(axis=1)])
    logistic.set_weights([np.array([[-score.slope]]), np.array([-score.slope * score.centre])])
    outputs = {PROBABILITIES: network.output, FEATURES: features, NOVELTY: novelty}
    return keras.Model(network.input, outputs, name=network.name)
