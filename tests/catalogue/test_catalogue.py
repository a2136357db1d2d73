"""The catalogue of a dataset: what is measured of each image, what is found in which order, what an address says."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core import Dataset, load_dataset, paths
from mnist_core.catalogue.catalogue import NOT_CHECKED, NOT_READ, OF_THE_CHECK, OF_THE_MODEL, open_catalogue
from mnist_core.catalogue.query import LIKENESS, PARAMETERS, SORTS, Query
from mnist_core.catalogue.traits import averages_of, load_traits, measure
from mnist_core.errors import BundleError, ConfigError, DatasetError
from mnist_core.ink.sprite import sprite
from mnist_core.labels.check import LabelCheck, Made
from mnist_core.readings.neighbours import distances_from, nearest_to
from mnist_core.readings.readings import DatasetReadings

SPLITS = {"train": slice(0, 150), "test": slice(150, 200)}


def of_images(images, labels=None, splits=None):
    images = np.asarray(images, np.uint8)
    labels = np.zeros(len(images), np.uint8) if labels is None else np.asarray(labels, np.uint8)
    return Dataset("made-up", images, labels, splits or {"train": slice(0, len(images))}, "", "")


def made_up(rng):
    """Two hundred images of noise; some are the same, so that sorting meets ties."""
    images = rng.integers(0, 256, (200, 28, 28), np.uint8)
    images[20:40] = images[0:20]
    return of_images(images, rng.integers(0, 10, 200), SPLITS)


def readings_of(dataset, rng):
    """Readings of a made-up model: a few are sure, many have the same novelty."""
    n = len(dataset)
    probabilities = rng.dirichlet(np.full(10, 0.3), n).astype(np.float32)
    novelty = rng.integers(0, 11, n).astype(np.float32) / 10
    known = {"features": rng.normal(size=(n, 6)).astype(np.float32), "labels": dataset.labels}
    return DatasetReadings(probabilities, novelty, **known, model="0" * 64, dataset=dataset)


def check_of(dataset, rng):
    n = len(dataset)
    half = np.full(n, 0.5, np.float32)
    suggested = rng.integers(0, 10, n).astype(np.uint8)
    return LabelCheck(dataset, Made(5, 1, 0, "made up", 0.9), suggested, half, half, rng.random(n) < 0.2)


@pytest.fixture(scope="module")
def catalogue(shared_home):
    rng = np.random.default_rng(0)
    dataset = made_up(rng)
    return open_catalogue(dataset, readings_of(dataset, rng), check_of(dataset, rng))


@pytest.fixture(scope="module")
def bare(catalogue):
    """The same dataset, of which nothing is known but its images."""
    return open_catalogue(catalogue.dataset)


# What is measured of each image


def bar(x_top, x_bottom):
    """A bar from the top to the bottom, two pixels wide."""
    image = np.zeros((28, 28), np.uint8)
    for row in range(4, 24):
        x = round(x_top + (x_bottom - x_top) * (row - 4) / 19)
        image[row, x : x + 2] = 255
    return image


def test_ink_is_the_share_of_full_ink():
    half = np.zeros((28, 28), np.uint8)
    half[:14] = 255
    images = [np.zeros((28, 28)), half, np.full((28, 28), 255), np.full((28, 28), 51)]
    np.testing.assert_allclose(measure(of_images(images)).ink, [0, 0.5, 1, 0.2], atol=1e-7)


def test_slant_is_the_angle_of_a_bar_and_positive_to_the_right():
    across = np.zeros((28, 28), np.uint8)
    across[13] = 200
    images = [bar(13, 13), bar(20, 8), bar(8, 20), across, np.zeros((28, 28))]
    leaning = math.degrees(math.atan(12 / 19))
    np.testing.assert_allclose(measure(of_images(images)).slant, [0, leaning, -leaning, 0, 0], atol=0.5)
    assert measure(of_images(images)).slant[[0, 3, 4]].tolist() == [0, 0, 0]


def test_slant_is_that_of_opencvs_moments(uci):
    import cv2

    expected = []
    for image in uci.images:
        moments = cv2.moments(image)
        expected.append(-math.degrees(math.atan(moments["mu11"] / moments["mu02"])))
    np.testing.assert_allclose(measure(uci).slant, expected, atol=1e-3)


def test_a_mirrored_image_leans_the_other_way_and_has_as_much_ink(uci):
    part = uci.split("test")
    mirrored = measure(of_images(np.ascontiguousarray(part.images[:, :, ::-1]), part.labels))
    np.testing.assert_allclose(mirrored.slant, -measure(part).slant, atol=1e-3)
    np.testing.assert_array_equal(mirrored.ink, measure(part).ink)


def test_typicality_is_the_correlation_with_the_average_training_image_of_the_label(uci):
    training = uci.split("train")
    averages = [training.images[training.labels == digit].mean(axis=0).ravel() for digit in range(10)]
    pairs = zip(uci.images, uci.labels.tolist(), strict=True)
    expected = [np.corrcoef(image.ravel(), averages[label])[0, 1] for image, label in pairs]
    np.testing.assert_allclose(measure(uci).typicality, expected, atol=1e-5)
    np.testing.assert_allclose(averages_of(training), averages)


def test_test_images_do_not_change_what_is_typical(uci):
    changed = uci.images.copy()
    changed[uci.splits["test"]] = 255 - changed[uci.splits["test"]]
    other = Dataset(uci.name, changed, uci.labels, uci.splits, "", "")
    training = uci.splits["train"]
    np.testing.assert_array_equal(measure(other).typicality[training], measure(uci).typicality[training])


def test_what_cannot_be_typical_is_0():
    images = np.zeros((4, 28, 28), np.uint8)
    images[1] = 70
    images[2, 3:9] = images[3, 5:9] = 255
    dataset = of_images(images, [0, 0, 1, 2], {"train": slice(0, 3), "test": slice(3, 4)})
    typicality = measure(dataset).typicality
    assert typicality[[0, 1, 3]].tolist() == [0, 0, 0]
    assert typicality[2] == pytest.approx(1)


def test_a_dataset_without_training_images_of_its_own_and_one_without_images_are_measured():
    images = np.stack([bar(13, 13), bar(20, 8)])
    np.testing.assert_allclose(measure(of_images(images[:1], splits={"all": slice(0, 1)})).typicality, 1)
    assert [len(column) for column in vars(measure(of_images(np.empty((0, 28, 28))))).values()] == [0, 0, 0]


def test_traits_are_kept_as_memory_maps_and_made_again_when_damaged(fresh_home, caplog):
    dataset = of_images([bar(13, 13), bar(20, 8)])
    first = load_traits(dataset)
    assert not first.ink.flags.writeable
    kept = np.array(first.slant)
    folders = list(paths.cache_folder().iterdir())
    assert [folder.name.startswith("traits-made-up-") for folder in folders] == [True]
    path = folders[0] / "slant.npy"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])
    np.testing.assert_array_equal(load_traits(dataset).slant, kept)
    assert "damaged and is made again" in caplog.text


def test_other_images_or_splits_of_the_same_name_have_traits_of_their_own(fresh_home):
    images = np.stack([bar(13, 13), bar(20, 8), bar(8, 20)])
    whole = load_traits(of_images(images))
    turned = load_traits(of_images(images[::-1]))
    np.testing.assert_array_equal(turned.slant, whole.slant[::-1])
    split = load_traits(of_images(images, splits={"train": slice(0, 2), "test": slice(2, 3)}))
    assert split.typicality[0] > whole.typicality[0]
    without_the_rest = load_traits(of_images(images, splits={"train": slice(0, 2)}))
    np.testing.assert_array_equal(without_the_rest.typicality, split.typicality)


def test_traits_need_no_cache(fresh_home):
    fresh_home.mkdir()
    paths.cache_folder().write_text("a file where a folder should be")
    assert len(load_traits(of_images([bar(13, 13)])).ink) == 1


def peak_memory(call):
    """The most bytes that a call takes at a time."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_what_is_measured_takes_memory_for_a_part_of_the_images_only():
    many = of_images(np.zeros((8000, 28, 28)), np.arange(8000) % 10)
    of_all_as_numbers = many.images.size * 8
    assert peak_memory(lambda: measure(many)) < of_all_as_numbers / 3
    rows = many.images.reshape(8000, 784)
    assert peak_memory(lambda: distances_from(rows, rows[0])) < of_all_as_numbers / 10


