"""Training on tiny data: real Keras runs of seconds."""

import json
import shutil
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest

from mnist_core import load_dataset, paths
from mnist_core.errors import ConfigError, MnistError, TrainingError
from mnist_core.model.architecture import NETWORKS, Architecture, design
from mnist_core.model.bundle import read_history, verify_bundle, write_card
from mnist_core.model.layers import summary
from mnist_core.model.recognizer import open_recognizer
from mnist_core.readings.evaluation_file import read_evaluation
from mnist_core.training.augmentation import augment
from mnist_core.training.config import Augmentation, TrainingConfig, flat
from mnist_core.training.presets import PRESETS, config_from_parameters

TINY = TrainingConfig(
    name="tiny", network="classic", data=("uci-digits",), epochs=8, batch_size=32, learning_rate=0.003
)
CLASSIC = PRESETS["classic"].config
STILL = Augmentation(rotation=0, shift=0, zoom=0, stretch=0, shear=0, elastic=0, thickness=0)


@pytest.fixture(scope="module")
def images():
    return np.array(load_dataset("uci-digits", download=False).images[:64])


# The config


@pytest.mark.parametrize("config", [TINY, *(each.config for each in PRESETS.values())], ids=lambda config: config.name)
def test_a_config_round_trips_through_json(config):
    assert TrainingConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 0},
        {"epochs": 1.5},
        {"epochs": True},
        {"batch_size": -1},
        {"learning_rate": float("nan")},
        {"learning_rate": 0},
        {"validation_share": 0},
        {"validation_share": 1},
        {"seed": -1},
        {"data": ()},
        {"data": (5,)},
        {"limit": -5},
        {"patience": "many"},
        {"non_digits": -1},
        {"stroke_variants": 0},
        {"printed": -1},
        {"pool": 0},
        {"averaging": 1},
        {"mild_epochs": -1},
        {"soft_labels": 2},
        {"augmentation": {"rotation": 400}},
        {"augmentation": {"blur": 1}},
        {"layers": 3},
        {"data": "mnist"},
        {"network": "perceptron"},
        {"optimizer": "magic"},
        {"schedule": 1},
        {"architecture": {"filters": 0}},
        {"architecture": {"kernel": 5, "blocks": 6}},
        {"architecture": {"batch_normalization": 1}},
        {"start_from": "default"},
        {"network": "saved"},
        {"frozen": True},
        {"batch_size": 100_000},
    ],
    ids=str,
)
def test_an_impossible_config_is_refused_by_name(changes):
    values = TINY.to_json() | changes
    named = "fit|filters|normalization" if "architecture" in changes else next(iter(changes))
    with pytest.raises(ConfigError, match=f"(?i){named}"):
        TrainingConfig.from_json(values)


LIMITS = {
    "limit": (0, 10_000_000, 1), "stroke_variants": (1, 100, 1), "non_digits": (0, 1_000_000, 1),
    "epochs": (1, 10_000, 1), "batch_size": (1, 2048, 1), "patience": (1, 10_000, 1), "seed": (0, 2**31 - 1, 1),
    "learning_rate": (1e-7, 10, 1e-9), "weight_decay": (0, 1, 1e-9), "validation_share": (0.01, 0.9, 1e-9),
    "augmentation.rotation": (0, 45, 1e-9), "augmentation.shift": (0, 8, 1e-9), "augmentation.zoom": (0, 0.5, 1e-9),
    "augmentation.stretch": (0, 0.5, 1e-9), "augmentation.shear": (0, 1, 1e-9), "augmentation.elastic": (0, 3, 1e-9),
    "augmentation.thickness": (0, 1, 1e-9), "augmentation.noise": (0, 1, 1e-9), "averaging": (0, 0.99999, 1e-9),
    "mild_epochs": (0, 10_000, 1), "printed": (0, 1_000_000, 1), "pool": (1, 100, 1), "soft_labels": (0, 1, 1e-9),
    "architecture.filters": (1, 256, 1), "architecture.kernel": (2, 9, 1),
    "architecture.blocks": (1, 6, 1), "architecture.dense": (0, 2048, 1), "architecture.dropout": (0, 0.9, 1e-9),
}  # fmt: skip


