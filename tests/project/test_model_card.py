"""The figures of docs/results/model-card.md are those of the model's record and of what it made of the test images."""

import re
from dataclasses import replace

import pytest

from checks import model_card
from mnist_core.model.bundle import read_card
from mnist_core.paths import SHIPPED_MODELS

PAGE = model_card.PAGE


@pytest.fixture(scope="module")
def card():
    return read_card(SHIPPED_MODELS / "default")


@pytest.fixture(scope="module")
def text():
    return PAGE.read_text("utf-8").replace("\n", " ")


def test_its_tables_are_those_of_the_record():
    text = PAGE.read_text("utf-8")
    assert model_card.written(text) == text


def test_its_tables_follow_the_record(monkeypatch, card):
    worse = replace(card.scores["mnist"], errors=77)
    monkeypatch.setattr(model_card, "read_card", lambda _: replace(card, scores={**card.scores, "mnist": worse}))
    assert "| MNIST test | 10,000 | 77 |" in model_card.written(PAGE.read_text("utf-8"))


def test_of_no_answers_no_share_is_said(monkeypatch, card):
    found = card.reliability
    none = replace(found, answers=(0, *found.answers[1:]), right=(0, *found.right[1:]))
    monkeypatch.setattr(model_card, "read_card", lambda _: replace(card, reliability=none))
    assert "| 0 to 50 % | 0 | 0 |  |" in model_card.written(PAGE.read_text("utf-8"))


def test_it_has_every_table():
    assert set(re.findall(r"<!-- (\w+) -->\n", PAGE.read_text("utf-8"))) - {"end"} == set(model_card.TABLES)


def test_details_and_training_data(card, text):
    folder = SHIPPED_MODELS / "default"
    for said in (
        f"{card.parameters:,} weights",
        f"Keras {card.versions['keras']} on TensorFlow {card.versions['tensorflow']}",
        f"{card.epochs} epochs of AdamW, batches of {card.config['batch_size']}, seed {card.config['seed']}",
        f"{card.seconds / 60:.0f} minutes on two processor cores",
        f"`model.keras` ({(folder / 'model.keras').stat().st_size / 1000:.0f} kB)",
        f"`model.tflite` ({(folder / 'model.tflite').stat().st_size / 1000:.0f} kB)",
        f"{card.split['training']:,} images: nine tenths",
        f"{card.config['non_digits']:,} pictures that are not digits",
        f"{card.split['validation']:,} images, of which 5,941 are MNIST's, 3,644 the held-out pen strokes four times",
    ):
        assert said in text, said
    assert card.created.startswith("2026-12-01")
