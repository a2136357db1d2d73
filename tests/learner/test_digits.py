"""The digits that a network learns from in a browser."""

import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.learner import digits
from mnist_core.learner.digits import chosen_digits


@pytest.fixture(scope="module")
def scans():
    return load_dataset("uci-digits")


@pytest.fixture(scope="module")
def chosen(scans):
    return chosen_digits(scans)


def arrays(chosen):
    """Labels and images of the file."""
    content = np.frombuffer(chosen.content, np.uint8)
    count = chosen.learned + chosen.held
    return content[:count], content[count:].reshape(count, 28, 28)


def places(scans, images):
    """Where each image stands in a dataset."""
    known = {image.tobytes(): place for place, image in enumerate(scans.images)}
    return [known[image.tobytes()] for image in images]


def test_labels_stand_before_images_and_belong_to_them(scans, chosen):
    labels, images = arrays(chosen)
    assert (chosen.dataset, chosen.learned, chosen.held) == ("uci-digits", 1150, 288)
    assert labels.tolist() == scans.labels[places(scans, images)].tolist()


def test_what_is_held_out_is_not_learned_from_and_no_test_digit_is_either(scans, chosen):
    where = places(scans, arrays(chosen)[1])
    learned, held = where[: chosen.learned], where[chosen.learned :]
    assert max(learned) < min(held)
    assert max(held) < scans.splits["train"].stop
    assert len(set(where)) == len(where)


def test_the_first_few_are_of_all_kinds(chosen):
    assert len(set(arrays(chosen)[0][:100].tolist())) == 10


def test_the_same_dataset_gives_the_same_file(scans, chosen):
    assert chosen_digits(scans).sha256 == chosen.sha256


def test_a_large_dataset_gives_a_part_of_it(scans, monkeypatch):
    monkeypatch.setattr(digits, "MOST_LEARNED", 200)
    monkeypatch.setattr(digits, "MOST_HELD", 50)
    few = chosen_digits(scans)
    assert (few.learned, few.held, len(few.content)) == (200, 50, 250 * 785)