# What is found, against the same done by hand


def by_hand(catalogue, query):
    """The images that a question is for, in plain Python."""
    c = catalogue.columns
    features = catalogue.readings.features.astype(np.float64)

    def is_wanted(i):
        part = query.split and catalogue.dataset.splits[query.split]
        return (
            (part is None or part.start <= i < part.stop)
            and (not query.labels or c["label"][i] in query.labels)
            and (not query.read or c["read"][i] in query.read)
            and (query.right is None or bool(c["is_right"][i]) == query.right)
            and np.float32(query.probability[0]) <= c["probability"][i] <= np.float32(query.probability[1])
            and np.float32(query.novelty[0]) <= c["novelty"][i] <= np.float32(query.novelty[1])
            and (not query.suspects or bool(c["is_suspect"][i]))
        )

    def value(i):
        if query.sort == "index":
            return i
        if query.sort == LIKENESS:
            return float(np.float32(math.dist(features[i], features[query.like])))
        return float(c[query.sort][i])

    found = [i for i in range(len(catalogue)) if is_wanted(i)]
    return sorted(found, key=lambda i: -value(i) if query.descending else value(i))


def range_of_numbers():
    return st.lists(st.integers(0, 10), min_size=2, max_size=2).map(lambda pair: tuple(x / 10 for x in sorted(pair)))


