"""What the shipped model promises, measured again here."""

import pytest

from mnist_core import load_dataset, paths
from mnist_core.analysis.evaluation import evaluate
from mnist_core.model.bundle import model_folder, verify_bundle

TARGETS = {"mnist": 0.993, "pen-digits": 0.980}


def test_it_is_whole_and_small():
    folder = model_folder("default")
    verify_bundle(folder)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 2_000_000
    assert folder.parent == paths.SHIPPED_MODELS


@pytest.mark.parametrize("name", TARGETS)
def test_it_is_as_good_as_its_card_says(recognizer, data_folder, name):
    score = evaluate(recognizer, load_dataset(name, download=False).split("test"))
    stated = verify_bundle(model_folder("default")).scores[name]
    assert score.accuracy >= TARGETS[name]
    assert abs(score.errors - stated.errors) <= 2  # another processor rounds in another way
    assert score.low <= stated.accuracy <= score.high


def test_it_has_not_seen_the_test_images():
    config = verify_bundle(model_folder("default")).config
    assert set(config["data"]) == {"mnist", "pen-digits"}
    assert 0 < config["validation_share"] < 1
