"""Pipes, devices and files without end in the data home: nobody waits at them, and nobody reads them into memory."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from mnist_core import jobs, leftovers, paths
from mnist_core.errors import BundleError
from mnist_core.files import PART
from mnist_core.maps.library import MANIFEST, all_maps, damaged_maps, save_map
from mnist_core.model.bundle import CARD, FILES, model_names, read_card, read_file, verify_bundle
from mnist_core.owners import KEEPERS, OWNER, folder_owner
from mnist_core.records import DamagedError, read_text
from mnist_core.store import read_arrays
from tests.small_maps import small_map

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")

LONGEST_S = 20

MEGA = 1_000_000
HUGE = 8_000 * MEGA


def pipe(place: Path) -> None:
    os.mkfifo(place)


def device(place: Path) -> None:
    place.symlink_to("/dev/zero")


def endless(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(HUGE)  # takes no space


ODD = pytest.mark.parametrize("odd", [pipe, device, endless])
Odd = Callable[[Path], None]


def instead(place: Path, odd: Odd) -> None:
    """Something odd in the place of a file."""
    place.unlink(missing_ok=True)
    odd(place)


@pytest.fixture(autouse=True)
def little_time_and_memory() -> Iterator[None]:
    """Ends a test that waits at a pipe or reads without end."""

    def end(*_: object) -> None:
        raise TimeoutError

    before = psutil.Process().memory_info().rss
    signal.signal(signal.SIGALRM, end)
    signal.alarm(LONGEST_S)
    yield
    signal.alarm(0)
    assert psutil.Process().memory_info().rss - before < 300 * MEGA


@pytest.fixture
def model(fresh_home: Path) -> Path:
    return Path(shutil.copytree(paths.SHIPPED_MODELS / "default", fresh_home / "models" / "odd"))


@ODD
def test_a_card_that_is_no_plain_file_is_damaged(model: Path, odd: Odd) -> None:
    instead(model / CARD, odd)
    assert "odd" in model_names()
    with pytest.raises(BundleError, match="cannot be used"):
        read_card(model)


@ODD
@pytest.mark.parametrize("name", [name for name in FILES if name != "snapshots.npz"])
def test_a_file_of_a_model_that_is_no_plain_file_is_damaged(model: Path, odd: Odd, name: str) -> None:
    card = read_card(model)
    instead(model / name, odd)
    with pytest.raises(BundleError, match=name):
        read_file(model, card, name)
    if odd is not endless:
        with pytest.raises(BundleError, match=name):
            verify_bundle(model)


@ODD
def test_an_owner_that_is_no_plain_file_is_the_keeper(model: Path, odd: Odd) -> None:
    instead(model / OWNER, odd)
    assert folder_owner(model) == KEEPERS


@ODD
@pytest.mark.parametrize("name", ["job.json", "state.json", "events.jsonl", "log.txt"])
def test_a_job_with_a_file_that_is_none_is_shown(idle_workers: None, fresh_home: Path, odd: Odd, name: str) -> None:
    job = jobs.start("read", "Odd", {})
    instead(job.folder / name, odd)
    found = jobs.find(job.id)
    assert found.id == job.id
    assert found.events()[0] == []
    assert len(found.log_tail()) < 100_000
    assert [each.id for each in jobs.all_jobs()] == [job.id]


@ODD
@pytest.mark.parametrize("name", [MANIFEST, "coordinates.npy"])
def test_a_map_with_a_file_that_is_none_is_damaged(fresh_home: Path, odd: Odd, name: str) -> None:
    folder = paths.maps_folder() / save_map(small_map())
    instead(folder / name, odd)
    if name == MANIFEST:
        assert folder.name in damaged_maps()
        assert folder.name not in [info.id for info in all_maps()]
    else:
        with pytest.raises(DamagedError, match=r"coordinates\.npy"):
            read_arrays(folder, MANIFEST)


def test_a_pipe_that_looks_like_a_leftover_is_swept(fresh_home: Path) -> None:
    (fresh_home / "models").mkdir(parents=True)
    odd = fresh_home / "models" / f"{PART}1.odd"
    os.mkfifo(odd)
    leftovers.sweep()
    assert not odd.exists()


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    with pytest.raises((DamagedError, OSError)):
        read_text(tmp_path)
