"""How the tests of compatibility get at what version 0.6.1 wrote: the only place here that imports what may be renamed.

What the fixture is, `tests/fixtures/make_home.py` tells. Where a name moves, it is followed here, and nothing else of
these tests changes: what they compare was said by version 0.6.1.
"""

import hashlib
import http.client
import io
import json
import runpy
import shutil
import sys
import tarfile
import threading
import time
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import uvicorn
from starlette.applications import Starlette

from mnist_core import jobs, load_dataset, paths
from mnist_core.collection import Filter, open_collection
from mnist_core.collection.opening import close_collections
from mnist_core.jobs import processes
from mnist_core.labels.finding import LABELS
from mnist_core.maps.embedding import MapConfig
from mnist_core.maps.film import load_film
from mnist_core.maps.finding import FILM, MAP
from mnist_core.maps.library import all_maps, load_map
from mnist_core.owners import KEEPER
from mnist_core.readings.finding import READINGS
from mnist_core.robustness.finding import ROBUSTNESS
from mnist_core.survey.anomalies import load_anomalies
from mnist_core.teaching.teach import cost
from mnist_core.training.speeds import read_speeds
from mnist_core.tuning.searches import search_of, start_search
from mnist_ui.routes import routes
from mnist_ui.state.keyring import Keyring
from mnist_ui.state.sketch import Sketch
from mnist_ui.state.visitor import Visitor
from mnist_ui.waiting import in_words

__all__ = [
    "all_maps",
    "close_collections",
    "cost",
    "load_anomalies",
    "load_film",
]

FIXTURES = Path(__file__).parents[1] / "fixtures"
KNOWN = json.loads((FIXTURES / "known_0_6_1.json").read_text(encoding="utf-8"))
JOBS = KNOWN["jobs"]
APP = paths.SHIPPED_MODELS.parent / "streamlit_app.py"
IMAGES = "uci-digits"
SEVEN = [[[90, 60], [300, 58], [210, 200], [170, 340]]]
STROKES = [{"width": 20, "points": points} for points in SEVEN]


