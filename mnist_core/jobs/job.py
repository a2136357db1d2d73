"""A job is a directory: what to do, what has become of it, what it tells and what it needs to go on after a crash.

`job.json` is written once and `state.json` is replaced in one step, so a reader never sees half of either.
`events.jsonl` and `log.txt` only grow. `stop` and `cancel` are flags: they are there or not. `work/` is the job's own.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

from mnist_core.errors import JobError
from mnist_core.files import written_file
from mnist_core.language import sentence

State = Literal["queued", "running", "stopping", "done", "failed", "cancelled"]
Wish = Literal["stop", "cancel"]

ORDER = "job.json"
STATE = "state.json"
EVENTS = "events.jsonl"
LOG = "log.txt"
WORK = "work"

LOG_TAIL_BYTES = 65_536

# The event that tells how far the work is: `done` of `total`, and in `stage` what it is at.
PROGRESS = "progress"
# Before so much of the work is done, nobody knows how long the rest takes.
FORESEEABLE = 0.05

_NUMBER = int | float
_ORDER_TYPES: dict[str, Any] = {"kind": str, "title": str, "settings": dict, "created": _NUMBER}
_STATE_TYPES: dict[str, Any] = {
    "state": str,
    "queued": _NUMBER,
    "started": _NUMBER | None,
    "ended": _NUMBER | None,
    "error": str | None,
    "result": dict | None,
    "pid": int | None,
    "born": _NUMBER | None,
    "deaths": int,
}


@dataclass(frozen=True)
class SoFar:
    """How far the work of a job is.

    Attributes
    ----------
    done, total
        So many of so many: images, parts of a file, whatever the work counts.
    stage, figures
        What it is at: a message marked for translation, and what its placeholders stand for; may be empty.
    left_s
        About how many seconds it still takes, if it goes on as it did; None while that cannot be said.
    """

    done: float
    total: float
    stage: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    left_s: float | None = None

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total > 0 else 0.0

    @property
    def words(self) -> str:
        """What it is at, in the language that is spoken; may be empty."""
        return sentence(self.stage, self.figures)


@dataclass(frozen=True)
class Job:
    """What is known of a job, as it was when it was read.

    Attributes
    ----------
    kind, title, settings
        What to do, its name for people, and what the work depends on.
    created, queued, started, ended
        Seconds since the epoch. `queued` is when its wait began: a job that is resumed waits at the end again.
    state
        "queued", "running" and "stopping" are active; "done", "failed" and "cancelled" are not.
    error
        Sentences for a person: why it failed, or why it is still in the queue although there is room.
    result
        What the work gave; None until it is done.
    pid, born
        The worker's process id and when it began, as `queue` measures it; None without a worker.
    deaths
        How many workers have died in a row without progress.
    """

    folder: Path
    kind: str
    title: str
    settings: dict[str, Any]
    created: float
    state: State
    queued: float
    started: float | None = None
    ended: float | None = None
    error: str | None = None
    result: dict[str, Any] | None = None
    pid: int | None = None
    born: float | None = None
    deaths: int = 0

    def __post_init__(self) -> None:
        for name, expected in (_ORDER_TYPES | _STATE_TYPES).items():
            if not isinstance(getattr(self, name), expected):
                raise ValueError(f"{name!r} has the wrong type. Received: {getattr(self, name)!r:.80}")
        if self.state not in get_args(State):
            raise ValueError(f"'state' must be one of {', '.join(get_args(State))}. Received: {self.state!r:.80}")

    @property
    def id(self) -> str:
        """The job's name; names sort by the time of creation."""
        return self.folder.name

    @property
    def is_active(self) -> bool:
        """Whether there is still something to come."""
        return self.state in ("queued", "running", "stopping")

    @property
    def wish(self) -> Wish | None:
        """What the worker was asked for: to stop with its best result, or to cancel and discard."""
        return wish_of(self.folder)

    def events(self, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """The events from a place in the log on, and the place to ask from next time.

        Parameters
        ----------
        offset
            0, or what the last call gave. A line that is only half written is left for the next call, one that is no
            event is skipped.
        """
        try:
            with (self.folder / EVENTS).open("rb") as file:
                file.seek(max(offset, 0))
                text = file.read()
        except OSError:
            return [], offset
        whole, end, _ = text.rpartition(b"\n")
        events = (_event(line) for line in whole.split(b"\n"))
        return [event for event in events if event is not None], max(offset, 0) + len(whole) + len(end)

    def so_far(self) -> SoFar | None:
        """How far the work is, if it has told."""
        event = next((each for each in reversed(self.events()[0]) if each.get("kind") == PROGRESS), None)
        if event is None:
            return None
        far = SoFar(event["done"], event["total"], event["stage"], event.get("figures", {}))
        if not self.started or far.share < FORESEEABLE:
            return far
        left_s = (event["time"] - self.started) * (1 / far.share - 1)
        return replace(far, left_s=max(0.0, left_s - (time.time() - event["time"])))

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of what the job's workers printed; empty if they printed nothing."""
        try:
            with (self.folder / LOG).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - LOG_TAIL_BYTES))
                text = file.read().decode("utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])


def read_job(folder: Path) -> Job:
    """The job of a directory.

    Raises
    ------
    JobError
        If there is none or it is damaged.
    """
    try:
        order, state = (json.loads((folder / name).read_text(encoding="utf-8")) for name in (ORDER, STATE))
        return Job(folder=folder, **order, **state)
    except FileNotFoundError as error:
        raise JobError(f"There is no job in {folder}: {Path(error.filename).name} is missing.") from error
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise JobError(f"The job in {folder} cannot be used: {error}.") from error


def write_order(job: Job, folder: Path) -> None:
    """Write what to do, once, into the directory that is to be the job's."""
    (folder / ORDER).write_text(to_json({name: getattr(job, name) for name in _ORDER_TYPES}), encoding="utf-8")


def write_state(job: Job, folder: Path | None = None) -> Job:
    """Write what has become of a job, in one step, and give the job back."""
    with written_file((folder or job.folder) / STATE) as part:
        part.write_text(to_json({name: getattr(job, name) for name in _STATE_TYPES}), encoding="utf-8")
    return job


def append_event(folder: Path, kind: str, **values: Any) -> None:
    """Append an event, with the time, to a job's log of events."""
    line = to_json(values | {"time": time.time(), "kind": kind}).encode()
    with (folder / EVENTS).open("ab+") as file:
        file.write((b"" if _ends_whole(file) else b"\n") + line + b"\n")


def wish_of(folder: Path) -> Wish | None:
    """What the worker of a job is asked for; to discard wins over to keep."""
    wishes: tuple[Wish, ...] = ("cancel", "stop")
    return next((wish for wish in wishes if (folder / wish).exists()), None)


def to_json(value: Any) -> str:
    """A value as JSON, NumPy's numbers and arrays as plain ones.

    Raises
    ------
    TypeError
        If JSON has no form for it.
    """
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    """A NumPy number or array as Python's."""
    if not hasattr(value, "tolist"):
        raise TypeError(f"Only numbers, texts, lists and mappings can be kept. Received: {type(value).__name__}")
    return value.tolist()


def _event(line: bytes) -> dict[str, Any] | None:
    """The event of a line; None if it is none, as after a crash in the middle of a line."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def _ends_whole(file: BinaryIO) -> bool:
    """Whether a file is empty or its last line is whole."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 1, 0))
    return file.read(1) in (b"", b"\n")