QUERIES = st.builds(
    Query,
    split=st.sampled_from([None, "train", "test"]),
    labels=st.sets(st.integers(0, 9)).map(tuple),
    read=st.sets(st.integers(0, 9), min_size=4).map(tuple) | st.just(()),
    right=st.sampled_from([None, True, False]),
    probability=st.just((0.0, 1.0)) | range_of_numbers(),
    novelty=st.just((0.0, 1.0)) | range_of_numbers(),
    suspects=st.booleans(),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
    like=st.integers(0, 199),
)


@settings(max_examples=60, deadline=None)
@given(query=QUERIES)
def test_any_combination_finds_what_is_found_by_hand(catalogue, query):
    found = catalogue.find(query)
    assert found.dtype == np.int64
    assert found.tolist() == by_hand(catalogue, query)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_is_the_one_by_hand_and_loses_nothing(catalogue, sort, descending):
    query = Query(sort=sort, descending=descending, like=7)
    found = catalogue.find(query).tolist()
    assert found == by_hand(catalogue, query)
    assert sorted(found) == list(range(200))


FILTERS = {
    "split": Query(split="test"),
    "labels": Query(labels=(3, 7)),
    "read": Query(read=(0, 9)),
    "right": Query(right=True),
    "wrong": Query(right=False),
    "probability": Query(probability=(0.5, 0.9)),
    "novelty": Query(novelty=(0.2, 0.3)),
    "suspects": Query(suspects=True),
}


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_the_one_by_hand_and_lets_some_through(catalogue, name):
    found = catalogue.find(FILTERS[name]).tolist()
    assert found == by_hand(catalogue, FILTERS[name])
    assert 0 < len(found) < 200


def test_images_with_the_same_value_keep_their_order_in_both_directions(catalogue):
    novelty = catalogue.columns["novelty"]
    for descending in (False, True):
        found = catalogue.find(Query(sort="novelty", descending=descending))
        same = novelty[found[:-1]] == novelty[found[1:]]
        assert same.any()
        assert (np.diff(found)[same] > 0).all()


def test_both_ends_of_a_range_are_part_of_it(catalogue):
    found = catalogue.find(Query(novelty=(0.3, 0.3)))
    assert set(catalogue.columns["novelty"][found].tolist()) == {np.float32(0.3)}