@pytest.mark.parametrize(("name", "low", "high", "step"), [(name, *limits) for name, limits in LIMITS.items()])
def test_a_setting_is_taken_up_to_its_limits_and_not_beyond(name, low, high, step):
    part, _, within = name.rpartition(".")
    # All kernels fit where padding keeps the size of the maps, and all blocks where strides halve them.
    base = PRESETS["resnet"].config.to_json()

    def with_value(value):
        return TrainingConfig.from_json(base | ({part: base[part] | {within: value}} if part else {within: value}))

    for value in (low, high):
        assert flat(with_value(value).to_json())[name] == value
    for value in (low - step, high + step):
        with pytest.raises(ConfigError, match=f"{name} must be a .*number from"):
            with_value(value)


LESSONS = [
    *((name, preset.config) for name, preset in PRESETS.items()),
    ("classic", replace(CLASSIC, seed=7, epochs=3, data=("mnist", "pen-digits"), optimizer="sgd")),
    ("classic", replace(CLASSIC, architecture=Architecture(filters=8), augmentation=Augmentation(zoom=0.2))),
    ("vgg", replace(PRESETS["vgg"].config, augmentation=None, learning_rate=1e-5)),
    ("fine-tune", replace(PRESETS["fine-tune"].config, start_from="my-model", frozen=True)),
]


@pytest.mark.parametrize(("preset", "config"), LESSONS, ids=range(len(LESSONS)))
def test_a_config_round_trips_through_an_address(preset, config):
    parameters = PRESETS[preset].to_parameters(config)
    again = config_from_parameters(dict(parse_qsl(urlencode(parameters))))
    assert replace(again, name=config.name) == config
    assert len(parameters) <= 14


def test_an_address_names_only_what_differs():
    config = replace(PRESETS["vgg"].config, seed=7, augmentation=Augmentation(rotation=25))
    assert PRESETS["vgg"].to_parameters(config) == {"preset": "vgg", "seed": "7", "augmentation.rotation": "25"}
    assert config_from_parameters({"preset": "classic", "architecture.filters": "4"}).architecture == (
        Architecture(filters=4)
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"preset": "best"},
        {"preset": "quick", "epochs": "many"},
        {"preset": "quick", "epochs": "1e400"},
        {"preset": "quick", "epochs.x": "1"},
        {"preset": "quick", "colour": "red"},
        {"preset": "quick", "augmentation": "strong"},
        {"preset": "quick", "architecture.filters": "8"},
        {"preset": "quick", "learning_rate": "NaN"},
        {"preset": "quick", "data": ""},
    ],
    ids=str,
)
def test_an_address_that_is_no_lesson_is_refused(parameters):
    with pytest.raises(ConfigError):
        config_from_parameters(parameters)


# Augmentation


def test_no_augmentation_changes_nothing(images):
    np.testing.assert_array_equal(augment(images, STILL, np.random.default_rng(0)), images)


def test_augmentation_is_decided_by_its_seed(images):
    first, again, other = (augment(images, Augmentation(), np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, images)


def test_a_quarter_turn_and_a_shift_go_where_they_should():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 13:15] = 255
    turned = [augment(image, Augmentation(45, 0, 0, 0, 0, 0, 0), np.random.default_rng(seed)) for seed in range(20)]
    assert any(each[0, 5:9].any(axis=0).nonzero()[0].mean() > 16 for each in turned)  # leaning to the right
    assert any(each[0, 5:9].any(axis=0).nonzero()[0].mean() < 11 for each in turned)  # and to the left
    shifted = [augment(image, Augmentation(0, 3, 0, 0, 0, 0, 0), np.random.default_rng(seed)) for seed in range(20)]
    middles = [np.average(np.arange(28), weights=each[0].sum(axis=0)) for each in shifted]
    assert min(middles) < 12 < 15 < max(middles)
    assert all(10.4 < middle < 16.6 for middle in middles)


# What is learned from


def test_validation_and_training_images_are_apart_and_from_the_training_split():
    from mnist_core.training.examples import load_examples

    dataset = load_dataset("uci-digits", download=False)
    examples = load_examples(TrainingConfig(name="all", data=("uci-digits",), validation_share=0.2))
    train, validation = (
        {image.tobytes() for image in part.images} for part in (examples.training, examples.validation)
    )
    test = {image.tobytes() for image in np.array(dataset.split("test").images)}
    assert len(examples.training) + len(examples.validation) == len(dataset.split("train"))
    assert len(examples.validation) == round(0.2 * len(dataset.split("train")))
    assert not train & validation
    assert not (train | validation) & test


