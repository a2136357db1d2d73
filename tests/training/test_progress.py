"""How far a run is by what it tells, in figures worked out by hand."""

import pytest

from mnist_core.training.progress import Progress

BEGUN = {"kind": "training", "images": 200, "validation": 20, "watched": {"dataset": "mnist"}}


def step(epoch, number, time, steps=10, loss=0.5):
    return {
        "kind": "step",
        "epoch": epoch,
        "step": number,
        "steps": steps,
        "time": time,
        "read": [number],
        "loss": loss,
        "accuracy": 0.9,
    }


def epoch(number, time):
    return {"kind": "epoch", "epoch": number, "time": time, "read": [7], "val_loss": 0.1}


@pytest.fixture
def progress():
    begun = Progress()
    begun.take([BEGUN])
    return begun


def test_a_run_waits_until_it_prepares_and_then_learns():
    progress = Progress()
    assert (progress.stage, progress.place, progress.images_used, progress.rate) == ("waiting", 0, 0, 0)
    progress.take([{"kind": "preparing"}, {"kind": "unheard of"}, {}])
    assert progress.stage == "preparing"
    progress.take([BEGUN])
    assert (progress.stage, progress.images, progress.validation) == ("training", 200, 20)
    assert progress.watched == {"dataset": "mnist"}


def test_the_place_counts_parts_of_epochs(progress):
    progress.take([step(0, 5, 100.0)])
    assert (progress.place, progress.images_used, progress.read) == (0.5, 100, [5])
    progress.take([epoch(0, 110.0)])
    assert (progress.place, progress.images_used, progress.read) == (1.0, 200, [7])
    progress.take([step(1, 2, 111.0)])
    assert (progress.place, len(progress.epochs)) == (1.2, 1)
    progress.take([BEGUN | {"kind": "measuring"}])
    assert (progress.stage, progress.place) == ("measuring", 1.0)


def test_the_rate_is_the_first_ones_and_then_mostly_what_it_was(progress):
    progress.take([step(0, 2, 100.0)])
    assert progress.rate == 0
    progress.take([step(0, 4, 102.0)])
    assert progress.rate == pytest.approx(0.2 * 200 / 2)
    progress.take([step(0, 6, 103.0)])
    assert progress.rate == pytest.approx(0.8 * 20 + 0.2 * 40)
    progress.take([step(0, 8, 103.0)])
    assert progress.rate == pytest.approx(0.8 * 24 + 0.2 * 0.2 * 200 / 1e-3)


def test_a_run_that_goes_on_from_before_has_no_rate_from_going_back(progress):
    progress.take([step(0, 6, 100.0), step(0, 8, 101.0)])
    before = progress.rate
    progress.take([step(0, 3, 150.0)])
    assert progress.rate == before
    assert [each["place"] for each in progress.steps] == [0.3]
    progress.take([step(0, 3, 151.0)])
    assert progress.rate == before
    assert [each["place"] for each in progress.steps] == [0.3]


def test_an_epoch_that_is_done_again_takes_the_place_of_the_first(progress):
    progress.take([epoch(0, 100.0), epoch(1, 110.0), epoch(1, 130.0)])
    assert [each["time"] for each in progress.epochs] == [100.0, 130.0]
    progress.take([step(1, 5, 140.0)])
    assert [each["time"] for each in progress.epochs] == [100.0]


def test_notices_are_kept_as_they_came(progress):
    notices = [{"kind": "other data", "wanted": ("mnist",), "used": ("uci-digits",)}, {"kind": "died", "log": ""}]
    progress.take(notices)
    assert progress.notices == notices
