import contextlib
import errno
import json
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnist_core import jobs
from mnist_core.cli import main
from mnist_core.cli.tune import parse_dimension
from mnist_core.errors import ConfigError, SearchError, TrainingError
from mnist_core.jobs.job import append_event
from mnist_core.owners import KEEPER
from mnist_core.training.config import Augmentation
from mnist_core.training.presets import PRESETS
from mnist_core.tuning import searches
from mnist_core.tuning.importance import importance_of
from mnist_core.tuning.project import MANIFEST, copy_project, open_project
from mnist_core.tuning.results import Importance, Search, Trial, load_results, save_results
from mnist_core.tuning.searches import TUNE, search_of, start_search
from mnist_core.tuning.settings import SearchSettings, config_of, search_settings, trial_config
from mnist_core.tuning.space import HYPERPARAMETERS, Choices, Range, Space, standard_space
from tests.searches import REASON, ended

REPOSITORY = Path(__file__).resolve().parents[2]
# What takes longer will never end, however much else the machine has to do.
HANGING_S = 1200.0
VALUES = {"filters": 16, "dense": 64, "dropout": 0.3, "learning_rate": 0.002}

# A network that learns in a second, of digits that are always there.
TINY = {
    "base": replace(PRESETS["classic"].config, data=("uci-digits",)),
    "space": Space({"filters": Range(2, 8), "learning_rate": Range(1e-3, 1e-2, log=True)}),
    "images": 200,
    "epochs": 2,
    "tuner": "random",
}


@contextlib.contextmanager
def no_space(path):
    """A disk that is full."""
    raise OSError(errno.ENOSPC, "No space left on device", str(path))
    yield


def trials(scores, **values):
    """Completed trials with these scores, values by name as lists."""
    return [
        Trial(f"{i:02}", i + 1, {name: each[i] for name, each in values.items()}, "completed", score, 2.0, 3.0 * i + 3)
        for i, score in enumerate(scores)
    ]


class TestSpace:
    @pytest.mark.parametrize(
        ("text", "name", "dimension", "count"),
        [
            ("filters=8:64:8", "filters", Range(8, 64, 8), 8),
            ("filters=8:64", "filters", Range(8, 64), 57),
            ("dropout=0:0.7:0.1", "dropout", Range(0.0, 0.7, 0.1), 8),
            ("learning_rate=1e-4:1e-2:log", "learning_rate", Range(1e-4, 1e-2, log=True), None),
            ("kernel=3,4", "kernel", Choices((3, 4)), 2),
            ("batch_normalization=no,yes", "batch_normalization", Choices((False, True)), 2),
        ],
    )
    def test_command_line_names_a_hyperparameter(self, text, name, dimension, count):
        assert parse_dimension(text) == (name, dimension)
        assert Space({name: dimension}).points == count

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("filters=64:8", "begin below its end"),
            ("filters=8:8", "begin below its end"),
            ("filters=", "NAME=LOW:HIGH"),
            ("filters=a:b", "NAME=LOW:HIGH"),
            ("filters=1:2:3:4", "NAME=LOW:HIGH"),
            ("filters=8:64:100", "step"),
            ("filters=8.5:9", "whole number"),
            ("filters=0:64", "from 1 to 256"),
            ("filters=nan:64", "range is of numbers"),
            ("learning_rate=0:1:log", "logarithmic"),
            ("dropout=0.1,0.1", "named once"),
            ("dropout=0.1:5", "from 0 to 0.9"),
            ("batch_normalization=0:1", "of numbers"),
            ("colour=1:2", "hyperparameters are filters"),
            ("dropout=0.5", "one point"),
        ],
    )
    def test_nonsense_is_refused_in_words(self, text, words):
        with pytest.raises(ConfigError, match=words):
            Space(dict([parse_dimension(text)]))

    def test_empty_space_is_refused(self):
        with pytest.raises(ConfigError, match="one point"):
            Space({})

    def test_json_keeps_it(self):
        space = Space({name: each.standard for name, each in HYPERPARAMETERS.items()})
        assert Space.from_json(json.loads(json.dumps(space.to_json()))) == space

    @pytest.mark.parametrize(
        "values", [None, [], {"filters": 3}, {"filters": {"low": 1}}, {"filters": {"choices": "34"}}]
    )
    def test_other_json_is_refused(self, values):
        with pytest.raises(ConfigError):
            Space.from_json(values)

    def test_values_are_told_with_the_digits_that_messages_keep(self):
        space = Space(
            {"learning_rate": Range(1e-4, 1e-2, log=True), "dropout": Choices((0.1, 0.3)), "kernel": Choices((3,))}
        )
        given = {"learning_rate": float(np.float32(0.00123)), "dropout": float(np.float32(0.3))}
        assert space.values(given) == {"learning_rate": 0.00123, "dropout": 0.3, "kernel": 3}

    def test_values_outside_are_refused(self):
        with pytest.raises(ConfigError, match="filters must be"):
            standard_space().values(VALUES | {"filters": 500})
        with pytest.raises(ConfigError, match="dense must be"):
            standard_space().values({"filters": 8})


