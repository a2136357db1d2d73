"""The command `tune`: a search as a job, or as the chief or a worker of one on many machines."""

import argparse
import logging
import os
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mnist_core import jobs, paths
from mnist_core.cli.following import event_line, seen, told_end, told_start, watched
from mnist_core.errors import ConfigError
from mnist_core.extras import TRAIN, check_installed
from mnist_core.installation import PROGRAM
from mnist_core.jobs import Job
from mnist_core.training.presets import PRESETS
from mnist_core.tuning.reasons import reason_words
from mnist_core.tuning.results import Search, Trial
from mnist_core.tuning.searches import search_of, settings_of, start_search
from mnist_core.tuning.settings import OBJECTIVES, TUNERS, SearchSettings, search_settings
from mnist_core.tuning.space import HYPERPARAMETERS, Choices, Dimension, Range, Space

# Trials in the table at the end.
SHOWN = 20
# What stands before the bar: what it counts, or why it does not.
_COUNTING = "Trials"
_STATES = {"queued": "Waiting for its turn", "stopping": "Stopping"}

_NUMBERS = (
    ("trials", "max_trials", int, "most trials"),
    ("minutes", "max_minutes", float, "most minutes"),
    ("images", "images", int, "images of a trial, a part of them for validation; 0 for all"),
    ("epochs", "epochs", int, "most epochs of a trial"),
    ("seed", "seed", int, "for the values, the split, the weights and the order of the images"),
)


