"""Whose digits are on pages: nobody's in two parts."""

import numpy as np
import pytest

from mnist_core.datasets import PenStrokes
from mnist_core.datasets.pen_strokes import laid_out
from mnist_core.training import hands as module
from mnist_core.training.config import TrainingConfig
from mnist_core.training.division import held_out_images
from mnist_core.types import Dataset

# Twelve writers to learn from and four to test with, each of whom wrote each digit twice; the strokes and the scans of
# a digit say who wrote it.
LEARNED, ALL = 12, 16
WRITERS = np.repeat(np.arange(ALL, dtype=np.int16), 20)
LABELS = np.tile(np.repeat(np.arange(10, dtype=np.uint8), 2), ALL)


@pytest.fixture
def _small_datasets(monkeypatch):
    """Datasets of a few writers in place of the real ones; of pen-digits it is not known who wrote what."""
    places = laid_out([[np.array([[writer, 0], [writer, 9]], np.int16)] for writer in WRITERS])
    strokes = PenStrokes(**places, labels=LABELS, is_test=WRITERS >= LEARNED, writers=WRITERS)
    images = np.zeros((len(WRITERS), 28, 28), np.uint8)
    images[:, 0, 0] = WRITERS
    images[:, 14, 14] = 255
    first = int((WRITERS < LEARNED).sum())
    splits = {"train": slice(0, first), "test": slice(first, len(WRITERS))}
    scans = Dataset("mnist", images, LABELS, splits, "", "")
    monkeypatch.setattr(module, "load_pen_strokes", lambda name, download: strokes)
    monkeypatch.setattr(module, "load_dataset", lambda name, download: scans)
    monkeypatch.setattr(module, "writers_of", lambda name: None if name == "pen-digits" else WRITERS)


def _people(hands):
    """Who wrote the strokes, and who the scans."""
    written = {int(strokes[0][0, 0]) for label in hands.strokes for strokes in label}
    return written, {int(scan[0, 0]) for label in hands.scans for scan in label}


@pytest.mark.usefixtures("_small_datasets")
def test_nobody_is_in_two_parts():
    pieces = {part: _people(module.load_hands(part)) for part in ("validation", "test")}
    assert pieces["test"] == (set(range(LEARNED, ALL)),) * 2
    settings = TrainingConfig()
    learned = WRITERS[WRITERS < LEARNED]
    held_out = set(learned[held_out_images(len(learned), settings.validation_share, settings.seed, learned)].tolist())
    assert pieces["validation"] == (held_out,) * 2
    assert 0 < len(held_out) < LEARNED


@pytest.mark.usefixtures("_small_datasets")
def test_whoever_is_held_out_is_not_learned_from(monkeypatch):
    monkeypatch.setitem(module.STROKES, "train", ("uji-digits",))
    training = module.load_hands("train")
    assert training.are_rewritten
    validation = module.load_hands("validation")
    assert not validation.are_rewritten
    for learned, held_out in zip(_people(training), _people(validation), strict=True):
        assert not learned & held_out
        assert learned | held_out == set(range(LEARNED))


@pytest.mark.usefixtures("_small_datasets")
def test_digits_stand_under_their_labels():
    hands = module.load_hands("test")
    assert [len(each) for each in hands.strokes] == [2 * 2 * (ALL - LEARNED)] * 10
    assert [len(each) for each in hands.scans] == [2 * (ALL - LEARNED)] * 10


def test_of_whom_nothing_is_known_nobody_is_held_out(monkeypatch):
    monkeypatch.setattr(module, "writers_of", lambda name: None)
    is_test = np.array([False, False, True])
    assert module._of_part("pen-digits", is_test, "train").tolist() == [True, True, False]
    assert module._of_part("pen-digits", is_test, "validation").tolist() == [False, False, False]
    assert module._of_part("pen-digits", is_test, "test").tolist() == [False, False, True]