def test_the_columns_of_a_model_are_what_they_say(catalogue):
    probabilities, labels = catalogue.readings.probabilities, catalogue.dataset.labels
    columns = catalogue.columns
    np.testing.assert_array_equal(columns["read"], probabilities.argmax(axis=1))
    np.testing.assert_array_equal(columns["is_right"], probabilities.argmax(axis=1) == labels)
    np.testing.assert_array_equal(columns["probability"], probabilities.max(axis=1))
    expected = [-math.log(max(row[label], 1.2e-38)) for row, label in zip(probabilities.tolist(), labels, strict=True)]
    np.testing.assert_allclose(columns["loss"], expected, rtol=1e-4, atol=1e-6)
    assert set(columns) == {"label", "ink", "slant", "typicality", *OF_THE_MODEL, *OF_THE_CHECK}
    assert {len(column) for column in columns.values()} == {200}
    assert not any(column.flags.writeable for column in columns.values())


def test_likeness_begins_with_the_image_itself_and_its_duplicates(catalogue, bare):
    assert catalogue.find(Query(sort=LIKENESS, like=55))[0] == 55
    assert bare.find(Query(sort=LIKENESS, like=25))[:2].tolist() == [5, 25]
    assert bare.likeness(25)[[5, 25]].tolist() == [0, 0]


def test_without_readings_likeness_is_of_pixels(bare):
    rows = bare.dataset.images.reshape(200, 784).astype(np.float64)
    np.testing.assert_allclose(bare.likeness(3), np.linalg.norm(rows - rows[3], axis=1), rtol=1e-5)


# What is not known yet


def test_without_a_model_all_that_needs_none_works_and_the_rest_says_what_it_waits_for(bare):
    assert bare.missing == dict.fromkeys(OF_THE_MODEL, NOT_READ) | dict.fromkeys(OF_THE_CHECK, NOT_CHECKED)
    assert bare.sorts == ("index", "typicality", "ink", "slant", LIKENESS)
    for sort in bare.sorts:
        assert len(bare.find(Query(sort=sort, like=0))) == 200
    for query in (Query(sort="loss"), Query(right=True), Query(read=(1,)), Query(novelty=(0, 0.5))):
        with pytest.raises(ConfigError, match="has not read"):
            bare.find(query)
    with pytest.raises(ConfigError, match="not been checked"):
        bare.find(Query(suspects=True))


def test_the_part_of_a_question_that_can_be_answered_now(bare, catalogue):
    asked = Query(labels=(4,), right=False, probability=(0.5, 1), suspects=True, sort="loss", descending=True)
    query, waiting = bare.possible(asked)
    assert query == Query(labels=(4,))
    assert waiting == ("is_right", "probability", "is_suspect", "loss")
    assert (bare.columns["label"][bare.find(query)] == 4).all()
    assert catalogue.possible(asked) == (asked, ())
    assert catalogue.missing == {}
    assert catalogue.sorts == SORTS


@settings(max_examples=50, deadline=None)
@given(query=QUERIES)
def test_what_remains_of_any_question_can_be_answered(bare, query):
    left, waiting = bare.possible(query)
    assert bool(waiting) == (left != query)
    bare.find(left)


@pytest.mark.parametrize("query", [Query(split="half"), Query(like=200, sort=LIKENESS), Query(like=-1, sort=LIKENESS)])
def test_a_question_for_what_the_dataset_has_not_is_refused(catalogue, query):
    with pytest.raises(ConfigError, match=r"Received: ('half'|200|-1)"):
        catalogue.find(query)


def test_readings_and_checks_of_another_dataset_are_refused(catalogue):
    other = made_up(np.random.default_rng(1)).split("test")
    with pytest.raises(DatasetError, match=r"50 images, and so must its readings\. Received: 200"):
        open_catalogue(other, catalogue.readings)
    with pytest.raises(DatasetError, match="check"):
        open_catalogue(other, check=catalogue.check)


def test_a_dataset_without_images_has_nothing_to_find(shared_home):
    empty = open_catalogue(of_images(np.empty((0, 28, 28)), splits={}))
    assert len(empty) == 0
    assert empty.find(Query(labels=(1,), sort="ink")).tolist() == []
    with pytest.raises(ConfigError):
        empty.index_of("test-0")


# Where an image is