def test_variants_of_a_held_out_stroke_digit_are_not_trained_on(data_folder):
    from mnist_core.training.examples import load_examples

    config = TrainingConfig(data=("pen-digits",), limit=100, stroke_variants=3)
    examples = load_examples(config)
    assert len(examples.training) == 90 * 3
    assert len(examples.validation) == 10 * 4
    # Only a zero that became an eight has another label than it had.
    changed = examples.training.labels[:90] != examples.training.labels[90:180]
    assert set(examples.training.labels[:90][changed]) <= {0}
    assert set(examples.training.labels[90:180][changed]) <= {8}


def test_non_digits_are_made_for_both_parts_and_are_no_digits_to_temperature_and_novelty(data_folder):
    from mnist_core.training.examples import NON_DIGIT, load_examples

    config = TrainingConfig(data=("pen-digits",), limit=100, stroke_variants=1, non_digits=50)
    examples = load_examples(config)
    assert [(part.labels == NON_DIGIT).sum() for part in (examples.training, examples.validation)] == [50, 5]
    assert examples.training.digits().labels.max() == 9
    assert len(examples.training.digits()) == 90
    made = {image.tobytes() for image in examples.training.images[examples.training.labels == NON_DIGIT]}
    assert not made & {image.tobytes() for image in examples.validation.images}


def test_rewritten_digits_come_from_the_cache_the_second_time(data_folder, fresh_home, monkeypatch):
    from mnist_core.training import examples

    monkeypatch.setenv(paths.DATA_VARIABLE, str(data_folder))
    config = TrainingConfig(data=("pen-digits",), limit=60, stroke_variants=2, non_digits=10)
    first = examples.load_examples(config)
    monkeypatch.setattr(examples, "rewritten", None)
    monkeypatch.setattr(examples, "NonDigits", None)
    again = examples.load_examples(config)
    np.testing.assert_array_equal(first.training.images, again.training.images)
    np.testing.assert_array_equal(first.validation.labels, again.validation.labels)


def test_too_few_images_to_hold_some_out_are_refused():
    from mnist_core.training.examples import load_examples

    with pytest.raises(ConfigError, match="Received: 2"):
        load_examples(TrainingConfig(name="two", data=("uci-digits",), limit=2))


def test_batches_are_decided_by_the_seed_and_cover_every_image_once(images):
    from mnist_core.training.examples import Batches, Images

    labels = np.arange(64, dtype=np.uint8)
    config = TrainingConfig(name="b", data=("uci-digits",), batch_size=24, seed=5)
    first, again = (Batches(Images(images, labels), config) for _ in range(2))
    assert len(first) == 3
    for index in range(3):
        for left, right in zip(first[index], again[index], strict=True):
            np.testing.assert_array_equal(left, right)
    assert sorted(np.concatenate([first[index][1] for index in range(3)])) == labels.tolist()
    before = first[0][1]
    first.on_epoch_end()
    assert not np.array_equal(first[0][1], before)


# Runs


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    from mnist_core.training.trained_model import train_model

    folder = tmp_path_factory.mktemp("models") / "tiny"
    return folder, train_model(TINY, folder, download=False)


def test_a_run_gives_a_whole_model_that_has_learned(trained):
    folder, card = trained
    assert verify_bundle(folder) == card
    assert card.config == TINY.to_json()
    assert card.scores["uci-digits"].accuracy > 0.8
    assert card.epochs == 8
    history = read_history(folder, card)
    assert history["loss"][-1] < history["loss"][0]
    recognizer, _ = open_recognizer(folder)
    test = load_dataset("uci-digits", download=False).split("test")
    probabilities, novelty = recognizer.predict_many(np.array(test.images))
    assert (probabilities.argmax(axis=1) == test.labels).mean() == pytest.approx(card.scores["uci-digits"].accuracy)
    assert (novelty < 0.5).mean() > 0.8
    assert read_evaluation(folder, card, "uci-digits").score == card.scores["uci-digits"]


