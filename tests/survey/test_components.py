"""Principal components, and the record in which what is known of a dataset is kept."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from sklearn.decomposition import PCA

from mnist_core import Dataset, load_dataset
from mnist_core import store as kept
from mnist_core.errors import ConfigError, DatasetError
from mnist_core.survey.components import COMPONENTS, Components, compute_components, load_components


@pytest.fixture(scope="module")
def digits():
    return load_dataset("uci-digits", download=False)


@pytest.fixture(scope="module")
def found(digits):
    return compute_components(digits)


@pytest.fixture(scope="module")
def few():
    """Twenty training images of noise and five others."""
    images = np.random.default_rng(0).integers(0, 256, (25, 28, 28), np.uint8)
    labels = np.arange(25, dtype=np.uint8) % 10
    return Dataset("noise", images, labels, {"train": slice(0, 20), "test": slice(20, 25)}, "", "")


def test_components_are_scikit_learns_of_the_training_images_alone(found, digits):
    pixels = digits.images.reshape(len(digits), -1) / 255.0
    oracle = PCA().fit(pixels[digits.splits["train"]])
    np.testing.assert_allclose(found.mean, oracle.mean_, atol=1e-6)
    np.testing.assert_allclose(found.ratios, oracle.explained_variance_ratio_, atol=1e-6)
    assert (found.axes.shape, len(found), len(found.ratios)) == ((COMPONENTS, 784), 200, 784)
    np.testing.assert_allclose(
        (pixels[-50:] - found.mean) @ found.axes.T, oracle.transform(pixels[-50:])[:, :200], atol=1e-4
    )


def test_axes_are_orthogonal_and_of_length_one(found):
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(len(found)), atol=1e-5)


def test_shares_grow_from_nothing_to_all(found):
    assert found.share(0) == 0
    assert found.share(1) == pytest.approx(found.ratios[0])
    assert found.share(len(found.ratios)) == pytest.approx(1, abs=1e-5)
    assert (np.diff(found.shares) >= 0).all()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.95])
def test_no_fewer_components_would_do(found, share):
    count = found.needed(share)
    assert found.share(count) >= share > found.share(count - 1)


def test_all_and_no_variance_need_what_one_expects(found):
    assert found.needed(0) == 0
    assert found.needed(1) <= len(found.ratios)


def test_an_image_of_no_component_is_the_average_and_more_of_them_come_nearer(found, digits):
    image = digits.images[-1]
    np.testing.assert_array_equal(found.rebuild(image, 0), found.mean.reshape(28, 28))
    errors = [found.error(image, count) for count in range(0, 201, 20)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0] / 4
    rebuilt = found.rebuild(image, 60)
    assert errors[3] == pytest.approx(np.sqrt(np.mean((rebuilt - image / 255.0) ** 2)), rel=1e-4)
    assert (rebuilt.dtype, rebuilt.shape) == (np.float32, (28, 28))


def test_rebuilding_is_scikit_learns(found, digits):
    pixels = digits.images.reshape(len(digits), -1) / 255.0
    oracle = PCA(40, svd_solver="covariance_eigh").fit(pixels[digits.splits["train"]])
    expected = oracle.inverse_transform(oracle.transform(pixels[-1:])).reshape(28, 28)
    np.testing.assert_allclose(found.rebuild(digits.images[-1], 40), expected, atol=1e-4)


def test_few_images_have_few_components_and_are_rebuilt_from_all(few, fresh_home):
    found = compute_components(few)
    assert (len(found), found.axes.shape, len(found.ratios)) == (20, (20, 784), 20)
    np.testing.assert_allclose(found.rebuild(few.images[3], 20), few.images[3] / 255.0, atol=1e-4)
    assert found.error(few.images[22], 20) > 0.1


@pytest.mark.parametrize("count", [-1, 201, 1.5, True, None, "3"])
def test_another_number_of_components_is_refused(found, digits, count):
    with pytest.raises(ConfigError, match="Received"):
        found.rebuild(digits.images[0], count)


@pytest.mark.parametrize("image", [np.zeros((28, 28), np.float32), np.zeros((27, 28), np.uint8)])
def test_another_form_of_image_is_refused(found, image):
    with pytest.raises(DatasetError, match="Received"):
        found.rebuild(image, 3)


@pytest.mark.parametrize("train", [slice(0, 0), slice(0, 1)])
def test_without_images_that_differ_there_are_no_components(few, train):
    with pytest.raises(DatasetError, match="two different"):
        compute_components(replace(few, splits={"train": train}))


def test_images_that_are_all_the_same_have_no_components():
    same = Dataset("same", np.full((30, 28, 28), 7, np.uint8), np.zeros(30, np.uint8), {"train": slice(0, 30)}, "", "")
    with pytest.raises(DatasetError, match="two different"):
        compute_components(same)


# Kept on the disk


def test_components_are_maps_that_are_opened_once(few, fresh_home):
    assert load_components(few) is None
    found = compute_components(few)
    assert load_components(few) is found
    assert not any(getattr(found, name).flags.writeable for name in Components.ARRAYS)


DAMAGES = {
    "a bit": lambda folder: _flip(folder / "axes.npy"),
    "cut short": lambda folder: (folder / "axes.npy").write_bytes((folder / "axes.npy").read_bytes()[:1000]),
    "no json": lambda folder: (folder / kept.MANIFEST).write_text("{"),
    "a list": lambda folder: (folder / kept.MANIFEST).write_text("[1]"),
    "another version": lambda folder: _replace(folder / kept.MANIFEST, '"version": 1', '"version": 7'),
    "another shape": lambda folder: np.save(folder / "axes.npy", np.load(folder / "axes.npy").ravel()),
    "another type": lambda folder: np.save(folder / "mean.npy", np.load(folder / "mean.npy").view(np.uint32)),
}


def _flip(path):
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(bytes(data))


def _replace(path, old, new):
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.mark.parametrize("damage", DAMAGES)
def test_components_that_cannot_be_used_are_refused_and_made_again(few, fresh_home, damage, caplog):
    compute_components(few)
    folder = kept.of_dataset(Components, few)
    DAMAGES[damage](folder)
    (folder / kept.MANIFEST).touch()  # whoever has opened them looks again
    assert load_components(few) is None
    assert "components" in caplog.text
    assert "made again" in caplog.text
    caplog.clear()
    assert load_components(few) is None
    assert not caplog.text, "said once, not at every look"
    assert len(compute_components(few)) == 20


def test_components_of_other_images_under_the_same_name_are_refused(few, fresh_home, caplog):
    compute_components(few)
    assert load_components(replace(few, images=np.ascontiguousarray(few.images[::-1]))) is None
    assert "their images must be" in caplog.text


def test_a_folder_that_cannot_be_written_is_said(few, fresh_home):
    fresh_home.mkdir()
    (fresh_home / "findings").write_text("a file in the way")
    with pytest.raises(DatasetError, match=r"components could not be written.*Free some space"):
        compute_components(few)


def test_what_is_kept_is_read_without_the_libraries_that_made_it(digits, found):
    code = (
        "import sys\nfrom mnist_core import load_dataset\n"
        "from mnist_core.labels import check, published\nfrom mnist_core.survey import anomalies, components\n"
        "import mnist_core.survey.finding, mnist_core.labels.finding\n"
        "digits = load_dataset('uci-digits', download=False)\n"
        "assert components.load_components(digits).rebuild(digits.images[0], 50).any()\n"
        "assert anomalies.load_anomalies(digits) is None and check.load_label_check(digits) is None\n"
        "print([name for name in ('tensorflow', 'keras', 'umap', 'numba', 'sklearn', 'scipy', 'pyod', 'cleanlab') "
        "if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert result.stdout.strip() == "[]", result.stderr