class TestSettings:
    def test_json_keeps_them(self):
        settings = SearchSettings(**TINY)
        assert SearchSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"max_trials": 0}, "max_trials must be"),
            ({"max_minutes": 0}, "max_minutes must be"),
            ({"max_minutes": math.nan}, "max_minutes must be"),
            ({"tuner": "grid"}, "tuner must be one of"),
            ({"objective": "test_accuracy"}, "objective must be one of"),
            ({"space": Space({"kernel": Choices((3, 5))})}, "5x5"),
        ],
    )
    def test_nonsense_is_refused_in_words(self, changes, words):
        with pytest.raises(ConfigError, match=words):
            search_settings("classic", **changes)

    @pytest.mark.parametrize(
        ("name", "low", "high", "step"),
        [
            ("max_trials", 1, 10_000, 1),
            ("max_minutes", 0.01, 100_000, 1e-6),
            ("images", 0, 10_000_000, 1),
            ("epochs", 1, 10_000, 1),
            ("patience", 1, 10_000, 1),
            ("seed", 0, 2**31 - 1, 1),
        ],
    )
    def test_they_are_taken_up_to_their_limits_and_not_beyond(self, name, low, high, step):
        assert [getattr(SearchSettings(**{name: value}), name) for value in (low, high)] == [low, high]
        for value in (low - step, high + step):
            with pytest.raises(ConfigError, match=f"{name} must be a .*number from"):
                SearchSettings(**{name: value})

    def test_layers_of_a_fixed_network_cannot_be_searched(self):
        with pytest.raises(ConfigError, match="layers of lenet-5 are fixed"):
            search_settings("lenet-5", space=standard_space())
        assert search_settings("lenet-5").space.varied == ("learning_rate", "batch_size")

    def test_the_full_run_is_the_base_with_the_values(self):
        config = config_of(SearchSettings(), VALUES, "best")
        classic = PRESETS["classic"].config
        assert config.architecture == replace(classic.architecture, filters=16, dense=64, dropout=0.3)
        assert config == replace(classic, name="best", learning_rate=0.002, architecture=config.architecture)

    def test_a_trial_is_the_full_run_made_short(self):
        settings = SearchSettings(images=5000, epochs=3, seed=7)
        full, trial = config_of(settings, VALUES), trial_config(settings, VALUES)
        assert (trial.limit, trial.epochs, trial.patience, trial.seed) == (5000, 3, 2, 7)
        assert replace(trial, **{n: getattr(full, n) for n in ("name", "limit", "epochs", "patience", "seed")}) == full

    @pytest.mark.parametrize(("strength", "expected"), [(0.0, None), (1.0, Augmentation()), (0.5, 5.0)])
    def test_augmentation_is_none_standard_or_between(self, strength, expected):
        settings = search_settings("classic", space=Space({"augmentation": Choices((0.0, 0.5, 1.0))}))
        found = config_of(settings, {"augmentation": strength}).augmentation
        assert (found.rotation if strength == 0.5 else found) == expected


