import json
import shutil

import pytest

from mnist_core import paths
from mnist_core.errors import BundleError
from mnist_core.model.bundle import (
    CARD,
    FILES,
    SNAPSHOTS,
    model_folder,
    model_names,
    read_card,
    read_history,
    verify_bundle,
    write_card,
    written_bundle,
)
from mnist_core.model.card import CARD_VERSION, ModelCard
from mnist_core.model.recognizer import load_recognizer, open_recognizer

SHIPPED = paths.SHIPPED_MODELS / "default"
# It was trained before training kept snapshots.
SHIPPED_FILES = [name for name in FILES if name != SNAPSHOTS]


SCORE = {
    "images": 5,
    "errors": 1,
    "low": 0,
    "high": 1,
    "loss": 0,
    "rejected": 0,
    "calibration_error": 0,
    "reliability": [[5, 0.9, 0.8]],
}


@pytest.fixture
def copy(fresh_home):
    """A copy of the shipped model among the user's own."""
    folder = fresh_home / "models" / "copy"
    shutil.copytree(SHIPPED, folder)
    return folder


def edit_card(folder, **changes):
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | changes))


def test_a_whole_bundle_is_accepted(copy):
    assert verify_bundle(copy) == read_card(SHIPPED)
    assert model_names() == ["default", "copy"]
    assert load_recognizer("copy")


def test_the_card_round_trips():
    card = read_card(SHIPPED)
    assert ModelCard.from_json(card.to_json()) == card


def test_history_has_a_row_an_epoch():
    card = read_card(SHIPPED)
    history = read_history(SHIPPED, card)
    assert {len(values) for values in history.values()} == {card.epochs}


@pytest.mark.parametrize("text", ["loss,accuracy\n1,2\n", "loss,accuracy,val_loss,val_accuracy\n1,2,x,4\n", "\0"])
def test_a_history_without_its_numbers_is_refused(copy, text):
    (copy / "history.csv").write_text(text)
    with pytest.raises(BundleError, match=r"history\.csv lacks numbers"):
        read_history(copy, write_card(copy, read_card(copy)))


@pytest.mark.parametrize("name", SHIPPED_FILES)
def test_a_changed_file_is_refused_by_name(copy, name):
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(BundleError, match=f"{name} must have SHA-256"):
        verify_bundle(copy)


@pytest.mark.parametrize("name", [CARD, *SHIPPED_FILES])
def test_a_missing_file_is_refused_by_name(copy, name):
    (copy / name).unlink()
    with pytest.raises(BundleError, match=f"{name} is missing"):
        verify_bundle(copy)


def test_a_changed_or_missing_graph_is_not_loaded(copy):
    (copy / "model.tflite").write_bytes(b"TFL3 no graph")
    with pytest.raises(BundleError, match=r"model\.tflite must have SHA-256"):
        load_recognizer("copy")
    (copy / "model.tflite").unlink()
    with pytest.raises(BundleError, match=r"model\.tflite cannot be read"):
        load_recognizer("copy")


def test_a_graph_that_matches_its_card_but_is_none_is_refused(copy):
    (copy / "model.tflite").write_bytes(b"no graph")
    write_card(copy, read_card(copy))
    with pytest.raises(BundleError, match="graph cannot be loaded"):
        open_recognizer(copy)


@pytest.mark.parametrize("version", [CARD_VERSION - 1, CARD_VERSION + 1])
def test_a_card_of_another_version_is_refused(copy, version):
    edit_card(copy, version=version)
    with pytest.raises(BundleError, match=rf"version {version}, this program reads version {CARD_VERSION}"):
        load_recognizer("copy")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"version": 1}', '{"version": "1"}', "\x00\xff"],
)
def test_a_damaged_card_is_refused(copy, text):
    (copy / CARD).write_bytes(text.encode("latin-1"))
    with pytest.raises(BundleError, match="cannot be used"):
        load_recognizer("copy")


@pytest.mark.parametrize(
    "changes",
    [
        {"files": ["model.tflite"]},
        {"files": {"model.tflite": 5}},
        {"files": {}},
        {"scores": {"mnist": {"accuracy": 1}}},
        {"scores": 5},
        {"scores": {"mnist": SCORE | {"errors": 9}}},
        {"scores": {"mnist": SCORE | {"errors": "x"}}},
        {"scores": {"mnist": SCORE | {"reliability": [[1, 2]]}}},
        {"scores": {"mnist": SCORE | {"reliability": 3}}},
        {"handwriting": {"photos": {"images": 5}}},
        {"non_digits": {"scribbles": {"images": 5, "auroc": None, "rejected": 1}}},
        {"split": 5},
        {"parameters": "many"},
        {"extra": 1},
        {"config": None},
    ],
)
def test_a_card_with_nonsense_in_it_is_refused(copy, changes):
    edit_card(copy, **changes)
    with pytest.raises(BundleError, match="cannot be used"):
        load_recognizer("copy")


@pytest.mark.parametrize("name", ["", "../default", "a/b", ".hidden", "x" * 65, "a b", None, 5])
def test_a_name_that_could_leave_the_folder_is_refused(name):
    with pytest.raises(BundleError, match="name has 1 to 64"):
        model_folder(name)


def test_an_unknown_model_is_refused_by_name(fresh_home):
    with pytest.raises(BundleError, match="no-such-model"):
        load_recognizer("no-such-model")


def test_nothing_is_written_when_writing_fails(copy):
    before = verify_bundle(copy)

    def fail():
        with written_bundle(copy) as part:
            (part / "model.keras").write_bytes(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail()
    assert verify_bundle(copy) == before
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_an_incomplete_bundle_is_not_moved_into_place(copy):
    def forget_the_graph():
        with written_bundle(copy.with_name("new")) as part:
            shutil.copytree(copy, part, dirs_exist_ok=True)
            (part / "model.tflite").unlink()

    with pytest.raises(BundleError, match=r"model\.tflite is missing"):
        forget_the_graph()
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


def test_a_new_bundle_takes_the_place_of_an_old_one(copy):
    with written_bundle(copy) as part:
        shutil.copytree(SHIPPED, part, dirs_exist_ok=True)
        edit_card(part, name="second")
    assert verify_bundle(copy).name == "second"
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]
