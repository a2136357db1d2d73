"""The figures of a whole dataset, and the sentences on them."""

from dataclasses import replace

import numpy as np
import pytest

from mnist_core import Dataset, load_dataset, paths
from mnist_core.catalogue.overview import INK_BINS, MEDIAN, QUANTILES, load_overview
from mnist_core.catalogue.overview_words import compare, correlation, sentences
from mnist_core.catalogue.traits import load_traits


def of_shades(shades, labels, train):
    """Images of one shade each."""
    images = np.repeat(np.array(shades, np.uint8), 784).reshape(-1, 28, 28)
    splits = {"train": slice(0, train), "test": slice(train, len(shades))}
    return Dataset("shades", images, np.array(labels, np.uint8), splits, "", "")


@pytest.fixture(scope="module")
def uci(shared_home):
    return load_dataset("uci-digits", download=False)


@pytest.fixture(scope="module")
def overview(uci):
    return load_overview(uci)


# Figures


def test_figures_of_known_images(fresh_home):
    known = load_overview(of_shades([0, 255, 51, 153, 102], [1, 1, 3, 3, 3], 4))
    assert known.splits == ("train", "test")
    assert known.counts.tolist() == [[0, 2, 0, 2, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]]
    assert known.of_digit.tolist() == [0, 2, 0, 3, 0, 0, 0, 0, 0, 0]
    assert known.images == 5
    np.testing.assert_allclose(known.average[[1, 3]], np.full((2, 28, 28), 0.5) * [[[1]], [[0.8]]], atol=1e-6)
    np.testing.assert_allclose(known.spread[[1, 3]], np.full((2, 28, 28), 0.5) * [[[1]], [[0.4]]], atol=1e-6)
    np.testing.assert_allclose(known.ink[3], np.quantile([0.2, 0.4, 0.6], QUANTILES), atol=1e-6)
    assert {shade: count for shade, count in enumerate(known.shades.tolist()) if count} == {
        0: 784,
        51: 784,
        102: 784,
        153: 784,
        255: 784,
    }
    assert (known.empty, known.full, known.full_strokes) == (0.2, 0.2, 0.25)
    assert known.mean_ink == pytest.approx(0.44)


def test_a_digit_without_images_has_zeros_and_no_typical_image(fresh_home):
    known = load_overview(of_shades([0, 255], [1, 3], 2))
    missing = [0, 2, 4, 5, 6, 7, 8, 9]
    assert known.typical[missing].tolist() == [-1] * 8
    for figures in (known.average, known.spread, known.ink, known.slant, known.ink_counts):
        assert not figures[missing].any()


def test_all_ink_beyond_the_last_bin_is_counted_in_it(fresh_home):
    known = load_overview(of_shades([0, 51, 153, 255], [1, 1, 1, 1], 4))
    assert known.ink_counts[1, INK_BINS - 1] == 2
    assert known.ink_counts[1, 0] == 1
    assert known.ink_counts.sum() == 4


def test_average_and_spread_are_numpys_over_the_training_images(uci, overview):
    training = uci.split("train")
    for digit in range(10):
        images = training.images[training.labels == digit] / 255
        np.testing.assert_allclose(overview.average[digit], images.mean(axis=0), atol=1e-6)
        np.testing.assert_allclose(overview.spread[digit], images.std(axis=0), atol=1e-6)
    assert overview.average.dtype == overview.spread.dtype == np.float32


def test_counts_and_shades_are_those_of_all_images(uci, overview):
    for row, split in zip(overview.counts, overview.splits, strict=True):
        assert row.tolist() == [int((uci.split(split).labels == digit).sum()) for digit in range(10)]
    np.testing.assert_array_equal(overview.shades, np.histogram(uci.images, bins=256, range=(0, 256))[0])
    assert overview.empty == pytest.approx(float((uci.images == 0).mean()))
    assert overview.full == pytest.approx(float((uci.images == 255).mean()))
    assert overview.mean_ink == pytest.approx(float(uci.images.mean()) / 255)
    assert overview.ink_counts.sum(axis=1).tolist() == overview.of_digit.tolist()


def test_the_most_typical_image_of_a_digit_shows_it_and_none_is_more_typical(uci, overview):
    typicality = load_traits(uci).typicality
    for digit, index in enumerate(overview.typical.tolist()):
        assert uci.labels[index] == digit
        assert typicality[index] == typicality[uci.labels == digit].max()


def test_quantiles_are_in_order_and_half_of_the_images_lie_below_the_median(uci, overview):
    traits = load_traits(uci)
    for figures, values in ((overview.ink, traits.ink), (overview.slant, traits.slant)):
        assert (np.diff(figures, axis=1) >= 0).all()
        for digit in range(10):
            below = (values[uci.labels == digit] <= figures[digit, MEDIAN]).mean()
            assert below == pytest.approx(0.5, abs=0.01)