class TestResults:
    def search(self):
        known = trials([0.9, 0.95, 0.93], filters=[8, 16, 24])
        failed = Trial("03", 4, {"filters": 32}, "failed", reason="The loss grew beyond all numbers in epoch 1.")
        settings = replace(SearchSettings(**TINY), space=Space({"filters": Range(8, 32)}), max_trials=6)
        return Search(
            settings, [*known, failed], Importance({"filters": 1.0}, {"filters": 0.1}, 8), "time", 20.0, 160, 40
        )

    def test_best_first_failed_last(self):
        search = self.search()
        assert [trial.number for trial in search.ranked()] == [2, 3, 1, 4]
        assert search.best == search.trials[1]
        assert search.best_so_far() == [(3.0, 0.9), (6.0, 0.95), (9.0, 0.95)]
        least = replace(search, settings=replace(search.settings, objective="val_loss"))
        assert [trial.number for trial in least.ranked()] == [1, 3, 2, 4]

    def test_time_left_is_bounded_by_both_budgets(self):
        search = replace(self.search(), ending="")
        assert search.left_s() == 2 * 2.0
        assert replace(search, settings=replace(search.settings, max_minutes=0.35)).left_s() == pytest.approx(1.0)
        assert Search(search.settings).left_s() is None

    def test_file_keeps_all(self, tmp_path):
        save_results(self.search(), tmp_path / "search.json")
        assert load_results(tmp_path / "search.json") == self.search()

    @pytest.mark.parametrize("damage", ["cut", "changed", "version", "list", "missing"])
    def test_damaged_file_is_refused(self, tmp_path, damage):
        path = tmp_path / "search.json"
        save_results(self.search(), path)
        text = path.read_text()
        changed = {
            "cut": text[:-20],
            "changed": text.replace("0.95", "0.99"),
            "version": text.replace('"format": 1', '"format": 9'),
            "list": "[]",
        }
        path.unlink() if damage == "missing" else path.write_text(changed[damage])
        with pytest.raises(SearchError, match="another version" if damage == "version" else "cannot be read"):
            load_results(path)

    def test_events_lead_to_the_same(self):
        wanted = self.search()
        first, *others = wanted.trials
        epochs = tuple(
            {"loss": 1.0, "accuracy": 0.5, "val_loss": x, "val_accuracy": 0.5, "seconds": 1.0} for x in (2.0, 1.0)
        )
        first = replace(first, epochs=epochs)
        running = replace(first, status="running", score=None, seconds=None, ended=None, epochs=())
        common = {"settings": wanted.settings.to_json(), "images": 160, "validation": 40, "seconds": 0.0}
        search = Search(SearchSettings())
        search.take(
            [{"kind": "searching", "trials": [], **common}, {"kind": "trial", "trial": running.to_json(), "seconds": 0}]
        )
        # A worker died after the first epoch, and the next one did it again.
        for epoch, measures in ((0, epochs[1]), (0, epochs[0]), (1, epochs[1])):
            search.take([{"kind": "trial epoch", "trial": "00", "epoch": epoch, "elapsed": 1.5, **measures}])
        assert search.trials == [replace(running, epochs=epochs)]
        assert search.seconds == 1.5
        search.take({"kind": "trial ended", "trial": each.to_json(), "seconds": 20.0} for each in (first, *others))
        search.take(
            [
                {"kind": "importance", "shares": {"filters": 1.0}, "spreads": {"filters": 0.1}, "trials": 8},
                {"kind": "x"},
            ]
        )
        assert search == replace(wanted, trials=[first, *others], ending="")


class TestImportance:
    def test_what_decides_counts(self):
        rng = np.random.default_rng(0)
        filters, dropout = rng.integers(8, 64, 30).tolist(), rng.random(30).round(2).tolist()
        found = importance_of(
            trials([f / 64 for f in filters], filters=filters, dropout=dropout), ("filters", "dropout")
        )
        assert found is not None
        assert found.trials == 30
        assert found.shares["filters"] > 0.9
        assert sum(found.shares.values()) == pytest.approx(1, abs=1e-3)

    def test_one_hyperparameter_is_all_that_counts(self):
        found = importance_of(trials(np.linspace(0.5, 0.9, 10).tolist(), filters=list(range(10))), ("filters",))
        assert found is not None
        assert found.shares == {"filters": 1.0}

    @pytest.mark.parametrize("scores", [[0.9] * 12, [0.1 * i for i in range(7)]])
    def test_nothing_is_said_of_too_little(self, scores):
        assert importance_of(trials(scores, filters=list(range(len(scores)))), ("filters",)) is None


class TestProject:
    def test_same_search_goes_on_with_another_budget(self, tmp_path):
        settings = SearchSettings(**TINY)
        assert open_project(tmp_path / "search", settings) is False
        (tmp_path / "search" / "oracle.json").write_text("{}")
        assert open_project(tmp_path / "search", replace(settings, name="b", max_trials=99, max_minutes=5)) is True

    @pytest.mark.parametrize(
        ("file", "content", "words"),
        [
            (MANIFEST, None, "something else"),
            (MANIFEST, '{"format": 0, "keras_tuner": "1.4.8", "settings": {}}', "another version"),
            (MANIFEST, '{"format": 1, "keras_tuner": "1.0.0", "settings": {}}', "another version"),
            (MANIFEST, "{", "damaged"),
            ("oracle.json", '{"half', "damaged"),
            ("trial_0/trial.json", "[]", "damaged"),
        ],
    )
    def test_other_folder_is_refused_and_left_alone(self, tmp_path, file, content, words):
        folder, settings = tmp_path / "search", SearchSettings(**TINY)
        open_project(folder, settings)
        (folder / "trial_0").mkdir()
        (folder / "oracle.json").write_text("{}")
        if content is None:
            (folder / file).unlink()
        else:
            (folder / file).write_text(content)
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        with pytest.raises(SearchError, match=words):
            open_project(folder, settings)
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    def test_other_settings_are_refused(self, tmp_path):
        open_project(tmp_path / "search", SearchSettings(**TINY))
        with pytest.raises(SearchError, match="other settings"):
            open_project(tmp_path / "search", replace(SearchSettings(**TINY), seed=5))

    def test_checkpoints_are_not_copied(self, tmp_path):
        (tmp_path / "a" / "trial_0" / "work").mkdir(parents=True)
        (tmp_path / "a" / "trial_0" / "trial.json").touch()
        copy_project(tmp_path / "a", tmp_path / "b")
        assert [path.name for path in (tmp_path / "b" / "trial_0").iterdir()] == ["trial.json"]


