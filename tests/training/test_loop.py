"""The training loop: cut off and gone on with, damaged, stopped and tuned; Keras runs of seconds on tiny data."""

import itertools
import json
import logging
import math
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_core import paths
from mnist_core.errors import BundleError, ConfigError, TrainingError
from mnist_core.model.architecture import SAVED, Architecture
from mnist_core.model.bundle import model_folder, verify_bundle, written_bundle
from mnist_core.model.recognizer import open_recognizer
from mnist_core.training import checkpoints, costs, loop, speeds
from mnist_core.training.checkpoints import HELD_OUT, read_history, resumed
from mnist_core.training.config import OPTIMIZERS, SCHEDULES, TrainingConfig
from mnist_core.training.examples import load_examples
from mnist_core.training.loop import ALL_EPOCHS, NO_BETTER, NOT_A_NUMBER, STOPPED, compiled_network, train_network
from mnist_core.training.presets import PRESETS
from mnist_core.training.trained_model import keep_model, train_model, with_data_at_hand
from mnist_core.types import as_shades

REPOSITORY = Path(__file__).resolve().parents[2]
TINY = TrainingConfig(
    name="tiny",
    network="classic",
    architecture=Architecture(filters=8, blocks=2, dense=16, dropout=0.2),
    data=("uci-digits",),
    limit=120,
    epochs=6,
    batch_size=32,
    learning_rate=0.01,
    patience=20,
    seed=3,
)
STEPS = 4  # an epoch of TINY

# A run whose process is killed in the middle of its fourth epoch.
KILLED = """
import json, os, signal, sys
from pathlib import Path
import keras
from mnist_core.training import costs, loop
from mnist_core.training.config import TrainingConfig
from mnist_core.training.examples import load_examples

class Kill(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch
    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == 3 and batch == 1:
            os.kill(os.getpid(), signal.SIGKILL)

costs.STEPS_TOGETHER = 1
config = TrainingConfig.from_json(json.loads(sys.argv[1]))
loop.train_network(config, load_examples(config), Path(sys.argv[2]), [Kill()])
"""

# A processor in place of two GPUs.
SHARED = """
import json, sys
from pathlib import Path
import tensorflow as tf
processor = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
from mnist_core.training import loop
from mnist_core.training.config import TrainingConfig
from mnist_core.training.trained_model import train_model
loop._gpus = lambda: ["CPU:0", "CPU:1"]
config = TrainingConfig.from_json(json.loads(sys.argv[1]))
assert loop.compiled_network(config, 1).distribute_strategy.num_replicas_in_sync == 2
train_model(config, Path(sys.argv[2]))
"""


class Spoil(keras.callbacks.Callback):
    """Sets every weight to a number before each epoch from the `first` on."""

    def __init__(self, first, value):
        super().__init__()
        self.first, self.value = first, value

    def on_epoch_begin(self, epoch, logs=None):
        if epoch >= self.first:
            self.model.set_weights([np.full_like(weights, self.value) for weights in self.model.get_weights()])


@pytest.fixture(scope="module")
def examples():
    return load_examples(TINY)


@pytest.fixture(scope="module")
def uncut(examples, tmp_path_factory):
    """A run of six epochs that nothing happened to, and its work folder."""
    work = tmp_path_factory.mktemp("uncut")
    return train_network(TINY, examples, work), work


@pytest.fixture
def work(uncut, tmp_path):
    """What a run that was cut off after its sixth epoch leaves behind."""
    return shutil.copytree(uncut[1], tmp_path / "work")


@pytest.fixture
def step_by_step(monkeypatch):
    monkeypatch.setattr(costs, "STEPS_TOGETHER", 1)