def test_figures_are_kept_and_made_again_when_damaged(fresh_home, caplog):
    dataset = of_shades([0, 255, 51], [1, 1, 3], 3)
    first = load_overview(dataset)
    assert not first.average.flags.writeable
    spread = np.array(first.spread)
    folder = next(folder for folder in paths.cache_folder().iterdir() if folder.name.startswith("overview-"))
    path = folder / "spread.npy"
    path.chmod(0o644)
    path.write_bytes(b"nonsense")
    np.testing.assert_array_equal(load_overview(dataset).spread, spread)
    assert "damaged and is made again" in caplog.text


# Sentences


def test_what_is_said_of_a_dataset_is_true_of_its_figures(fresh_home):
    images = np.zeros((6, 28, 28), np.uint8)
    images[0:3, :14] = 255
    images[3:5, 14:] = 255
    images[5, 14:21] = 255
    labels = np.array([4, 4, 4, 8, 8, 9], np.uint8)
    dataset = Dataset("made-up", images, labels, {"train": slice(0, 6), "test": slice(6, 6)}, "", "")
    assert sentences(load_overview(dataset), "The made-up one") == [
        "The made-up one has 6 images of handwritten digits: 6 for training.",
        "The 4 is the most frequent digit (3 images), the 9 the rarest (1).",
        "54.2 % of all pixels are empty and 45.8 % are full ink.",
        "The 4 takes the most ink, the 9 the least: half of the 4s would fill more than 50.0 % of the image with full "
        "ink, half of the 9s more than 25.0 %.",
        "The average 8 and the average 9 are the most alike of all (correlation 0.58).",
    ]


def test_the_digits_that_are_said_to_lean_and_differ_most_are_those_of_the_figures(overview):
    slant = np.abs(overview.slant[:, MEDIAN])
    spread = np.sqrt((overview.spread.astype(float) ** 2).mean(axis=(1, 2)))
    said = sentences(overview, "It")
    assert f"The {slant.argmax()} leans the most" in said[4]
    assert f"the {slant.argmin()} the least" in said[4]
    assert f"The {spread.argmax()}s differ most" in said[5]
    assert f"The {spread.argmin()}s differ least: {100 * spread.min():.1f} %" in said[5]


def test_digits_that_are_equally_frequent_are_said_so(fresh_home):
    assert "Each digit has 1 image." in sentences(load_overview(of_shades([3, 9], [1, 2], 2)), "It")
    assert "Each digit has 2 images." in sentences(load_overview(of_shades([3, 9] * 2, [1, 2] * 2, 2)), "It")


def test_a_dataset_of_one_digit_or_of_no_image_has_something_said_of_it(fresh_home):
    one = sentences(load_overview(of_shades([3, 9], [7, 7], 2)), "It")
    assert one[1] == "All of them show a 7."
    assert len(one) == 3
    none = load_overview(of_shades([], [], 0))
    assert sentences(none, "It") == ["It has no images yet."]
    assert compare(none, none, "It", "That") == ["It has no images yet.", "That has no images yet."]


def test_two_datasets_are_told_apart_by_their_figures(overview):
    more = replace(overview, shades=np.bincount([0, 255], [784 * 3594 // 2] * 2, 256).astype(np.int64))
    said = compare(overview, more, "the small one", "the large one")
    assert said[0] == "the large one has 3,594 images, 2.0 times as many as the small one (1,797)."
    assert said[1].startswith("An image of the large one has more ink than one of the small one, 50.0 % of full ink")
    assert said[1].endswith("and 100.0 % in the large one.")


def test_the_digit_that_differs_is_named(overview):
    average, slant = overview.average.copy(), overview.slant.copy()
    average[7] = average[7].T
    slant[3, MEDIAN] += 40
    said = compare(overview, replace(overview, average=average, slant=slant), "A", "B")
    assert "and the 7 most differently" in said[-1]
    assert said[2].startswith("The 3 leans the most differently: ")


def test_a_dataset_beside_itself_differs_in_nothing(overview):
    said = compare(overview, overview, "A", "B")
    assert said[0] == "A and B have 1,797 images each."
    assert said[1].startswith("Images of both have about the same ink")
    assert said[2] == "No digit leans differently."
    assert said[3] == "The average images of both are the same."


def test_datasets_without_a_common_digit_are_compared_by_size_and_ink_alone(fresh_home):
    a, b = load_overview(of_shades([9], [1], 1)), load_overview(of_shades([9], [2], 1))
    assert len(compare(a, b, "A", "B")) == 2


def test_correlation_is_numpys_and_0_for_one_shade(overview):
    a, b = overview.average[[3, 8]]
    assert correlation(a, b) == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1], abs=1e-6)
    assert correlation(a, np.full_like(a, 0.3)) == 0
