"""When a drawing is explained: once somebody looks, one at a time, and only as long as somebody waits for it."""

import subprocess
import sys
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from mnist_core.types import Drawing
from mnist_ui import session
from mnist_ui.draw import explaining
from mnist_ui.draw.explaining import DroppedError, known_reasons, reasons
from mnist_ui.draw.sight import seen_key
from tests.explanation.test_explanation import readings_of
from tests.pages import html, with_drawing
from tests.strokes import SEVEN

SEEN = seen_key("reasons")


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(explaining, "_known", type(explaining._known)())


@pytest.fixture
def explained(monkeypatch):
    """Drawings as they are explained."""
    drawings = []

    def noted(recognizer, drawing, *more):
        drawings.append(drawing)
        return explain(recognizer, drawing, *more)

    explain = explaining.explain
    monkeypatch.setattr(explaining, "explain", noted)
    return drawings


@pytest.fixture
def read(recognizer):
    return readings_of(recognizer)


def seven(shift=0):
    return Drawing.from_strokes([[(x + shift, y) for x, y in stroke] for stroke in SEVEN])


def test_a_drawing_is_explained_once_somebody_sees_where(app, explained):
    with_drawing(app, SEVEN)
    app.session_state[SEEN] = False
    app.run()
    assert [each.value for each in app.subheader][-1] == "Why this answer?"
    assert not explained
    assert '<figure class="heatmap"' not in html(app)
    app.session_state[SEEN] = True
    app.run()
    assert len(explained) == 1
    assert html(app).count('<figure class="heatmap"') == 2


def test_the_same_drawing_is_explained_once_and_shown_again_unseen(explained, read):
    first = reasons("default", seven(), read, lambda: False)
    assert reasons("default", seven(), read, lambda: False) is first
    assert known_reasons("default", seven()) is first
    assert len(explained) == 1
    assert known_reasons("default", seven(1)) is None


def test_what_is_shown_holds_the_pictures_themselves(read):
    alike = reasons("default", seven(), read, lambda: False).alike
    assert np.array_equal(alike.images, read.dataset.images)
    assert (alike.dataset, alike.count) == ("sevens", 2)


def test_without_readings_nothing_is_remembered(explained):
    assert reasons("default", seven(), None, lambda: False).alike is None
    assert known_reasons("default", seven()) is None


def test_the_oldest_are_forgotten(monkeypatch, read):
    monkeypatch.setattr(explaining, "MOST_REMEMBERED", 2)
    for shift in range(2):
        reasons("default", seven(shift), read, lambda: False)
    known_reasons("default", seven(0))
    reasons("default", seven(2), read, lambda: False)
    assert [known_reasons("default", seven(shift)) is not None for shift in range(3)] == [True, False, True]


def test_what_nobody_waits_for_is_dropped_in_the_middle_and_the_next_has_its_turn(explained, read):
    looks = iter([False, True])
    with pytest.raises(DroppedError):
        reasons("default", seven(), read, lambda: next(looks))
    assert len(explained) == 1
    assert known_reasons("default", seven()) is None
    assert reasons("default", seven(), read, lambda: False).alike


def test_whoever_waits_for_a_turn_is_dropped_too(explained, read, monkeypatch):
    monkeypatch.setattr(explaining, "LOOK_EVERY_S", 0.01)
    dropped = []

    def wait():
        try:
            reasons("default", seven(), read, lambda: True)
        except DroppedError:
            dropped.append(True)

    with explaining._one_at_a_time:
        waiting = Thread(target=wait)
        waiting.start()
        waiting.join(timeout=10)
    assert dropped
    assert not explained


@pytest.fixture
def requests(monkeypatch):
    """What the browser asks of the session that this test is."""

    requests = ScriptRequests()
    context = SimpleNamespace(script_requests=requests)
    requests.request_rerun(RerunData())
    requests.on_scriptrunner_ready()
    monkeypatch.setattr(session, "get_script_run_ctx", lambda: context)
    ThreadState.initialize(fragment_id="this")
    return requests


@pytest.mark.parametrize(("fragment", "is_outdated"), [(None, True), ("this", True), ("another", False)])
def test_a_fragment_is_outdated_when_it_is_to_run_again(requests, fragment, is_outdated):
    assert not session.is_outdated()
    requests.request_rerun(RerunData(fragment_id=fragment))
    assert session.is_outdated() == is_outdated


def test_a_fragment_is_outdated_when_nobody_is_there_any_more(requests):
    requests.request_stop()
    assert session.is_outdated()


@pytest.mark.slow
def test_a_first_page_loads_nothing_that_only_others_need():
    program = """
import sys
from tests.pages import whole_app
from tests.strokes import SEVEN
app = whole_app().run()
assert not app.exception
print(sorted({"pandas", "pyarrow", "sqlalchemy", "scipy", "h5py", "mnist_core.teaching.teach"} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.stdout == "[]\n", ran.stderr
