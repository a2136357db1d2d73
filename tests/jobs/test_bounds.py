"""What one visitor, and all of them together, may have at a time, and what is said of one more."""

import pytest

from mnist_core import jobs, paths, trash
from mnist_core.errors import ConfigError, LimitError
from mnist_core.jobs import bounds
from mnist_core.jobs.kinds import KINDS
from mnist_core.owners import KEEPER, AtHome, new_token, token_hash, write_owner
from tests.jobs.ended import ended_jobs


@pytest.fixture
def idle(fresh_home, without_workers):
    """A data home whose jobs wait for ever."""
    return fresh_home


def fill(kind: str, by, most: int) -> None:
    """Have somebody start as many as there may be."""
    for number in range(most):
        jobs.start(kind, f"{kind} {number}", {"number": number}, by)


@pytest.mark.parametrize("kind", ["train", "tune", "embed", "read"])
def test_a_visitor_has_so_many_and_another_as_many(idle, kind):
    anna, ben = new_token(), new_token()
    most = bounds.WORK.get(kind, bounds.QUESTIONS).visitors
    fill(kind, anna, most)
    with pytest.raises(LimitError, match=rf"you have {most}, and {most} is the most for one visitor"):
        jobs.start(kind, "One more", {}, anna)
    assert len(jobs.all_jobs()) == most
    fill(kind, ben, most)
    assert len(jobs.all_jobs()) == 2 * most


def test_what_has_ended_counts_no_more(idle):
    anna = new_token()
    fill("train", anna, bounds.WORK["train"].visitors)
    jobs.cancel(jobs.all_jobs()[0].id, anna)
    assert jobs.start("train", "Another", {}, anna).is_active


def test_all_together_have_so_many(idle, monkeypatch):
    monkeypatch.setenv(bounds.WORK["train"].most_variable, "4")
    for _ in range(4):
        fill("train", new_token(), 1)
    for by in (new_token(), AtHome(new_token()), KEEPER):
        with pytest.raises(LimitError, match=r"there are 4 here, and 4 is the most for all.*MNIST_STUDIO_MOST_RUNS"):
            jobs.start("train", "One more", {}, by)
    assert jobs.start("tune", "A search", {}, new_token()).is_active


@pytest.mark.parametrize("by", [KEEPER, AtHome("a" * 32)])
def test_the_keeper_and_who_is_at_home_are_bound_only_by_what_holds_for_all(idle, by):
    fill("tune", by, bounds.WORK["tune"].visitors + 3)
    bounds.check_size(by, epochs=10_000, trials=10_000, minutes=100_000)


def test_a_job_that_is_gone_on_with_counts_too(idle, monkeypatch):
    monkeypatch.setenv(bounds.WORK["train"].visitors_variable, "2")
    anna = new_token()
    (old,) = ended_jobs(1, kind="train", state="failed", owner=token_hash(anna))
    fill("train", anna, 2)
    with pytest.raises(LimitError, match="you have 2"):
        jobs.resume(old.id, anna)
    assert jobs.find(old.id).state == "failed"


def test_who_asks_what_is_being_found_out_already_is_not_refused(idle, monkeypatch):
    monkeypatch.setenv(bounds.QUESTIONS.most_variable, "1")
    first = jobs.start("read", "Read", {"a": 1}, new_token(), once=True)
    assert jobs.start("read", "Read", {"a": 1}, new_token(), once=True) == first


@pytest.mark.parametrize("check", [bounds.check_models, bounds.check_maps])
def test_so_many_models_and_maps_are_kept(check, monkeypatch):
    monkeypatch.setattr(bounds, "MODELS", bounds.Bound("Models", 2, "MNIST_STUDIO_VISITOR_MODELS", 4, "A"))
    monkeypatch.setattr(bounds, "MAPS", bounds.Bound("Maps", 2, "MNIST_STUDIO_VISITOR_MAPS", 4, "B"))
    anna, ben = new_token(), new_token()
    own = token_hash(anna)
    check(anna, [own, token_hash(ben), ""])
    with pytest.raises(LimitError, match="you have 2"):
        check(anna, [own, own])
    check(ben, [own, own])
    check(KEEPER, ["", "", ""])
    with pytest.raises(LimitError, match="there are 4 here"):
        check(KEEPER, [own, own, "", ""])


