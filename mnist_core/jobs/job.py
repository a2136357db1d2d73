"""A job is a directory: what to do, what has become of it, what it tells and what it needs to go on after a crash.

`job.json` is written once and `state.json` is replaced in one step, so a reader never sees half of either.
`events.jsonl` and `log.txt` only grow. `stop` and `cancel` are flags: they are there or not. `work/` is the job's own.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

from mnist_core.errors import JobError
from mnist_core.files import written_file
from mnist_core.language import sentence
from mnist_core.owners import KEEPERS, is_owner
from mnist_core.records import LARGEST_TEXT, UNUSABLE, check_plain_file, read_text

State = Literal["queued", "running", "stopping", "done", "failed", "cancelled"]
Wish = Literal["stop", "cancel"]

ORDER = "job.json"
STATE = "state.json"
EVENTS = "events.jsonl"
LOG = "log.txt"
WORK = "work"
ELSEWHERE = "elsewhere"
"""The flag of a job that the workers of a cluster do: its folder here is a copy of what they tell."""

LOG_TAIL_BYTES = 65_536

# The event that tells how far the work is: `done` of `total`, and in `stage` what it is at.
PROGRESS = "progress"
# Before so much of the work is done, nobody knows how long the rest takes.
FORESEEABLE = 0.05

# What stands for the kind of a job of which nobody can tell any more what it was to do.
DAMAGED = "damaged"

# What reading a file gives that is no record of a job.
_NO_RECORD = (OSError, ValueError, TypeError, RecursionError)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC).timestamp()

_NUMBER = int | float
_ORDER_TYPES: dict[str, Any] = {"kind": str, "title": str, "settings": dict, "created": _NUMBER, "owner": str}
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
        return min(max(self.done / self.total, 0.0), 1.0) if self.total > 0 else 0.0

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
    owner
        Whose it is, as `owners` has it.
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
    owner: str = KEEPERS

    def __post_init__(self) -> None:
        for name, expected in (_ORDER_TYPES | _STATE_TYPES).items():
            value = getattr(self, name)
            if not isinstance(value, expected):
                raise ValueError(f"{name!r} has the wrong type. Received: {value!r:.80}")
            if expected in (_NUMBER, _NUMBER | None) and not 0 <= (value or 0) <= _LAST_MOMENT:
                raise ValueError(f"{name!r} is no time. Received: {value!r:.80}")
        if not is_owner(self.owner):
            raise ValueError(f"'owner' must be a SHA-256 or empty. Received: {self.owner!r:.80}")
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

    @property
    def is_elsewhere(self) -> bool:
        """Whether the workers of a cluster have it, and not this machine."""
        return (self.folder / ELSEWHERE).exists()

    def events(self, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """The events from a place in the log on, and the place to ask from next time.

        Parameters
        ----------
        offset
            0, or what the last call gave. A line that is only half written is left for the next call, one that is no
            event is skipped.
        """
        try:
            check_plain_file(self.folder / EVENTS)
            with (self.folder / EVENTS).open("rb") as file:
                file.seek(max(offset, 0))
                text = file.read(LARGEST_TEXT)
        except UNUSABLE:
            return [], offset
        whole, end, _ = text.rpartition(b"\n")
        events = (_event(line) for line in whole.split(b"\n"))
        return [event for event in events if event is not None], max(offset, 0) + len(whole) + len(end)

    def so_far(self) -> SoFar | None:
        """How far the work is, if it has told."""
        told = ((_told(event), event["time"]) for event in reversed(self.events()[0]) if event["kind"] == PROGRESS)
        far, when = next(((far, when) for far, when in told if far), (None, 0.0))
        if not (far and self.started) or far.share < FORESEEABLE:
            return far
        left_s = (when - self.started) * (1 / far.share - 1)
        return replace(far, left_s=max(0.0, left_s - (time.time() - when)))

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of what the job's workers printed; empty if they printed nothing."""
        try:
            check_plain_file(self.folder / LOG)
            with (self.folder / LOG).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - LOG_TAIL_BYTES))
                text = file.read(LOG_TAIL_BYTES).decode("utf-8", errors="replace")
        except UNUSABLE:
            return ""
        return "\n".join(text.splitlines()[-lines:])


