"""What the app wants of a network: calibrated probabilities, features, and how unlike any digit an image is.

All of it is built from ordinary Keras layers, so it travels with the weights and any runtime computes it.
"""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers

from mnist_core.model.last_layer import DIGIT_LOGITS, FEATURES, OTHER_LOGIT
from mnist_core.model.networks import has_layer
from mnist_core.types import CLASSES, Float32Array, UInt8Array

PROBABILITIES = "probabilities"
NOVELTY = "novelty"
STRANGENESS = "strangeness"

# Novelty is `NOVEL` at this percentile of the validation digits' strangeness, and TYPICAL at their median.
RARE_PERCENTILE = 99.5
TYPICAL = 0.05
# Features wider than this would need more numbers for their covariance than the network has; logits do instead.
WIDEST_FEATURES = 256
# A temperature is looked for from the inverse of this to this.
HIGHEST_TEMPERATURE = 10.0


def serving_model(
    network: keras.Model, images: Float32Array, labels: UInt8Array, validation: Float32Array, truth: UInt8Array
) -> keras.Model:
    """The network with all that the app wants of it, fitted on digits.

    Parameters
    ----------
    images, labels
        Training digits: float32 (n, 28, 28) and uint8 (n,) from 0 to 9.
    validation, truth
        Validation digits, which decide temperature and novelty.

    Returns
    -------
    A Keras model from images (n, 28, 28) to `probabilities` (n, 10), `features` (n, d) and `novelty` (n, 1).
    """
    features = network.get_layer(FEATURES).output
    logits = network.get_layer(DIGIT_LOGITS).output
    if has_layer(network, OTHER_LOGIT):
        strangeness = _lead_of_other(network.get_layer(OTHER_LOGIT).output, logits)
    else:
        seen = features if features.shape[-1] <= WIDEST_FEATURES else logits
        known = _outputs(keras.Model(network.input, {FEATURES: seen}), images)[FEATURES]
        strangeness = _distance(seen, fit_distance(known, labels))
    raw = keras.Model(network.input, {DIGIT_LOGITS: logits, STRANGENESS: strangeness})
    fitted = _outputs(raw, validation)
    temperature = fit_temperature(fitted[DIGIT_LOGITS], truth)
    scale = layers.Rescaling(1 / temperature, name="temperature")
    outputs = {
        PROBABILITIES: layers.Softmax(name=PROBABILITIES)(scale(logits)),
        FEATURES: features,
        NOVELTY: _novelty(strangeness, fitted[STRANGENESS]),
    }
    return keras.Model(network.input, outputs, name=network.name)


def fit_temperature(logits: Float32Array, labels: UInt8Array) -> float:
    """What to divide logits (n, 10) by so that probabilities are right as often as they say.

    The one number that makes the labels (n,) most likely (Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern
    Neural Networks", 2017).
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -float(scaled[np.arange(len(labels)), labels].mean())

    limit = np.log(HIGHEST_TEMPERATURE)
    # Where all are right, the sharper the likelier without end: that says nothing of how sure to be.
    lowest = -limit if (logits.argmax(axis=1) != labels).any() else 0.0
    return float(np.exp(minimize_scalar(loss, bounds=(lowest, limit), method="bounded").x))


@dataclass(frozen=True, eq=False)
class Distance:
    """What a distance in feature space needs to know of the training digits.

    Attributes
    ----------
    whitening
        float32 (d, d): features times this have unit covariance within a class.
    means
        float32 (10, d): whitened mean features of each class.
    """

    whitening: Float32Array
    means: Float32Array


def fit_distance(features: Float32Array, labels: UInt8Array) -> Distance:
    """Mahalanobis's distance to the nearest class mean, with one covariance for all classes.

    For networks that have not learned what is no digit (Lee, Lee, Lee, Shin, "A Simple Unified Framework for Detecting
    Out-of-Distribution Samples and Adversarial Attacks", 2018).
    """
    from sklearn.covariance import ledoit_wolf

    present = np.unique(labels)
    means = np.stack([features[labels == label].mean(axis=0) for label in present])
    residuals = features - means[np.searchsorted(present, labels)]
    covariance, _ = ledoit_wolf(residuals, assume_centered=True)
    floor = 1e-6 * max(float(np.trace(covariance)) / len(covariance), 1e-6)
    whitening = np.linalg.cholesky(np.linalg.inv(covariance + floor * np.eye(len(covariance))))
    # A class that training never saw gets the place of one that it did.
    rows = np.searchsorted(present, np.arange(CLASSES)).clip(max=len(present) - 1)
    return Distance(whitening.astype(np.float32), (means @ whitening)[rows].astype(np.float32))


def _lead_of_other(other: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """By how much the logit of what is no digit exceeds the highest of the digits'."""
    highest = _highest(logits)
    return layers.Subtract(name=STRANGENESS)([other, highest])


def _distance(features: keras.KerasTensor, distance: Distance) -> keras.KerasTensor:
    """The squared distance to the nearest class mean."""
    middle = distance.means.mean(axis=0)
    means = distance.means - middle
    white = layers.Dense(features.shape[-1], name="whitened")
    products = layers.Dense(CLASSES, name="class_products")
    x = white(features)
    # |x - m|^2 = |x|^2 - 2 x.m + |m|^2
    distances = layers.Add(name="squared_distances")([layers.Dot(axes=1)([x, x]), products(x)])
    nearest = _highest(layers.Rescaling(-1.0, name="negative")(distances))
    white.set_weights([distance.whitening, -middle])
    products.set_weights([-2 * means.T, (means**2).sum(axis=1)])
    return layers.Rescaling(-1.0, name=STRANGENESS)(nearest)


def _highest(values: keras.KerasTensor) -> keras.KerasTensor:
    """The highest of ten values, (n, 1)."""
    return layers.GlobalMaxPooling1D(name="highest")(layers.Reshape((CLASSES, 1), name="in_a_row")(values))


def _novelty(strangeness: keras.KerasTensor, of_digits: Float32Array) -> keras.KerasTensor:
    """Strangeness as a number from 0 to 1, on the scale of the validation digits'."""
    middle, rare = np.percentile(of_digits, [50, RARE_PERCENTILE])
    slope = np.log((1 - TYPICAL) / TYPICAL) / max(float(rare - middle), 1e-6)
    logistic = layers.Dense(1, activation="sigmoid", name=NOVELTY)
    novelty = logistic(strangeness)
    logistic.set_weights([np.array([[slope]]), np.array([-slope * rare])])
    return novelty


def _outputs(model: keras.Model, images: Float32Array) -> dict[str, Float32Array]:
    """What a model gives for images."""
    return model.predict(images, batch_size=512, verbose=0)
