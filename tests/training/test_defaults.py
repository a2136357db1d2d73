"""What a config, a search and a map are of that say nothing: what kept ones, addresses and the shipped model go by."""

from mnist_core.maps.embedding import ROOMY, MapConfig
from mnist_core.training.config import OPTIMIZERS, SCHEDULES, TrainingConfig
from mnist_core.training.presets import PRESETS
from mnist_core.tuning.settings import SearchSettings

STANDARD = {
    "name": "handwriting",
    "network": "handwriting",
    "architecture": None,
    "start_from": "",
    "frozen": False,
    "data": ["mnist", "pen-digits"],
    "limit": 0,
    "stroke_variants": 8,
    "non_digits": 0,
    "printed": 0,
    "pool": 1,
    "soft_labels": 0.0,
    "epochs": 20,
    "batch_size": 128,
    "mild_epochs": 0,
    "optimizer": "adamw",
    "learning_rate": 0.003,
    "schedule": "cosine",
    "weight_decay": 0.01,
    "averaging": 0.0,
    "validation_share": 0.1,
    "patience": 6,
    "seed": 0,
    "augmentation": {
        "rotation": 10.0,
        "shift": 1.5,
        "zoom": 0.1,
        "stretch": 0.1,
        "shear": 0.2,
        "elastic": 0.6,
        "thickness": 0.35,
        "noise": 0.0,
    },
}


def test_a_training_that_says_nothing():
    assert TrainingConfig().to_json() == STANDARD
    assert (OPTIMIZERS, SCHEDULES) == (("adam", "adamw", "sgd"), ("constant", "cosine"))


def test_settings_come_from_an_address_by_their_kind():
    texts = {"data": "mnist,uci-digits", "optimizer": "sgd", "epochs": "3", "augmentation.shift": "2.5"}
    changed = TrainingConfig().changed(texts)
    assert changed.data == ("mnist", "uci-digits")
    assert (changed.optimizer, changed.epochs, changed.augmentation.shift) == ("sgd", 3, 2.5)
    assert changed.changes(TrainingConfig()) == texts
    # What looks like a number is still a text where a text belongs.
    assert TrainingConfig().changed({"name": "7"}).name == "7"


def test_a_search_that_says_nothing():
    kept = SearchSettings().to_json()
    assert kept.pop("base") == PRESETS["classic"].config.to_json()
    assert set(kept.pop("space")) == {"filters", "dense", "dropout", "learning_rate"}
    assert kept == {
        "name": "search",
        "preset": "classic",
        "tuner": "bayesian",
        "objective": "val_accuracy",
        "max_trials": 12,
        "max_minutes": 30.0,
        "images": 10_000,
        "epochs": 4,
        "patience": 2,
        "seed": 0,
    }


def test_a_map_that_says_nothing():
    assert MapConfig().to_json() == {
        "source": "features",
        "model": "default",
        "dataset": "mnist",
        "split": "test",
        "method": "umap",
        "dimensions": 3,
        "neighbours": 15,
        "min_dist": ROOMY,
        "metric": "euclidean",
        "points": 10_000,
        "seed": 0,
    }
