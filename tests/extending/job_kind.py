"""Where docs/build/extending.md has added a kind of job, a worker does it, and a page tells how far it is."""

import json
import time
from itertools import combinations

import numpy as np
import psutil
import pytest

from mnist_core import jobs, load_dataset
from mnist_core.owners import KEEPER
from mnist_core.twins import TWINS
from tests.pages import whole_app

SAYING = "Each digit is compared with all others of its kind."
# What takes longer will never end, however much else the machine has to do.
DEADLINE_S = 240.0


@pytest.fixture
def page(fresh_home, at_home):
    """Opens the page of the whole app, whose workers work here."""
    app = whole_app()
    app.run()
    app.switch_page("pages/twins.py")

    def look():
        page = app.run()
        assert not page.exception
        return page

    return look


@pytest.fixture
def digits(fresh_home):
    return load_dataset("uci-digits")


def held(job):
    """The worker of a job that has just been started, which does nothing until it is let go."""
    worker = psutil.Process(job.pid)
    worker.suspend()
    return worker


def ended(job):
    """The job, once it is over."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        now = next(each for each in jobs.all_jobs() if each.id == job.id)
        if not now.is_active:
            return now
        time.sleep(0.05)
    raise AssertionError(f"The job has not ended. {job.log_tail()}")


def click(page, label):
    next(each for each in page.button if each.label == label).click().run()


def stages(job):
    return [(event["done"], event["figures"]["digit"]) for event in job.events()[0] if event["kind"] == "progress"]


def squared_distance(digits, first, second):
    """How far apart two images are; of one digit, and not the same one."""
    assert first != second
    assert digits.labels[first] == digits.labels[second]
    return int(((digits.images[first].astype(int) - digits.images[second].astype(int)) ** 2).sum())


def least_distance(digits, digit):
    """Between any two images of a digit, one pair after the other."""
    places = np.flatnonzero(digits.labels == digit)
    return min(squared_distance(digits, *pair) for pair in combinations(places, 2))


def test_it_is_stopped_fails_goes_on_and_is_shown(page, digits):
    # A visitor stops it before it is done.
    job = TWINS.start(KEEPER, digits)
    worker = held(job)
    shown = page()
    assert any(each.value == SAYING for each in shown.markdown)
    click(shown, "Stop")
    worker.resume()
    assert ended(job).state == "cancelled"
    shown = page()
    assert shown.warning[0].value == f"{SAYING} This was stopped."

    # The next try fails at the digit 3: what it is to be written to is a folder.
    work = job.folder / "work"
    (work / "3.json").mkdir(parents=True)
    click(shown, "Try again")
    failed = ended(job)
    assert failed.state == "failed"
    assert "3.json" in failed.error
    assert stages(failed)[-4:] == [(digit, digit) for digit in range(4)]
    assert page().warning[0].value.startswith(f"{SAYING} This did not work.")

    # It is resumed, tells how far it is, and goes on from what it had.
    had = [json.loads((work / f"{digit}.json").read_text()) for digit in range(3)]
    (work / "0.json").write_text("[0, 0]")
    (work / "3.json").rmdir()
    worker = held(jobs.resume(job.id, KEEPER))
    (bar,) = page().get("progress")
    assert (bar.proto.value, bar.proto.text) == (30, "Comparing all images of the digit 3")
    worker.resume()
    done = ended(job)
    assert (done.state, done.result) == ("done", {"twins": TWINS.known(digits)})
    assert TWINS.known(digits)[:3] == [[0, 0], *had[1:]]
    assert not work.exists()

    assert squared_distance(digits, *done.result["twins"][4]) == least_distance(digits, 4)

    # The page shows the answer, without another job.
    shown = page()
    assert [each.captions for each in shown.image] == [list(map(str, pair)) for pair in done.result["twins"]]
    assert len(jobs.all_jobs()) == 1
