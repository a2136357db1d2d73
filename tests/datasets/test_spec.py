"""The record of a dataset, and the records that there are."""

import numpy as np
import pytest

from mnist_core import Dataset, load_dataset
from mnist_core.datasets import DATASETS, TRAINABLE, DatasetSpec
from mnist_core.datasets.archive import Archive
from mnist_core.datasets.registry import FALLBACK, measured_on, spec_of, training_images, watched_tests
from mnist_core.errors import ConfigError, DatasetError
from mnist_core.language import gettext, spoken
from mnist_core.training.config import TrainingConfig

# Those that come with the app, in the order in which they are offered.
OURS = ["mnist", "pen-digits", "uci-digits", "uji-digits", "tablet-digits", "semeion"]


def made_up(**changes):
    """A record; nothing of it can be loaded."""
    words = {name: name for name in ("name", "words", "test_title", "about", "provenance", "licence")}
    return DatasetSpec(**words | {"load": None, "splits": {"train": 3, "test": 2}} | changes)


def arrays(images):
    """So many empty images of the digits in turn."""
    return {"images": np.zeros((images, 28, 28), np.uint8), "labels": np.arange(images, dtype=np.uint8)}


def test_splits_lie_one_behind_the_other():
    spec = made_up(splits={"train": 3, "validation": 0, "test": 2})
    dataset = spec.dataset(arrays(5))
    assert dict(dataset.splits) == {"train": slice(0, 3), "validation": slice(3, 3), "test": slice(3, 5)}
    assert dataset.split("test").labels.tolist() == [3, 4]
    assert (dataset.name, dataset.provenance, dataset.licence) == ("name", "provenance", "licence")


@pytest.mark.parametrize("images", [4, 6])
def test_a_dataset_of_another_size_than_its_record_says_is_refused(images):
    with pytest.raises(DatasetError, match=rf"name must have 5 images\. Received: {images}\."):
        made_up().dataset(arrays(images))


def test_a_dataset_is_here_when_its_file_is_or_it_needs_none(fresh_home):
    missing = made_up(archive=Archive("tiny.npz", {}, []))
    assert made_up().is_here
    assert not missing.is_here
    (fresh_home / "datasets").mkdir(parents=True)
    (fresh_home / "datasets" / "tiny.npz").touch()
    assert missing.is_here


def test_there_are_as_many_training_images_as_the_record_says_or_as_are_counted():
    assert made_up().training_images == 3
    assert made_up(count=lambda: 0).training_images == 0
    assert [training_images(name) for name in OURS] == [60_000, 7_494, 1_438, 800, 822, 0]


def test_the_datasets_in_the_order_in_which_they_are_offered():
    assert [name for name in TRAINABLE if name in (*OURS, "drawings")] == [*OURS[:-1], "drawings"]
    assert [name for name in DATASETS if name in (*OURS, "drawings")] == OURS
    assert all(name == spec.name for name, spec in {**TRAINABLE, **DATASETS}.items())
    assert TRAINABLE[FALLBACK].archive is None  # it stands in where nothing can be downloaded


def test_nothing_is_learned_from_what_has_no_training_images_nor_measured_on_what_has_no_tests():
    assert "semeion" not in TRAINABLE
    assert not {"tablet-digits", "drawings"} & measured_on().keys()
    assert [name for name in measured_on() if name in OURS] == [name for name in OURS if name != "tablet-digits"]
    with pytest.raises(ConfigError, match=r"Received: .*semeion"):
        TrainingConfig(data=("semeion",))


def test_of_what_is_learned_from_the_first_with_tests_is_watched():
    assert watched_tests(("tablet-digits", "uji-digits", "mnist")) == "uji-digits"
    assert watched_tests(("drawings",)) == "drawings"
    assert watched_tests(("tablet-digits",)) == FALLBACK


@pytest.mark.parametrize("name", OURS)
def test_people_read_of_each_in_every_language(name):
    spec = spec_of(name)
    for language in ("de", "es", "fr", "zh"):
        with spoken(language):
            texts = [spec.words, spec.test_title, spec.test_note] if spec.is_to_test_with else [spec.words]
            assert not [text for text in texts if gettext(text) == text], language


def test_a_name_that_no_dataset_has_is_refused_with_those_that_there_are():
    with pytest.raises(DatasetError, match=r"mnist, pen-digits, .*drawings.* Received: 'paintings'"):
        spec_of("paintings")


@pytest.mark.parametrize("names", [tuple("ABCDEFGHI"), tuple("ABCDEFGHIJK"), tuple("ABCDEFGHII")])
def test_ten_classes_have_a_name_each(names):
    with pytest.raises(DatasetError, match="10 classes with a name each"):
        Dataset("letters", *arrays(5).values(), {}, "", "", names)


def test_classes_are_called_by_their_digits_unless_the_record_says_otherwise(fresh_home):
    assert load_dataset("uci-digits").class_names == tuple("0123456789")
    assert made_up(class_names=tuple("ABCDEFGHIJ")).dataset(arrays(5)).class_names[2] == "C"


def test_archives_of_other_content_have_other_digests():
    digests = {Archive("a.npz", hashes, []).digest for hashes in ({"x": "1"}, {"x": "2"}, {"x": "1", "y": "2"})}
    assert len(digests) == 3
    assert DATASETS["mnist"].archive.digest == "c473ce9de417"  # a part of its name in the cache
    assert all(len(digest) == 12 for digest in digests)
