"""The words that the pages use, each in a sentence or two."""

from collections.abc import Mapping

from mnist_core.foreign import in_html
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_

WORDS: Mapping[str, str] = {
    N_("Network"): N_("A chain of simple calculations whose weights were learned from examples, not written by hand."),
    N_("Weight"): N_(
        "One of the many numbers in a network that training adjusts. All that it has learned is in its weights."
    ),
    N_("Layer"): N_("One step of the chain. Each layer works on what the layer before it found."),
    N_("Filter"): N_(
        "A small window of weights that slides over a picture and answers where the picture looks like it."
    ),
    N_("Feature map"): N_("The picture of a filter's answers: bright where it found what it looks for."),
    N_("Features"): N_(
        "The last numbers before the ten scores: all that the network has found in a digit, as one list."
    ),
    N_("Score"): N_("How much speaks for a digit. Higher is likelier, and below zero more speaks against it."),
    N_("Probability"): N_(
        "A score turned into a share of 100 %. If it says 90 %, it should be right nine times out of ten."
    ),
    N_("Novelty"): N_(
        "How unlike all digits seen in training a drawing is. Above one half the answer is not to be relied on."
    ),
    N_("Training"): N_(
        "Showing a network many labelled images and nudging its weights after each few, so that it errs less."
    ),
    N_("Epoch"): N_("One pass over all training images. A training takes many."),
    N_("Loss"): N_("How wrong the network is, as one number that training makes smaller."),
    N_("Accuracy"): N_("The share of images that are read right."),
    N_("Confusion matrix"): N_(
        "A table of what images show against what is read in them. Mistakes lie off its diagonal."
    ),
    N_("Overfitting"): N_(
        "Learning training images by heart: it errs less and less on them, and more and more on others."
    ),
    N_("Validation"): N_("A check during training on images kept aside, which tell when to stop."),
    N_("Test"): N_("The final check on images, and of other people's writing, that training never saw."),
    N_("Augmentation"): N_(
        "Turning, shifting and bending training images at random, so that the network learns the digit and not the one "
        "image."
    ),
    N_("Principal components"): N_("The directions in which images differ most, the most important one first (PCA)."),
    N_("UMAP"): N_(
        "A way to draw a map on which digits that are alike stay neighbours. How far apart its clusters lie means "
        "little."
    ),
    N_("Anomaly"): N_(
        "An image unlike the others of its kind: spoilt, mislabelled, or just written in a way of its own."
    ),
}


def glossary() -> str:
    """The words and what they mean, as HTML."""
    items = "".join(
        f"<div><dt>{in_html(_(word))}</dt><dd>{in_html(_(text))}</dd></div>" for word, text in WORDS.items()
    )
    return f'<dl class="glossary">{items}</dl>'
