import itertools
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from mnist_core import jobs, paths
from mnist_core.cli import following, main
from mnist_core.installation import PROGRAM
from mnist_core.jobs import processes, queue
from mnist_core.jobs.job import append_event, write_order
from mnist_core.model.bundle import read_card
from mnist_core.owners import KEEPER, new_token
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import RunSettings
from mnist_core.trash import SCARCE_VARIABLE
from tests.ink.test_ink import picture
from tests.jobs.counting_worker import COMMAND
from tests.jobs.test_jobs import REPOSITORY, end_worker, until, until_begun, until_ended, written_job
from tests.strokes import SEVEN, ZERO

WATCHDOG_S = 240
TINY = ["train", "--preset", "classic", "--name", "mine", "--data", "uci-digits"]
SETTINGS = RunSettings(PRESETS["quick"].config, "quick").to_json()
MEASURES = {"loss": 0.5, "accuracy": 0.75, "val_loss": None, "val_accuracy": 0.8}


@pytest.fixture
def home(fresh_home, monkeypatch):
    """A data home whose jobs end with the test."""
    monkeypatch.delenv(queue.LIMIT_VARIABLE, raising=False)
    yield fresh_home
    for job in jobs.all_jobs():
        if job.is_active:
            jobs.cancel(job.id, KEEPER)
    until(lambda: not any(job.is_active and not end_worker(job) for job in jobs.all_jobs()))


@pytest.fixture
def counting(home, monkeypatch):
    """The same with workers that only count."""
    monkeypatch.setattr(processes, "COMMAND", COMMAND)
    return home


@pytest.fixture
def idle(home, without_workers):
    """The same without workers."""
    return home


@pytest.fixture
def between_looks(monkeypatch):
    """Takes what is to happen while a job is followed: one thing between each look at it and the next."""

    def take(*actions):
        left = itertools.chain(actions, itertools.repeat(lambda: time.sleep(0.03)))
        monkeypatch.setattr(following, "time", SimpleNamespace(sleep=lambda _: next(left)(), time=time.time))

    return take


@pytest.fixture
def files(tmp_path):
    """A seven, a zero, a flat picture, no picture, and a missing file."""
    for name, strokes in (("seven.png", SEVEN), ("zero.jpg", ZERO)):
        Image.fromarray(picture(strokes)).save(tmp_path / name)
    Image.new("L", (50, 50), 255).save(tmp_path / "flat.png")
    (tmp_path / "text.png").write_text("hello")
    return [str(tmp_path / name) for name in ("seven.png", "flat.png", "text.png", "missing.png", "zero.jpg")]


