"""Searching: its overhead over training the same configurations in a row; the best values beside the default's."""

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mnist_core import paths
from mnist_core.errors import ConfigError, TrainingError
from mnist_core.tuning.results import Search, Trial, load_results, save_results
from mnist_core.tuning.settings import SearchSettings, config_of, trial_config

TRIALS, IMAGES = 12, 10_000
LIMIT_MINUTES = 8.0
OVERHEAD_TARGET = 0.15

KEPT = "benchmarks-tuning"
NICENESS = 10


def show(arguments: Sequence[str]) -> None:
    """Measure and print; what an earlier call has measured is taken from the data home's cache."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks tuning", description=__doc__)
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--images", type=int, default=IMAGES)
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument(
        "--compare", type=Path, metavar="SEARCH.json", help="train a search's best and the default fully"
    )
    parser.add_argument("--seeds", type=int, default=3, help="with --compare: how often each is trained")
    parser.add_argument("--output", type=Path, metavar="FILE", help="with --compare: where each result is appended")
    parser.add_argument("--part", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    folder = paths.cache_folder() / f"{KEPT}-{options.trials}-{options.images}"
    settings = SearchSettings(max_trials=options.trials, images=options.images, max_minutes=600)
    if options.part:
        _PARTS[options.part[0]](settings, Path(options.part[1]))
    elif options.compare:
        _compare(load_results(options.compare), options.seeds, options.output or options.compare.with_suffix(".jsonl"))
    else:
        _show_overhead(settings, folder, fresh=options.fresh)


def _show_overhead(settings: SearchSettings, folder: Path, *, fresh: bool) -> None:
    """Search, train the same in a row, and print both times."""
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        for path in folder.glob("*.json*"):
            path.unlink()
    if not (folder / "search.json").exists():
        _in_a_process("search", settings, folder)
    _in_a_process("row", settings, folder)
    search = load_results(folder / "search.json")
    row = {each["trial"]: each for each in _lines(folder / "row.jsonl")}
    ours, theirs = search.seconds, sum(each["seconds"] for each in row.values())
    print("| what | measured | target |\n| --- | --- | --- |")
    _print_line(
        f"a search of {len(search.trials)} trials on {settings.images:,} images ({settings.tuner}, "
        f"{settings.epochs} epochs at most)",
        f"{ours / 60:.1f} min",
        f"at most {LIMIT_MINUTES:g} min: {_is_met(ours <= 60 * LIMIT_MINUTES)}",
    )
    _print_line(f"the same {len(row)} configurations trained in a row", f"{theirs / 60:.1f} min", "")
    overhead = ours / theirs - 1
    _print_line(
        "overhead of the search",
        f"{overhead:+.1%}",
        f"at most {OVERHEAD_TARGET:.0%}: {_is_met(overhead <= OVERHEAD_TARGET)}",
    )
    same = sum(each.score == row[each.number]["score"] for each in search.trials if each.number in row)
    _print_line("trials with the very same score in both", f"{same} of {len(row)}", "")
    epochs = sum(len(each.epochs) for each in search.trials), sum(each["epochs"] for each in row.values())
    _print_line("epochs in both", f"{epochs[0]} and {epochs[1]}", "")


def _search(settings: SearchSettings, folder: Path) -> None:
    """Search, and keep what it gave; one that was cut off goes on."""
    from mnist_core.tuning.search import run_search

    search = run_search(settings, folder / "search", _log)
    save_results(search, folder / "search.json")


def _row(settings: SearchSettings, folder: Path) -> None:
    """Train the configurations of a search in a row, those that are not yet timed."""
    from mnist_core.training.checkpoints import read_history
    from mnist_core.training.examples import load_examples
    from mnist_core.training.loop import train_network

    search = load_results(folder / "search.json")
    known = {each["trial"] for each in _lines(folder / "row.jsonl")}
    examples = load_examples(trial_config(settings, search.trials[0].values))
    for trial in search.trials:
        if trial.number in known:
            continue
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as work:
            train_network(trial_config(settings, trial.values, trial.limit), examples, Path(work))
            history = read_history(Path(work) / "history.csv")
        seconds = time.monotonic() - began
        score = max(row["val_accuracy"] for row in history)
        _append(
            folder / "row.jsonl", {"trial": trial.number, "seconds": seconds, "score": score, "epochs": len(history)}
        )


def _compare(search: Search, seeds: int, output: Path) -> None:
    """Train the best values and the default fully, and read the test images once with each network."""
    from mnist_core.training.trained_model import train_model

    if search.best is None:
        raise ConfigError("The search has no trial with a score, so there is nothing to compare. Search again.")
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    configs = {"default": search.settings.base, "tuned": config_of(search.settings, search.best.values)}
    known = {(each["which"], each["seed"]): each for each in _lines(output)}
    # Both of a seed after each other: what else goes on at the time then weighs on both.
    for seed, which in itertools.product(range(seeds), configs):
        if (which, seed) in known:
            continue
        config = replace(configs[which], seed=seed, name=which)
        work = output.with_name(f"{output.stem}-{which}-{seed}")
        with tempfile.TemporaryDirectory() as temporary:
            card = train_model(config, Path(temporary) / which, work=work, callbacks=[_epoch_logger(which, seed)])
        score = card.scores["mnist"]
        line = {"which": which, "seed": seed, "accuracy": score.accuracy, "errors": score.errors}
        line |= {"epochs": card.epochs, "seconds": card.seconds, "parameters": card.parameters}
        _append(output, line | {"values": dict(search.best.values)})
        shutil.rmtree(work, ignore_errors=True)
    _show_comparison([each for each in _lines(output) if each["seed"] < seeds], search.best)


def _show_comparison(lines: Sequence[dict[str, Any]], best: Trial) -> None:
    """Print the test accuracies of both."""
    print(f"The best values: {dict(best.values)}, validation score {best.score}")
    print("| which | parameters | seconds | test accuracy of each seed | mean |\n| --- | --- | --- | --- | --- |")
    for which in ("default", "tuned"):
        own = [each for each in lines if each["which"] == which]
        accuracies = [each["accuracy"] for each in own]
        each_one = ", ".join(f"{accuracy:.2%}" for accuracy in accuracies)
        seconds = sum(each["seconds"] for each in own) / len(own)
        mean = sum(accuracies) / len(accuracies)
        print(f"| {which} | {own[0]['parameters']:,} | {seconds:.0f} | {each_one} | {mean:.2%} |", flush=True)


def _epoch_logger(which: str, seed: int) -> Any:
    """A Keras callback that prints each epoch."""
    import keras

    def told(epoch: int, logs: dict[str, float]) -> None:
        print(f"{which}, seed {seed}, epoch {epoch + 1}: validation accuracy {logs['val_accuracy']:.2%}", flush=True)

    return keras.callbacks.LambdaCallback(on_epoch_end=told)


def _in_a_process(part: str, settings: SearchSettings, folder: Path) -> None:
    """Do one half in a process of its own, so that neither finds what the other has warmed up."""
    command = [sys.executable, "-m", "benchmarks", "tuning", "--part", part, str(folder)]
    options = ["--trials", str(settings.max_trials), "--images", str(settings.images)]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2"}
    if subprocess.run([*command, *options], check=False, env=environment).returncode:
        raise TrainingError(f"The part {part!r} of the benchmark ended by an error, which is printed above.")


def _log(kind: str, **values: Any) -> None:
    """Print what a search does."""
    if kind == "trial ended":
        trial = values["trial"]
        print(f"trial {trial['number']}: {trial['status']}, {trial['score']}, {trial['seconds']:.1f} s", flush=True)


def _append(path: Path, values: dict[str, Any]) -> None:
    """Add a line of JSON to a file, and print it."""
    line = json.dumps(values)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    print(line, flush=True)


def _lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of JSON in a file."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]


def _print_line(name: str, measured: str, target: str) -> None:
    """Print a line of the table."""
    print(f"| {name} | {measured} | {target} |", flush=True)


def _is_met(is_so: bool) -> str:
    """Whether a target is met."""
    return "met" if is_so else "MISSED"


_PARTS: dict[str, Callable[[SearchSettings, Path], None]] = {"search": _search, "row": _row}