def in_another_process(code, config, folder):
    return subprocess.run(
        [sys.executable, "-c", code, json.dumps(config.to_json()), folder],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


def history_of(work):
    return read_history(work / "history.csv")


def losses(work):
    return [row["val_loss"] for row in history_of(work)]


def validation_loss(network, examples):
    images, labels = as_shades(examples.validation.images), examples.validation.labels
    return network.evaluate(images, labels, verbose=0)[0]


def after(calls):
    """A wish to stop that is there from so many questions on."""
    asked = itertools.count(1)
    return lambda: next(asked) >= calls


def same_weights(network, other):
    return all(np.array_equal(*pair) for pair in zip(network.get_weights(), other.get_weights(), strict=True))


# Cut off


@pytest.mark.slow
def test_a_killed_run_goes_on_as_if_it_had_not_been(examples, uncut, tmp_path):
    killed = in_another_process(KILLED, TINY, tmp_path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = history_of(tmp_path)
    assert len(before) == 3
    trained = train_network(TINY, examples, tmp_path)
    history = history_of(tmp_path)
    assert [row["epoch"] for row in history] == [0, 1, 2, 3, 4, 5]
    assert history[:3] == before
    assert [row["seconds"] for row in history] == sorted(row["seconds"] for row in history)
    assert (trained.epochs, trained.ending, trained.seconds) == (6, ALL_EPOCHS, history[-1]["seconds"])
    # The same images in the same order, the same dropout, the same optimiser.
    assert losses(tmp_path) == pytest.approx(losses(uncut[1]), rel=1e-4)


def test_a_best_epoch_before_the_cut_is_found(examples, uncut, work):
    trained = train_network(replace(TINY, epochs=7), examples, work, [Spoil(6, 0)])
    assert len(losses(work)) == 7
    assert losses(work)[-1] == pytest.approx(math.log(10), abs=0.2)
    assert validation_loss(trained.network, examples) == pytest.approx(min(losses(uncut[1])), rel=1e-4)


def test_a_run_that_was_over_is_not_gone_on_with(examples, tmp_path):
    config = replace(TINY, patience=2)
    for _ in range(2):
        trained = train_network(config, examples, tmp_path, [Spoil(1, 0)])
        assert (trained.epochs, trained.ending) == (3, NO_BETTER)
        assert [row["epoch"] for row in history_of(tmp_path)] == [0, 1, 2]
    assert validation_loss(trained.network, examples) == pytest.approx(losses(tmp_path)[0], rel=1e-4)


def test_patience_counts_the_epochs_before_the_cut(examples, work):
    lowest = int(np.argmin(losses(work)))
    patience = 7 - lowest
    trained = train_network(replace(TINY, epochs=20, patience=patience), examples, work, [Spoil(6, 0)])
    assert (trained.epochs, trained.ending) == (lowest + patience + 1, NO_BETTER)


# Damage


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("latest.weights.h5", lambda content: content[: len(content) // 2]),
        ("latest.weights.h5", lambda content: b""),
        ("latest.weights.h5", lambda content: bytes(len(content))),
        ("latest.weights.h5", lambda content: content[:2000] + b"\xff" * 4000 + content[6000:]),
        ("training_metadata.json", lambda content: content[:5]),
        ("training_metadata.json", lambda content: b'{"epoch": null}'),
        ("training_metadata.json", lambda content: b"[]"),
        ("training_metadata.json", lambda content: content.replace(b"6", b"60")),
    ],
    ids=range(8),
)
def test_a_damaged_checkpoint_falls_back_to_the_one_before(work, name, damage):
    path = work / "backup" / name
    path.write_bytes(damage(path.read_bytes()))
    network, sound = compiled_network(TINY, STEPS), compiled_network(TINY, STEPS)
    history = resumed(network, work)
    sound.load_weights(shutil.copyfile(work / "backup" / "latest.weights.h5.bkp", work / "copy.weights.h5"))
    assert [row["epoch"] for row in history] == [row["epoch"] for row in history_of(work)] == [0, 1, 2, 3, 4]
    assert same_weights(network, sound)
    assert network.optimizer.iterations == 5 * STEPS
    for name in ("latest.weights.h5", "training_metadata.json"):
        assert (work / "backup" / name).read_bytes() == (work / "backup" / f"{name}.bkp").read_bytes()


def test_after_a_damaged_checkpoint_the_run_ends_as_if_nothing_had_been(examples, uncut, work):
    latest = work / "backup" / "latest.weights.h5"
    latest.write_bytes(latest.read_bytes()[:-3000])
    train_network(TINY, examples, work)
    assert [row["epoch"] for row in history_of(work)] == [0, 1, 2, 3, 4, 5]
    assert losses(work) == pytest.approx(losses(uncut[1]), rel=1e-4)


def test_without_a_sound_checkpoint_training_begins_anew_and_says_so(work, caplog):
    for path in (work / "backup").glob("*.h5*"):
        # The first layers can be read, and must not stay.
        path.write_bytes(path.read_bytes().replace(b"dense_1", b"dense_?"))
    network = compiled_network(TINY, STEPS)
    untouched = keras.models.clone_model(network)
    untouched.set_weights(network.get_weights())
    assert resumed(network, work) == []
    assert "training begins anew" in caplog.text
    assert list(work.iterdir()) == []
    assert same_weights(network, untouched)
    assert network.optimizer.iterations == 0


def test_a_run_begins_anew_where_other_images_are_held_out_by_now(work, caplog):
    first, second = (np.full((3, 28, 28), shade, np.uint8) for shade in (1, 2))
    (work / HELD_OUT).unlink()  # as earlier versions, which wrote down nothing of it
    done = len(resumed(compiled_network(TINY, STEPS), work, first))
    assert done
    assert len(resumed(compiled_network(TINY, STEPS), work, first)) == done
    assert caplog.text == ""
    assert resumed(compiled_network(TINY, STEPS), work, second) == []
    assert "Other images are held out now" in caplog.text
    assert [path.name for path in work.iterdir()] == [HELD_OUT]


def test_a_run_that_has_nothing_behind_it_says_nothing(tmp_path, caplog):
    assert resumed(compiled_network(TINY, STEPS), tmp_path / "new") == []
    assert caplog.text == ""


@pytest.mark.parametrize("content", [None, b"", b"no weights"])
def test_damaged_best_weights_are_replaced_by_the_last_with_a_warning(examples, work, caplog, content):
    best = work / checkpoints.BEST
    best.unlink()
    if content is not None:
        best.write_bytes(content)
    last = compiled_network(TINY, STEPS)
    last.load_weights(work / "backup" / "latest.weights.h5")
    trained = train_network(TINY, examples, work)
    assert same_weights(trained.network, last)
    assert "the last epoch's are taken" in caplog.text


@pytest.mark.parametrize(
    "line", ["2", "2,0.5", "2,0.5,0.1,1.5,0.9,", "2,0.5,0.1,1.5,0.9,0.", "2,0.5,0.1,1.5,0.9,x\n", "\0\0\0\n", "2,1\n"]
)
def test_half_a_line_of_the_history_is_left_out(tmp_path, line):
    path = tmp_path / "history.csv"
    header, *rows = "epoch,accuracy,loss,seconds,val_accuracy,val_loss\n", "0,1,2,3,4,5\n", "1,6,7,8,9,10\n"
    path.write_text("".join([header, *rows, line]))
    assert [list(row.values()) for row in read_history(path)] == [[0, 1, 2, 3, 4, 5], [1, 6, 7, 8, 9, 10]]


def test_a_checkpoint_that_the_history_does_not_reach_is_not_used(work):
    path = work / "history.csv"
    path.write_bytes(path.read_bytes()[:-4])
    assert len(resumed(compiled_network(TINY, STEPS), work)) == 5


# Stopped


def test_a_stop_in_the_first_epoch_keeps_what_it_has_learned(examples, tmp_path, step_by_step):
    trained = train_network(TINY, examples, tmp_path, stop=after(2))
    assert (trained.epochs, trained.ending) == (1, STOPPED)
    assert trained.network.optimizer.iterations == 2
    assert validation_loss(trained.network, examples) == pytest.approx(losses(tmp_path)[0], rel=1e-4)


def test_a_later_stop_gives_the_best_epoch_at_once(examples, uncut, tmp_path, step_by_step):
    calls = 2 * (STEPS + 1) + 2  # each step, and the one look at the validation images
    trained = train_network(TINY, examples, tmp_path, stop=after(calls))
    assert (trained.epochs, trained.ending) == (2, STOPPED)
    assert losses(tmp_path) == pytest.approx(losses(uncut[1])[:2], rel=1e-3)
    assert validation_loss(trained.network, examples) == pytest.approx(min(losses(tmp_path)), rel=1e-4)


def test_an_error_in_the_question_whether_to_stop_ends_the_run(examples, tmp_path):
    def refuse():
        raise InterruptedError("not wanted at all")

    with pytest.raises(InterruptedError, match="not wanted"):
        train_network(TINY, examples, tmp_path, stop=refuse)


def test_a_run_that_becomes_not_a_number_keeps_its_best_epoch(examples, tmp_path):
    for _ in range(2):
        trained = train_network(TINY, examples, tmp_path, [Spoil(2, np.nan)])
        assert (trained.epochs, trained.ending) == (3, NOT_A_NUMBER)
        assert np.isnan(losses(tmp_path)).tolist() == [False, False, True]
    assert validation_loss(trained.network, examples) == pytest.approx(np.nanmin(losses(tmp_path)), rel=1e-4)


def test_a_run_without_a_good_epoch_is_refused_each_time(examples, tmp_path):
    for _ in range(2):
        with pytest.raises(TrainingError, match=r"not a number. Received: learning rate 0\.01. Try a smaller one"):
            train_network(TINY, examples, tmp_path, [Spoil(0, np.nan)])
    assert len(losses(tmp_path)) == 1


# What it trains with


# One pair of each is quick enough for every day, so that no optimiser and no schedule goes untried.
@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [
        pytest.param(optimizer, schedule, marks=[] if number % len(SCHEDULES) == place else [pytest.mark.slow])
        for number, optimizer in enumerate(OPTIMIZERS)
        for place, schedule in enumerate(SCHEDULES)
    ],
)
def test_every_optimiser_learns_at_every_schedule(optimizer, schedule, tmp_path):
    config = replace(TINY, optimizer=optimizer, schedule=schedule, limit=40, epochs=1)
    examples = load_examples(config)
    before = validation_loss(compiled_network(replace(config, learning_rate=1), 2), examples)
    trained = train_network(config, examples, tmp_path)
    assert (trained.epochs, trained.ending) == (1, ALL_EPOCHS)
    assert math.isfinite(losses(tmp_path)[0])
    assert losses(tmp_path)[0] != before


def test_the_rate_warms_up_for_an_epoch_and_falls_along_a_cosine():
    config = replace(TINY, schedule="cosine", learning_rate=0.1)
    rates = rates_at((0, 5, 10, 30, 50), compiled_network(replace(config, epochs=5), steps=10))
    assert rates == pytest.approx([0.01, 0.055, 0.1, 0.05, 0.0], abs=1e-6)
    rates = rates_at((0, 1), compiled_network(replace(config, epochs=1), steps=1))
    assert rates == pytest.approx([0.1, 0.0])


def rates_at(steps, network):
    """The learning rate at each of these steps."""
    rates = []
    for step in steps:
        network.optimizer.iterations.assign(step)
        rates.append(float(network.optimizer.learning_rate))
    return rates


@pytest.mark.slow
def test_steps_that_run_together_give_what_they_give_one_by_one(examples, uncut, tmp_path, step_by_step):
    trained = train_network(TINY, examples, tmp_path)
    assert losses(tmp_path) == pytest.approx(losses(uncut[1]), rel=1e-3)
    for weights, together in zip(trained.network.get_weights(), uncut[0].network.get_weights(), strict=True):
        np.testing.assert_allclose(weights, together, atol=1e-3)


def test_only_small_steps_run_together():
    heavy = replace(PRESETS["vgg"].config, architecture=Architecture(filters=128), batch_size=1024)
    unknown = replace(PRESETS["fine-tune"].config, start_from="no-such-model")
    configs = TINY, PRESETS["quick"].config, heavy, unknown
    assert [costs.steps_together(config) for config in configs] == [16, 11, 1, 1]


def test_several_gpus_share_a_batch_in_equal_parts():
    gpus = ["GPU:0", "GPU:1", "GPU:2"]
    assert [loop.sharing(size, gpus) for size in (1, 32, 33)] == [gpus[:1], gpus[:2], gpus]
    assert loop.sharing(32, []) == []


@pytest.mark.slow
def test_two_devices_train_a_model_together(tmp_path):
    # One image more than two devices can share, in the last batch and for validation.
    config = replace(TINY, limit=109, epochs=5, validation_share=0.1)
    shared = in_another_process(SHARED, config, tmp_path / "shared")
    assert shared.returncode == 0, shared.stderr
    card = verify_bundle(tmp_path / "shared")
    assert (card.epochs, card.ending) == (5, ALL_EPOCHS)
    first, *_, last = losses(tmp_path / "shared")
    assert last < first < 2.4


# Going on from a model


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A model to start from, as the network that was saved."""
    config = replace(TINY, name="loop-base", network="quick", architecture=None, epochs=2)
    examples = load_examples(config)
    trained = train_network(config, examples, tmp_path_factory.mktemp("work"))
    folder = model_folder(config.name)
    with written_bundle(folder) as part:
        (part / "history.csv").write_text("epoch\n")
        keep_model(config, examples, trained, part)
    yield trained.network
    shutil.rmtree(folder)


@pytest.fixture
def tuning(base):
    return replace(TINY, name="tuned", network=SAVED, architecture=None, start_from="loop-base", epochs=1)


@pytest.mark.slow
def test_tuning_starts_with_what_the_model_has_learned(base, tuning, examples):
    images = as_shades(examples.validation.images)
    logits = [network.predict(images, verbose=0) for network in (base, compiled_network(tuning, STEPS))]
    np.testing.assert_allclose(*logits, atol=1e-5)


@pytest.mark.parametrize("frozen", [False, True])
def test_a_frozen_network_changes_only_its_last_layer(base, tuning, examples, tmp_path, frozen):
    network = train_network(replace(tuning, frozen=frozen), examples, tmp_path).network
    learned = {layer.name for layer in network.layers if layer.get_weights() and layer.trainable}
    changed = {
        layer.name
        for layer, before in ((layer, base.get_layer(layer.name)) for layer in network.layers)
        if not same_weights(layer, before)
    }
    assert changed == learned
    assert (learned == {"digit_logits"}) == frozen


def test_a_base_that_cannot_be_started_from_is_refused(tuning):
    with pytest.raises(ConfigError, match=r"loop-base has not learned what is no digit.* must be 0. Received: 50"):
        compiled_network(replace(tuning, non_digits=50), STEPS)
    with pytest.raises(BundleError, match=r"There is no model in .*gone"):
        compiled_network(replace(tuning, start_from="gone"), STEPS)


@pytest.mark.slow
def test_the_shipped_model_still_knows_what_is_no_digit_after_tuning(tmp_path):
    config = replace(PRESETS["fine-tune"].config, data=("uci-digits",), limit=200, epochs=1, batch_size=32)
    card = train_model(config, tmp_path / "tuned", download=False)
    assert card.scores["uci-digits"].accuracy > 0.9
    recognizer, _ = open_recognizer(tmp_path / "tuned")
    others = load_examples(replace(TINY, non_digits=100)).training
    _, novelty = recognizer.predict_many(np.array(others.images))
    assert np.mean(novelty[others.labels == 10] >= 0.5) > 0.7
    assert np.mean(novelty[others.labels < 10] >= 0.5) < 0.2


# What there is to learn from


@pytest.fixture
def offline(fresh_home, monkeypatch):
    """Nothing is at hand and nothing can be downloaded."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    return fresh_home


def test_offline_the_bundled_digits_stand_in(offline, caplog):
    config = replace(PRESETS["handwriting"].config, limit=5000, non_digits=20, printed=10)
    used = with_data_at_hand(config)
    assert used == replace(config, data=("uci-digits",), limit=1438)
    assert "Using uci-digits instead of mnist" in caplog.text
    examples = load_examples(used)
    assert (len(examples.training), len(examples.validation)) == (1294 + 20 + 10, 144 + 2 + 1)


def test_offline_what_is_there_is_enough(offline):
    config = replace(TINY, data=("uji-digits", "uci-digits", "pen-digits"))
    assert with_data_at_hand(config).data == ("uci-digits",)


def test_data_at_hand_stay_as_they_are(offline):
    assert with_data_at_hand(TINY) == TINY


def test_more_images_than_there_are_is_refused_with_both_numbers():
    with pytest.raises(ConfigError, match=r"limit must be .* to 1438\. Received: int 5000"):
        load_examples(replace(TINY, limit=5000))


# Costs


def test_the_time_expected_grows_with_epochs_images_and_operations():
    config = replace(PRESETS["classic"].config, data=("mnist",), limit=10_000, epochs=2)

    def seconds(**changes):
        return costs.seconds_expected(replace(config, **changes), "classic", {"classic": 0.001})

    wider = Architecture(filters=64)
    ratio = costs.operations(replace(config, architecture=wider)) / costs.operations(config)
    assert seconds() == pytest.approx(0.001 * 10_000 * (1 - 0.2 * 2 / 3) * 2)
    assert seconds(epochs=6) == pytest.approx(3 * seconds())
    assert seconds(limit=20_000) == pytest.approx(2 * seconds())
    assert seconds(architecture=wider) == pytest.approx(ratio * seconds())
    assert ratio > 3


def test_a_time_that_nobody_can_know_is_none():
    unknown = replace(PRESETS["fine-tune"].config, start_from="no-such-model")
    assert costs.seconds_expected(unknown, "fine-tune", {"fine-tune": 0.001}) is None
    assert costs.seconds_expected(PRESETS["vgg"].config, "vgg", {"quick": 0.001}) is None


def test_operations_follow_a_chain_of_models(fresh_home):
    def note(name, config):
        card = json.loads((paths.SHIPPED_MODELS / "default" / "card.json").read_text())
        folder = model_folder(name)
        folder.mkdir(parents=True)
        (folder / "card.json").write_text(json.dumps(card | {"name": name, "config": config.to_json()}))

    def started_from(name):
        return replace(PRESETS["fine-tune"].config, start_from=name)

    note("first", PRESETS["vgg"].config)
    note("second", started_from("first"))
    note("circle", started_from("circle"))
    assert costs.operations(started_from("second")) == costs.operations(PRESETS["vgg"].config) > 0
    assert costs.operations(PRESETS["fine-tune"].config) == costs.operations(PRESETS["handwriting"].config) > 0
    assert [costs.operations(started_from(name)) for name in ("circle", "gone")] == [0, 0]


def test_speeds_are_kept(fresh_home):
    assert speeds.read_speeds() == {}
    speeds.write_speeds({"quick": 0.25, "vgg": 0.5})
    assert speeds.read_speeds() == {"quick": 0.25, "vgg": 0.5}


@pytest.mark.parametrize(
    "text",
    ["", "{", "5", '["quick"]', '"quick"', '{"quick": null}', '{"quick": "x"}', '{"quick": 0}', '{"quick": NaN}'],
)
def test_damaged_speeds_are_measured_again(fresh_home, caplog, text):
    speeds.write_speeds({})
    (fresh_home / speeds.FILE).write_text(text)
    with caplog.at_level(logging.WARNING):
        assert speeds.read_speeds() == {}
    assert "are measured again" in caplog.text
