"""What the tests share. Tests that need MNIST or the pen strokes use MNIST_STUDIO_DATA and skip without it."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
import pytest
import streamlit as st
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

from mnist_core import load_dataset, load_recognizer, paths
from mnist_core.datasets import DATASETS, TRAINABLE, DatasetSpec, PenStrokes, load_pen_strokes
from mnist_core.jobs import processes, queue
from mnist_core.model.recognizer import Recognizer
from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import write_speeds
from mnist_core.types import Dataset
from mnist_ui import client
from mnist_ui.client import Client
from tests.pages import whole_app

SLEEPER = ("sh", "-c", "exec sleep 3600")

# The same examples each time, so that a change is never refused for what it did not change; `make test-all` explores.
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data home for the whole session, so that no test sees the developer's own.

    Its machine has been measured: whoever visits the Train page would otherwise start a worker that measures it.
    """
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(home))
        write_speeds(dict.fromkeys(PRESETS, 0.001))
        yield home


@pytest.fixture(scope="session", autouse=True)
def keras_left_alone() -> Iterator[None]:
    """Pages run here as on a server, which never loads Keras (`test_recognizer` holds that); this process does.

    Streamlit clears Keras's session after each run of a page where Keras is loaded: most of a second, as all that the
    process has is collected then.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.runtime.scriptrunner.script_runner._clean_problem_modules", lambda: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def packages_scanned_once() -> Iterator[None]:
    """Each new `AppTest` looks through all installed packages for components, which takes longer than to run a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data home with nothing in it, and no other place to find data."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(paths.DATA_VARIABLE, raising=False)
    return tmp_path / "home"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Callable[[DatasetSpec], None]:
    """Makes a dataset one of those that there are."""

    def register(spec: DatasetSpec) -> None:
        monkeypatch.setitem(TRAINABLE, spec.name, spec)
        if spec.is_public:
            monkeypatch.setitem(DATASETS, spec.name, spec)

    return register


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder with mnist.npz and pen_digits.npz; a folder that is named but unreadable fails the test."""
    named = os.environ.get(paths.DATA_VARIABLE)
    if not named:
        pytest.skip(f"needs the datasets: set {paths.DATA_VARIABLE} to a folder with mnist.npz and pen_digits.npz")
    return Path(named)


@pytest.fixture(scope="session")
def mnist(data_folder: Path) -> Dataset:
    return load_dataset("mnist", download=False)


@pytest.fixture(scope="session")
def pen_strokes(data_folder: Path) -> PenStrokes:
    return load_pen_strokes(download=False)


@pytest.fixture(scope="session")
def recognizer() -> Recognizer:
    """The shipped model's."""
    return load_recognizer()


@pytest.fixture
def app(idle_workers, at_home):
    """The whole app for one visitor at this machine; no page's work is done beside the tests."""
    return whole_app()


@pytest.fixture
def at_home(monkeypatch):
    """Whoever visits comes straight from this machine, which the app serves alone: there is no connection here."""
    monkeypatch.setattr(client, "of_session", lambda: Client("127.0.0.1", is_here=True))


@pytest.fixture
def idle_workers(monkeypatch):
    """Workers that only wait."""
    monkeypatch.setattr(processes, "COMMAND", SLEEPER)
    yield
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # it has ended by itself
            if child.name() in ("sh", "sleep"):
                child.kill()
                child.wait()


@pytest.fixture
def unremembered() -> Iterator[None]:
    """The pages remember nothing of other tests, and others nothing of this one."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No job's turn ever comes: each that is started waits."""
    monkeypatch.setattr(queue, "limit", lambda: 0)