@pytest.fixture
def no_workers(fresh_home, idle_workers):
    """A data home in which the workers of jobs do nothing."""
    return fresh_home


class TestJob:
    def test_search_is_read_from_what_it_told(self, no_workers):
        settings = SearchSettings(**TINY)
        job = start_search(settings)
        assert (job.kind, job.title) == (TUNE, "search")
        assert search_of(job) == Search(settings)
        trial = Trial("00", 1, {"filters": 4, "learning_rate": 0.002})
        append_event(job.folder, "trial", trial=trial.to_json(), seconds=3.5)
        assert search_of(job) == Search(settings, [trial], seconds=3.5)

    def test_one_that_is_not_done_cannot_be_gone_on_with_anew(self, no_workers):
        job = start_search(SearchSettings(**TINY))
        with pytest.raises(SearchError, match="nothing to go on with"):
            start_search(SearchSettings(**TINY), job.id)

    def test_budget_comes_on_top(self, no_workers):
        settings = SearchSettings(**TINY)
        job = start_search(settings)
        (job.folder / searches.PROJECT).mkdir()
        known = trials([0.5, 0.6], filters=[2, 3], learning_rate=[0.002, 0.003])
        append_event(job.folder, "searching", **Search(settings, known, seconds=90.0).to_json())
        further = start_search(replace(settings, max_trials=4, max_minutes=2.0), job.id)
        assert (search_of(further).settings.max_trials, search_of(further).settings.max_minutes) == (6, 3.5)
        with pytest.raises(ConfigError, match="only its name and its budget"):
            start_search(replace(settings, seed=3), job.id)

    def test_other_job_is_no_search(self, no_workers):
        with pytest.raises(ConfigError, match="must be a search"):
            search_of(jobs.start("fetch", "x", {}))


class TestCommand:
    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--trials", "0"], "max_trials"),
            (["--minutes", "0"], "max_minutes"),
            (["--space", "filters=64:8"], "begin below"),
            (["--space", "filters=8"], "one point"),
            (["--id", "a"], "--id goes with --worker"),
            (["--folder", "a"], "--folder goes with"),
            (["--worker", "localhost:8000"], "--id NAME"),
            (["--go-on", "20200101-000000-abcdef"], "no such job"),
        ],
    )
    def test_nonsense_is_refused_in_a_sentence(self, no_workers, capsys, arguments, words):
        assert main(["tune", *arguments]) == 1
        assert words in capsys.readouterr().err

    def test_options_become_settings(self, no_workers, capsys):
        arguments = ["--tuner", "hyperband", "--trials", "7", "--space", "filters=4:8", "--space", "kernel=2,3"]
        assert main(["tune", *arguments, "--images", "500", "--objective", "val_loss", "--name", "mine"]) == 0
        (job,) = jobs.all_jobs()
        space = Space({"filters": Range(4, 8), "kernel": Choices((2, 3))})
        assert search_of(job).settings == search_settings(
            "classic", name="mine", tuner="hyperband", max_trials=7, space=space, images=500, objective="val_loss"
        )
        assert job.id in capsys.readouterr().out

    def test_following_tells_of_the_trials_and_ends_with_a_table(self, no_workers, capsys):
        assert main(["jobs", "follow", ended().id]) == 0
        told = capsys.readouterr()
        assert "4/12 [" in told.err  # the bar
        assert "best 97.50%" in told.err
        first, head, best, *rest, last = told.out.splitlines()
        assert first == "Each trial learns from 800 images and is scored with 200 others"
        assert head.split()[:3] == ["trial", "accuracy", "seconds"]
        assert best.split()[:3] == ["2", "97.50%", "2.0"]
        assert any(line.startswith("    3    failed") and line.endswith(REASON) for line in rest)
        assert last == "All trials are done after 0.1 minutes; the best is trial 2."

    def test_a_search_that_failed_says_why(self, no_workers, capsys):
        job = ended("failed", error="The disk is full.")
        assert main(["jobs", "follow", job.id]) == 1
        assert capsys.readouterr().err.endswith("error: The disk is full.\n")


