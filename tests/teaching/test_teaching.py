"""Teaching by corrections: what is fitted, what is written, what it costs, and what is refused."""

import io
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mnist_core import paths
from mnist_core.datasets import load_dataset
from mnist_core.errors import BundleError, ConfigError, DatasetError, LimitError
from mnist_core.model.activations import open_probe
from mnist_core.model.architecture import NETWORKS, Architecture
from mnist_core.model.bundle import (
    GRAPH,
    SHIPPED,
    WEIGHTS,
    is_taught,
    model_folder,
    model_names,
    read_card,
    verify_bundle,
    write_card,
)
from mnist_core.model.card import ModelCard
from mnist_core.model.last_layer import Head, LastLayer, read_last_layer, with_last_layer
from mnist_core.model.markdown import card_in_markdown
from mnist_core.model.recognizer import Recognizer, load_recognizer
from mnist_core.owners import KEEPER
from mnist_core.readings.evaluation_file import stored_evaluation
from mnist_core.readings.finding import READINGS
from mnist_core.readings.readings import DatasetReadings, compute_readings, load_readings
from mnist_core.teaching import refit
from mnist_core.teaching import taught as taught_models
from mnist_core.teaching.cost import OF_EACH_KIND, scribbles
from mnist_core.teaching.lesson import MOST_CORRECTIONS, Lesson, varied
from mnist_core.teaching.refit import held_digits, refitted
from mnist_core.teaching.taught import MOST_VARIABLE, TRIAL, forget, keep, make_room, note_use
from mnist_core.teaching.teach import Taught, cost, teach
from tests.graphs import converted

