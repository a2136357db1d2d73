"""The words that the pages use, each in a sentence or two."""

from collections.abc import Mapping
from html import escape

WORDS: Mapping[str, str] = {
    "Network": "A chain of simple calculations whose weights were learned from examples, not written by hand.",
    "Weight": "One of the many numbers in a network that training adjusts. All that it has learned is in its weights.",
    "Layer": "One step of the chain. Each layer works on what the layer before it found.",
    "Filter": "A small window of weights that slides over a picture and answers where the picture looks like it.",
    "Feature map": "The picture of a filter's answers: bright where it found what it looks for.",
    "Features": "The last numbers before the ten scores: all that the network has found in a digit, as one list.",
    "Score": "How much speaks for a digit. Higher is likelier, and below zero more speaks against it.",
    "Probability": "A score turned into a share of 100 %. If it says 90 %, it should be right nine times out of ten.",
    "Novelty": "How unlike all digits seen in training a drawing is. Above one half the answer is not to be relied on.",
    "Training": "Showing a network many labelled images and nudging its weights after each few, so that it errs less.",
    "Epoch": "One pass over all training images. A training takes many.",
    "Loss": "How wrong the network is, as one number that training makes smaller.",
    "Accuracy": "The share of images that are read right.",
    "Confusion matrix": "A table of what images show against what is read in them. Mistakes lie off its diagonal.",
    "Overfitting": "Learning training images by heart: it errs less and less on them, and more and more on others.",
    "Validation": "A check during training on images kept aside, which tell when to stop.",
    "Test": "The final check on images, and of other people's writing, that training never saw.",
    "Augmentation": "Turning, shifting and bending training images at random, so that the network learns the digit and "
    "not the one image.",
    "Principal components": "The directions in which images differ most, the most important one first (PCA).",
    "UMAP": "A way to draw a map on which digits that are alike stay neighbours. How far apart its clusters lie means "
    "little.",
    "Anomaly": "An image unlike the others of its kind: spoilt, mislabelled, or just written in a way of its own.",
}


def glossary() -> str:
    """The words and what they mean, as HTML."""
    items = "".join(f"<div><dt>{escape(word)}</dt><dd>{escape(text)}</dd></div>" for word, text in WORDS.items())
    return f'<dl class="glossary">{items}</dl>'