class TestOracle:
    """What Keras Tuner's oracles propose, without any training."""

    def oracle(self, folder, **changes):
        from mnist_core.tuning.oracles import build_oracle

        oracle = build_oracle(replace(SearchSettings(**TINY), **changes))
        oracle._set_project_dir(str(folder), "search")
        return oracle

    def end(self, oracle, trial, score, status="COMPLETED"):
        oracle.update_trial(trial.trial_id, {"val_accuracy": score, "seconds": 1.0})
        trial.status = status
        oracle.end_trial(trial)

    def proposed(self, folder, tuner, seed=0):
        oracle = self.oracle(folder, tuner=tuner, max_trials=5, epochs=4, seed=seed)
        found = []
        while (trial := oracle.create_trial("one")).status == "RUNNING":
            found.append({name: trial.hyperparameters.values[name] for name in ("filters", "learning_rate")})
            self.end(oracle, trial, trial.hyperparameters.values["filters"] / 10)
        return found

    @pytest.mark.parametrize("tuner", ["random", "bayesian", "hyperband"])
    def test_same_seed_same_values(self, tmp_path, tuner):
        first = self.proposed(tmp_path / "a", tuner)
        assert len(first) == 5
        assert self.proposed(tmp_path / "b", tuner) == first
        assert self.proposed(tmp_path / "c", tuner, seed=1) != first

    def test_a_state_that_was_kept_goes_on(self, tmp_path):
        oracle = self.oracle(tmp_path)
        self.end(oracle, oracle.create_trial("one"), 0.5)
        under_way = oracle.create_trial("one")
        other = self.oracle(tmp_path)
        other.reload()
        again = other.create_trial("one")
        assert (again.trial_id, again.hyperparameters.values) == (under_way.trial_id, under_way.hyperparameters.values)
        assert other.seconds >= oracle.times["00"][1]

    def test_a_trial_whose_file_is_ahead_of_the_state_is_done_again(self, tmp_path):
        oracle = self.oracle(tmp_path)
        self.end(oracle, oracle.create_trial("one"), 0.5)
        cut = oracle.create_trial("one")
        cut.status = "COMPLETED"  # as Keras Tuner has it before a score is known
        oracle.update_trial(cut.trial_id, {"val_accuracy": 0.9})
        never_begun = type(cut)(cut.hyperparameters, "02", "RUNNING")
        oracle._save_trial(never_begun)
        other = self.oracle(tmp_path)
        other.reload()
        assert [*other.trials] == ["00", "01"]
        again = other.create_trial("one")
        assert (again.trial_id, again.status) == (cut.trial_id, "RUNNING")
        self.end(other, again, 0.7)
        assert [trial.score for trial in other.trials.values()] == [0.5, 0.7]

    def test_a_silent_worker_loses_its_trial_to_another(self, tmp_path):
        oracle = self.oracle(tmp_path, max_trials=2)
        lost, kept = oracle.create_trial("gone"), oracle.create_trial("alive")
        assert oracle.give_up_silent(60) == []
        self.end(oracle, kept, 0.5)
        assert oracle.create_trial("alive").status == "IDLE"  # what the other has may have to be done again
        oracle.heard["gone"] -= 100
        assert oracle.give_up_silent(60) == ["gone"]
        assert oracle.create_trial("alive").trial_id == lost.trial_id
        assert oracle.tuner_ids == {"alive"}

    def told(self, trial, score, status="COMPLETED"):
        """What a worker on another machine tells of a trial: it has a copy."""
        copy = type(trial).from_state(trial.get_state())
        copy.status = status
        return copy.trial_id, {"val_accuracy": score}, copy

    def test_a_worker_that_comes_back_ends_its_trial_unless_another_has(self, tmp_path):
        oracle = self.oracle(tmp_path, max_trials=3)
        late = oracle.create_trial("late")
        oracle.heard["late"] -= 100
        oracle.give_up_silent(60)
        name, measures, ended = self.told(late, 0.5)
        oracle.update_trial(name, measures)
        oracle.end_trial(ended)
        assert oracle.trials[name].score == 0.5
        following = oracle.create_trial("other")
        assert following.trial_id != name  # it is not done again
        oracle.heard["other"] -= 100
        oracle.give_up_silent(60)
        assert oracle.create_trial("third").trial_id == following.trial_id
        for score in (0.7, 0.9):  # from the third worker first, then from the one that was given up
            name, measures, ended = self.told(following, score)
            oracle.update_trial(name, measures)
            oracle.end_trial(ended)
        assert oracle.trials[name].score == 0.7
        assert oracle.end_order == [late.trial_id, name]

    def test_a_worker_of_another_search_does_not_bring_the_chief_to_a_stand(self, tmp_path):
        oracle = self.oracle(tmp_path)
        trial = oracle.create_trial("one")
        stranger = type(trial)(trial.hyperparameters, "99", "COMPLETED")
        oracle.update_trial("99", {"val_accuracy": 0.9})
        oracle.end_trial(stranger)
        assert self.is_free(oracle)
        assert [*oracle.trials] == [trial.trial_id]

    def test_a_disk_that_takes_no_more_ends_it_and_leaves_no_lock_held(self, tmp_path, monkeypatch):
        oracle = self.oracle(tmp_path)
        kept, lost = oracle.create_trial("one"), oracle.create_trial("two")
        self.end(oracle, kept, 0.5)
        with monkeypatch.context() as full:
            full.setattr("mnist_core.tuning.oracles.written_file", no_space)
            self.end(oracle, lost, 0.9)
        assert oracle.refused.errno == errno.ENOSPC
        assert oracle.create_trial("one").status == "STOPPED"
        assert self.is_free(oracle)
        other = self.oracle(tmp_path)
        other.reload()
        assert other.trials[kept.trial_id].score == 0.5
        assert other.create_trial("two").trial_id == lost.trial_id  # it is done again

    def is_free(self, oracle):
        """Whether another thread gets the oracle's lock."""
        done = threading.Thread(target=oracle.state_of_trials, daemon=True)
        done.start()
        done.join(5)
        return not done.is_alive()

    def test_whoever_asks_for_its_trial_is_alive(self, tmp_path):
        oracle = self.oracle(tmp_path)
        trial = oracle.create_trial("slow")
        oracle.heard["slow"] -= 100
        oracle.get_trial(trial.trial_id)
        assert oracle.give_up_silent(60) == []

    def test_a_trial_that_no_worker_survives_is_given_up(self, tmp_path):
        oracle = self.oracle(tmp_path)
        first = oracle.create_trial("w")
        for _ in range(3):
            oracle.heard["w"] -= 100
            oracle.give_up_silent(60)
            trial = oracle.create_trial("w")
        assert oracle.trials[first.trial_id].status == "FAILED"
        assert trial.trial_id != first.trial_id

    def test_nothing_begins_when_time_is_up(self, tmp_path):
        oracle = self.oracle(tmp_path)
        oracle.is_over = lambda: True
        assert oracle.create_trial("one").status == "STOPPED"
        assert oracle.trials == {}