def test_its_answers_are_counted_on_the_digits_that_were_kept_aside(trained, tmp_path):
    from mnist_core.training.reliability import count_reliability

    folder, card = trained
    found = card.reliability
    assert found.datasets == ("uci-digits",)
    assert found.digits == card.split["validation"]
    assert 0.8 < sum(found.right) / sum(found.answers) < 1
    copy = tmp_path / "uncounted"
    shutil.copytree(folder, copy)
    write_card(copy, replace(card, reliability=None))
    assert count_reliability(copy) == card
    assert verify_bundle(copy) == card


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"taught": {"base": "a", "graph": "b", "drawings": 1, "dataset": "mnist"}}, "a visitor taught"),
        ({"data_hashes": {"uci-digits": "0"}}, "are others than those"),
        ({"split": {"training": 900, "validation": 7}}, "today, 7 then"),
    ],
)
def test_digits_that_a_model_may_have_learned_from_are_not_counted(trained, tmp_path, change, message):
    from mnist_core.training.reliability import count_reliability

    copy = tmp_path / "other"
    shutil.copytree(trained[0], copy)
    before = write_card(copy, replace(trained[1], reliability=None, **change))
    with pytest.raises(MnistError, match=message):
        count_reliability(copy)
    assert verify_bundle(copy) == before


def test_a_model_of_before_writers_were_known_is_counted_on_what_was_kept_aside_then(trained, tmp_path, monkeypatch):
    from mnist_core.training.reliability import count_reliability

    folder, card = trained
    copy = tmp_path / "older"
    shutil.copytree(folder, copy)
    monkeypatch.setattr("mnist_core.training.examples.writers_of", lambda name: np.arange(2_000, dtype=np.int16) // 7)
    write_card(copy, replace(card, reliability=None))
    assert count_reliability(copy) == card
    with pytest.raises(MnistError, match="Other digits are kept aside today"):
        count_reliability(copy)


def test_where_some_images_were_learned_from_nothing_is_counted_again(trained, tmp_path):
    from mnist_core.training.reliability import count_reliability

    copy = tmp_path / "limited"
    shutil.copytree(trained[0], copy)
    write_card(copy, replace(trained[1], config=TrainingConfig(data=("mnist",), limit=300).to_json()))
    with pytest.raises(MnistError, match="does not say whether whole writers were kept aside"):
        count_reliability(copy)


def test_noise_is_more_novel_than_digits(trained):
    recognizer, _ = open_recognizer(trained[0])
    digits = np.array(load_dataset("uci-digits", download=False).split("test").images)
    noise = np.random.default_rng(0).integers(0, 255, (50, 28, 28), np.uint8)
    assert np.median(recognizer.predict_many(noise)[1]) > np.median(recognizer.predict_many(digits)[1])


def test_the_best_epochs_weights_are_kept(tmp_path):
    import keras

    from mnist_core.training.examples import load_examples
    from mnist_core.training.loop import train_network
    from mnist_core.types import as_shades

    # So high a rate that the validation loss goes up and down.
    config = TrainingConfig(
        name="wild", network="classic", data=("uci-digits",), epochs=8, learning_rate=0.02, patience=2, limit=500
    )
    examples = load_examples(config)
    seen = []
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: seen.append(logs["val_loss"]))
    trained = train_network(config, examples, tmp_path, [note])
    images, labels = as_shades(examples.validation.images), examples.validation.labels
    loss, _ = trained.network.evaluate(images, labels, verbose=0)
    assert loss == pytest.approx(min(seen), rel=1e-3)
    assert trained.epochs == len(seen)


@pytest.mark.slow
def test_a_rate_that_explodes_is_said_and_the_old_model_stays(trained):
    from mnist_core.training.trained_model import train_model

    folder, card = trained
    import keras

    config = TrainingConfig(
        name="boom", network="classic", data=("uci-digits",), learning_rate=10, epochs=2, limit=300, augmentation=None
    )

    class Explode(keras.callbacks.Callback):
        """Make a weight infinite, as an exploding step does."""

        def on_train_batch_end(self, batch, logs=None):
            weights = self.model.get_weights()
            weights[-1][:] = np.nan
            self.model.set_weights(weights)

    with pytest.raises(TrainingError, match="learning rate 10"):
        train_model(config, folder, download=False, callbacks=[Explode()])
    assert verify_bundle(folder) == card


CHOSEN = [
    *((name, None) for name in NETWORKS),
    ("classic", Architecture(filters=8, kernel=5, blocks=2, dense=0, dropout=0, batch_normalization=True)),
    ("vgg", Architecture(filters=4, kernel=2, blocks=4, dense=16)),
    ("resnet", Architecture(filters=6, kernel=5, blocks=6, dense=12, batch_normalization=False)),
]


