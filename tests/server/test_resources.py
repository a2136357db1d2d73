import gc
import json
import shutil
import weakref

import pytest

from mnist_core import paths
from mnist_core.types import Dataset
from mnist_ui import resources


@pytest.fixture
def mine(fresh_home):
    folder = fresh_home / "models" / "mine"
    shutil.copytree(paths.SHIPPED_MODELS / "default", folder)
    return folder


def test_a_model_is_opened_once_and_again_when_it_was_replaced(mine):
    first = resources.model("mine")
    gradients = resources.gradients("mine")
    assert resources.model("mine") is first
    assert resources.gradients("mine") is gradients
    card = json.loads((mine / "card.json").read_text())
    (mine / "card.json").write_text(json.dumps(card | {"epochs": card["epochs"] + 1}))
    assert resources.model("mine")[1].epochs == first[1].epochs + 1
    assert resources.gradients("mine") is not gradients


def test_the_known_images_are_the_same_object_each_time():
    assert isinstance(resources.known_images(), Dataset)
    assert resources.known_images() is resources.known_images()


def test_what_was_let_go_of_is_opened_again_and_held_once_meanwhile():
    first = resources.known_images()
    digest = first.digest
    held = weakref.ref(first)
    del first
    gc.collect()
    assert held() is not None
    resources.let_go()
    gc.collect()
    assert held() is None
    assert resources.known_images().digest == digest