def run(folder, stop=lambda: False, **changes):
    """Search in a folder; what it gave, and the events that it told."""
    from mnist_core.tuning.search import run_search

    told = []
    search = run_search(
        replace(SearchSettings(**TINY), **changes),
        folder,
        lambda kind, **each: told.append({"kind": kind, **each}),
        stop,
    )
    return search, told


@pytest.mark.slow
class TestSearch:
    def test_scores_repeat_and_events_tell_all(self, tmp_path):
        search, told = run(tmp_path / "a", max_trials=3)
        again, _ = run(tmp_path / "b", max_trials=3)
        assert [(each.values, each.score) for each in search.trials] == [
            (each.values, each.score) for each in again.trials
        ]
        assert search.ending == "all trials"
        assert all(len(each.epochs) == 2 and each.status == "completed" for each in search.trials)
        assert [each.score for each in search.trials] == [
            max(row["val_accuracy"] for row in each.epochs) for each in search.trials
        ]
        live = Search(SearchSettings())
        live.take(json.loads(json.dumps(told)))
        assert live.trials == search.trials
        assert not list((tmp_path / "a").rglob("work"))

    def test_a_trial_is_the_same_training_as_a_run(self, tmp_path):
        from mnist_core.training.checkpoints import read_history
        from mnist_core.training.examples import load_examples
        from mnist_core.training.loop import train_network

        search, _ = run(tmp_path / "a", max_trials=1)
        config = trial_config(search.settings, search.trials[0].values)
        train_network(config, load_examples(config), tmp_path / "work")
        rows = read_history(tmp_path / "work" / "history.csv")
        assert [row["val_loss"] for row in search.trials[0].epochs] == pytest.approx([row["val_loss"] for row in rows])

    def test_failing_trials_are_marked_and_the_search_goes_on(self, tmp_path, monkeypatch):
        from mnist_core.tuning import search as module

        train, calls = module.train_network, []

        def fails(config, *arguments):
            calls.append(config)
            if len(calls) == 1:
                raise MemoryError
            if len(calls) == 2:
                raise ValueError("no such thing\nmore of it")
            if len(calls) == 3:
                config = replace(
                    config, learning_rate=10.0, optimizer="sgd", architecture=replace(config.architecture, filters=200)
                )
            return train(config, *arguments)

        monkeypatch.setattr(module, "train_network", fails)
        search, _ = run(tmp_path / "a", max_trials=4)
        assert [each.status for each in search.trials[:2]] == ["failed", "failed"]
        assert search.trials[0].reason == "It needs more memory than there is."
        assert search.trials[1].reason == "ValueError: no such thing"
        assert search.trials[3].status == "completed"
        assert (search.ending, search.best) == ("all trials", search.ranked()[0])

    def test_stopped_search_goes_on_where_it_was(self, tmp_path):
        whole, _ = run(tmp_path / "whole", max_trials=3)
        told = []
        calls = {"n": 0}

        def stop():
            calls["n"] += 1
            return calls["n"] > 12

        part, _ = run(tmp_path / "a", stop, max_trials=3)
        assert part.ending == "stopped"
        assert part.finished < 3
        rest, told = run(tmp_path / "a", max_trials=3)
        assert [(each.values, each.score) for each in rest.trials] == [
            (each.values, each.score) for each in whole.trials
        ]
        begun = [each["trial"]["number"] for each in told if each["kind"] == "trial"]
        assert min(begun) == part.finished + 1

    def test_time_ends_it_with_what_is_known(self, tmp_path):
        search, _ = run(tmp_path / "a", max_trials=500, max_minutes=0.1)
        assert search.ending == "time"
        assert 0 < len(search.trials) < 500

    def test_full_disk_is_said_and_the_search_goes_on_later(self, tmp_path, monkeypatch):
        from mnist_core.tuning import oracles

        calls, write = [], oracles.written_file

        def fills_up(path):
            calls.append(path)
            return (write if len(calls) < 6 else no_space)(path)

        with monkeypatch.context() as full:
            full.setattr(oracles, "written_file", fills_up)
            with pytest.raises(TrainingError, match="Free some space"):
                run(tmp_path / "a", max_trials=3)
        search, told = run(tmp_path / "a", max_trials=3)
        assert [each.status for each in search.trials] == ["completed"] * 3
        assert told[0]["trials"]  # those of the first sitting

    def test_space_that_is_exhausted_ends_it(self, tmp_path):
        space = Space({"filters": Choices((2, 3)), "learning_rate": Choices((0.003,))})
        search, _ = run(tmp_path / "a", max_trials=9, space=space)
        assert (search.ending, len(search.trials)) == ("nothing new", 2)

    def test_hyperband_gives_the_best_more_epochs(self, tmp_path):
        search, _ = run(tmp_path / "a", tuner="hyperband", max_trials=6, epochs=3)
        short, long = search.trials[:3], [each for each in search.trials if each.limit == 3]
        assert {each.limit for each in short} == {1}
        promoted = next(each for each in long if each.number > 3)
        before = next(each for each in short if each.values == promoted.values)
        assert promoted.epochs[0]["val_loss"] == before.epochs[0]["val_loss"]