def test_predict_prints_an_object_a_file_and_goes_on_after_an_error(files, capsys):
    assert main(["predict", "--json", *files]) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["file"] for answer in answers] == files
    assert [answer.get("digit") for answer in answers] == [7, None, None, None, 0]
    assert [("error" in answer) for answer in answers] == [False, True, True, True, False]
    keys = {"file", "digit", "probability", "probabilities", "novelty", "is_digit", "reliability"}
    assert answers[0].keys() == keys | {"lines", "boxes"}
    assert answers[0]["lines"] == ["7"]
    assert [(box["digit"], box["line"]) for box in answers[0]["boxes"]] == [(7, 0)]
    assert 0 <= answers[0]["boxes"][0]["x"] < answers[0]["boxes"][0]["width"] <= 1
    assert sum(answers[0]["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert 0 < answers[0]["reliability"]["right"] <= answers[0]["reliability"]["answers"]


def test_predict_in_words(files, capsys):
    assert main(["predict", files[0]]) == 0
    assert capsys.readouterr().out.startswith(f"{files[0]}: 7 (")


@pytest.fixture
def number(tmp_path):
    """A file with a seven beside a zero."""
    both = np.hstack([picture(SEVEN), picture(ZERO)])
    Image.fromarray(both).save(tmp_path / "seventy.png")
    return str(tmp_path / "seventy.png")


def test_predict_reads_a_number(number, capsys):
    assert main(["predict", number]) == 0
    assert capsys.readouterr().out.startswith(f"{number}: 70 (each at least ")
    assert main(["predict", "--json", number]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["lines"] == ["70"]
    assert [box["digit"] for box in answer["boxes"]] == [7, 0]
    assert answer["boxes"][0]["x"] < answer["boxes"][1]["x"] < 1


def test_predict_takes_a_picture_for_one_digit_if_it_is_to(number, capsys):
    assert main(["predict", "--json", "--single", number]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert 0 <= answer["digit"] <= 9
    assert answer.keys().isdisjoint({"lines", "boxes"})


def test_verify_says_what_is_wrong(fresh_home, capsys):
    assert main(["verify"]) == 0
    shutil.copytree(paths.SHIPPED_MODELS / "default", fresh_home / "models" / "mine")
    (fresh_home / "models" / "mine" / "history.csv").write_text("epoch\n")
    assert main(["verify"]) == 1
    out = capsys.readouterr()
    assert "default: every file" in out.out
    assert "history.csv must have SHA-256" in out.err


def test_export_prints_what_is_in_the_zip_and_overwrites_only_when_told_to(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("mnist_core.model.export.export_model", lambda model, target: [f"{model}/card.json"])
    arguments = ["export", "default", "--output", str(tmp_path / "a.zip")]
    assert main(arguments) == 0
    (tmp_path / "a.zip").write_text("older")
    assert main(arguments) == 1
    assert main([*arguments, "--overwrite"]) == 0
    out = capsys.readouterr()
    assert out.out == f"default/card.json\nWritten to {tmp_path / 'a.zip'}\n" * 2
    assert out.err == f"error: {tmp_path / 'a.zip'} is there already. Choose another --output, or give --overwrite.\n"


def test_export_writes_a_page_that_reads_and_overwrites_only_when_told_to(tmp_path, capsys):
    page = tmp_path / "seven.html"
    arguments = ["export", "default", "--html", str(page)]
    assert main(arguments) == 0
    assert "<digit-pad" in page.read_text("utf-8")
    assert main(arguments) == 1
    assert "Choose another --html" in capsys.readouterr().err
    assert main([*arguments, "--overwrite"]) == 0


def test_evaluate_gives_the_score_in_words_and_as_json(capsys):
    assert main(["evaluate", "--data", "uci-digits"]) == 0
    assert "of 359 wrong" in capsys.readouterr().out
    assert main(["evaluate", "--data", "uci-digits", "--json"]) == 0
    score = json.loads(capsys.readouterr().out)["uci-digits"]
    assert score["images"] == 359
    assert score["low"] < score["accuracy"] == 1 - score["errors"] / 359 < score["high"]


# Training


def test_train_follows_a_job_whose_model_predict_can_use(home, files, capsys):
    settings = ["--set", "augmentation.rotation=20", "--set", "optimizer=sgd", "--epochs", "2", "--tensorboard"]
    assert main([*TINY, *settings, "--follow"]) == 0
    out = capsys.readouterr().out
    assert [line[:14] for line in out.splitlines() if line.startswith("Epoch")] == ["Epoch 1 of 2: ", "Epoch 2 of 2: "]
    assert "uci-digits test:" in out
    assert out.endswith(f"Written to {home / 'models' / 'mine'}\n")
    card = read_card(home / "models" / "mine")
    assert (card.config["augmentation"]["rotation"], card.config["optimizer"], card.epochs) == (20, "sgd", 2)
    assert (jobs.all_jobs()[0].folder / "tensorboard").is_dir()

    assert main(["jobs", "follow", "last"]) == 0
    assert out.endswith(capsys.readouterr().out)
    assert main(["predict", "--model", "mine", files[0]]) == 0


def test_train_alone_starts_a_job_and_says_how_to_follow_it(idle, capsys):
    arguments = ["train", "--preset", "fine-tune", "--from", "default", "--set", "frozen=true", "--set", "name=mine"]
    assert main([*arguments, "--name", "his", "--seed", "7"]) == 0
    (job,) = jobs.all_jobs()
    settings = RunSettings.from_json(job.settings)
    assert (settings.preset, settings.tensorboard) == ("fine-tune", False)
    assert PRESETS["fine-tune"].to_parameters(settings.config) == {"preset": "fine-tune", "seed": "7", "frozen": "true"}
    assert settings.config.name == job.title == "mine"
    assert f"python -m mnist_core jobs follow {job.id}\n" in capsys.readouterr().out


def test_train_writes_to_a_folder_and_overwrites_only_when_told_to(fresh_home, tmp_path, capsys):
    arguments = [*TINY, "--epochs", "1", "--output", str(tmp_path / "here")]
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert out.startswith("Epoch 1 of 1: loss ")
    assert "uci-digits test:" in out
    assert read_card(tmp_path / "here").name == "mine"
    assert not (fresh_home / "jobs").exists()
    assert main(arguments) == 1
    assert "--overwrite" in capsys.readouterr().err


@pytest.mark.slow
def test_train_on_a_full_disk_says_so_and_leaves_nothing(fresh_home, tmp_path):
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
        "from mnist_core.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    output = tmp_path / "models" / "mine"
    command = [sys.executable, "-c", code, *TINY, "--epochs", "1", "--output", str(output)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "error: The disk does not take what training has to write" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(output.parent.glob("*")) == []


@pytest.mark.slow
def test_ctrl_c_stops_a_run_and_keeps_its_best(home):
    settings = ["--epochs", "10000", "--set", "patience=10000", "--follow"]
    command = [sys.executable, "-m", "mnist_core", *TINY, *settings]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        watchdog = threading.Timer(WATCHDOG_S, process.kill)
        watchdog.start()
        assert any(line.startswith("Epoch     1 of 10000: ") for line in process.stdout)
        process.send_signal(signal.SIGINT)
        out = process.stdout.read()
        watchdog.cancel()
    assert process.returncode == 0
    assert "It is asked to stop and to keep its best." in out
    assert f"Written to {home / 'models' / 'mine'}" in out
    assert read_card(home / "models" / "mine").ending == "stopped"


# Following a job


def test_what_a_job_tells_is_printed_as_it_comes(counting, between_looks, capsys):
    job = jobs.start("hold", "mine", SETTINGS)
    between_looks(
        lambda: append_event(job.folder, "preparing"),
        lambda: append_event(job.folder, "other data", wanted=["mnist"], used=["uci-digits"]),
        lambda: append_event(job.folder, "training", images=1_000, validation=100, epochs=5, watched={}),
        lambda: append_event(job.folder, "step", epoch=0, step=1, steps=2, loss=0.5, accuracy=0.75),
        lambda: append_event(job.folder, "epoch", epoch=0, seconds=1.25, **MEASURES),
        lambda: append_event(job.folder, "died", log=""),
        lambda: append_event(job.folder, "of another version", epoch="?"),
        lambda: append_event(job.folder, "measuring", images=1_000, validation=100, watched={}),
        lambda: append_event(job.folder, "measuring", preset="vgg"),
        (counting / "jobs" / "go").touch,
    )
    assert main(["jobs", "follow", job.id]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Preparing the images",
        "Not all of mnist can be had: it learns from uci-digits",
        "Learning from 1,000 images, checked with 100 others",
        "Epoch 1 of 5: loss 0.5000, accuracy 75.00%; validation loss nan, accuracy 80.00%; after 1.2 s",
        "Its worker died; the next one goes on after the last whole epoch",
        "Measuring it on the test images",
        "Measuring how fast vgg trains",
        "Done.",
    ]


def test_a_terminal_has_a_line_that_is_written_over(counting, between_looks, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "31")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    (counting / "jobs").mkdir(parents=True)
    (counting / "jobs" / "go").touch()
    job = written_job(counting, kind="hold", settings=SETTINGS)
    append_event(job.folder, "step", epoch=2, step=1, steps=4, loss=0.5, accuracy=0.75)
    between_looks()
    assert main(["jobs", "follow", job.id]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Epoch 3: 25%, loss 0.5000, acc\r")
    assert out.endswith(" " * 30 + "\rDone.\n")


def test_following_keeps_the_queue_going(counting, capsys):
    before, job = written_job(counting), written_job(counting)
    assert main(["jobs", "follow", job.id]) == 0
    assert jobs.find(before.id).state == "done"


@pytest.mark.parametrize(
    ("kind", "out", "err"),
    [
        ("refuse", "", "error: There is nothing to learn from.\n"),
        ("give_up", "It was cancelled, and nothing of it is kept.\n", ""),
    ],
)
def test_a_job_that_came_to_nothing_gives_1(counting, capsys, kind, out, err):
    job = jobs.start(kind, "In vain", {})
    assert main(["jobs", "follow", job.id]) == 1
    assert capsys.readouterr() == (out, err)


def press():
    signal.raise_signal(signal.SIGINT)


def test_the_second_ctrl_c_leaves_a_job_in_the_background(counting, between_looks, capsys):
    job = until_begun(jobs.start("be_deaf", "Deaf", {}))
    handler = signal.getsignal(signal.SIGINT)
    between_looks(press, press)
    assert main(["jobs", "follow", job.id]) == 130
    stop, left = capsys.readouterr().out.splitlines()
    assert stop.startswith("It is asked to stop and to keep its best.")
    assert left == f"Left in the background. To follow it again: python -m mnist_core jobs follow {job.id}"
    assert jobs.find(job.id).state == "stopping"
    assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_cancels_a_job_that_waits(idle, between_looks, capsys):
    job = jobs.start("hold", "Hold", {})
    between_looks(press)
    assert main(["jobs", "follow", job.id]) == 1
    assert capsys.readouterr().out == "It was cancelled, and nothing of it is kept.\n"


# The list of jobs, and changing one


def test_jobs_are_listed_newest_first(idle, capsys):
    old = written_job(idle, state="done", ended=time.time() - 7_300, title="old")
    tried = written_job(idle, state="failed", ended=time.time() - 200, title="tried", error="Bad luck.")
    first, second = (written_job(idle, queued=float(number), title=str(number)) for number in range(2))
    assert main(["jobs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [
        [second.id, "queued", "1", "1", "before", "it"],
        [first.id, "queued", "0", "0", "before", "it"],
        [tried.id, "failed", "tried", "3", "min", "ago"],
        [old.id, "done", "old", "2", "h", "ago"],
    ]
    assert main(["jobs", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["id"] for each in listed] == [second.id, first.id, tried.id, old.id]
    assert listed[2] | {"state": "failed", "error": "Bad luck.", "folder": str(tried.folder)} == listed[2]


def test_a_run_is_listed_with_its_epochs(counting, capsys):
    job = until_begun(jobs.start("hold", "mine", SETTINGS))
    assert main(["jobs"]) == 0
    *said, seconds, unit = capsys.readouterr().out.split()[:6]
    assert (said, unit) == ([job.id, "running", "mine", "for"], "s")
    assert seconds.isdecimal()  # a busy machine needs more than one
    write_order(replace(job, kind="train"))
    append_event(job.folder, "epoch", epoch=0, read=[], **MEASURES)
    assert main(["jobs"]) == 0
    assert capsys.readouterr().out.endswith("  1.0 of 5 epochs\n")


def test_jobs_are_stopped_cancelled_resumed_removed_and_brought_back(counting, capsys):
    job = until_begun(jobs.start("hold", "Hold", {}))
    waiting = jobs.start("hold", "Wait", {})

    def said(action, named):
        assert main(["jobs", action, named]) == 0
        return capsys.readouterr().out.split()[:2]

    assert said("stop", "last") == [waiting.id, "cancelled"]
    assert said("resume", "last") == [waiting.id, "queued"]
    assert said("stop", job.id) == [job.id, "stopping"]
    assert until_ended(job).state == "done"
    until_begun(waiting)
    assert said("cancel", "last") == [waiting.id, "cancelled"]
    assert said("remove", waiting.id) == [waiting.id, "removed;"]
    assert [each.id for each in jobs.all_jobs()] == [job.id]
    assert said("restore", waiting.id) == [waiting.id, "cancelled"]
    assert [each.id for each in jobs.all_jobs()] == [waiting.id, job.id]


def test_whoever_removes_a_job_is_told_whether_it_can_be_brought_back(idle, monkeypatch, capsys):
    job = written_job(idle, state="failed")
    assert main(["jobs", "remove", job.id]) == 0
    assert capsys.readouterr().out.endswith(
        f"removed; for a day it can be brought back: {PROGRAM} jobs restore {job.id}\n"
    )
    assert main(["jobs", "restore", job.id]) == 0
    monkeypatch.setenv(SCARCE_VARIABLE, str(10**9))
    capsys.readouterr()
    assert main(["jobs", "remove", job.id]) == 0
    assert capsys.readouterr().out == f"{job.id}  removed\n"
    assert main(["jobs", "restore", job.id]) == 1
    assert "cannot be brought back any more" in capsys.readouterr().err


def test_the_command_line_is_the_keepers(idle, capsys):
    job = jobs.start("hold", "Hold", {}, new_token())
    assert main(["jobs", "cancel", job.id]) == 0
    assert jobs.find(job.id).state == "cancelled"


# What cannot be done


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--epochs", "0", "--data", "uci-digits"], "epochs must be"),
        (["train", "--name", "../x", "--data", "uci-digits"], "model's name"),
        (["train", "--name", "taught-" + "0" * 32, "--data", "uci-digits"], "model of their own"),
        (["train", "--name", "default", "--data", "uci-digits"], "came with the app"),
        (["train", "--name", "mine", "--overwrite"], "--overwrite goes with --output"),
        (["train", "--output", "no-such-folder", "--tensorboard"], "--tensorboard"),
        (["train", "--set", "colour=red"], "Received: colour."),
        (["train", "--set", "rotation"], "Received: rotation."),
        (["train", "--set", "augmentation.rotation=400"], "augmentation.rotation must be"),
        (["train", "--set", "optimizer=magic"], "optimizer must be"),
        (["train", "--preset", "fine-tune", "--from", "nobody"], "nobody"),
        (["train", "--from", "default"], "network 'handwriting', start_from 'default'"),
        (["jobs", "follow", "last"], "There are no jobs."),
        (["jobs", "follow", "20261121-143005-a1b2c3"], "There is no such job"),
        (["jobs", "remove", "20261121-143005-a1b2c3"], "There is no such job"),
        (["jobs", "cancel", "../x"], "A job's id looks like"),
        (["predict", "--model", "nobody", "x.png"], "nobody"),
        (["evaluate", "nobody"], "nobody"),
        (["reliability", "nobody"], "nobody"),
        (["export", "nobody", "--output", "no-such-folder/a.zip"], "nobody"),
        (["export", "nobody", "--html", "a.html"], "nobody"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(fresh_home, capsys, arguments, message):
    assert main(arguments) == 1
    assert message in capsys.readouterr().err
    assert jobs.all_jobs() == []
