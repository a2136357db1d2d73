"""The model card as a text for a reader who has never seen the app."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mnist_core.datasets import TRAINABLE
from mnist_core.language import noop as N_
from mnist_core.model.bundle import CARD, EVALUATION, GRAPH, HISTORY, MAPS, ROBUSTNESS, SNAPSHOTS, WEIGHTS, files_of
from mnist_core.model.card import Accuracy, ModelCard
from mnist_core.model.reliability import interval
from mnist_core.types import NOVEL

SETTINGS = {
    "network": "the kind of network; saved: the one of the model that it starts from",
    "architecture.filters": "filters of the first block of convolutions",
    "architecture.kernel": "side of a convolution's window in pixels",
    "architecture.blocks": "blocks of convolutions",
    "architecture.dense": "units of the layer before the outputs; 0 for none",
    "architecture.dropout": "share of that layer's outputs left out at random while training",
    "architecture.batch_normalization": "whether the results of convolutions are brought to one scale",
    "start_from": "the model whose weights it began with; empty for random weights",
    "frozen": "whether only the last layer learned",
    "data": "the datasets that it learned from",
    "limit": "most training images of each dataset; 0 for all",
    "stroke_variants": "how often each pen-stroke digit is there: as it is, and rewritten in other styles",
    "non_digits": "images of what is no digit that it learned from",
    "printed": "printed digits that it learned from",
    "pool": "how many times as many images were made for it as an epoch shows; each epoch shows others",
    "soft_labels": "how much of a label is what larger networks, its teachers, say of the image",
    "epochs": "most passes over the training images",
    "mild_epochs": "so many of the last ones change the images less",
    "batch_size": "images a step",
    "optimizer": "how a step is made of the gradients",
    "learning_rate": "size of a step",
    "schedule": "how the learning rate changes during the run",
    "weight_decay": "share of the learning rate by which each weight shrinks a step",
    "averaging": "share that stays, at each step, of the average of the weights that is kept; 0 for none",
    "validation_share": "share of the training images kept aside to steer the run",
    "patience": "epochs without a better validation loss before it stops",
    "seed": "of everything random",
    "augmentation": "random changes of the training images",
    "augmentation.rotation": "degrees either way",
    "augmentation.shift": "pixels in x and in y",
    "augmentation.zoom": "share of the size",
    "augmentation.stretch": "share of the size, of one axis against the other",
    "augmentation.shear": "slant: horizontal shift for each pixel of height",
    "augmentation.elastic": "standard deviation of a smooth displacement, in pixels",
    "augmentation.thickness": "share of images with thicker or thinner strokes",
    "augmentation.noise": "share of images that are spoilt: dirty, veiled, crossed out, hollow",
}

FILES = {
    WEIGHTS: "the network with its weights, for Keras 3",
    GRAPH: "the same network for LiteRT (TensorFlow Lite), weights rounded to 16 bits; all scores here are its own",
    HISTORY: "loss and accuracy on training and validation images after each epoch",
    EVALUATION: "what it made of each test image, for NumPy: probabilities, novelty and the label",
    SNAPSHOTS: "what it saw in some validation digits while it learned, for NumPy: features after each epoch",
    MAPS: "maps of MNIST's test digits, for NumPy: where each of them lies",
    ROBUSTNESS: "how many of MNIST's test digits it reads when they are turned, blurred and spoilt",
    CARD: "what this text was made from",
}

# By the constants of `training.loop`, which is above this module.
ENDINGS = {
    "all epochs": N_("It went through all its epochs."),
    "no better": N_("It stopped early, as it had not got better on the validation images for a while."),
    "stopped": N_("Somebody stopped it; the best epoch until then was kept."),
    "not a number": N_("The loss grew beyond all numbers; the best epoch before that was kept."),
}

_PURPOSE = """\
## What it is for

Reading one digit, 0 to 9, that somebody wrote by hand, and showing how a machine does that.

## What it is not for