@pytest.mark.parametrize(
    ("wanted", "variable"),
    [
        ({"epochs": 501}, bounds.EPOCHS_VARIABLE),
        ({"trials": 201}, bounds.TRIALS_VARIABLE),
        ({"minutes": 240.5}, bounds.MINUTES_VARIABLE),
    ],
)
def test_work_that_would_take_days_is_refused_a_visitor(wanted, variable, monkeypatch):
    with pytest.raises(LimitError, match="the most that one visitor may ask for"):
        bounds.check_size(new_token(), **wanted)
    monkeypatch.setenv(variable, "1000")
    bounds.check_size(new_token(), **wanted)
    monkeypatch.setenv(variable, "0")
    with pytest.raises(ConfigError, match=variable):
        bounds.check_size(new_token(), **wanted)


def megabytes(folder, count: float) -> None:
    """A file of that size, of which the disk keeps nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "large").open("wb") as file:
        file.truncate(round(count * bounds.MEGABYTE))


def test_a_visitor_takes_so_much_of_the_disk(idle, monkeypatch):
    monkeypatch.setenv(bounds.VISITORS_DISK_VARIABLE, "10")
    anna = new_token()
    (own,) = ended_jobs(1, owner=token_hash(anna))
    (other,) = ended_jobs(1)
    megabytes(other.folder, 20)
    megabytes(own.folder / "work", 6)
    assert jobs.start("train", "A", {}, anna).is_active
    model = paths.models_folder() / "mine"
    megabytes(model, 5)
    assert jobs.start("train", "B", {}, anna).is_active
    write_owner(model, token_hash(anna))
    with pytest.raises(LimitError, match=r"takes 11 MB of the disk, and 10 MB is the most for one visitor"):
        jobs.start("train", "C", {}, anna)
    assert jobs.start("train", "D", {}, new_token()).is_active


def test_all_together_take_so_much_of_the_disk(idle, monkeypatch):
    monkeypatch.setenv(bounds.MOST_DISK_VARIABLE, "10")
    megabytes(paths.maps_folder() / "a", 6)
    assert jobs.start("train", "A", {}).is_active
    megabytes(paths.maps_folder() / "b", 6)
    with pytest.raises(LimitError, match=r"takes 12 MB of the disk.*MNIST_STUDIO_MOST_DISK_MB"):
        jobs.start("train", "B", {}, KEEPER)


def test_what_was_deleted_keeps_nobody_from_beginning_something(idle, monkeypatch):
    monkeypatch.setenv(bounds.MOST_DISK_VARIABLE, "10")
    monkeypatch.setenv(trash.SCARCE_VARIABLE, "0")
    for name in ("a", "b"):
        megabytes(paths.maps_folder() / name, 6)
        assert trash.discard(paths.maps_folder() / name)
        if name == "a":
            assert jobs.start("train", "A", {}, new_token()).is_active
            assert len(trash.discarded("maps")) == 1
    assert jobs.start("train", "B", {}, new_token()).is_active
    assert trash.discarded("maps") == []


def test_on_a_disk_that_is_nearly_full_a_visitor_begins_nothing(idle, monkeypatch):
    monkeypatch.setattr(trash, "is_scarce", lambda: True)
    with pytest.raises(LimitError, match="nearly full"):
        jobs.start("train", "A", {}, new_token())
    assert jobs.start("train", "A", {}, KEEPER).is_active


def test_a_number_that_is_none_is_told(idle, monkeypatch):
    monkeypatch.setenv(bounds.WORK["train"].most_variable, "lots")
    with pytest.raises(ConfigError, match="MNIST_STUDIO_MOST_RUNS must be a whole number from 1"):
        jobs.start("train", "A", {}, KEEPER)


def test_the_bounds_are_of_kinds_that_there_are_and_a_visitors_are_the_smaller_ones():
    assert bounds.WORK.keys() <= KINDS.keys()
    for bound in (*bounds.WORK.values(), bounds.QUESTIONS, bounds.MODELS, bounds.MAPS):
        assert 4 * bound.visitors <= bound.most
