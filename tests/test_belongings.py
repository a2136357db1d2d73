"""A visitor lets go of all that was made for everybody to see."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mnist_core import jobs, paths
from mnist_core.belongings import disown
from mnist_core.errors import OwnerError
from mnist_core.jobs.job import write_state
from mnist_core.maps.library import all_maps, save_map
from mnist_core.model.bundle import model_folder, written_bundle
from mnist_core.model.library import delete_model, deleted_models, model_owner
from mnist_core.owners import KEEPER, KEEPERS, folder_owner, new_token, owner_of
from tests.small_maps import small_map

ANNA, BEN = new_token(), new_token()


def make_all(token: str, name: str, seed: int) -> None:
    """A run, a model, a map, and a model and a run in the trash, all of one visitor's."""
    jobs.start("train", name, {}, token)
    for model in (name, f"{name}-gone"):
        with written_bundle(model_folder(model), owner_of(token)) as part:
            shutil.copytree(paths.SHIPPED_MODELS / "default", part, dirs_exist_ok=True)
    delete_model(f"{name}-gone", token)
    save_map(small_map(seed=seed), name, owner_of(token))
    gone = write_state(replace(jobs.start("train", f"{name}-gone", {}, token), state="failed"))
    jobs.remove(gone.id, token)


def owners() -> dict[str, str]:
    """The owner of each thing by its name."""
    found = {f"job {job.title}": job.owner for job in [*jobs.all_jobs(), *jobs.removed()]}
    found |= {f"model {name}": model_owner(name) for name in ("hers", "his")}
    found |= {f"model {item.name}": folder_owner(item.folder) for item in deleted_models()}
    return found | {f"map {info.name}": info.owner for info in all_maps() if not info.is_shipped}


def test_nothing_says_any_more_whose_it_was(fresh_home: Path, without_workers: None) -> None:
    make_all(ANNA, "hers", 0)
    make_all(BEN, "his", 1)
    known = owners()
    assert len(known) == 10
    disown(ANNA)
    assert owners() == {name: KEEPERS if "hers" in name else owner for name, owner in known.items()}
    assert set(owners().values()) == {KEEPERS, owner_of(BEN)}
    trace = owner_of(ANNA).encode()
    assert [path for path in fresh_home.rglob("*") if path.is_file() and trace in path.read_bytes()] == []
    disown(ANNA)
    with pytest.raises(OwnerError):
        delete_model("hers", ANNA)
    delete_model("hers", KEEPER)


def test_who_made_nothing_lets_nothing_go(fresh_home: Path) -> None:
    disown(ANNA)
    assert jobs.all_jobs() == []


@pytest.mark.parametrize("token", ["", "0" * 64, None])
def test_only_a_visitor_lets_go(fresh_home: Path, without_workers: None, token: str) -> None:
    make_all(ANNA, "hers", 0)
    with pytest.raises(OwnerError):
        disown(token)
    assert jobs.all_jobs()[0].owner == owner_of(ANNA)