@pytest.mark.parametrize(("index", "split", "number"), [(0, "train", 0), (149, "train", 149), (150, "test", 0)])
def test_an_image_is_named_by_its_split_and_its_number_within(catalogue, index, split, number):
    assert catalogue.place(index) == (split, number)
    assert catalogue.name(index) == f"{split}-{number}"
    assert catalogue.index_of(f" {split.upper()}-{number} ") == index


def test_every_image_is_found_by_its_name(catalogue):
    assert [catalogue.index_of(catalogue.name(index)) for index in range(200)] == list(range(200))


@pytest.mark.parametrize("index", [-1, 200, 10**30])
def test_an_index_that_no_image_has_is_refused(catalogue, index):
    for call in (catalogue.place, catalogue.name, catalogue.neighbours, catalogue.likeness):
        with pytest.raises(ConfigError, match=rf"0 to 199\. Received: {index}"):
            call(index)


@pytest.mark.parametrize(
    "text",
    ["", "test", "test-", "test--1", "test-50", "train-150", "half-0", "7", "test-1.5", "test-٣", "test-" + "9" * 99],
)
def test_text_that_names_no_image_is_refused(catalogue, text):
    with pytest.raises(ConfigError, match=r"train-0 to train-149 or test-0 to test-49. Received: '"):
        catalogue.index_of(text)


# The nearest images


def test_the_nearest_images_are_scikit_learns_without_the_image_itself(catalogue):
    from sklearn.neighbors import NearestNeighbors

    features = catalogue.readings.features
    distances, indices = NearestNeighbors(n_neighbors=11, algorithm="brute").fit(features).kneighbors(features)
    for index in range(0, 200, 7):
        near = catalogue.neighbours(index)
        np.testing.assert_array_equal(near.indices, indices[index][1:])
        np.testing.assert_allclose(near.distances, distances[index][1:], rtol=1e-4)
        np.testing.assert_array_equal(near.labels, catalogue.dataset.labels[near.indices])


def test_a_duplicate_of_an_image_is_its_neighbour_but_the_image_is_not(bare):
    for index, twin in ((5, 25), (25, 5)):
        near = bare.neighbours(index)
        assert near.indices[0] == twin
        assert index not in near.indices
        assert len(near.indices) == 10


def test_among_many_of_the_same_an_image_is_still_not_its_own_neighbour():
    for index in (0, 250, 499):
        near = nearest_to(np.ones((500, 8), np.float32), np.zeros(500, np.uint8), index, 10)
        assert index not in near.indices
        assert near.distances.tolist() == [0] * 10


def test_few_images_have_few_neighbours():
    near = nearest_to(np.array([[0, 0], [3, 4], [0, 1]], np.float32), np.arange(3, dtype=np.uint8), 0, 10)
    assert (near.indices.tolist(), near.distances.tolist()) == ([2, 1], [1, 5])


def test_features_that_are_no_numbers_have_no_neighbours_and_are_nobodys():
    vectors = np.arange(40, dtype=np.float32).reshape(20, 2)
    vectors[4] = np.nan
    labels = np.zeros(20, np.uint8)
    with pytest.raises(BundleError, match="image 4 must be finite"):
        nearest_to(vectors, labels, 4)
    assert 4 not in nearest_to(vectors, labels, 5, 8).indices


def test_distances_are_exact_far_from_the_origin():
    points = np.array([[5000, 5000], [5000.5, 5000], [5003, 5004]], np.float32)
    assert distances_from(points, points[0]).tolist() == [0, 0.5, 5]


# What an address says


@settings(max_examples=60, deadline=None)
@given(query=QUERIES)
def test_a_question_survives_the_address(catalogue, query):
    parameters = query.to_parameters(catalogue.dataset)
    assert Query.from_parameters(parameters, catalogue.dataset) == (query, [])
    assert all(isinstance(value, str) for value in parameters.values())


def test_an_address_has_only_what_was_asked_for(catalogue):
    assert Query().to_parameters(catalogue.dataset) == {}
    query = Query(split="test", labels=(9, 4), right=False, novelty=(0.25, 1), sort=LIKENESS, descending=True, like=150)
    assert query.to_parameters(catalogue.dataset) == {
        "split": "test",
        "labels": "4,9",
        "right": "no",
        "novelty": "0.25,1.0",
        "sort": "likeness",
        "order": "descending",
        "like": "test-0",
    }


