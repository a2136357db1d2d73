"""Training in the terminal: the lines that tell of a run, and following a job until it ends."""

import math
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mnist_core import jobs
from mnist_core.errors import ConfigError, JobError
from mnist_core.installation import PROGRAM
from mnist_core.jobs import Job
from mnist_core.model.bundle import model_folder, read_card
from mnist_core.model.card import ModelCard, Score
from mnist_core.owners import KEEPER
from mnist_core.records import UNUSABLE, DamagedError, decoding
from mnist_core.training.progress import Progress
from mnist_core.training.run_settings import TRAIN, RunSettings

POLL_S = 0.5
# The exit status of what somebody left with Ctrl-C, as a shell gives it.
INTERRUPTED = 130


def epoch_line(epoch: int, epochs: int | str, measures: Mapping[str, Any]) -> str:
    """What an epoch gave, in a line.

    Parameters
    ----------
    epoch, epochs
        Its number from 0, and how many there are at most.
    measures
        By Keras's names, with the "seconds" since the run began; None for what is not a number.
    """
    numbers = {name: math.nan if value is None else value for name, value in measures.items()}
    return (
        f"Epoch {epoch + 1:>{len(str(epochs))}} of {epochs}: loss {numbers['loss']:.4f}, "
        f"accuracy {numbers['accuracy']:.2%}; validation loss {numbers['val_loss']:.4f}, "
        f"accuracy {numbers['val_accuracy']:.2%}; after {numbers['seconds']:.1f} s"
    )


def score_line(name: str, score: Score) -> str:
    """A score on the test images of a dataset, in a line."""
    return (
        f"{name + ' test:':<17} {score.accuracy:.2%} right ({score.errors} of {score.images:,} wrong; "
        f"95 % interval {score.low:.2%} to {score.high:.2%})"
    )


def model_summary(card: ModelCard, folder: Path) -> str:
    """What came of a run, in lines."""
    return "\n".join(
        [
            f"\n{card.name}: {card.parameters:,} parameters, {card.epochs} epochs in {card.seconds / 60:.1f} minutes",
            *(score_line(name, score) for name, score in card.scores.items()),
            f"Written to {folder}",
        ]
    )


def job_line(job: Job) -> str:
    """A job, and how far it is or how long ago it ended, in a line."""
    return f"{job.id}  {job.state:<9}  {job.title:<28}  {_how_far(job)}"


def ended_job(job_id: str) -> Job:
    """A job once it has ended.

    Raises
    ------
    JobError
        If there is no such job.
    """
    while (job := seen(job_id)).is_active:
        time.sleep(POLL_S)
    return job


def told_start(job: Job, *, is_followed: bool, follow: Callable[[str], int]) -> int:
    """Tell of a job that was started, and follow it or tell how to; the exit status."""
    print(job_line(job))
    if is_followed:
        return follow(job.id)
    print(f"To follow it: {PROGRAM} jobs follow {job.id}")
    return 0


def follow(job_id: str) -> int:
    """Print what a job tells until it ends; Ctrl-C asks it to stop and keep its best, a second one leaves it.

    Returns
    -------
    The exit status: 0 after a job that is done, 1 after a cancelled one, `INTERRUPTED` if it was left.

    Raises
    ------
    JobError
        If there is no such job, or it failed.
    """
    offset = 0

    def look(job: Job) -> None:
        nonlocal offset
        offset = _tell(job, offset)

    return told_end(watched(job_id, look, _say), _summary)


def watched(job_id: str, look: Callable[[Job], None], say: Callable[[str], None]) -> Job | None:
    """Look at a job until it ends; Ctrl-C asks it to stop and keep its best, a second one leaves it.

    Parameters
    ----------
    look
        Called with the job as it is, now and then, and once it has ended.
    say
        Prints a line that stays.

    Returns
    -------
    The job once it has ended; None if it was left.

    Raises
    ------
    JobError
        If there is no such job.
    """
    asked = False
    with counted_interrupts() as interrupts:
        while (job := seen(job_id)).is_active:
            look(job)
            if interrupts and not asked:
                asked = True
                if jobs.stop(job.id, KEEPER).is_active:
                    say("It is asked to stop and to keep its best. Ctrl-C leaves it to do so in the background.")
            if len(interrupts) > 1:
                say(f"Left in the background. To follow it again: {PROGRAM} jobs follow {job.id}")
                return None
            time.sleep(POLL_S)
        look(job)
    return job


