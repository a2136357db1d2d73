"""Maps that are kept, listed, renamed, deleted, and made by a job."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_core import jobs, load_dataset
from mnist_core.errors import BundleError, ConfigError, MapError
from mnist_core.jobs import queue
from mnist_core.maps.answers import map_answers
from mnist_core.maps.embedding import Embedding, MapConfig
from mnist_core.maps.finding import FILM, MAP
from mnist_core.maps.job import make_map
from mnist_core.maps.library import LONGEST_NAME, all_maps, delete_map, find_map, load_map, rename_map, save_map
from mnist_core.maps.shipped import SHIPPED_MAPS
from mnist_core.owners import KEEPER
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.types import Dataset
from tests.small_maps import small_map

SMALL = MapConfig(source="pixels", dataset="uci-digits", points=200, method="pca")


@pytest.fixture(scope="module")
def uci() -> Dataset:
    return load_dataset("uci-digits")


@pytest.fixture(scope="module")
def made(uci: Dataset) -> Embedding:
    return make_map(SMALL, uci)


@pytest.fixture
def kept(made: Embedding, fresh_home: Path) -> Path:
    """The folder of a map that was kept."""
    return fresh_home / "maps" / save_map(made, "Mine")


def own_maps() -> list[str]:
    return [each.name for each in all_maps() if not each.is_shipped]


def test_a_map_comes_back_as_it_was_kept(made: Embedding, kept: Path, uci: Dataset) -> None:
    found = load_map(kept.name)
    for name in ("indices", "labels", "coordinates", "vectors"):
        np.testing.assert_array_equal(getattr(found, name), getattr(made, name))
        assert not getattr(found, name).flags.writeable
    np.testing.assert_array_equal(found.reduction.axes, made.reduction.axes)
    assert (found.config, found.quality, found.seconds) == (made.config, made.quality, made.seconds)
    assert find_map(SMALL, uci) == kept.name
    assert load_map(kept.name) is found


def test_maps_are_listed_after_the_shipped_ones(kept: Path) -> None:
    listed = all_maps()
    assert [each.id for each in listed[:-1]] == list(SHIPPED_MAPS)
    assert (listed[-1].name, listed[-1].points, listed[-1].config) == ("Mine", 200, SMALL)
    assert listed[0].is_shipped


def test_a_map_is_renamed_and_deleted(kept: Path) -> None:
    rename_map(kept.name, "  All   mine ", KEEPER)
    assert own_maps() == ["All mine"]
    assert len(load_map(kept.name)) == 200
    delete_map(kept.name, KEEPER)
    assert own_maps() == []
    with pytest.raises(MapError, match="no such map"):
        load_map(kept.name)
    with pytest.raises(MapError, match="could not be deleted"):
        delete_map(kept.name, KEEPER)


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_name_nobody_can_read_is_refused(kept: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="1 to 60 letters"):
        rename_map(kept.name, name, KEEPER)


@pytest.mark.parametrize("name", ["", "../models", "nothing", "0" * 16, "features-tsne-3d", None, 3])
def test_what_is_no_map_is_said_so(name: str, fresh_home: Path) -> None:
    with pytest.raises(MapError, match="no such map"):
        load_map(name)


def test_maps_of_one_name_are_told_apart(fresh_home: Path) -> None:
    long = "n" * LONGEST_NAME
    for seed, name in enumerate(("Mine", "Mine", "Mine (2)", long, long)):
        save_map(small_map(seed=seed), name)
    names = own_maps()
    assert len(set(names)) == 5
    assert {"Mine", "Mine (2)", long} <= set(names)
    assert max(map(len, names)) <= LONGEST_NAME


def test_shipped_maps_stay(fresh_home: Path) -> None:
    for act in (delete_map, lambda name, by: rename_map(name, "Mine", by)):
        with pytest.raises(MapError, match="no such map"):
            act("features-umap-3d", KEEPER)


@pytest.mark.parametrize(
    "file", ["coordinates.npy", "vectors.npy", "labels.npy", "indices.npy", "axes.npy", "mean.npy"]
)
@pytest.mark.parametrize("damage", ["changed", "cut", "gone", "nonsense"])
def test_a_damaged_map_is_refused_by_the_name_of_the_file(kept: Path, file: str, damage: str, uci: Dataset) -> None:
    path = kept / file
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.unlink()
    if damage != "gone":
        path.write_bytes({"changed": bytes(content), "cut": bytes(content[:-8]), "nonsense": b"nonsense"}[damage])
    with pytest.raises(MapError, match=f"{file} is damaged.*Make it again"):
        load_map(kept.name)
    assert find_map(SMALL, uci) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 0}', "null"])
def test_a_damaged_description_is_refused_and_not_listed(kept: Path, text: str) -> None:
    (kept / "map.json").write_text(text)
    with pytest.raises(MapError, match=r"map\.json cannot be read"):
        load_map(kept.name)
    assert own_maps() == []


def test_a_damaged_map_is_made_again(kept: Path, made: Embedding, uci: Dataset) -> None:
    (kept / "coordinates.npy").write_bytes(b"")
    with pytest.raises(MapError):
        load_map(kept.name)
    assert save_map(make_map(SMALL, uci)) == kept.name
    np.testing.assert_array_equal(load_map(kept.name).coordinates, made.coordinates)


def test_a_map_that_cannot_be_written_leaves_nothing(made: Embedding, fresh_home: Path) -> None:
    fresh_home.mkdir()
    (fresh_home / "maps").write_text("in the way")
    with pytest.raises(MapError, match="could not be written"):
        save_map(made)


def test_a_job_makes_a_map_once(uci: Dataset, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(queue, "limit", lambda: 0)  # it must not end in the meantime
        job = MAP.start(KEEPER, SMALL, uci, "By a job")
        assert MAP.start(KEEPER, SMALL, uci, "By a job").id == job.id
    ended = ended_job(job.id)
    assert ended.state == "done", ended.error
    assert ended.result is not None
    assert ended.result["map"] == find_map(SMALL, uci)
    assert own_maps() == ["By a job"]
    assert MAP.ask(KEEPER, SMALL, uci) == ended.result["map"]


def test_a_job_for_too_few_images_is_not_started(uci: Dataset, fresh_home: Path) -> None:
    config = MapConfig(source="pixels", dataset="uci-digits", split="test", neighbours=200)
    few = Dataset("uci-digits", uci.images[:30], uci.labels[:30], {"test": slice(0, 30)}, "", "")
    with pytest.raises(ConfigError, match="fewer neighbours than points"):
        MAP.start(KEEPER, config, few)
    assert jobs.all_jobs() == []


def test_a_model_of_an_older_version_has_no_film(fresh_home: Path) -> None:
    with pytest.raises(BundleError, match=r"needs snapshots\.npz"):
        FILM.start(KEEPER, "default", 3)


def test_answers_of_a_shipped_map_need_no_dataset(fresh_home: Path) -> None:
    embedding = load_map("features-umap-3d")
    answers = map_answers(embedding, "default")
    assert answers is not None
    np.testing.assert_array_equal(answers.is_right, answers.digits == embedding.labels)
    assert 0.99 < answers.is_right.mean() < 1
    assert answers.novelty.shape == (10_000,)


def test_what_is_kept_of_too_few_images_is_no_answer(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedding, known = load_map("features-umap-3d"), stored_evaluation("default", "mnist")
    last = int(embedding.indices[-1]) - 60_000
    for images, is_enough in ((last + 1, True), (last, False)):
        part = Evaluation.of(known.part(slice(0, images)), "", "mnist")
        monkeypatch.setattr("mnist_core.maps.answers.stored_evaluation", lambda *_, part=part: part)
        assert (map_answers(embedding, "default") is not None) == is_enough


def test_answers_to_training_images_need_the_readings(made: Embedding, fresh_home: Path) -> None:
    assert map_answers(made, "default") is not None
    assert map_answers(replace(made, config=replace(SMALL, split="train")), "default") is None


def test_the_pages_side_of_maps_loads_nothing_heavy() -> None:
    code = (
        "import sys, numpy as np\n"
        "from mnist_core.maps import answers, embedding, film, library, placing, projector\n"
        "import mnist_core.maps.finding\n"
        "found = library.load_map('features-umap-3d')\n"
        "placing.placement(found, np.zeros(104, np.float32))\n"
        "answers.map_answers(found, 'default')\n"
        "projector.map_csv(found)\n"
        "print([name for name in ('umap', 'numba', 'keras', 'tensorflow', 'sklearn', 'scipy') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout.replace("'", '"')) == []


def ended_job(job_id: str) -> jobs.Job:
    from mnist_core.cli.following import ended_job as ended

    return ended(job_id)
