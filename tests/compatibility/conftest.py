"""The home that version 0.6.1 left, in a copy for each test."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
import streamlit as st

from mnist_core.datasets import DATASETS, TRAINABLE
from mnist_core.training.presets import PRESETS
from tests.compatibility import opening

DATASETS_OF_0_6_1 = {"mnist", "pen-digits", "uci-digits", "drawings"}
PRESETS_OF_0_6_1 = {"quick", "classic", "lenet-5", "vgg", "resnet", "handwriting", "fine-tune"}


@pytest.fixture(autouse=True)
def nothing_added_since() -> Iterator[None]:
    """Pages offer what they offered then, so that all of it can be compared."""
    with mock.patch.dict(DATASETS), mock.patch.dict(TRAINABLE), mock.patch.dict(PRESETS):
        for records, known in (
            (DATASETS, DATASETS_OF_0_6_1),
            (TRAINABLE, DATASETS_OF_0_6_1),
            (PRESETS, PRESETS_OF_0_6_1),
        ):
            for name in records.keys() - known:
                del records[name]
        for name, preset in PRESETS.items():
            known = tuple(each for each in preset.config.data if each in DATASETS_OF_0_6_1)
            PRESETS[name] = replace(preset, config=replace(preset.config, data=known))
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home as it was written, with what can be made again at any time."""
    with pytest.MonkeyPatch.context() as patch:
        return opening.warmed_up(patch, opening.unpack(tmp_path_factory.mktemp("version-0.6.1")))


@pytest.fixture
def home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the home, in which the app lives now; workers that are started only sleep."""
    opening.use(monkeypatch, opening.copied(template, tmp_path / "home"))
    opening.let_workers_sleep(monkeypatch)
    yield tmp_path / "home"
    opening.end_workers(tmp_path / "home")
    opening.close_collections()


@pytest.fixture
def working_home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the home in which workers work."""
    opening.use(monkeypatch, opening.copied(template, tmp_path / "home"))
    yield tmp_path / "home"
    opening.end_workers(tmp_path / "home")
    opening.close_collections()


@pytest.fixture(scope="module")
def nothing_cached() -> Iterator[None]:
    """Pages that know nothing of the homes of other tests, whose names are the same."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()