@pytest.mark.slow
class TestWorker:
    """Searches in real workers."""

    SETTINGS = SearchSettings(**TINY)

    def wait(self, job_id, is_so):
        end = time.monotonic() + HANGING_S
        while not is_so(job := next(each for each in jobs.all_jobs() if each.id == job_id)):
            assert time.monotonic() < end, job.log_tail()
            assert job.is_active, (job.error, job.log_tail())
            time.sleep(0.2)
        return job

    def end(self, job_id):
        while (job := next(each for each in jobs.all_jobs() if each.id == job_id)).is_active:
            time.sleep(0.2)
        return job

    def test_killed_worker_goes_on_where_it_was(self, fresh_home):
        job = start_search(replace(self.SETTINGS, max_trials=4))
        job = self.wait(job.id, lambda job: search_of(job).finished >= 1)
        known = search_of(job).trials[0]
        os.kill(job.pid, signal.SIGKILL)
        job = self.end(job.id)
        assert job.state == "done", job.log_tail()
        search = search_of(job)
        assert search.trials[0] == known
        assert [each.status for each in search.trials] == ["completed"] * 4
        assert job.result["best"]["score"] == search.best.score

    def test_stopped_search_keeps_its_best_and_can_go_on(self, fresh_home):
        job = start_search(replace(self.SETTINGS, max_trials=400))
        self.wait(job.id, lambda job: search_of(job).finished >= 2)
        jobs.stop(job.id, KEEPER)
        job = self.end(job.id)
        before = search_of(job)
        assert (job.state, before.ending) == ("done", "stopped")
        assert before.best is not None
        further = self.end(start_search(replace(self.SETTINGS, max_trials=2), job.id).id)
        after = search_of(further)
        assert after.finished == before.finished + 2
        assert after.trials[: before.finished] == [each for each in before.trials if each.status == "completed"]

    def test_search_deleted_while_it_runs_leaves_nothing(self, fresh_home):
        import shutil

        import psutil

        job = start_search(replace(self.SETTINGS, max_trials=400))
        job = self.wait(job.id, lambda job: search_of(job).finished >= 1)
        worker = psutil.Process(job.pid)
        shutil.rmtree(job.folder)
        worker.wait(HANGING_S)
        assert not (job.folder / "search.json").exists()