def read_job(folder: Path) -> Job:
    """The job of a directory.

    One whose state cannot be read has failed, and can be gone on with; of one whose order cannot be read nothing is
    known but that it is there: it is of the kind `DAMAGED`, has failed and can only be removed.

    Raises
    ------
    JobError
        If there is no such directory.
    """
    if not folder.is_dir():
        raise JobError("There is no such job; it may have been removed. Received: {id}.", id=repr(folder.name))
    try:
        order = _read(folder / ORDER)
        found = Job(folder=folder, **order, state="failed", queued=order.get("created", 0.0))
    except _NO_RECORD as error:
        when = _time_of(folder)
        reason = f"What it was to do cannot be read: {_in_short(error, ORDER)}. It can only be removed."
        return Job(folder, DAMAGED, folder.name, {}, created=when, state="failed", queued=when, error=reason)
    try:
        return Job(folder=folder, **order, **_read(folder / STATE))
    except _NO_RECORD as error:
        return replace(found, error=f"What became of it cannot be read: {_in_short(error, STATE)}.")


def _read(path: Path) -> dict[str, Any]:
    """The values of one of a job's two files."""
    values: dict[str, Any] = json.loads(read_text(path))
    return values


def _in_short(error: Exception, name: str) -> str:
    """What is wrong with a file, without the folder that it is in."""
    if isinstance(error, FileNotFoundError):
        return f"{name} is missing"
    if isinstance(error, TypeError | RecursionError):
        return f"{name} is no record of a job"
    return f"{name} is damaged ({getattr(error, 'strerror', None) or error!s:.200})"


def _time_of(folder: Path) -> float:
    """When a job was made, as its name says."""
    try:
        made = datetime.strptime(folder.name, "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)
    except ValueError:
        return 0.0
    return made.timestamp()


def write_order(job: Job, folder: Path | None = None) -> Job:
    """Write what to do, and whose it is, in one step, and give the job back."""
    return _written(job, folder, ORDER, _ORDER_TYPES)


def write_owner(job: Job, owner: str) -> Job:
    """Have a job belong to an owner, and give it back so."""
    return write_order(replace(job, owner=owner))


def write_state(job: Job, folder: Path | None = None) -> Job:
    """Write what has become of a job, in one step, and give the job back."""
    return _written(job, folder, STATE, _STATE_TYPES)


def _written(job: Job, folder: Path | None, name: str, fields: Iterable[str]) -> Job:
    """Write some of what is known of a job to a file of its folder, or of the one that is to become that."""
    with written_file((folder or job.folder) / name) as part:
        part.write_text(to_json({field: getattr(job, field) for field in fields}), encoding="utf-8")
    mark_changed(job.folder.parent)
    return job


def mark_changed(root: Path) -> None:
    """Have every process see that something is other than it was in the folder of all jobs, as `ledger` looks for it.

    It comes after the change, so that nobody looks too early. What cannot be marked is seen a little later.
    """
    now = time.time_ns()
    with suppress(OSError):
        os.utime(root, ns=(now, now))


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
    if not isinstance(event, dict) or not isinstance(event.get("kind"), str):
        return None
    return event if _is_number(event.get("time")) and 0 <= event["time"] <= _LAST_MOMENT else None


def _told(event: Mapping[str, Any]) -> SoFar | None:
    """How far an event says that the work is; None if it does not say so in the form that it should."""
    done, total, stage, figures = (event.get(name) for name in ("done", "total", "stage", "figures"))
    is_whole = _is_number(done) and _is_number(total) and isinstance(stage, str)
    return SoFar(done, total, stage, figures if isinstance(figures, dict) else {}) if is_whole else None  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    """Whether this is a number that can be counted with."""
    return isinstance(value, int | float) and abs(value) <= sys.float_info.max


def _ends_whole(file: BinaryIO) -> bool:
    """Whether a file is empty or its last line is whole."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 1, 0))
    return file.read(1) in (b"", b"\n")