def add_tune(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    tune = commands.add_parser("tune", help="start a job that searches for better hyperparameters with Keras Tuner")
    standard = SearchSettings()
    tune.add_argument("--preset", choices=PRESETS, default=standard.preset, help="recipe to vary (%(default)s)")
    tune.add_argument("--tuner", choices=tuple(TUNERS), help=f"who chooses what is tried next ({standard.tuner})")
    tune.add_argument("--objective", choices=tuple(OBJECTIVES), help=f"what is to be best ({standard.objective})")
    for option, name, kind, text in _NUMBERS:
        tune.add_argument(f"--{option}", dest=name, type=kind, help=f"{text} ({getattr(standard, name)})")
    tune.add_argument(
        "--space",
        action="append",
        default=[],
        metavar="KEY=VALUES",
        help="filters=8:64:8, learning_rate=1e-4:1e-2:log, kernel=3,4 or dropout=0.5; may be given more than once, and "
        f"then nothing else is searched. Keys: {', '.join(HYPERPARAMETERS)}",
    )
    tune.add_argument("--name", help="of the search (search)")
    tune.add_argument("--go-on", metavar="ID", default="", help="go on with a search that has ended: its job's id")
    tune.add_argument("--follow", action="store_true", help="show how it goes on until it ends, and what it gave")
    machines = tune.add_mutually_exclusive_group()
    machines.add_argument("--chief", metavar="HOST:PORT", help="choose for workers on other machines, in this process")
    machines.add_argument("--worker", metavar="HOST:PORT", help="train what the chief at this address chooses")
    tune.add_argument("--id", metavar="NAME", help="with --worker: a name that no other worker has")
    tune.add_argument("--folder", type=Path, metavar="DIR", help="with --chief or --worker: where to keep the search")
    tune.add_argument(
        "--silence",
        type=float,
        metavar="SECONDS",
        help="with --chief: give up a worker after so long without a word (60)",
    )
    tune.set_defaults(command=_tune)


def _tune(options: argparse.Namespace) -> int:
    check_installed(TRAIN)
    if options.worker:
        return _work(options)
    for name in ("id", *(() if options.chief else ("folder", "silence"))):
        if getattr(options, name) is not None:
            raise ConfigError(f"--{name} goes with {'--worker' if name == 'id' else '--chief or --worker'}.")
    settings = _settings(options)
    if options.chief:
        return _lead(settings, options)
    return told_start(start_search(settings, options.go_on), is_followed=options.follow, follow=follow_search)


def _settings(options: argparse.Namespace) -> SearchSettings:
    """The settings that the command line names; of a search that is gone on with, its own with another budget."""
    names = ("name", "tuner", "objective", *(name for _, name, _, _ in _NUMBERS))
    given: dict[str, Any] = {name: value for name in names if (value := getattr(options, name)) is not None}
    if options.go_on:
        before = search_of(jobs.find(options.go_on)).settings
        return replace(
            before, **{"max_trials": SearchSettings().max_trials, "max_minutes": SearchSettings().max_minutes} | given
        )
    if options.space:
        given["space"] = Space(dict(map(parse_dimension, options.space)))
    return search_settings(options.preset, **given)


def parse_dimension(text: str) -> tuple[str, Dimension]:
    """A hyperparameter as the command line names it.

    Parameters
    ----------
    text
        "filters=8:64", "filters=8:64:8" with a step, "learning_rate=1e-4:1e-2:log", "kernel=3,4", or "dropout=0.5".

    Raises
    ------
    ConfigError
        If it is none.
    """
    name, _, values = text.partition("=")
    try:
        if ":" not in values:
            return name, Choices(tuple(_parsed(name, each) for each in values.split(",")))
        low, high, *rest = values.split(":")
        if rest and rest != ["log"]:
            return name, Range(_parsed(name, low), _parsed(name, high), step=_parsed(name, *rest))
        return name, Range(_parsed(name, low), _parsed(name, high), log=bool(rest))
    except (ValueError, TypeError) as error:
        if isinstance(error, ConfigError):
            raise ConfigError(f"{name}: {error}") from error
        raise ConfigError(
            "A hyperparameter is given as NAME=LOW:HIGH, NAME=LOW:HIGH:STEP, NAME=LOW:HIGH:log or NAME=A,B,C. "
            f"Received: {text!r:.80}."
        ) from error


def follow_search(job_id: str) -> int:
    """Show a bar until a search ends, then its best trials; Ctrl-C asks it to stop, a second one leaves it.

    Returns
    -------
    The exit status, as `follow` gives it.

    Raises
    ------
    JobError
        If there is no such job, or it failed.
    """
    search, offset = Search(settings_of(seen(job_id))), 0
    with _bar(search) as bar:

        def look(job: Job) -> None:
            nonlocal offset
            events, offset = job.events(offset)
            for line in filter(None, (event_line(event, job) for event in events)):
                bar.write(line)
            search.take(events)
            _show(bar, search, _STATES.get(job.state, _COUNTING))

        job = watched(job_id, look, bar.write)
    return told_end(job, lambda job: table(search_of(job)))


def table(search: Search) -> str:
    """The best trials of a search, and what counts, in lines."""
    names = search.settings.space.varied
    width = {name: max(len(name), 9) for name in names}
    score = "accuracy" if search.settings.is_more_better else "loss"
    lines = [f"trial  {score:>8}  seconds  " + "  ".join(f"{name:>{width[name]}}" for name in names)]
    for trial in search.ranked()[:SHOWN]:
        values = "  ".join(f"{_value(trial.values[name]):>{width[name]}}" for name in names)
        seconds = "" if trial.seconds is None else f"{trial.seconds:.1f}"
        reason = reason_words(trial.reason)
        lines.append(f"{trial.number:>5}  {_score(search, trial):>8}  {seconds:>7}  {values}  {reason}".rstrip())
    if search.importance:
        shares = ", ".join(f"{name} {share:.0%}" for name, share in search.importance.shares.items())
        lines.append(f"How much of the score each explains, by {search.importance.trials} trials only: {shares}")
    lines.append(_ending(search))
    return "\n".join(lines)


def _lead(settings: SearchSettings, options: argparse.Namespace) -> int:
    """Be the chief of a search on many machines."""
    check_installed(TRAIN)
    _quieten()
    from mnist_core.tuning.machines import SILENCE_S, run_chief

    folder = options.folder or paths.data_home() / "searches" / re.sub(r"[^\w-]+", "-", settings.name)
    silence_s = SILENCE_S if options.silence is None else options.silence
    if not 1 <= silence_s <= 86_400:
        raise ConfigError(f"--silence must be seconds from 1 to 86400. Received: {silence_s:g}.")
    print(f"Waiting for workers: {PROGRAM} tune --worker {options.chief} --id NAME", flush=True)
    with _bar(Search(settings)) as bar:
        search = run_chief(settings, options.chief, folder, lambda found: _show(bar, found), silence_s)
        _show(bar, search)
    print(table(search))
    print(f"Kept in {folder}")
    return 0


def _work(options: argparse.Namespace) -> int:
    """Be a worker of a search on many machines."""
    if not options.id:
        raise ConfigError("--worker needs a name that no other worker has: --id NAME.")
    check_installed(TRAIN)
    _quieten()
    from mnist_core.tuning.machines import run_worker

    with tempfile.TemporaryDirectory(prefix="mnist-studio-", ignore_cleanup_errors=True) as temporary:
        run_worker(options.worker, options.id, options.folder or Path(temporary) / "search", _tell)
    print("The chief has nothing more to do.")
    return 0


def _tell(kind: str, **values: Any) -> None:
    """Print what a worker does, in a line."""
    match kind:
        case "trial":
            values = values["trial"]
            chosen = ", ".join(f"{name} {_value(value)}" for name, value in values["values"].items())
            print(f"Trial {int(values['id']) + 1}: {chosen}", flush=True)
        case "trial ended":
            trial = values["trial"]
            failed = trial["score"] is None
            ended = f"failed. {reason_words(trial['reason'])}" if failed else f"score {trial['score']:.4f}"
            print(f"Trial {int(trial['id']) + 1}: {ended}", flush=True)


def _quieten() -> None:
    """Keep TensorFlow's notes off the terminal."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    logging.getLogger("absl").setLevel(logging.ERROR)


def _bar(search: Search) -> "tqdm[Any]":
    """A progress bar of the trials."""
    return tqdm(total=search.settings.max_trials, unit="trial", desc=_COUNTING, file=sys.stderr)


def _show(bar: "tqdm[Any]", search: Search, what: str = _COUNTING) -> None:
    """Bring a bar up to date, where there is anything new."""
    best = f"best {_score(search, search.best)}" if search.best else ""
    before = bar.desc, bar.n, bar.total, bar.postfix or ""
    bar.set_description(what, refresh=False)
    if before != (bar.desc, search.finished, search.settings.max_trials, best):
        bar.total, bar.n = search.settings.max_trials, search.finished
        bar.set_postfix_str(best, refresh=False)
        bar.refresh()


def _score(search: Search, trial: Trial) -> str:
    """A score as people read it, or what there is in its place."""
    if trial.score is None:
        return trial.status
    return f"{trial.score:.2%}" if search.settings.is_more_better else f"{trial.score:.4f}"


def _value(value: Any) -> str:
    """A value as people read it."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _ending(search: Search) -> str:
    """How a search ended, in a line."""
    words = {
        "all trials": "All trials are done",
        "time": "Its time is up",
        "stopped": "It was stopped",
        "nothing new": "There was nothing new to try",
    }
    best = f"; the best is trial {search.best.number}" if search.best else "; no trial gave a score"
    return f"{words.get(search.ending, 'It has not ended')} after {search.seconds / 60:.1f} minutes{best}."


def _parsed(name: str, text: str) -> Any:
    """A value as text; a whole number where the hyperparameter has such, however it is written."""
    known = HYPERPARAMETERS.get(name)
    if known and known.is_switch:
        switch = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            text.strip().lower()
        )
        if switch is None:
            raise ConfigError(f"It is true or false. Received: {text!r:.80}.")
        return switch
    number = float(text)
    return int(number) if known and known.whole and number.is_integer() else number