def told_end(job: Job | None, summary: Callable[[Job], str]) -> int:
    """Print how a job ended, or nothing if it was left; the exit status.

    Parameters
    ----------
    summary
        What came of a job that is done.

    Raises
    ------
    JobError
        If it failed.
    """
    if job is None:
        return INTERRUPTED
    if job.state == "failed":
        raise JobError(job.error or "The job failed.")
    if job.state == "cancelled":
        print("It was cancelled, and nothing of it is kept.")
        return 1
    print(summary(job))
    return 0


def seen(job_id: str) -> Job:
    """A job as it is now, after the look at all jobs that keeps the queue going."""
    return next((job for job in jobs.all_jobs() if job.id == job_id), None) or jobs.find(job_id)


@contextmanager
def counted_interrupts() -> Iterator[list[int]]:
    """Collect each Ctrl-C; it must not end this process in the middle of a change to the queue."""
    interrupts: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(job: Job, offset: int) -> int:
    """Print what a job has told since the last look; where to look on from."""
    events, offset = job.events(offset)
    for event in events:
        if line := event_line(event, job):
            _say(line)
    if not job.is_active:
        _say("", is_live=True)
    elif job.state == "queued":
        _say(job.error or "Waiting for its turn", is_live=True)
    elif events and (line := _step_line(events[-1]) or _progress_line(job)):
        _say(line, is_live=True)
    return offset


def event_line(event: Mapping[str, Any], job: Job) -> str | None:
    """What happened, in a line that stays; None for what is not worth one, or of another form."""
    try:
        with decoding():
            return _line(event, job)
    except UNUSABLE:
        return None


def _line(event: Mapping[str, Any], job: Job) -> str | None:
    """What an event says."""
    match event:
        case {"kind": "preparing"}:
            return "Preparing the images"
        case {"kind": "training", "images": images, "validation": validation}:
            return f"Learning from {images:,} images, checked with {validation:,} others"
        case {"kind": "searching", "images": images, "validation": validation}:
            return f"Each trial learns from {images:,} images and is scored with {validation:,} others"
        case {"kind": "epoch", "epoch": epoch}:
            return epoch_line(epoch, _epochs(job), event)
        case {"kind": "measuring", "preset": preset}:
            return f"Measuring how fast {preset} trains"
        case {"kind": "measuring"}:
            return "Measuring it on the test images"
        case {"kind": "other data", "wanted": wanted, "used": used}:
            return f"Not all of {', '.join(wanted)} can be had: it learns from {', '.join(used)}"
        case {"kind": "died"}:
            return "Its worker died; the next one goes on after the last whole epoch"
    return None


def _step_line(event: Mapping[str, Any]) -> str | None:
    """How far an epoch is, in a line that is written over."""
    match event:
        case {"kind": "step", "epoch": epoch, "step": step, "steps": steps, "loss": loss, "accuracy": accuracy}:
            with suppress(DamagedError), decoding():
                measures = f", loss {loss:.4f}, accuracy {accuracy:.2%}" if loss is not None else ""
                return f"Epoch {epoch + 1}: {step / steps:.0%}{measures}"
    return None


def _progress_line(job: Job) -> str | None:
    """How far a job is that tells of its progress, in a line that is written over."""
    far = job.so_far()
    return f"{far.share:.0%} {far.words}".rstrip() if far else None


def _say(text: str, *, is_live: bool = False) -> None:
    """Print a line; a live one is written over by the next, and there only in a real terminal."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print((text[:width] if is_live else text).ljust(width), end="\r" if is_live else "\n", flush=True)
    elif not is_live:
        print(text, flush=True)


def _summary(job: Job) -> str:
    """What came of a job that is done."""
    if job.kind == TRAIN and job.result and "model" in job.result:
        folder = model_folder(job.result["model"])
        return model_summary(read_card(folder), folder)
    return "Done."


def _how_far(job: Job) -> str:
    """How far a job is, or how long ago it ended."""
    if job.state == "queued":
        return job.error or f"{jobs.waiting_before(job)} before it"
    if not job.is_active:
        return f"{_age(job.ended)} ago"
    if job.kind != TRAIN:
        far = job.so_far()
        return f"{far.share:.0%} after {_age(job.started)}" if far else f"for {_age(job.started)}"
    progress = Progress()
    progress.take(job.events()[0])
    return f"{progress.place:.1f} of {_epochs(job)} epochs"


def _epochs(job: Job) -> int | str:
    """Of how many epochs a run is at most; a question mark if its settings are damaged."""
    try:
        return RunSettings.from_json(job.settings).config.epochs
    except ConfigError:
        return "?"


def _age(since: float | None) -> str:
    """How long ago something was, in its largest unit."""
    seconds = max(0.0, time.time() - (since or time.time()))
    units = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    return next((f"{seconds // size:.0f} {unit}" for size, unit in units if seconds >= size), "0 s")
