"""A data home in which everything that can have a name or words has hostile ones."""

import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import psutil
import pytest

from mnist_core import paths
from mnist_core.collection import open_collection
from mnist_core.collection.tables import drawings
from mnist_core.datasets import load_dataset
from mnist_core.jobs import processes, queue
from mnist_core.jobs.job import Job, append_event, write_state
from mnist_core.maps.finding import MAP
from mnist_core.maps.library import save_map
from mnist_core.model.bundle import CARD, model_folder
from mnist_core.owners import new_token
from mnist_core.readings.finding import READINGS
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import TRAIN, RunSettings
from mnist_core.training.speeds import write_speeds
from mnist_core.tuning.results import RESULTS, save_results
from mnist_core.tuning.searches import result_of
from tests.faults.hostile import ALL_AT_ONCE, AS_A_NAME, HOST
from tests.searches import SETTINGS, TRIALS, search
from tests.small_maps import small_map
from tests.visitors import SEVEN, reading


def marked(place: str) -> str:
    """A hostile text that says where it stands, so that it is known whether it was shown."""
    return f"{ALL_AT_ONCE} in-{place}"


def short(place: str) -> str:
    """The same for a name of at most 60 letters."""
    return f"![x](//{HOST}/k)<img src=//{HOST}/m> in-{place}"


@dataclass(frozen=True)
class HostileHome:
    """What is in it.

    Attributes
    ----------
    run, lost_run, search, lost_search
        Ids of jobs: a run that goes on, one that failed; a search that is done, and one that failed.
    map
        Id of a map.
    code, key
        Of a class.
    drawing
        Id of a drawing that was made for it.
    visitor
        What the browser keeps of the visitor whose drawings are in the collection.
    """

    run: str
    lost_run: str
    search: str
    lost_search: str
    map: str
    code: str
    key: str
    drawing: str
    visitor: Mapping[str, Any]


def fill(patch: pytest.MonkeyPatch) -> HostileHome:
    """Fill the data home; the jobs of it that go on count as this process's, so that no server ends or begins one."""
    patch.setattr(queue, "limit", lambda: 0)
    write_speeds(dict.fromkeys(PRESETS, 0.001))
    _fill_models()
    run, lost_run = _fill_runs()
    found, lost_search = _fill_searches()
    key = save_map(small_map("features", graph="0" * 64, dataset="uci-digits", model=AS_A_NAME), short("map"))
    save_map(small_map("pixels", dataset="uci-digits"), short("other-map"))
    _fill_findings()
    return HostileHome(run.id, lost_run.id, found.id, lost_search.id, key, *_fill_collection())


def _fill_models() -> None:
    """A model whose name is an address, and whose card says what it wants."""
    folder = model_folder(AS_A_NAME)
    shutil.copytree(paths.SHIPPED_MODELS / "default", folder)
    card = json.loads((folder / CARD).read_text())
    some_score = next(iter(card["scores"].values()))
    card["name"] = marked("card")
    card["scores"] = {**card["scores"], marked("score"): some_score}
    for part in ("handwriting", "non_digits"):
        card[part] = {marked(part): next(iter(card[part].values()))}
    card["data_hashes"] = {marked("data"): "0" * 64}
    card["config"] = {**card["config"], "name": marked("config")}
    (folder / CARD).write_text(json.dumps(card))


def _job(kind: str, title: str, settings: Mapping[str, Any], state: str, **changes: Any) -> Job:
    """A job as it is in some state."""
    job = queue.start(kind, title, settings)
    if state == "running":
        changes |= {"pid": os.getpid(), "born": processes.birth(psutil.Process()), "started": time.time()}
    if state in ("done", "failed", "cancelled"):
        changes |= {"ended": time.time()}
    return write_state(replace(job, state=state, **changes))


def _fill_runs() -> tuple[Job, Job]:
    """A run that goes on, one that failed, one that was cancelled, and one that waits."""
    config = replace(PRESETS["quick"].config, data=("uci-digits",))
    settings = RunSettings(config, "quick").to_json()
    going_on = _job(TRAIN, marked("run"), settings, "running", error=marked("run-error"))
    other_data = {"wanted": [marked("wanted")], "used": [marked("used")]}
    append_event(going_on.folder, "other data", **other_data)
    append_event(going_on.folder, "preparing")
    failed = _job(TRAIN, marked("lost-run"), settings, "failed", error=marked("lost-run-error"))
    (failed.folder / "log.txt").write_text(marked("log"))
    _job(TRAIN, marked("cancelled-run"), settings, "cancelled")
    _job(TRAIN, marked("waiting-run"), settings, "queued")
    done = {"model": AS_A_NAME, "ending": marked("ending")}
    _job(TRAIN, marked("done-run"), settings, "done", result=done)
    return going_on, failed


def _fill_searches() -> tuple[Job, Job]:
    """A search that is done, one that failed, and one that waits."""
    settings = {"search": replace(SETTINGS, name=marked("search")).to_json(), "goes_on": ""}
    trials = [*TRIALS, replace(TRIALS[2], id="09", number=9, reason=marked("reason"))]
    found = search()
    found.trials[:] = trials
    done = _job("tune", marked("search"), settings, "done", result=result_of(found))
    save_results(found, done.folder / RESULTS)
    failed = _job("tune", marked("lost-search"), settings, "failed", error=marked("lost-search-error"))
    _job("tune", marked("waiting-search"), settings, "queued", error=marked("waiting-search-error"))
    return done, failed


def _fill_findings() -> None:
    """What is found out for everybody: readings that came to nothing, and a map that is being made."""
    images = load_dataset("uci-digits", download=False)
    settings = READINGS.identity("default", images).settings
    _job(READINGS.kind, marked("reading"), settings, "failed", error=marked("reading-error"))
    config = small_map("pixels", dataset="uci-digits", seed=3).config
    making = _job(MAP.kind, marked("making"), MAP.identity(config, images, short("making")).settings, "running")
    append_event(making.folder, "progress", done=1, total=2, stage=marked("stage"), figures={})


def _fill_collection() -> tuple[str, str, str, dict[str, Any]]:
    """A class and two drawings for it; into the row of the first somebody has written what no visitor is called."""
    collection, token = open_collection(), new_token()
    group, key = collection.classes.open(short("class"))
    alias = collection.classes.join(group.code, token)
    for label in (7, 1):
        entry = collection.drawings.add(SEVEN, reading(7), AS_A_NAME, token, label, group=group.id, alias=alias)
    with collection.database.writing() as connection:
        of_others = drawings.update().where(drawings.c.id != entry.id)
        connection.execute(of_others.values(alias=marked("alias"), model=marked("drawing-model")))
    return group.code, key, entry.id, {"token": token, "keeps": True, "taught": "", "uses": False, "member": True}
