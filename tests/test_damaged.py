"""Every reader of what lies on the disk is fed real records with damage, and says in its own error what is wrong."""

import json
import math
import shutil
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_core import paths
from mnist_core.array_files import read_npy, read_npz
from mnist_core.cli.following import event_line
from mnist_core.datasets.archive import Archive
from mnist_core.errors import BundleError, ConfigError, DatasetError, MapError, SearchError
from mnist_core.files import array_sha256
from mnist_core.jobs import Job
from mnist_core.labels import check as labels
from mnist_core.labels.check import LabelCheck, Made
from mnist_core.maps import film, shipped
from mnist_core.maps import library as maps
from mnist_core.maps.embedding import MapConfig
from mnist_core.model.bundle import (
    CARD,
    EVALUATION,
    FILES,
    GRAPH,
    HISTORY,
    MAPS,
    ROBUSTNESS,
    SNAPSHOTS,
    WEIGHTS,
    model_folder,
    read_card,
    read_history,
    write_card,
)
from mnist_core.model.card import ModelCard
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.readings.evaluation_file import read_evaluation
from mnist_core.records import DamagedError, parsed_json
from mnist_core.robustness import robustness
from mnist_core.robustness.corruption import CORRUPTIONS
from mnist_core.robustness.dials import DIALS
from mnist_core.robustness.robustness import Robustness
from mnist_core.store import cached_arrays, keep, load_kept, of_dataset, of_images, write_values
from mnist_core.training.config import TrainingConfig
from mnist_core.training.presets import PRESETS
from mnist_core.training.progress import Progress
from mnist_core.training.run_settings import RunSettings
from mnist_core.training.speeds import FILE, read_speeds
from mnist_core.tuning import project
from mnist_core.tuning.reasons import reason_words
from mnist_core.tuning.results import Search, load_results, save_results
from mnist_core.tuning.settings import SearchSettings
from mnist_core.types import Dataset
from tests.mutations import damaged_bytes, damaged_json, damaged_npy, damaged_npz, damaged_values
from tests.searches import SETTINGS, TRIALS
from tests.small_maps import small_map

# What comes of one example is overwritten by the next one.
OVERWRITING = [HealthCheck.function_scoped_fixture]