class Machines:
    """A chief and workers, as processes on the loopback address."""

    # UCI digits are always there; the command names no data, so the chief is started by what it calls.
    CHIEF = (
        "import sys; from pathlib import Path; from mnist_core.tuning.machines import run_chief; "
        "from tests.tuning.test_tuning import TINY; from mnist_core.tuning.settings import SearchSettings; "
        "from dataclasses import replace; "
        "run_chief(replace(SearchSettings(**TINY), max_trials=int(sys.argv[3]), epochs=6, patience=6), "
        "sys.argv[1], Path(sys.argv[2]), silence_s=8)"
    )

    def __init__(self, folder, trials):
        self.folder, self.started = folder, []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.place = free.getsockname()
        self.address = "{}:{}".format(*self.place)
        self.chief = self._start("-c", self.CHIEF, self.address, str(folder), str(trials))

    def wait_for_chief(self):
        """Wait until the chief listens, which loads TensorFlow first: a worker waits for a minute only."""
        end = time.monotonic() + HANGING_S
        while time.monotonic() < end and self.chief.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(self.place):
                return
            time.sleep(0.2)
        raise AssertionError(f"no chief at {self.address}")

    def worker(self, name):
        """A worker, and the lines that it prints."""
        command = ("-m", "mnist_core", "tune", "--worker", self.address, "--id", name)
        process = self._start(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return process, iter(process.stdout.readline, "")

    def _start(self, *arguments, **how):
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "TF_CPP_MIN_LOG_LEVEL": "2"}
        self.started.append(subprocess.Popen([sys.executable, *arguments], env=environment, cwd=REPOSITORY, **how))
        return self.started[-1]


@pytest.fixture
def machines(fresh_home, tmp_path, request):
    """A chief that listens, and has six trials or as many as a test asks for."""
    found = Machines(tmp_path / "search", getattr(request, "param", 6))
    try:
        found.wait_for_chief()
        yield found
    finally:
        for process in found.started:
            process.kill()
            process.communicate()


@pytest.mark.slow
def test_chief_and_two_workers_lose_one_worker_and_no_trial(machines):
    first, lines = machines.worker("first")
    second, _ = machines.worker("second")
    started = next(line for line in lines if line.startswith("Trial"))
    first.kill()
    lost = int(started.split()[1].rstrip(":"))
    second.communicate(timeout=HANGING_S)
    assert (second.returncode, machines.chief.wait(HANGING_S)) == (0, 0)
    search = load_results(machines.folder / "search.json")
    assert search.ending == "all trials"
    assert [each.status for each in search.trials] == ["completed"] * 6
    assert search.trials[lost - 1].score is not None


@pytest.mark.slow
@pytest.mark.parametrize("machines", [1000], indirect=True)  # more than are done before the chief has gone
def test_a_worker_whose_chief_goes_away_ends_and_says_so(machines):
    worker, lines = machines.worker("one")
    next(line for line in lines if line.startswith("Trial"))
    machines.chief.send_signal(signal.SIGINT)
    assert machines.chief.wait(HANGING_S) == 0
    assert load_results(machines.folder / "search.json").ending == "stopped"
    _, told = worker.communicate(timeout=HANGING_S)
    assert worker.returncode == 1
    assert f"There is no chief at {machines.address}, or it has gone." in told
    assert "Traceback" not in told


def test_web_process_needs_no_keras_for_a_search():
    code = (
        "import sys; import mnist_core.tuning.searches, mnist_core.tuning.importance, mnist_core.cli.tune; "
        "sys.exit(str(sorted({'keras', 'keras_tuner', 'tensorflow', 'sklearn', 'scipy'} & set(sys.modules)) or ''))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert found.stderr.strip() == ""
