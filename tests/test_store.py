"""What is kept whole: arrays with a manifest, values with a hash, and what version 0.6.1 wrote."""

import json

import numpy as np
import pytest

from mnist_core.files import array_sha256
from mnist_core.store import (
    UNUSABLE,
    Identity,
    OtherFactsError,
    cached_arrays,
    check_array,
    check_facts,
    read_arrays,
    read_values,
    stamp_of,
    write_arrays,
    write_values,
)

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
        assert isinstance(array, np.memmap)
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
    np.testing.assert_array_equal(cached_arrays("old", lambda: pytest.fail("made again"))["x"], ARRAYS["x"])


def test_facts_that_differ_are_told_with_both():
    check_facts({"version": 1, "graph": "a", "more": 0}, {"version": 1, "graph": "a"})
    with pytest.raises(OtherFactsError, match="their version must be 2, received 1") as caught:
        check_facts({"version": 1}, {"version": 2})
    assert caught.value.received == 1
    with pytest.raises(KeyError, match="images"):
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
