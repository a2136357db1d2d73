"""A backup copied over the data home shortens files that a running server has read: it lives on and answers."""

import os
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import psutil
import pytest

from mnist_core import jobs, load_dataset, paths
from mnist_core.labels.check import LabelCheck, Made
from mnist_core.maps.library import save_map
from mnist_core.model.bundle import model_folder
from mnist_core.owners import KEEPER
from mnist_core.readings.readings import compute_readings
from mnist_core.store import keep, of_dataset, of_images
from mnist_core.survey.anomalies import DETECTORS, Anomalies
from mnist_core.survey.components import compute_components
from mnist_core.training.presets import PRESETS
from mnist_core.training.speeds import write_speeds
from tests.browser.driver import serving
from tests.faults.visiting import visited, words
from tests.small_maps import small_map

# What each of them shows of the data home: with MNIST away, the images that came with the app.
PAGES = {
    "": "",
    "explore": "dataset=uci-digits",
    "map": "",
    "train": "",
    "tune": "",
    "evaluate": "dataset=uci-digits",
    "model": "",
    "drawings": "",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data home with something of every kind in it; no worker outlives the test."""
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))
    monkeypatch.delenv(paths.DATA_VARIABLE, raising=False)
    write_speeds(dict.fromkeys(PRESETS, 0.001))
    copy = paths.models_folder() / "mine"
    copy.mkdir(parents=True)
    for path in model_folder("default").iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    save_map(small_map("pixels", dataset="uci-digits", split="all"), "mine")
    images = load_dataset("uci-digits")
    compute_readings("default", images)
    compute_components(images)
    n = len(images)
    shares = np.full(n, 0.5, np.float32)
    made = asdict(Made(5, 1, 0, "quick", 0.9))
    found = dict(zip(LabelCheck.ARRAYS, (images.labels, shares, shares, images.labels > 7), strict=True))
    keep(LabelCheck, of_dataset(LabelCheck, images), images, of_images(images), found, made=made)
    odd = dict.fromkeys(DETECTORS, shares) | {"thresholds": np.ones((2, 10), np.float32)}
    keep(Anomalies, of_dataset(Anomalies, images), images, of_images(images), odd)
    yield tmp_path
    while active := [job for job in jobs.all_jobs() if job.is_active]:
        for job in active:
            jobs.cancel(job.id, KEEPER, at_once=True)
        time.sleep(0.1)


def kept_files(home: Path) -> list[Path]:
    """Every file that the app keeps there, but what workers write, locks, and what SQLite shares between processes.

    The last, `collection.sqlite3-shm`, SQLite itself maps; it is there only while somebody has the collection open, and
    belongs in no backup.
    """
    aside = {paths.jobs_folder().name}
    files = [path for path in home.rglob("*") if path.is_file() and path.relative_to(home).parts[0] not in aside]
    return sorted(path for path in files if path.suffix != ".lock" and not path.name.endswith("-shm"))


def see_all(url: str) -> None:
    """Open every page; each is there to its end."""
    for page, query in PAGES.items():
        told = words(visited(url, page, query))
        assert "Something went wrong here." not in told, page


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_server_whose_files_are_shortened_lives_on_and_answers(home: Path, share: float) -> None:
    with serving() as (url, process):
        see_all(url)
        files = kept_files(home)
        kinds = {path.relative_to(home).parts[0] for path in files}
        assert {"models", "maps", "readings", "findings", "cache", "speeds.json"} <= kinds
        assert any(path.name.startswith("collection.sqlite3") for path in files)
        for path in files:
            path.chmod(0o644)
            os.truncate(path, int(path.stat().st_size * share))
        for _ in range(2):  # what it has in memory, and what it reads anew
            see_all(url)
            assert psutil.Process(process).is_running()
            assert urllib.request.urlopen(f"{url}/_stcore/health", timeout=10).status == 200
            for path in files:
                if path.exists():
                    os.utime(path)