def test_parameters_of_others_do_not_matter(catalogue):
    assert Query.from_parameters({"page": "-7", "model": "x", "image": "?"}, catalogue.dataset) == (Query(), [])


NONSENSE = {
    "split": ["half", "", "Train", "all"],
    "labels": ["10", "", "-1", "3,,4", "three", "3;4", "²", "3.0"],
    "read": ["34", "x"],
    "right": ["maybe", "1", ""],
    "probability": ["0.5", "0.9,0.1", "-1,1", "0,2", "nan,1", "0,inf", "a,b", "0,0.5,1", "1e999,1"],
    "novelty": ["", ",", "0.3-0.4"],
    "suspects": ["perhaps"],
    "like": ["7", "test-50", "<script>"],
    "sort": ["beauty", "", "Index", LIKENESS],
    "order": ["sideways"],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in NONSENSE.items() for value in values])
def test_nonsense_in_an_address_is_named_and_the_rest_is_understood(catalogue, key, value):
    address = {"labels": "7"} if key != "labels" else {"split": "test"}
    query, errors = Query.from_parameters(address | {key: value}, catalogue.dataset)
    assert query == (Query(split="test") if key == "labels" else Query(labels=(7,)))
    assert len(errors) == 1
    assert "Received: " in str(errors[0])
    assert key in str(errors[0])
    assert len(str(errors[0])) < 300


def test_all_nonsense_is_told_of_at_once(catalogue):
    query, errors = Query.from_parameters(dict.fromkeys(PARAMETERS, "?" * 5000), catalogue.dataset)
    assert query == Query()
    assert [str(error).split()[0].rstrip(":") for error in errors] == list(PARAMETERS)
    assert max(len(str(error)) for error in errors) < 300


@settings(max_examples=60, deadline=None)
@given(parameters=st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=12)))
def test_whatever_an_address_says_there_is_a_question_that_can_be_asked(catalogue, parameters):
    query, errors = Query.from_parameters(parameters, catalogue.dataset)
    assert len(errors) <= len(parameters)
    catalogue.find(query)


@pytest.mark.parametrize(
    "settings",
    [
        {"labels": (10,)},
        {"read": (-1,)},
        {"probability": (0.6, 0.5)},
        {"novelty": (0, float("nan"))},
        {"sort": "beauty"},
        {"sort": LIKENESS},
    ],
)
def test_a_question_that_makes_no_sense_cannot_be_made(settings):
    with pytest.raises(ConfigError, match="Received: "):
        Query(**settings)


# A sprite


def test_a_sprite_holds_every_image_in_its_place(catalogue):
    images = catalogue.dataset.images[:7]
    tiles = sprite(images, 3)
    assert tiles.shape == (3 * 28, 3 * 28)
    for index, image in enumerate(images):
        row, column = divmod(index, 3)
        np.testing.assert_array_equal(tiles[28 * row : 28 * row + 28, 28 * column : 28 * column + 28], image)
    assert not tiles[56:, 28:].any()


def test_a_sprite_of_few_images_is_a_full_row_and_one_of_none_has_no_height(catalogue):
    assert sprite(catalogue.dataset.images[:2], 5).shape == (28, 140)
    assert sprite(catalogue.dataset.images[:0], 5).shape == (0, 140)


@pytest.mark.parametrize("images", [np.zeros((2, 28, 28)), np.zeros((28, 28), np.uint8), np.zeros((2, 8, 8), np.uint8)])
def test_a_sprite_of_anything_else_is_refused(images):
    with pytest.raises(ConfigError, match="Received"):
        sprite(images, 2)


def test_a_sprite_needs_a_column(catalogue):
    with pytest.raises(ConfigError, match="Received: 0"):
        sprite(catalogue.dataset.images[:2], 0)


@pytest.fixture(scope="module")
def uci(shared_home):
    return load_dataset("uci-digits", download=False)
