"""Two who change the same thing at once: one comes after the other, and nothing is lost or left in halves."""

import random
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mnist_core import files, paths, trash
from mnist_core.errors import MnistError
from mnist_core.maps import library as maps
from mnist_core.model import library as models
from mnist_core.model.bundle import model_folder, model_names, verify_bundle
from mnist_core.owners import folder_owner, owner_of, write_owner
from tests.small_maps import small_map

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs locks of folders")

ANNA, BEN = "a" * 32, "b" * 32
SHIPPED = paths.SHIPPED_MODELS / "default"
RACE_S = 3.0


@pytest.fixture(autouse=True)
def home(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data home on a disk with room."""
    monkeypatch.setenv(trash.SCARCE_VARIABLE, "0")
    return fresh_home


def a_model(name: str, by: str = ANNA) -> None:
    folder = shutil.copytree(SHIPPED, paths.models_folder() / name)
    write_owner(Path(folder), owner_of(by))


def meanwhile(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, do: Callable[[], object]) -> list[Any]:
    """Have another thread do something when a function of a module is called first."""
    threads: list[threading.Thread] = []
    before = getattr(module, name)

    def called(*arguments: Any) -> Any:
        found = before(*arguments)
        if not threads:
            threads.append(threading.Thread(target=do))
            threads[0].start()
            threads[0].join(timeout=0.5)
        return found

    monkeypatch.setattr(module, name, called)
    return threads


def test_a_model_that_is_deleted_while_it_is_renamed_leaves_no_half_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    a_model("mine")
    refused: list[MnistError] = []

    def delete() -> None:
        try:
            models.delete_model("mine", ANNA)
        except MnistError as error:
            refused.append(error)

    threads = meanwhile(monkeypatch, models, "read_card", delete)
    models.rename_model("mine", "new", ANNA)
    threads[0].join()
    assert len(refused) == 1  # it has another name by now
    assert model_names() == ["default", "new"]
    assert verify_bundle(model_folder("new")).name == "new"


def test_a_map_that_is_deleted_while_it_is_renamed_leaves_no_half_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    key = maps.save_map(small_map(), "Mine", owner_of(ANNA))
    threads = meanwhile(monkeypatch, maps, "_read_manifest", lambda: maps.delete_map(key, ANNA))
    maps.rename_map(key, "New", ANNA)
    threads[0].join()
    assert maps.damaged_maps() == {}
    assert [info.name for info in maps.deleted_maps()] == ["New"]
    maps.restore_map(key, ANNA)
    assert len(maps.load_map(key)) == len(small_map())


def test_whoever_races_loses_and_gains_nothing(home: Path) -> None:
    for name, by in (("m1", ANNA), ("m2", ANNA), ("m3", BEN), ("m4", BEN)):
        a_model(name, by)
    faults: list[Exception] = []
    until = time.monotonic() + RACE_S

    def race(seed: int) -> None:
        chance = random.Random(seed)
        by = chance.choice((ANNA, BEN))
        while time.monotonic() < until:
            name, new = chance.choice(model_names()), f"m{chance.randrange(9)}"
            acts: list[Callable[[], object]] = [
                lambda name=name, new=new: models.rename_model(name, new, by),
                lambda name=name: models.delete_model(name, by),
                lambda: [models.restore_model(item.id, by) for item in models.deleted_models()],
            ]
            try:
                chance.choice(acts)()
            except MnistError:
                pass
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=race, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    folders = [model_folder(name) for name in model_names() if name != "default"]
    for folder in folders:
        assert verify_bundle(folder).name == folder.name
    owners = [folder_owner(folder) for folder in [*folders, *(item.folder for item in models.deleted_models())]]
    assert sorted(owners) == sorted([owner_of(ANNA), owner_of(BEN)] * 2)
    assert faults == []
    assert not [path for path in paths.models_folder().iterdir() if path.name.startswith(files.PART)]