@pytest.mark.parametrize(("name", "chosen"), CHOSEN, ids=str)
def test_a_network_is_what_its_summary_says(name, chosen):
    from mnist_core.model.networks import build_network

    network = build_network(name, chosen)
    rows = summary(design(name, chosen))
    assert network.count_params() == sum(row.parameters for row in rows)
    assert network.get_layer("features").output.shape[1:] == rows[-2].output
    assert network.output_shape == (None, 10)
    assert build_network(name, chosen, non_digits=True).output_shape == (None, 11)


def test_operations_are_counted_as_multiplications():
    first, _, pooled, *_, last = summary(design("classic", Architecture(blocks=2, dense=0, dropout=0)))
    assert (first.output, first.operations) == ((26, 26, 32), 26 * 26 * 32 * 9)
    assert (pooled.output, pooled.operations) == ((13, 13, 32), 0)
    assert (last.output, last.operations) == ((10,), 11 * 11 * 64 * 10)


@pytest.mark.parametrize(
    ("name", "chosen", "message"),
    [
        ("perceptron", None, "perceptron"),
        ("lenet-5", Architecture(), "fixed design"),
        ("classic", Architecture(kernel=5, blocks=4), "do not fit"),
        ("vgg", Architecture(blocks=6), "do not fit"),
    ],
)
def test_a_network_that_cannot_be_is_refused(name, chosen, message):
    with pytest.raises(ConfigError, match=message):
        design(name, chosen)


# What the app wants of a network


@pytest.fixture(scope="module")
def noise():
    rng = np.random.default_rng(0)
    return rng.random((400, 28, 28), np.float32), np.repeat(np.arange(10, dtype=np.uint8), 40)


def test_without_non_digits_novelty_is_mahalanobis_distance(noise):
    import keras
    from scipy.spatial.distance import cdist
    from sklearn.covariance import LedoitWolf

    from mnist_core.model.networks import build_network
    from mnist_core.model.serving import serving_model

    network = build_network("classic")
    novelty = serving_model(network, *noise, *noise).predict(noise[0], verbose=0)["novelty"][:, 0]
    features = keras.Model(network.input, network.get_layer("features").output).predict(noise[0], verbose=0)
    means = np.stack([features[noise[1] == label].mean(axis=0) for label in range(10)])
    covariance = LedoitWolf(assume_centered=True).fit(features - means[noise[1]])
    distances = cdist(features, means, "mahalanobis", VI=np.linalg.inv(covariance.covariance_)).min(axis=1)
    assert (np.argsort(novelty) == np.argsort(distances)).mean() > 0.9
    assert np.mean(novelty >= 0.5) == pytest.approx(0.01, abs=0.01)
    assert np.median(novelty) == pytest.approx(0.05, abs=0.01)


def test_with_non_digits_novelty_is_the_lead_of_their_logit(noise):
    from mnist_core.model.networks import build_network
    from mnist_core.model.serving import serving_model

    network = build_network("classic", non_digits=True)
    novelty = serving_model(network, *noise, *noise).predict(noise[0], verbose=0)["novelty"][:, 0]
    logits = network.predict(noise[0], verbose=0)
    lead = logits[:, 10] - logits[:, :10].max(axis=1)
    assert (np.argsort(novelty) == np.argsort(lead)).mean() > 0.9
    assert np.mean(novelty >= 0.5) == pytest.approx(0.01, abs=0.01)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_the_temperature_is_found_that_labels_were_drawn_with(temperature):
    from scipy.special import softmax

    from mnist_core.model.serving import fit_temperature

    rng = np.random.default_rng(0)
    logits = rng.normal(0, 5, (20_000, 10)).astype(np.float32)
    chances = softmax(logits / temperature, axis=1)
    labels = (rng.random((len(logits), 1)) > np.cumsum(chances, axis=1)).sum(axis=1).clip(max=9).astype(np.uint8)
    assert fit_temperature(logits, labels) == pytest.approx(temperature, rel=0.05)


def test_digits_that_are_all_read_right_do_not_make_a_network_surer():
    from mnist_core.model.serving import fit_temperature

    labels = np.arange(50, dtype=np.uint8) % 10
    assert fit_temperature(np.eye(10, dtype=np.float32)[labels] * 9, labels) >= 1