SHIPPED_FILES = [(paths.SHIPPED_MODELS / SHIPPED / name).read_bytes() for name in (GRAPH, WEIGHTS)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data home without MNIST, in which the shipped model has read the digits that came with the app."""
    folder = tmp_path_factory.mktemp("teaching")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(folder))
        patch.delenv(paths.DATA_VARIABLE, raising=False)
        compute_readings(SHIPPED, load_dataset("uci-digits"))
        yield folder


@pytest.fixture(scope="module")
def known(home: Path) -> DatasetReadings:
    readings = load_readings(SHIPPED, load_dataset("uci-digits"))
    assert readings is not None
    return readings


@pytest.fixture(scope="module")
def lesson(known: DatasetReadings) -> Lesson:
    """Training digits that the shipped model misreads."""
    train = known.dataset.splits["train"]
    wrong = np.flatnonzero(known.digits[train] != known.labels[train])[:3]
    return Lesson(known.dataset.images[wrong].copy(), known.labels[wrong].copy())


@pytest.fixture(scope="module")
def taught(lesson: Lesson) -> Taught:
    return teach(SHIPPED, lesson)


def random_images(n: int = 64) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (n, 28, 28), np.uint8)


def changed(layer: LastLayer) -> LastLayer:
    rng = np.random.default_rng(2)
    moved = layer.weights + rng.normal(0, 0.1, layer.weights.shape).astype(np.float32)
    return replace(layer, weights=moved, offsets=layer.offsets + np.arange(10, dtype=np.float32) / 10)


# the layer in both files


def check_patched(graph: bytes, weights: bytes, temperature: float) -> None:
    """The patched graph gives what the new layer gives, on images, and nothing else changes."""
    from scipy.special import softmax

    layer = changed(read_last_layer(graph, weights))
    new_graph, new_weights = with_last_layer(graph, weights, layer)
    again = read_last_layer(new_graph, new_weights)
    np.testing.assert_allclose(again.weights, layer.weights, rtol=1e-3, atol=1e-4)
    before, after = (Recognizer(each).readings(random_images()) for each in (graph, new_graph))
    np.testing.assert_array_equal(after.features, before.features)
    logits = before.features.astype(np.float64) @ again.weights + again.offsets
    # The factor is rounded to 16 bits, unless the converter has made it a part of the layer.
    given = [softmax(logits * factor, axis=1) for factor in (np.float16(temperature), temperature)]
    assert min(np.abs(after.probabilities - each).max() for each in given) < 1e-5
    assert np.abs(after.probabilities - before.probabilities).max() > 1e-3
    same = sum(a == b for a, b in zip(graph, new_graph, strict=True))
    assert len(graph) - same <= again.weights.nbytes // 2 + 20


def test_the_patched_graph_is_the_new_layer() -> None:
    check_patched(*SHIPPED_FILES, temperature=1.2679123942368062)


def test_features_alone_give_exactly_what_the_whole_graph_gives() -> None:
    whole = Recognizer(SHIPPED_FILES[0]).readings(random_images(300))
    head = Head(SHIPPED_FILES[0]).read(whole)
    np.testing.assert_array_equal(head.probabilities, whole.probabilities)
    np.testing.assert_array_equal(head.novelty, whole.novelty)
    assert len(Head(SHIPPED_FILES[0]).read(whole.part(slice(0, 0)))) == 0


@pytest.mark.slow
@pytest.mark.parametrize("network", NETWORKS)
def test_networks_of_every_kind_are_patched(network: str, tmp_path: Path) -> None:
    import keras

    chosen = {"classic": Architecture(dense=0), "vgg": Architecture(4, blocks=2), "resnet": Architecture(4, blocks=2)}
    model, graph = converted(network, chosen.get(network))
    model.save(tmp_path / WEIGHTS)
    weights = (tmp_path / WEIGHTS).read_bytes()
    check_patched(graph, weights, float(model.get_layer("temperature").scale))
    whole = Recognizer(graph).readings(random_images())
    head = Head(graph).read(whole)
    np.testing.assert_allclose(head.novelty, whole.novelty, atol=1e-6)
    # Keras loads what was patched without it, and finds the same.
    new_graph, new_weights = with_last_layer(graph, weights, changed(read_last_layer(graph, weights)))
    (tmp_path / WEIGHTS).write_bytes(new_weights)
    images = random_images()
    given = keras.models.load_model(tmp_path / WEIGHTS, compile=False)(images.astype(np.float32) / 255)
    ours = Recognizer(new_graph).readings(images)
    np.testing.assert_allclose(np.asarray(given["probabilities"]), ours.probabilities, atol=0.02)


def test_a_graph_and_a_keras_file_that_do_not_belong_together_are_refused() -> None:
    graph, weights = SHIPPED_FILES
    _, others = with_last_layer(graph, weights, changed(read_last_layer(graph, weights)))
    with pytest.raises(BundleError, match="one and the same last layer"):
        read_last_layer(graph, others)


@pytest.mark.parametrize("damaged", [b"", b"PK\x03\x04 no zip", b"\x00" * 5000])
def test_damaged_files_are_refused_in_words(damaged: bytes) -> None:
    graph, weights = SHIPPED_FILES
    with pytest.raises(BundleError, match="cannot be taught"):
        read_last_layer(graph, damaged)
    with pytest.raises(BundleError, match="cannot be taught"):
        read_last_layer(damaged, weights)
    with pytest.raises(BundleError, match="cannot be taught"):
        Head(damaged)


@pytest.mark.parametrize("weight", [np.nan, np.inf, 1e6])
def test_a_layer_of_impossible_numbers_is_refused(weight: float) -> None:
    layer = read_last_layer(*SHIPPED_FILES)
    weights = layer.weights.copy()
    weights[0, 0] = weight
    with pytest.raises(BundleError, match="finite numbers"):
        with_last_layer(*SHIPPED_FILES, replace(layer, weights=weights))


# the fit


@pytest.mark.parametrize("width", [6, 300])
@pytest.mark.parametrize("has_other", [False, True])
def test_the_fit_is_the_minimum_of_what_it_says(width: int, has_other: bool) -> None:
    """The same problem in its plain form, by another method, on all numbers at once."""
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    rng = np.random.default_rng(0)
    known, drawn = rng.normal(0, 3, (200, width)).astype(np.float32), rng.normal(0, 3, (7, width)).astype(np.float32)
    labels, weights = rng.integers(0, 10, 7).astype(np.uint8), rng.uniform(0.2, 1, 7)
    other = rng.normal(0, 0.1, width + 1).astype(np.float32) if has_other else None
    layer = LastLayer(rng.normal(0, 0.1, (width, 10)).astype(np.float32), np.zeros(10, np.float32), other)
    scale = np.sqrt((known**2).mean())
    wide, many = (np.hstack([each / scale, np.ones((len(each), 1))]) for each in (drawn, known))
    moments = many.T @ many / len(many)

    def objective(values: np.ndarray) -> float:
        change = values.reshape(-1, 10)
        logits = drawn @ layer.weights + wide @ change
        if other is not None:
            logits = np.hstack([logits, (drawn @ other[:-1] + other[-1])[:, None]])
        loss = -(weights * log_softmax(logits, axis=1)[np.arange(7), labels]).sum()
        penalty = refit.HOLD * (change * (moments @ change)).sum() + refit.SHRINK * (change**2).sum()
        return float(loss + penalty / 2)

    new = refitted(layer, held_digits(known), drawn, labels, weights)
    found = np.vstack([(new.weights - layer.weights) * scale, new.offsets - layer.offsets])
    if width < 10:
        best = minimize(objective, np.zeros(found.size), method="L-BFGS-B", options={"maxfun": 10**5, "maxiter": 1000})
        assert objective(found.ravel()) == pytest.approx(best.fun, rel=1e-4)
    else:
        around = [objective((found + rng.normal(0, 1e-3, found.shape)).ravel()) for _ in range(20)]
        assert objective(found.ravel()) < min(around)
        assert objective(found.ravel()) < objective(np.zeros(found.size))


def test_many_drawings_of_one_kind_are_no_trouble(known: DatasetReadings) -> None:
    """Two hundred times the same drawing has one direction in feature space, and no more than that."""
    layer = read_last_layer(*SHIPPED_FILES)
    features = np.repeat(known.features[:1], 200, axis=0)
    new = refitted(layer, held_digits(known.features), features, np.full(200, 3, np.uint8), np.full(200, 0.04))
    assert np.isfinite(new.weights).all()
    assert (features[0] @ new.weights + new.offsets).argmax() == 3


# a lesson


def test_the_same_drawings_are_read_right_and_the_test_images_as_before(taught: Taught, lesson: Lesson) -> None:
    assert taught.after.is_right.all()
    assert np.flatnonzero(~taught.before.is_right).tolist() == [0, 1, 2]
    assert abs(taught.cost.change) <= 4
    assert taught.cost.dataset == "uci-digits"
    assert taught.cost.total == 359
    assert not taught.cost.matters
    assert taught.cost.low <= taught.cost.change / taught.cost.total <= taught.cost.high


def test_what_is_said_of_it_is_what_the_app_finds(taught: Taught, lesson: Lesson, known: DatasetReadings) -> None:
    recognizer = load_recognizer(taught.name)
    probabilities, novelty = recognizer.predict_many(lesson.images)
    np.testing.assert_allclose(probabilities, taught.after.probabilities, atol=1e-5)
    np.testing.assert_allclose(novelty, taught.after.novelty, atol=1e-5)
    test = known.dataset.split("test")
    read = recognizer.predict_many(np.array(test.images))[0].argmax(axis=1)
    assert int((read == test.labels).sum()) == taught.cost.right_after
    was = load_recognizer(SHIPPED).predict_many(np.array(test.images))[0].argmax(axis=1) == test.labels
    np.testing.assert_array_equal(taught.cost.newly_wrong, np.flatnonzero(was & (read != test.labels)))
    np.testing.assert_array_equal(taught.cost.newly_right, np.flatnonzero(~was & (read == test.labels)))


def test_it_is_an_ordinary_model_that_no_list_has(taught: Taught, lesson: Lesson) -> None:
    card = verify_bundle(model_folder(taught.name))
    assert is_taught(taught.name)
    assert taught.name not in model_names()
    assert card.taught["base"] == SHIPPED
    assert card.taught["drawings"] == len(lesson)
    assert card.reliability is None
    assert list(card.scores) == ["uci-digits"]
    assert taught.name not in card.to_json()
    assert ModelCard.from_json(card.to_json()) == card
    assert "Taught by a visitor" in card_in_markdown(card)
    evaluation = stored_evaluation(taught.name, "uci-digits")
    assert evaluation is not None
    assert int(evaluation.is_right.sum()) == taught.cost.right_after
    seen = open_probe(model_folder(taught.name)).look(lesson.images[0])
    np.testing.assert_allclose(seen.prediction.probabilities, taught.after.probabilities[0], atol=1e-5)


def test_its_readings_are_made_of_its_base_s_without_a_job(taught: Taught, known: DatasetReadings) -> None:
    readings = load_readings(taught.name, known.dataset)
    assert readings is not None
    assert readings.features is known.features
    assert load_readings(taught.name, known.dataset) is readings
    assert isinstance(READINGS.ask(KEEPER, taught.name, known.dataset), DatasetReadings)
    images = np.array(known.dataset.images[:50])
    np.testing.assert_allclose(load_recognizer(taught.name).readings(images).probabilities, readings.probabilities[:50])


def test_the_cost_is_known_later_too(taught: Taught) -> None:
    again = cost(taught.name)
    assert (again.right_before, again.right_after, again.p_value) == (
        taught.cost.right_before,
        taught.cost.right_after,
        taught.cost.p_value,
    )
    assert (again.taken_before, again.taken_after) == (taught.cost.taken_before, taught.cost.taken_after)


def test_what_is_no_digit_is_read_as_the_app_reads_it(taught: Taught) -> None:
    images = scribbles()
    assert len(images) == taught.cost.scribbles == 4 * OF_EACH_KIND
    for name, taken in ((SHIPPED, taught.cost.taken_before), (taught.name, taught.cost.taken_after)):
        _probabilities, novelty = load_recognizer(name).predict_many(images)
        assert taken == (novelty < 0.5).sum()
    assert 0 < taught.cost.taken_before < 40
    assert f"and {taught.cost.taken_after} of 400" in taught.cost.doubts


def test_teaching_again_begins_with_the_base(taught: Taught, lesson: Lesson) -> None:
    again = teach(taught.name, lesson)
    assert again.base == SHIPPED
    assert again.name != taught.name
    assert again.before.digits.tolist() == taught.before.digits.tolist()
    np.testing.assert_array_equal(again.after.probabilities, taught.after.probabilities)
    assert forget(again.name)


def test_a_lesson_that_says_what_was_read_changes_next_to_nothing(known: DatasetReadings) -> None:
    sure = np.flatnonzero(known.probabilities.max(axis=1) > 0.999)[:10]
    taught = teach(SHIPPED, Lesson(known.dataset.images[sure].copy(), known.digits[sure].copy()))
    assert abs(taught.cost.change) <= 1
    assert taught.before.is_right.all()
    assert taught.after.is_right.all()
    forget(taught.name)


def test_what_contradicts_itself_is_said_to_be_still_wrong(known: DatasetReadings) -> None:
    image = known.dataset.images[0]
    taught = teach(SHIPPED, Lesson(np.stack([image] * 6), np.array([4, 9] * 3, np.uint8)))
    assert (~taught.after.is_right).sum() >= 3
    assert np.isfinite(taught.after.probabilities[0]).all()
    forget(taught.name)


def test_two_hundred_drawings_of_all_digits_are_taught(known: DatasetReadings) -> None:
    rows = np.arange(MOST_CORRECTIONS)
    taught = teach(SHIPPED, Lesson(known.dataset.images[rows].copy(), known.labels[rows].copy()))
    assert (~taught.after.is_right).sum() <= 2
    assert taught.cost.change >= -4
    forget(taught.name)


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((1, 28, 28), np.uint8), np.array([1], np.uint8), "must have ink"),
        (np.ones((1, 28, 28), np.uint8), np.array([11], np.uint8), "from 0 to 9"),
        (np.ones((2, 28, 28), np.uint8), np.array([1], np.uint8), "a label for each"),
        (np.ones((0, 28, 28), np.uint8), np.array([], np.uint8), "1 to 200 drawings"),
        (np.ones((201, 28, 28), np.uint8), np.ones(201, np.uint8), "1 to 200 drawings"),
        (np.ones((1, 28, 27), np.uint8), np.array([1], np.uint8), "must be uint8"),
        (np.ones((1, 28, 28), np.float32), np.array([1], np.uint8), "must be uint8"),
        (np.ones((1, 28, 28), np.uint8), [1], "must be uint8"),
        (np.ones((), np.uint8), np.array([1], np.uint8), "must be uint8"),
    ],
)
def test_a_lesson_that_is_none_is_refused(images: np.ndarray, labels: np.ndarray, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Lesson(images, labels)


def test_a_lesson_of_drawings_has_those_with_a_label() -> None:
    image = np.full((28, 28), 9, np.uint8)
    drawings = [
        SimpleNamespace(image=image + index % 9, label=index % 10 if index % 3 else None) for index in range(400)
    ]
    lesson = Lesson.of(drawings)
    assert len(lesson) == MOST_CORRECTIONS
    assert lesson.labels[:4].tolist() == [1, 2, 4, 5]
    with pytest.raises(ConfigError, match="1 to 200"):
        Lesson.of([SimpleNamespace(image=image, label=None)])


def test_a_drawing_is_varied_a_little_and_is_itself_first(lesson: Lesson) -> None:
    images, count = varied(lesson.images)
    assert images.shape == (3 * count, 28, 28)
    np.testing.assert_array_equal(images[::count], lesson.images)
    np.testing.assert_array_equal(images, varied(lesson.images)[0])
    assert len(varied(np.repeat(lesson.images[:1], 200, axis=0))[0]) <= 400
    assert all(len(np.unique(images[at : at + count], axis=0)) == count for at in range(0, len(images), count))


# names, bounds, and what goes wrong


def test_forgetting_deletes(taught: Taught, lesson: Lesson) -> None:
    name = teach(SHIPPED, lesson).name
    export = paths.cache_folder() / "exports" / f"{name}-1234.zip"
    export.parent.mkdir(parents=True, exist_ok=True)
    export.write_bytes(b"a zip that was made of it")
    assert note_use(name)
    assert forget(name)
    assert not list(paths.data_home().rglob(f"*{name}*"))
    assert not forget(name)
    assert not note_use(name)
    assert note_use(taught.name)
    with pytest.raises(BundleError, match="no model"):
        load_recognizer(name)


@pytest.mark.parametrize("name", [SHIPPED, "taught-1", "taught-" + "g" * 32, "../models", "", "taught-" + "A" * 32])
def test_only_taught_models_are_forgotten(name: str) -> None:
    with pytest.raises(ConfigError, match="another form"):
        forget(name)
    with pytest.raises(ConfigError, match="another form"):
        note_use(name)


def put(index: int, *, hours: float = 0, on_trial: bool = False) -> str:
    """A taught model that was not in use for so long, of which there is only the card."""
    name = f"taught-{index:032x}"
    model_folder(name).mkdir(parents=True)
    (model_folder(name) / "card.json").write_text("{}")
    if on_trial:
        (model_folder(name) / TRIAL).touch()
    then = time.time() - 3600 * hours
    os.utime(model_folder(name), (then, then))
    return name


def there() -> set[str]:
    return {folder.name for folder in paths.taught_folder().iterdir()}


def test_what_is_kept_stays_whatever_others_teach_and_keep(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MOST_VARIABLE, "3")
    kept = {put(0, hours=24 * 59), put(1)}
    trials = [put(index, on_trial=True) for index in (2, 3, 4)]
    for _time in range(200):
        with pytest.raises(LimitError, match="room for 3 taught models"):
            make_room()
    keep(trials[0])
    make_room()
    for _time in range(200):
        with pytest.raises(LimitError, match=r"keeps 3 models .* yours cannot be kept"):
            keep(trials[1])
    assert there() == {*kept, *trials}
    keep(trials[1], instead_of=trials[0])  # one's own gives its room
    assert there() == {*kept, *trials}


def test_what_nobody_keeps_is_gone_an_hour_after_it_was_looked_at(fresh_home: Path) -> None:
    left, looked_at, kept = (put(index, hours=1.1, on_trial=True) for index in range(3))
    young = put(3, hours=0.9, on_trial=True)
    old = put(4, hours=24 * 300)  # of an older version, which marked none
    assert note_use(looked_at)
    keep(kept)
    os.utime(model_folder(kept), (1e9, 1e9))
    (paths.taught_folder() / "not one of them").mkdir()
    make_room()
    assert there() == {looked_at, kept, young, old, "not one of them"}
    with pytest.raises(BundleError, match="is gone: it is held for an hour"):
        keep(left)


def test_for_want_of_room_those_go_that_nobody_used_for_two_months(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unused, longest, used, new = put(0, hours=24 * 61), put(1, hours=24 * 90), put(2, hours=24 * 59), put(3)
    newest = put(4, on_trial=True)
    monkeypatch.setenv(MOST_VARIABLE, "5")
    keep(newest)
    assert there() == {unused, longest, used, new, newest}
    monkeypatch.setenv(MOST_VARIABLE, "4")
    newer = put(5, on_trial=True)
    keep(newer)
    assert there() == {used, new, newest, newer}
    with pytest.raises(LimitError):
        keep(put(6, on_trial=True))
    assert {used, new, newest, newer} < there()


def test_keeping_needs_a_disk_that_lets_it(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = put(0, on_trial=True)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(BundleError, match="could not be kept: Read-only file system"):
        keep(name)
    monkeypatch.undo()


def test_teaching_without_room_leaves_everything(home: Path, lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    teach(SHIPPED, lesson)
    before = there()
    monkeypatch.setattr(taught_models, "MOST_TAUGHT", 1)
    with pytest.raises(LimitError, match="room for 1 taught models"):
        teach(SHIPPED, lesson)
    assert there() == before


def test_what_was_just_taught_is_on_trial_until_it_is_kept(taught: Taught, lesson: Lesson) -> None:
    name = teach(SHIPPED, lesson).name
    assert (model_folder(name) / TRIAL).exists()
    keep(name)
    assert not (model_folder(name) / TRIAL).exists()
    verify_bundle(model_folder(name))
    forget(name)


def test_two_at_once_have_each_their_own(lesson: Lesson) -> None:
    with ThreadPoolExecutor(4) as pool:
        several = list(pool.map(lambda _index: teach(SHIPPED, lesson), range(4)))
    assert len({each.name for each in several}) == 4
    for each in several:
        verify_bundle(model_folder(each.name))
        forget(each.name)


def test_without_readings_it_says_what_to_do(fresh_home: Path, lesson: Lesson) -> None:
    with pytest.raises(DatasetError, match="Wait until the job"):
        teach(SHIPPED, lesson)
    assert not paths.taught_folder().exists()


def test_a_model_that_is_not_there_cannot_be_taught(home: Path, lesson: Lesson) -> None:
    with pytest.raises(BundleError, match="no model"):
        teach("nobody", lesson)
    with pytest.raises(BundleError, match="no model"):
        teach("taught-" + "0" * 32, lesson)


def test_a_base_that_was_replaced_or_deleted_is_told(home: Path, lesson: Lesson, known: DatasetReadings) -> None:
    shutil.copytree(paths.SHIPPED_MODELS / SHIPPED, model_folder("mine"))
    taught = teach("mine", lesson)
    graph, weights = with_last_layer(*SHIPPED_FILES, changed(read_last_layer(*SHIPPED_FILES)))
    folder = model_folder("mine")
    (folder / GRAPH).write_bytes(graph)
    (folder / WEIGHTS).write_bytes(weights)
    write_card(folder, read_card(folder))
    compute_readings("mine", known.dataset)
    with pytest.raises(BundleError, match="Teach it again"):
        cost(taught.name)
    with pytest.raises(BundleError, match="Teach it again"):
        load_readings(taught.name, known.dataset)
    shutil.rmtree(folder)
    with pytest.raises(BundleError, match="no model"):
        cost(taught.name)
    assert load_recognizer(taught.name).predict_many(lesson.images)[0].argmax(axis=1).tolist() == lesson.labels.tolist()
    forget(taught.name)


def test_a_full_disk_leaves_nothing(home: Path, lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = set(paths.taught_folder().iterdir())
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BundleError, match="Free some space"):
        teach(SHIPPED, lesson)
    assert set(paths.taught_folder().iterdir()) == before


def test_neither_tensorflow_nor_scikit_learn_is_loaded(home: Path, taught: Taught) -> None:
    program = f"""
import sys
import numpy as np
from mnist_core.teaching.lesson import Lesson
from mnist_core.teaching.taught import forget
from mnist_core.teaching.teach import cost, teach
image = np.zeros((1, 28, 28), np.uint8)
image[0, 4:24, 12:16] = 255
made = teach("{SHIPPED}", Lesson(image, np.array([7], np.uint8)))
cost(made.name)
forget(made.name)
print(sorted({{"tensorflow", "keras", "sklearn", "umap", "numba"}} & set(sys.modules)))
"""
    environment = {**os.environ, "PYTHONPATH": str(paths.SHIPPED_MODELS.parent)}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert ran.stdout == "[]\n", ran.stderr


def test_the_keras_file_differs_in_the_layer_alone(taught: Taught) -> None:
    import h5py

    def numbers(content: bytes) -> dict[str, np.ndarray]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {}
            with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
                file.visititems(lambda name, item: found.update({name: item[()]}) if hasattr(item, "shape") else None)
            return found

    old, new = numbers(SHIPPED_FILES[1]), numbers((model_folder(taught.name) / WEIGHTS).read_bytes())
    assert {name for name in old if not np.array_equal(old[name], new[name])} == {
        "layers/dense/vars/0",
        "layers/dense/vars/1",
    }