def fed(examples):
    """So many examples for a test that writes each where the one before lay."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=OVERWRITING)


SHIPPED_CARD = json.loads((model_folder("default") / CARD).read_text())
CONFIG = PRESETS["classic"].config.to_json()
RUN = {"config": CONFIG, "preset": "classic", "drawing": None, "tensorboard": False}
LOOK = {"time": 1.5, "read": [1] * 20, "drawing": [0.1] * 10, "loss": 0.5, "accuracy": 0.9}
RUN_EVENTS = [
    {"kind": "preparing", "time": 0.5},
    {"kind": "other data", "wanted": ["mnist"], "used": ["uci-digits"], "time": 0.6},
    {"kind": "training", "images": 200, "validation": 20, "epochs": 3, "watched": {"dataset": "mnist", "labels": [1]}},
    {"kind": "step", "epoch": 0, "step": 5, "steps": 10, **LOOK},
    {"kind": "epoch", "epoch": 0, "val_loss": 0.2, "val_accuracy": 0.95, **LOOK},
    {"kind": "measuring", "images": 200, "validation": 20, "watched": {}},
    {"kind": "died", "log": ""},
]
SEARCH_EVENTS = [
    {"kind": "searching", "settings": SETTINGS.to_json(), "trials": [], "images": 9, "validation": 1, "seconds": 0.5},
    {"kind": "trial", "trial": TRIALS[0].to_json(), "seconds": 1.0},
    {"kind": "trial epoch", "trial": TRIALS[0].id, "epoch": 1, "elapsed": 1.5, "loss": 0.1, "val_accuracy": 0.9},
    {"kind": "trial ended", "trial": TRIALS[1].to_json(), "seconds": 2.0},
    {"kind": "importance", "shares": {"filters": 1.0}, "spreads": {"filters": 0.1}, "trials": 8},
]


@fed(120)
@given(damaged_json(SHIPPED_CARD))
def test_a_card_is_a_card_or_damaged(text: bytes) -> None:
    try:
        card = ModelCard.from_json(text)
    except DamagedError:
        return
    assert card.digits <= card.split["training"]
    assert ModelCard.from_json(card.to_json()) == card
    assert all(math.isfinite(score.accuracy) for score in card.scores.values())


@fed(40)
@given(st.one_of(damaged_values(SHIPPED_CARD["config"]), damaged_values(CONFIG)))
def test_settings_of_a_training_are_settings_or_refused(values) -> None:
    for kind, given_values in ((TrainingConfig, values), (RunSettings, RUN | {"config": values})):
        try:
            assert isinstance(kind.from_json(given_values), kind)
        except ConfigError:
            continue


@fed(60)
@given(st.one_of(*(st.tuples(st.just(kind), damaged_values(real)) for kind, real in (
    (RunSettings, RUN), (MapConfig, MapConfig().to_json()), (SearchSettings, SETTINGS.to_json())
))))  # fmt: skip
def test_what_jobs_are_told_is_of_its_kind_or_refused(case) -> None:
    kind, values = case
    with suppress(ConfigError):
        assert isinstance(kind.from_json(values), kind)


@fed(60)
@given(damaged_values(RUN_EVENTS))
def test_what_a_run_tells_is_taken_as_far_as_it_is_sound(events) -> None:
    events = [event for event in (events if isinstance(events, list) else []) if isinstance(event, dict)]
    progress = Progress()
    progress.take(events)
    assert progress.images_used == round(progress.place * progress.images)
    assert all({"loss", "val_loss", "drawing"} <= epoch.keys() for epoch in progress.epochs)
    job = Job(Path("x"), "train", "mine", {}, 0.0, "running", 0.0)
    assert all(isinstance(event_line(event, job), str | None) for event in events)


@fed(40)
@given(damaged_values(SEARCH_EVENTS))
def test_what_a_search_tells_is_taken_as_far_as_it_is_sound(events) -> None:
    search = Search(SETTINGS)
    search.take(event for event in (events if isinstance(events, list) else []) if isinstance(event, dict))
    search.left_s()
    search.best_so_far()
    assert all(trial.values.keys() >= set(search.settings.space.varied) for trial in search.ranked())
    assert Search.from_json(search.to_json()).trials == search.trials


@fed(40)
@given(damaged_json(["Out of {share} memory", {"share": 1.0}]))
def test_a_reason_is_always_words(line: bytes) -> None:
    assert isinstance(reason_words(line.decode(errors="replace")), str)


@fed(30)
@given(st.data())
def test_results_of_a_search_are_read_or_refused(fresh_home: Path, data) -> None:
    path = fresh_home / "search.json"
    search = Search(SETTINGS, list(TRIALS))
    save_results(search, path)
    if data.draw(st.booleans()):
        write_values(path, {"format": 1}, search=data.draw(damaged_values(search.to_json()).filter(is_json)))
    else:
        path.write_bytes(data.draw(damaged_json(json.loads(path.read_text()))))
    with suppress(SearchError):
        assert load_results(path).ranked() is not None


def is_json(values: object) -> bool:
    """Whether a file may have been made of values: it has no numbers that are none, nor half of a letter."""
    try:
        parsed_json(json.dumps(values))
    except DamagedError:
        return False
    return True


@fed(30)
@given(st.data())
def test_the_folder_of_a_search_is_read_or_refused(tmp_path: Path, data) -> None:
    shutil.rmtree(tmp_path / "project", ignore_errors=True)
    project.open_project(tmp_path / "project", SETTINGS)
    path = tmp_path / "project" / project.MANIFEST
    path.write_bytes(data.draw(damaged_json(json.loads(path.read_text()))))
    with suppress(SearchError):
        assert project.open_project(tmp_path / "project", SETTINGS) is False


@fed(30)
@given(text=damaged_json(dict.fromkeys(PRESETS, 0.001)))
def test_measured_speeds_are_seconds_or_none(fresh_home: Path, text: bytes) -> None:
    fresh_home.mkdir(exist_ok=True)
    (fresh_home / FILE).write_bytes(text)
    assert all(0 < seconds < math.inf for seconds in read_speeds().values())


@fed(20)
@given(data=st.data())
def test_a_damaged_map_is_named_left_out_and_can_be_deleted(fresh_home: Path, data) -> None:
    shutil.rmtree(paths.maps_folder(), ignore_errors=True)
    sound, other = maps.save_map(small_map("pixels")), maps.save_map(small_map("pixels", 2))
    folder = paths.maps_folder() / other
    name = data.draw(st.sampled_from([maps.MANIFEST, *(f"{each}.npy" for each in maps.ARRAYS)]))
    if name == maps.MANIFEST:
        (folder / name).write_bytes(data.draw(damaged_json(json.loads((folder / name).read_text()))))
    else:
        array = np.load(folder / name)
        (folder / name).write_bytes(data.draw(damaged_npy(array)))
        _rehashed(folder, maps.MANIFEST, name)
    listed = {info.id for info in maps.all_maps()}
    assert sound in listed
    assert (other in listed) != (other in maps.damaged_maps())
    with suppress(MapError):
        assert len(maps.load_map(other)) == 120


def _rehashed(folder: Path, manifest: str, name: str) -> None:
    """Have a manifest stand by a file, as far as it can be read at all."""
    try:
        array = read_npy(folder / name)
    except DamagedError:
        return
    told = json.loads((folder / manifest).read_text())
    told["arrays"][Path(name).stem] = array_sha256(array)
    del told["forms"]  # as older versions wrote it
    (folder / manifest).write_text(json.dumps(told))


def _drawn() -> Dataset:
    """Twenty images."""
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), dtype=np.uint8)
    return Dataset("drawn", images, np.arange(20, dtype=np.uint8) % 10, {"train": slice(0, 20)}, "", "")


DRAWN = _drawn()
CHECKED = {
    "suggested": DRAWN.labels,
    "given_probability": np.linspace(0, 1, 20, dtype=np.float32),
    "suggested_probability": np.linspace(0, 1, 20, dtype=np.float32),
    "is_suspect": np.arange(20) % 3 == 0,
}
MADE = Made(5, 3, 0, "quick", 0.9, None, {"train": 3})


@fed(30)
@given(data=st.data())
def test_what_was_found_out_is_whole_or_found_out_again(fresh_home: Path, data) -> None:
    folder = of_dataset(LabelCheck, DRAWN)
    shutil.rmtree(folder, ignore_errors=True)
    keep(LabelCheck, folder, DRAWN, of_images(DRAWN), CHECKED, made=asdict(MADE))
    name = data.draw(st.sampled_from(["manifest.json", *(f"{each}.npy" for each in CHECKED)]))
    if name == "manifest.json":
        (folder / name).write_bytes(data.draw(damaged_json(json.loads((folder / name).read_text()))))
    else:
        (folder / name).write_bytes(data.draw(damaged_npy(CHECKED[Path(name).stem])))
        _rehashed(folder, "manifest.json", name)
    found = load_kept(LabelCheck, folder, DRAWN, of_images(DRAWN))
    assert found is None or (len(found.suspects("train")) <= 20 and found.made.folds > -2)


@fed(20)
@given(data=st.data())
def test_the_cache_gives_what_was_built(fresh_home: Path, data) -> None:
    arrays = {"images": DRAWN.images, "labels": DRAWN.labels}
    shutil.rmtree(paths.cache_folder(), ignore_errors=True)
    cached_arrays("drawn", arrays, lambda: arrays)
    name = data.draw(st.sampled_from(["manifest.json", "labels.npy"]))
    path = paths.cache_folder() / "drawn" / name
    path.chmod(0o644)
    real = damaged_json(json.loads(path.read_text())) if name == "manifest.json" else damaged_npy(DRAWN.labels)
    path.write_bytes(data.draw(real))
    found = cached_arrays("drawn", arrays, lambda: arrays)
    assert all((found[each] == array).all() and found[each].shape == array.shape for each, array in arrays.items())


ROBUST = Robustness(
    20,
    accuracy_of(15, 20),
    {name: (accuracy_of(15, 20),) * len(dial.values) for name, dial in DIALS.items()},
    dict.fromkeys(CORRUPTIONS, accuracy_of(9, 20)),
)


@fed(25)
@given(data=st.data())
def test_a_record_of_robustness_is_whole_or_measured_again(fresh_home: Path, data) -> None:
    graph = read_card(model_folder("default")).files["model.tflite"]
    robustness.save_robustness(graph, DRAWN, ROBUST)
    (path,) = paths.readings_folder().glob("*/*-robustness.json")
    if data.draw(st.booleans()):
        values = data.draw(damaged_values(ROBUST.to_json()).filter(is_json))
        write_values(path, robustness._facts(graph, DRAWN), **{robustness.VALUES: values})
    else:
        path.write_bytes(data.draw(damaged_json(json.loads(path.read_text()))))
    found = robustness.load_robustness("default", DRAWN)
    assert found is None or 0 <= found.mean_corruption_error <= 1


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> Path:
    """A model with all files that a model can have."""
    folder = tmp_path_factory.mktemp("models") / "mine"
    shutil.copytree(model_folder("default"), folder)
    return folder


def _with(bundle: Path, name: str, content: bytes) -> ModelCard:
    """The card of a model that stands by a file."""
    (bundle / name).write_bytes(content)
    return write_card(bundle, read_card(bundle))


SHIPPED_ARRAYS = {name: read_npz(model_folder("default") / name) for name in (EVALUATION, MAPS)}
SNAPSHOT_ARRAYS = {
    "features": np.zeros((3, 20, 8), np.float16),
    "epochs": np.arange(3),
    "labels": DRAWN.labels,
    "images": DRAWN.images,
}


@fed(15)
@given(content=damaged_npz({name: array for name, array in SHIPPED_ARRAYS[EVALUATION].items() if "pen" not in name}))
def test_the_evaluations_of_a_model_are_whole_or_refused(bundle: Path, content: bytes) -> None:
    card = _with(bundle, EVALUATION, content)
    with suppress(BundleError, DatasetError):
        found = read_evaluation(bundle, card, "mnist")
        assert found is None or 0 <= found.accuracy.accuracy <= 1


@fed(8)
@given(content=damaged_npz(SHIPPED_ARRAYS[MAPS]))
def test_the_maps_of_a_model_are_whole_or_refused(bundle: Path, content: bytes) -> None:
    shutil.copy(model_folder("default") / EVALUATION, bundle)
    _with(bundle, MAPS, content)
    with suppress(BundleError, MapError):
        assert all(len(each) == 10_000 for each in shipped._read.__wrapped__(bundle, None).values())


@fed(25)
@given(content=damaged_npz(SNAPSHOT_ARRAYS))
def test_what_a_film_is_made_of_is_whole_or_refused(bundle: Path, content: bytes) -> None:
    _with(bundle, SNAPSHOTS, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(film, "model_folder", lambda _name: bundle)
        with suppress(BundleError):
            assert film.load_snapshots("mine").features.ndim == 3


@fed(20)
@given(content=damaged_bytes((model_folder("default") / HISTORY).read_bytes()))
def test_the_history_of_a_model_is_numbers_or_refused(bundle: Path, content: bytes) -> None:
    with suppress(BundleError):
        history = read_history(bundle, _with(bundle, HISTORY, content))
        assert len({len(each) for each in history.values()}) == 1


@fed(25)
@given(data=st.data())
def test_a_shipped_label_check_is_whole_or_nothing(tmp_path: Path, data) -> None:
    path = tmp_path / "labels.npz"
    labels.write_shipped(LabelCheck(DRAWN, MADE, **CHECKED), path)
    path.write_bytes(data.draw(damaged_npz(read_npz(path))))
    found = labels.read_shipped.__wrapped__(path, DRAWN)
    assert found is None or len(found.suspects("train")) <= 20


@fed(40)
@given(content=damaged_npz({"x": DRAWN.images, "y": DRAWN.labels}))
def test_the_archive_of_a_dataset_is_byte_for_byte_or_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "drawn.npz").write_bytes(content)
    hashes = {"x": array_sha256(DRAWN.images), "y": array_sha256(DRAWN.labels)}
    with suppress(DatasetError):
        found = Archive("drawn.npz", hashes, ()).read(tmp_path / "drawn.npz")
        assert found["y"].tobytes() == DRAWN.labels.tobytes()


@fed(150)
@given(content=damaged_npy(np.linspace(0, 1, 60, dtype=np.float32).reshape(3, 4, 5)))
def test_a_file_of_an_array_is_one_or_damaged_and_takes_no_more_memory_than_it_has_bytes(tmp_path, content) -> None:
    (tmp_path / "x.npy").write_bytes(content)
    with suppress(DamagedError):
        assert read_npy(tmp_path / "x.npy").nbytes <= len(content)


def test_every_kind_of_file_of_a_model_that_holds_a_record_is_damaged_here() -> None:
    assert set(FILES) == {HISTORY, EVALUATION, SNAPSHOTS, MAPS, ROBUSTNESS, WEIGHTS, GRAPH}
