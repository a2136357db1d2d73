"""Counting how often a model that is there already is right: on the digits that its own settings keep aside."""

from dataclasses import replace
from pathlib import Path

from mnist_core.datasets.registry import spec_of
from mnist_core.errors import BundleError, DatasetError, in_words
from mnist_core.files import written_file
from mnist_core.model.bundle import CARD, GRAPH, read_file, verify_bundle
from mnist_core.model.card import ModelCard
from mnist_core.model.recognizer import Recognizer
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import Images, load_examples
from mnist_core.training.trained_model import reliability_of


def count_reliability(folder: Path, *, download: bool = True) -> ModelCard:
    """Read the digits that were kept aside from a model's training, and write on its card how often it was right.

    Parameters
    ----------
    folder
        The model's directory.

    Returns
    -------
    The new card.

    Raises
    ------
    BundleError
        If there is no such model, it is damaged, a visitor taught it, its digits were kept aside in another way than
        they are today, or the disk refuses. It is then what it was before.
    DatasetError
        If a dataset cannot be had, or is another than the one that the model learned from.
    """
    card = verify_bundle(folder)
    if card.taught:
        raise BundleError(
            "No digits were kept aside from what a visitor taught. Choose the model that it was taught from."
        )
    config = TrainingConfig.from_json(card.config)
    recognizer = Recognizer(read_file(folder, card, GRAPH))
    held_out = _held_out(config, card, download=download)
    card = replace(card, reliability=reliability_of(recognizer, held_out, config.data))
    text = "The card could not be written to {folder}: {reason}. Free some space, or see who may write there."
    with in_words(BundleError, text, folder=folder), written_file(folder / CARD) as part:
        part.write_text(card.to_json(), encoding="utf-8")
    return card


def _held_out(config: TrainingConfig, card: ModelCard, *, download: bool) -> Images:
    """The digits that were kept aside, if they are the same today."""
    # A model that nobody has counted is older than version 0.7, the first to keep whole writers aside.
    by_writer = card.reliability is not None
    if by_writer and config.limit and any(spec_of(name).load_writers for name in config.data):
        # Their number would be the same if writers had not been known then, or were not now.
        raise BundleError(
            "The model learned from some images of a dataset alone, and its card does not say whether whole writers "
            f"were kept aside. Received: limit {config.limit:,}. Keep what was counted, or train it anew."
        )
    # Neither rewritten digits, nor print, nor what is no digit changes which digits are kept aside.
    as_they_are = replace(config, stroke_variants=1, non_digits=0, printed=0, pool=1)
    examples = load_examples(as_they_are, download=download, by_writer=by_writer)
    if examples.hashes != card.data_hashes:
        raise DatasetError(
            "The datasets are others than those that the model learned from, so it may know some of them."
        )
    others = sum(round(count * config.validation_share) for count in (config.non_digits, config.printed))
    if len(examples.validation) + others != card.split["validation"]:
        raise BundleError(
            "Other digits are kept aside today than when the model was trained, so it has learned from some of them. "
            f"Received: {len(examples.validation):,} today, {card.split['validation'] - others:,} then. Train it anew."
        )
    return examples.validation.digits()