- Letters, words, printed figures and calculations. A number of several digits must be cut into digits first.
- Pictures that are not in the form below: it was never shown any, and its answers would mean nothing.
- Decisions that harm somebody when a digit is misread, unless a person looks too.
- Handwriting unlike that of the tests below: nobody has measured there how often it is right, or whether its
  probabilities are worth what they say."""

_USE = """\
## What goes in and what comes out

| name | values | meaning |
| --- | --- | --- |
| image | float32 (n, 28, 28), 0 to 1 | ink is 1 on a background of 0; the digit fits a box of 20 x 20 pixels, and its \
centre of mass lies in the middle, as in MNIST |
| probabilities | float32 (n, 10), sum 1 | how probable each digit is; calibrated on validation images |
| novelty | float32 (n, 1), 0 to 1 | how unlike the digits that it learned from; {novel} and more means: no digit |
| features | float32 (n, d) | what the network has seen: similar digits have similar features |"""


def card_in_markdown(card: ModelCard) -> str:
    """A model card as a Markdown document.

    Tables are GitHub's. Names are escaped, so that whatever they contain stays within its cell.
    """
    parts = [
        f"# Model card: {_plain(card.name)}",
        "A neural network that reads handwritten digits, made with MNIST Studio: an app to draw digits and see how a "
        "machine reads them.",
        _table(("", ""), _summary(card)),
        *_taught(card),
        _PURPOSE,
        _USE.format(novel=f"{NOVEL:g}"),
        *_data(card),
        *_scores(card),
        *_handwriting(card),
        *_non_digits(card),
        *_calibration(card),
        *_reliability(card),
        *_training(card),
        *_contents(card),
    ]
    return "\n\n".join(parts) + "\n"


def _summary(card: ModelCard) -> list[tuple[str, object]]:
    """The card in a few lines."""
    return [
        ("made", card.created),
        ("network", card.config.get("network", "unknown")),
        ("parameters", f"{card.parameters:,}"),
        ("learned from", ", ".join(card.data_hashes)),
        *((f"right on {name}", _percent(score.accuracy)) for name, score in card.scores.items()),
    ]


def _taught(card: ModelCard) -> list[str]:
    """What a visitor taught it, if one did."""
    if not card.taught:
        return []
    return [
        "## Taught by a visitor",
        f"Its last layer was fitted again to {card.taught['drawings']:,} drawings and what a visitor said they show, "
        f"while its answers on the training digits of {card.taught['dataset']} were to change as little as possible. "
        f"Everything before that layer is the model {card.taught['base']}'s, and so is what is said below of training.",
    ]


def _data(card: ModelCard) -> list[str]:
    """What it learned from."""
    hashes = (
        (name, TRAINABLE[name].about if name in TRAINABLE else "", digest) for name, digest in card.data_hashes.items()
    )
    return [
        "## What it learned from",
        _table(("dataset", "what", "SHA-256 of its training images"), hashes),
        "They were divided, with all that was made of them: digits rewritten in other styles, and what is no digit.",
        _table(("part", "images"), ((name, f"{images:,}") for name, images in card.split.items())),
        "The validation images steered the training. The test images below are others, which it has never seen.",
    ]


def _scores(card: ModelCard) -> list[str]:
    """How it did on the test images."""
    title = "## How often it is right"
    if not card.scores:
        return [title, "It has not been measured on any test images."]
    rows = (
        (
            name,
            f"{s.images:,}",
            f"{s.errors:,}",
            _percent(s.accuracy),
            _interval(s),
            f"{s.loss:.4f}",
            _percent(s.rejected),
        )
        for name, s in card.scores.items()
    )
    head = ("test", "images", "wrong", "right", "95 % interval", "loss", "taken for no digit")
    return [
        title,
        _table(head, rows),
        "The interval is Wilson's, the loss the mean cross-entropy in nats. An image with a novelty of "
        f"{NOVEL:g} or more is taken for no digit.",
    ]


def _handwriting(card: ModelCard) -> list[str]:
    """How it reads other ways to draw, if that was measured."""
    if not card.handwriting:
        return []
    rows = (
        (name, f"{score.images:,}", f"{score.errors:,}", _percent(score.accuracy), _interval(score))
        for name, score in card.handwriting.items()
    )
    return [
        "## How it reads other styles, pens and places",
        "Made of the strokes of the pen-digits test writers. A number counts as right when each of its digits is.",
        _table(("drawn as", "images", "wrong", "right", "95 % interval"), rows),
    ]


def _non_digits(card: ModelCard) -> list[str]:
    """How it tells what is no digit, if it has learned that."""
    if not card.non_digits:
        return []
    rows = (
        (name, f"{found.images:,}", f"{found.auroc:.3f}", _percent(found.rejected))
        for name, found in card.non_digits.items()
    )
    return [
        "## What it knows to be no digit",
        "AUROC is the probability that one of these has a higher novelty than a test writer's digit.",
        _table(("drawn", "images", "AUROC", "taken for no digit"), rows),
    ]


def _calibration(card: ModelCard) -> list[str]:
    """Whether it is right as often as it says."""
    if not card.scores:
        return []
    parts = ["## Whether it is right as often as it says", "Images by the highest probability that it gave them."]
    for name, score in card.scores.items():
        rows = ((f"{images:,}", _percent(stated), _percent(right)) for images, stated, right in score.reliability)
        parts += [
            f"On {_plain(name)} the two differ by {_percent(score.calibration_error)} on average (expected calibration "
            "error):",
            _table(("images", "mean probability", "right"), rows),
        ]
    return parts


def _reliability(card: ModelCard) -> list[str]:
    """How often an answer is right, by how sure it is."""
    title, found = "## How often an answer is right, by how sure it is", card.reliability
    if found is None:
        return [title, "Nobody has counted."]
    rows = (
        (f"{100 * low:g} to {100 * high:g} %", f"{answers:,}", f"{right:,}", _share(right, answers))
        for low, high, answers, right in found.bins
    )
    is_rewritten = any(name in TRAINABLE and TRAINABLE[name].load_strokes for name in found.datasets)
    return [
        title,
        f"Counted on {found.digits:,} validation digits of {_plain(' and '.join(found.datasets))}. Of these, "
        f"{found.refused:,} were taken for no digit, and have no answer."
        + (" Digits of pen strokes are there several times, in other styles." if is_rewritten else ""),
        _table(("highest probability", "answers", "right", "share, with 95 % interval"), rows),
    ]


def _share(right: int, of: int) -> str:
    """A share with its confidence interval."""
    if not of:
        return ""
    low, high = interval(right, of)
    return f"{_percent(right / of)} ({100 * low:.2f} to {_percent(high)})"


def _training(card: ModelCard) -> list[str]:
    """How it was trained."""
    return [
        "## How it was trained",
        f"{card.epochs:,} epochs in {card.seconds / 60:,.1f} minutes. {ENDINGS.get(card.ending, '')}".rstrip(),
        _table(("setting", "value", "meaning"), ((*row, SETTINGS.get(row[0], "")) for row in _settings(card.config))),
        "With these versions:",
        _table(("library", "version"), card.versions.items()),
    ]


def _contents(card: ModelCard) -> list[str]:
    """The files and their hashes."""
    rows = ((name, FILES[name], card.files.get(name, "")) for name in (*files_of(card), CARD))
    return ["## Files", _table(("file", "what", "SHA-256"), rows)]


def _settings(config: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Each setting and its value; the run's name is none."""
    for name, value in config.items():
        if isinstance(value, Mapping):
            yield from _settings(value, f"{within}{name}.")
        elif within or name != "name":
            yield within + name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _interval(score: Accuracy) -> str:
    """A confidence interval."""
    return f"{100 * score.low:.2f} to {_percent(score.high)}"


def _percent(share: float) -> str:
    """A share in percent."""
    return f"{100 * share:.2f} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table, its cells as plain text."""
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)


def _plain(value: object) -> str:
    """A value as text that stays in its line and its cell and is no markup."""
    return re.sub(r"([\\`*|<\[])", r"\\\1", " ".join(str(value).split()))
