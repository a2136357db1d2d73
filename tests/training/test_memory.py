"""How much memory a run is expected to need, and that one for which there is not enough never begins."""

from dataclasses import replace

import pytest

from mnist_core import jobs, memory
from mnist_core.datasets import load_dataset
from mnist_core.errors import LimitError
from mnist_core.jobs import bounds
from mnist_core.maps.finding import MAP
from mnist_core.maps.library import save_map
from mnist_core.memory import GIGABYTE
from mnist_core.model.architecture import Architecture, design
from mnist_core.model.layers import summary, values
from mnist_core.owners import KEEPER, new_token, owner_of
from mnist_core.training.config import TrainingConfig
from mnist_core.training.costs import network_of
from mnist_core.training.memory import memory_expected
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import RunSettings, start_run
from mnist_core.tuning.searches import memory_of_search, start_search
from mnist_core.tuning.settings import SearchSettings
from mnist_core.tuning.space import Choices, Range, Space
from tests.small_maps import small_map

MIB = 2**20
UCI = ("uci-digits",)
# The link that was accepted: batches for which the layers give 17 GB of numbers.
HUGE = TrainingConfig(
    network="vgg", architecture=Architecture(256, batch_normalization=True), batch_size=2048, data=UCI
)

# Peaks of real runs, as `mnist_core.training.memory` has them: MiB by network, architecture, images and batch size.
MEASURED = [
    (977, "quick", None, 1000, 128),
    (1465, "quick", None, 60_000, 128),
    (1330, "vgg", Architecture(32, dense=64), 2048, 512),
    (1555, "vgg", Architecture(32, dense=64, batch_normalization=True), 2048, 512),
    (3056, "vgg", Architecture(64, dense=64, batch_normalization=True), 2300, 1024),
    (1795, "resnet", Architecture(64, dense=0, batch_normalization=True), 1100, 512),
    (2193, "classic", Architecture(128, blocks=2, dense=64), 1500, 1024),
    (3201, "classic", Architecture(64, blocks=1, dense=1024), 512, 128),
]


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home whose jobs wait for ever."""


@pytest.mark.parametrize(("peak", "network", "architecture", "images", "batch"), MEASURED)
def test_the_estimate_is_near_what_real_runs_took(peak, network, architecture, images, batch):
    config = TrainingConfig(network=network, architecture=architecture, data=("mnist",), limit=images, batch_size=batch)
    assert 0.97 < memory_expected(config) / MIB / peak < 1.2


def test_a_pool_and_an_average_need_more():
    usual = TrainingConfig(data=("mnist",), non_digits=10_000, printed=5_000)
    pool = memory_expected(replace(usual, pool=8)) - memory_expected(usual)
    assert pool >= 7 * 15_000 * 28 * 28
    weights = sum(layer.parameters for layer in summary(network_of(usual)))
    assert memory_expected(replace(usual, averaging=0.999)) - memory_expected(usual) >= 2 * 4 * weights


def test_layers_within_residual_blocks_and_the_outputs_are_counted():
    architecture = Architecture(filters=4, blocks=1, dense=0, dropout=0)
    side, half = 28 * 28 * 4, 14 * 14 * 4
    # convolution, ReLU | shortcut, convolution, ReLU, convolution, their sum | ReLU, mean, outputs
    assert values(design("resnet", architecture)) == [side, side, half, half, half, half, half, half, 4, 10]


def test_more_of_anything_needs_more():
    def needed(batch=128, filters=32, dense=64, limit=1000):
        architecture = Architecture(filters=filters, dense=dense)
        return memory_expected(
            TrainingConfig(network="classic", architecture=architecture, batch_size=batch, limit=limit, data=("mnist",))
        )

    least = needed(batch=1024)
    assert all(needed(**{"batch": 1024} | more) > least for more in ({"filters": 64}, {"dense": 512}, {"limit": 9000}))
    assert needed(batch=2048) > least > needed()


@pytest.mark.parametrize("preset", PRESETS)
def test_every_recipe_needs_less_than_a_small_laptop_has(preset):
    assert (memory_expected(PRESETS[preset].config) or 0) < 3.5 * GIGABYTE


def test_of_a_network_that_is_not_known_any_more_nothing_is_said(fresh_home):
    assert memory_expected(TrainingConfig(network="saved", start_from="gone", data=UCI)) is None


def test_a_link_for_which_there_is_no_memory_is_refused_with_both_figures(idle, monkeypatch):
    monkeypatch.setenv(memory.VARIABLE, "8000")
    assert memory_expected(HUGE) > 17 * GIGABYTE
    with pytest.raises(LimitError, match=r"needs about \d\d\.\d GB of memory, and this machine has 8\.0 GB"):
        start_run(RunSettings(HUGE, "vgg"), KEEPER)
    assert jobs.all_jobs() == []


def test_a_search_is_refused_by_its_largest_network(idle, monkeypatch):
    space = Space({"filters": Range(8, 256, 8), "batch_size": Choices((32, 2048))})
    settings = SearchSettings(
        base=TrainingConfig(network="vgg", architecture=Architecture(batch_normalization=True), data=UCI), space=space
    )
    assert memory_of_search(settings) > 17 * GIGABYTE
    monkeypatch.setenv(memory.VARIABLE, "8000")
    with pytest.raises(LimitError, match="GB of memory"):
        start_search(settings, by=KEEPER)
    assert jobs.all_jobs() == []


def test_what_runs_now_is_free_again_for_what_waits(idle, monkeypatch):
    need = memory_expected(TrainingConfig(data=UCI, network="quick"))
    monkeypatch.setenv(memory.VARIABLE, str(need // 10**6 - 10))
    with pytest.raises(LimitError):
        start_run(RunSettings(TrainingConfig(data=UCI, network="quick"), "quick"))
    monkeypatch.setattr("mnist_core.training.run_settings.queue.held_bytes", lambda: 20 * 10**6)
    assert start_run(RunSettings(TrainingConfig(data=UCI, network="quick"), "quick")).is_active


def test_a_visitor_asks_for_so_many_epochs_and_the_keeper_for_more(idle):
    many = TrainingConfig(data=UCI, network="quick", epochs=bounds.EPOCHS + 1)
    with pytest.raises(LimitError, match="Epochs of a run: 500 is the most"):
        start_run(RunSettings(many, "quick"), new_token())
    assert start_run(RunSettings(many, "quick"), KEEPER).is_active


def test_runs_that_are_to_give_a_model_count_among_the_models(idle, monkeypatch):
    monkeypatch.setenv(bounds.MODELS.visitors_variable, "2")
    anna = new_token()
    config = TrainingConfig(data=UCI, network="quick")
    for _ in range(2):
        start_run(RunSettings(config, "quick"), anna)
    with pytest.raises(LimitError, match="Models: you have 2"):
        start_run(RunSettings(config, "quick"), anna)


@pytest.mark.parametrize("kind", ["runs", "maps"])
def test_what_was_cancelled_is_not_gone_on_with_beside_as_many_as_a_visitor_may_have(idle, monkeypatch, kind):
    anna = new_token()

    def begun():
        if kind == "runs":
            return start_run(RunSettings(TrainingConfig(data=UCI, network="quick"), "quick"), anna)
        return MAP.start(anna, small_map("pixels", dataset=UCI[0]).config, load_dataset(UCI[0]))

    job = begun()
    jobs.cancel(job.id, anna)
    if kind == "runs":
        monkeypatch.setenv(bounds.MODELS.visitors_variable, "1")
        begun()
    else:
        save_map(small_map("pixels", dataset=UCI[0], seed=3), owner=owner_of(anna))
        monkeypatch.setenv(bounds.MAPS.visitors_variable, "1")
    with pytest.raises(LimitError, match="you have 1"):
        jobs.resume(job.id, anna)
    assert jobs.find(job.id).state == "cancelled"


def test_a_search_is_not_gone_on_with_where_there_is_no_memory_for_it(idle, monkeypatch):
    settings = SearchSettings(
        base=TrainingConfig(network="quick", data=UCI), space=Space({"batch_size": Choices((32, 64))})
    )
    job = start_search(settings, by=KEEPER)
    jobs.cancel(job.id, KEEPER)
    monkeypatch.setenv(memory.VARIABLE, "10")
    with pytest.raises(LimitError, match="GB of memory"):
        jobs.resume(job.id, KEEPER)
