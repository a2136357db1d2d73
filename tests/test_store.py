"""What is kept whole: arrays with a manifest, values with a hash, and what version 0.6.1 wrote."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.errors import DatasetError
from mnist_core.files import array_sha256
from mnist_core.records import UNUSABLE, DamagedError
from mnist_core.store import (
    Identity,
    OtherFactsError,
    cached_arrays,
    check_array,
    check_facts,
    keep,
    load_kept,
    of_images,
    read_arrays,
    read_values,
    stamp_of,
    write_arrays,
    write_values,
)
from mnist_core.types import Dataset

ARRAYS = {"x": np.arange(6, dtype=np.float32).reshape(2, 3), "y": np.array([7], np.uint8)}


def test_a_question_about_two_things_is_told_with_both():
    about = Identity({"model": "m"}, {"graph": "g"}) | Identity({"dataset": "d"}, {"images": "i"})
    assert about.names == {"model": "m", "dataset": "d"}
    assert about.content == {"graph": "g", "images": "i"}
    assert about.settings == {"model": "m", "dataset": "d", "graph": "g", "images": "i"}


def test_arrays_come_back_as_they_were_with_what_they_are_of(tmp_path):
    assert stamp_of(tmp_path / "kept") is None
    write_arrays(tmp_path / "kept", ARRAYS, {"version": 3})
    facts, arrays = read_arrays(tmp_path / "kept")
    assert facts["version"] == 3
    assert list(arrays) == ["x", "y"]
    for name, array in arrays.items():
        assert not array.flags.writeable
        assert not isinstance(array, np.memmap)
        np.testing.assert_array_equal(array, ARRAYS[name])
    assert stamp_of(tmp_path / "kept") == (tmp_path / "kept" / "manifest.json").stat().st_mtime_ns


def test_other_bytes_of_an_array_are_refused(tmp_path):
    write_arrays(tmp_path / "kept", ARRAYS, {})
    np.save(tmp_path / "kept" / "y.npy", np.array([8], np.uint8))
    with pytest.raises(ValueError, match=r"y\.npy is damaged \(its SHA-256"):
        read_arrays(tmp_path / "kept")


@pytest.mark.parametrize(
    "manifest",
    [
        {"version": 1, "model": "abc", "arrays": {"coordinates": array_sha256(ARRAYS["x"])}},
        {"version": 1, "sha256": array_sha256(ARRAYS["x"])},
        {"coordinates": array_sha256(ARRAYS["x"])},
    ],
    ids=["findings", "films", "the cache"],
)
def test_the_manifests_of_version_0_6_1_are_understood(tmp_path, manifest):
    np.save(tmp_path / "coordinates.npy", ARRAYS["x"])
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    np.testing.assert_array_equal(read_arrays(tmp_path)[1]["coordinates"], ARRAYS["x"])


def test_a_cache_of_version_0_6_1_is_not_made_again(fresh_home):
    folder = fresh_home / "cache" / "old"
    folder.mkdir(parents=True)
    np.save(folder / "x.npy", ARRAYS["x"])
    (folder / "manifest.json").write_text(json.dumps({"x": array_sha256(ARRAYS["x"])}))
    np.testing.assert_array_equal(cached_arrays("old", ["x"], lambda: pytest.fail("made again"))["x"], ARRAYS["x"])


def test_facts_that_differ_are_told_with_both():
    check_facts({"version": 1, "graph": "a", "more": 0}, {"version": 1, "graph": "a"})
    with pytest.raises(OtherFactsError, match="their version must be 2, received 1") as caught:
        check_facts({"version": 1}, {"version": 2})
    assert caught.value.received == 1
    with pytest.raises(DamagedError, match="'images' is missing"):
        check_facts({"version": 1}, {"images": "i"})


def test_a_graph_was_called_model_and_nothing_else_goes_by_another_name():
    check_facts({"model": "a"}, {"graph": "a"})
    with pytest.raises(OtherFactsError, match="their graph must be 'a', received 'b'"):
        check_facts({"model": "b"}, {"graph": "a"})
    with pytest.raises(OtherFactsError):
        check_facts({"model": "a", "graph": "b"}, {"graph": "a"})


def test_values_come_back_as_json_has_them(tmp_path):
    write_values(tmp_path / "values.json", {"format": 1}, found={"pair": (1, 2.5), "none": None})
    assert read_values(tmp_path / "values.json", {"format": 1}, "found") == {"pair": [1, 2.5], "none": None}
    with pytest.raises(OtherFactsError):
        read_values(tmp_path / "values.json", {"format": 2}, "found")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", '{"format": 1}', '{"format": 1, "found": 2, "sha256": "0"}', '{"format": 1, "sha256": "0"}'],
)
def test_values_that_are_damaged_are_refused(tmp_path, text):
    (tmp_path / "values.json").write_text(text)
    with pytest.raises(UNUSABLE):
        read_values(tmp_path / "values.json", {"format": 1}, "found")


@pytest.mark.parametrize("shape", [(2, 3), (-1, 3), (2, -1), (-1, -1)])
def test_an_array_of_the_form_that_is_asked_for_passes(shape):
    check_array("x", ARRAYS["x"], np.float32, shape)


@pytest.mark.parametrize(
    ("dtype", "shape"), [(np.float64, (2, 3)), (np.float32, (3, 3)), (np.float32, (2,)), (np.float32, (2, 3, -1))]
)
def test_an_array_of_another_form_is_refused_with_both(dtype, shape):
    with pytest.raises(ValueError, match=r"x must be .* received float32 \(2, 3\)"):
        check_array("x", ARRAYS["x"], dtype, shape)


class Sums:
    """Something that is kept of a dataset."""

    NOUN = "sums"
    VERSION = 3
    ARRAYS = ("x",)

    def __init__(self, dataset, x):
        self.dataset, self.x = dataset, x

    @classmethod
    def from_kept(cls, dataset, arrays, manifest):
        check_array("x", arrays["x"], np.float32, (len(dataset), 3))
        return cls(dataset, arrays["x"])


def dataset_of(shade):
    """Two images of one shade."""
    return Dataset("two", np.full((2, 28, 28), shade, np.uint8), np.zeros(2, np.uint8), {}, "", "")


def test_a_question_about_images_is_of_their_content_and_not_of_their_name():
    one, other = dataset_of(1), dataset_of(2)
    assert of_images(one) == Identity({"dataset": "two"}, {"images": one.digest})
    assert of_images(one).content != of_images(other).content


def test_what_is_kept_is_found_by_all_of_its_question_and_by_nothing_else(tmp_path, caplog):
    dataset, folder = dataset_of(1), tmp_path / "sums"
    asked = of_images(dataset) | Identity({"model": "m"}, {"graph": "g", "seed": 0})
    kept = keep(Sums, folder, dataset, asked, ARRAYS, note="by hand")
    assert load_kept(Sums, folder, dataset, asked) is load_kept(Sums, folder, dataset, asked) is kept
    # Another name of the same model asks the same.
    assert load_kept(Sums, folder, dataset, asked | Identity({"model": "renamed"}, {})) is kept
    assert not caplog.text
    for content in ({"images": dataset_of(2).digest}, {"graph": "h"}, {"seed": 1}, {"seed": None}, {"more": 1}):
        assert load_kept(Sums, folder, dataset, asked | Identity({}, content)) is None
        assert "cannot be used and are made again" in caplog.text
        caplog.clear()
    assert json.loads((folder / "manifest.json").read_text()) == {
        "note": "by hand",
        "version": 3,
        "images": dataset.digest,
        "graph": "g",
        "seed": 0,
        "arrays": {"x": array_sha256(ARRAYS["x"])},
        "forms": {"x": ["<f4", [2, 3]]},
    }


def test_what_a_question_says_wins_over_a_note_of_the_same_name(tmp_path):
    dataset = dataset_of(1)
    asked = of_images(dataset)
    keep(Sums, tmp_path / "sums", dataset, asked, ARRAYS, version=9, images="others")
    assert json.loads((tmp_path / "sums" / "manifest.json").read_text())["images"] == dataset.digest


def test_what_another_version_kept_and_what_does_not_fit_is_made_again(tmp_path, monkeypatch, caplog):
    dataset, asked = dataset_of(1), of_images(dataset_of(1))
    keep(Sums, tmp_path / "sums", dataset, asked, ARRAYS)
    monkeypatch.setattr(Sums, "VERSION", 4)
    assert load_kept(Sums, tmp_path / "sums", dataset, asked) is None
    assert "their version must be 4, received 3" in caplog.text
    monkeypatch.setattr(Sums, "VERSION", 3)
    three = replace(dataset, images=np.zeros((3, 28, 28), np.uint8), labels=np.zeros(3, np.uint8))
    assert load_kept(Sums, tmp_path / "sums", three, asked) is None
    with pytest.raises(DatasetError, match="cannot be read again"):
        keep(Sums, tmp_path / "others", three, asked, ARRAYS)


def test_it_is_read_again_only_when_something_else_was_put_there(tmp_path):
    dataset, folder = dataset_of(1), tmp_path / "sums"
    asked = of_images(dataset)
    assert load_kept(Sums, folder, dataset, asked) is None
    first = keep(Sums, folder, dataset, asked, ARRAYS)
    write_arrays(folder, {"x": ARRAYS["x"] + 1}, {"version": 3, **asked.content})
    os.utime(folder / "manifest.json", ns=(1, stamp_of(folder) + 1))
    second = load_kept(Sums, folder, dataset, asked)
    assert second is not first
    assert (second.x == ARRAYS["x"] + 1).all()


def test_what_cannot_be_written_is_said_with_its_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match=r"The sums could not be written to .*Free some space"):
        keep(Sums, tmp_path / "file" / "sums", dataset_of(1), of_images(dataset_of(1)), ARRAYS)


def test_what_the_cache_has_is_not_made_again_and_what_is_damaged_is(fresh_home, caplog):
    made = []

    def build():
        made.append(1)
        return {"x": ARRAYS["x"] * len(made)}

    assert [cached_arrays("key", ["x"], build)["x"][1, 2] for _ in range(2)] == [5, 5]
    assert cached_arrays("other", ["x"], build)["x"][1, 2] == 10
    path = fresh_home / "cache" / "key" / "x.npy"
    assert path.stat().st_mode & 0o777 == 0o444
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert cached_arrays("key", ["x"], build)["x"][1, 2] == 15
    assert "is damaged and is made again" in caplog.text
    assert len(made) == 3


def test_without_a_place_for_a_cache_the_arrays_are_given_as_they_are(fresh_home, caplog):
    fresh_home.mkdir()
    (fresh_home / "cache").touch()
    found = cached_arrays("key", ["x"], lambda: {"x": ARRAYS["x"].copy()})["x"]
    assert (found == ARRAYS["x"]).all()
    assert not found.flags.writeable
    assert "going on without it" in caplog.text


def test_whoever_reads_what_is_in_use_is_given_the_same_arrays(tmp_path):
    write_arrays(tmp_path / "kept", ARRAYS, {})
    first = read_arrays(tmp_path / "kept")[1]["x"]
    assert read_arrays(tmp_path / "kept")[1]["x"] is first
    part = first[1:]
    del first
    assert read_arrays(tmp_path / "kept")[1]["x"] is part.base
    write_arrays(tmp_path / "kept", {name: array + 1 for name, array in ARRAYS.items()}, {})
    assert (read_arrays(tmp_path / "kept")[1]["x"] == ARRAYS["x"] + 1).all()
    assert (part == ARRAYS["x"][1:]).all()


def test_what_is_in_use_stays_whole_when_its_file_is_shortened(tmp_path):
    write_arrays(tmp_path / "kept", ARRAYS, {})
    array = read_arrays(tmp_path / "kept")[1]["x"]
    os.truncate(tmp_path / "kept" / "x.npy", 0)
    assert (array == ARRAYS["x"]).all()
    with pytest.raises(DamagedError, match=r"x\.npy is damaged"):
        read_arrays(tmp_path / "kept")


def test_other_bytes_of_a_type_and_shape_are_refused(tmp_path):
    write_arrays(tmp_path / "kept", ARRAYS, {})
    np.save(tmp_path / "kept" / "x.npy", ARRAYS["x"].reshape(3, 2))
    with pytest.raises(DamagedError, match=r"must have type and shape \['<f4', \[2, 3\]\]"):
        read_arrays(tmp_path / "kept")


@pytest.mark.parametrize("name", ["../x", "a/b", ""])
def test_an_array_lies_in_its_folder_and_nowhere_else(tmp_path, name):
    write_arrays(tmp_path / "kept", ARRAYS, {})
    (tmp_path / "kept" / "manifest.json").write_text(json.dumps({"arrays": {name: "0"}}))
    with pytest.raises(DamagedError, match="names and hashes"):
        read_arrays(tmp_path / "kept")