def unpack(folder: Path) -> Path:
    """Put the home of version 0.6.1 into a folder; where it is."""
    with tarfile.open(FIXTURES / "home_0_6_1.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "home"


def warmed_up(patch, home: Path) -> Path:
    """A home in which the digits that come with the app lie in the cache."""
    use(patch, home)
    load_dataset(IMAGES)
    return home


def copied(template: Path, target: Path) -> Path:
    """A home of its own; times and links stay as they are."""
    return Path(shutil.copytree(template, target, symlinks=True))


def use(patch, home: Path) -> None:
    """Have the app live in a home, with no other place to find data in."""
    close_collections()
    patch.setenv("MNIST_STUDIO_HOME", str(home))
    for name in ("MNIST_STUDIO_DATA", "MNIST_STUDIO_JOBS", "MNIST_STUDIO_MODEL", "MNIST_STUDIO_DATABASE_URL"):
        patch.delenv(name, raising=False)
    patch.setenv("MNIST_STUDIO_ADDRESS", "https://studio.example")  # else pages show this machine's own


def let_workers_sleep(patch) -> None:
    """Have workers do nothing from now on, so that a job stays as it is once it was started."""
    patch.setattr(processes, "COMMAND", (sys.executable, "-c", "import time; time.sleep(120)"))


def end_workers(home: Path) -> None:
    """End the workers that this process has started for the jobs of a home."""
    for child in psutil.Process().children():
        with suppress(psutil.Error, IndexError):  # one that has ended meanwhile
            if child.cmdline()[-1].startswith(str(home)):
                child.kill()
                child.wait()


def keep_only(home: Path, *names: str) -> None:
    """Leave of the jobs that are still to be done only these: the others would have their turn first."""
    unfinished = {name: job for name, job in JOBS.items() if name.endswith(("_half", "_waits"))}
    for name in unfinished.keys() - set(names):
        shutil.rmtree(home / "jobs" / unfinished[name])


def ended(job_id: str, timeout_s: float = 1800):
    """A job once it has ended."""
    deadline = time.monotonic() + timeout_s
    while (job := {each.id: each for each in jobs.all_jobs()}[job_id]).is_active:
        assert time.monotonic() < deadline, f"{job}\n{job.log_tail()}"
        time.sleep(0.2)
    return job


def files_in(home: Path) -> dict[str, int]:
    """When each file was last written, but for what can be made again at any time."""
    kept = (path for path in home.rglob("*") if path.is_file() and "cache" not in path.parts)
    return {str(path.relative_to(home)): path.stat().st_mtime_ns for path in kept if not path.name.startswith(".")}


def command(*arguments: str) -> tuple[int, str]:
    """What `python -m mnist_core` with these arguments gives, and prints; it is run in this process."""
    printed, before = io.StringIO(), sys.argv
    sys.argv = ["mnist_core", *arguments]
    try:
        with redirect_stdout(printed):
            runpy.run_module("mnist_core", run_name="__main__")
    except SystemExit as ending:
        return int(ending.code or 0), printed.getvalue()
    finally:
        sys.argv = before
    raise AssertionError("The command line has to end with its status.")


@contextmanager
def server():
    """What asks a server of the routes while it runs: for a path, and with a body if there is one."""
    running = uvicorn.Server(uvicorn.Config(Starlette(routes=routes()), host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.01)

    def ask(path: str, body: object = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", running.servers[0].sockets[0].getsockname()[1], timeout=60)
        connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body))
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        return response.status, answer

    try:
        yield ask
    finally:
        running.should_exit = True
        thread.join()


def digest(dataset) -> str:
    """What findings say of the images that they are of."""
    hashes = [
        hashlib.sha256(np.ascontiguousarray(each).tobytes()).hexdigest() for each in (dataset.images, dataset.labels)
    ]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def findings(digits) -> dict:
    """What is known of the small model and of the datasets without a job; None for what is not."""
    return {
        "readings": READINGS.known("tiny", digits),
        "taught": READINGS.known(KNOWN["models"]["taught"]["name"], digits),
        "robustness": ROBUSTNESS.known("tiny", digits),
        "labels": LABELS.known(digits),
        "film": FILM.known("tiny", 3),
        "anomalies": load_anomalies(digits),
    }


def ask_again(digits) -> None:
    """Ask for what is known as the pages do, which have a job started where nothing is."""
    READINGS.ask(KEEPER, "tiny", digits)
    FILM.ask(KEEPER, "tiny", 3)
    for each in KNOWN["found"]["maps"].values():
        MAP.ask(KEEPER, MapConfig(**each["config"]), digits)


def jobs_that_found(digits) -> dict:
    """The job that has found out each finding, by its kind."""
    umap = MapConfig(**KNOWN["found"]["maps"]["umap"]["config"])
    found = {
        "read": READINGS.job("tiny", digits),
        "robustness": ROBUSTNESS.job("tiny", digits),
        "film": FILM.job("tiny", 3),
        "embed": MAP.job(umap, digits),
        "labels": LABELS.job(digits),
    }
    return {name: job and (job.id, job.state) for name, job in found.items()}


def label_check(dataset):
    """What is known of the labels of a dataset."""
    return LABELS.known(dataset)


def found_map(known: dict, digits):
    """The id that a map's settings lead to, and the map."""
    name = MAP.known(MapConfig(**known["config"]), digits)
    return name, None if name is None else load_map(name)


def search(name: str):
    """What a search gave or has told so far."""
    return search_of(jobs.find(JOBS[name]))


def trials_of(job) -> list:
    """The trials of a search's job."""
    return search_of(job).trials


def speeds() -> dict[str, float]:
    """How fast this machine trains, as it was measured."""
    return read_speeds()


def go_on(name: str):
    """A new search that goes on with one that is done, for one more trial."""
    return start_search(replace(search(name).settings, max_trials=1, max_minutes=5), JOBS[name])


def how_far(job) -> str:
    """How far a job is, as a visitor reads it."""
    return in_words(job.so_far())


def drawings() -> dict:
    """What the collection says of itself, as `make_home.py` asked it."""
    collection, known = open_collection(), KNOWN["collection"]
    learned, tested = collection.drawings.labelled()
    group = collection.classes.group(known["class"]["code"].lower())
    return {
        "count": collection.drawings.count(),
        "in_class": collection.drawings.count(Filter(group=group.id)),
        "learned": len(learned),
        "tested": len(tested),
        "version": collection.version(),
        "name": group.name,
        "id": group.id,
        "is_open": [group.is_open, collection.classes.group(known["closed"]).is_open],
        "holds_key": collection.classes.holds_key(group.code, known["class"]["key"]),
        "aliases": [collection.classes.join(group.code, owner) for owner in known["owners"][:4]],
        "entries": [
            {
                "id": each.id,
                "label": each.label,
                "digit": each.digit,
                "probability": each.probability,
                "created": each.created.isoformat(),
                "ink": int(each.image.astype(int).sum()),
            }
            for each in collection.drawings.entries(limit=None)
        ],
    }


def hardest(day):
    """The hardest digit of a day's challenge."""
    return open_collection().attempts.hardest_digit(day)


def drawings_of(owner: str) -> list:
    """What a visitor has drawn, newest first."""
    return open_collection().drawings.entries(Filter(owner=owner))


def delete_class() -> int:
    """Delete the class with its key; how many drawings that were."""
    known = KNOWN["collection"]["class"]
    return open_collection().classes.delete(known["code"], known["key"])


def be(app, who: str) -> None:
    """Have the app's visitor be somebody that the home knows; the browser would say so."""
    session, known = app.session_state, KNOWN["collection"]
    session["_seen-reasons"] = True  # what is below is explained once somebody scrolls there
    if who == "drawing":
        session["_sketch"] = Sketch(STROKES)
    elif who == "owner":
        session["_visitor"] = Visitor(token=known["owners"][0], keeps=True, is_met=True)
    elif who == "taught":
        taught = KNOWN["models"]["taught"]["name"]
        session["_visitor"] = Visitor(token=known["owners"][0], taught=taught, is_taught_used=True, is_met=True)
        session["model"] = taught
        be(app, "drawing")
    elif who == "teacher":
        session["_keyring"] = Keyring(keys={known["class"]["code"]: known["class"]["key"]}, is_met=True)
    elif who == "keeper":
        session["_keeper"] = KEEPER
