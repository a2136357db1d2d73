"""The images that a job was asked about, if they are still those."""

import pytest

from mnist_core import load_dataset
from mnist_core.datasets.finding import asked_images
from mnist_core.errors import DatasetError


def test_a_job_gets_the_images_that_it_was_asked_about(fresh_home):
    dataset = load_dataset("uci-digits")
    assert asked_images({"dataset": "uci-digits", "images": dataset.digest}).digest == dataset.digest


def test_other_images_of_the_same_name_are_refused(fresh_home):
    with pytest.raises(DatasetError, match="uci-digits"):
        asked_images({"dataset": "uci-digits", "images": "f" * 64})
