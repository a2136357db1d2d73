"""The challenge as Streamlit runs it."""

import pytest

from mnist_core.collection import open_collection
from mnist_core.errors import CollectionError
from mnist_core.owners import new_token
from mnist_ui.demo import rounds
from mnist_ui.pad import Told
from mnist_ui.state import people, reader
from mnist_ui.state.challenge import Challenge
from mnist_ui.state.limits import Limit
from mnist_ui.state.visitor import Visitor
from tests.pages import as_strokes, html
from tests.strokes import DIGITS, SEVEN

VISITOR = Visitor()


class Attempts:
    """A collection that only knows attempts."""

    def __init__(self):
        self.attempts = self
        self.noted = []

    def add(self, digit, read, milliseconds, owner):
        self.noted.append((digit, read, milliseconds, owner))

    def hardest_digit(self, day):
        return None


class Broken:
    def __getattr__(self, name):
        raise CollectionError("The collection cannot be opened.")


@pytest.fixture
def attempts(monkeypatch):
    attempts = Attempts()
    monkeypatch.setattr(rounds, "open_collection", lambda: attempts)
    monkeypatch.setattr(people, "visitor", lambda: VISITOR)
    monkeypatch.setattr(VISITOR, "keeps", None)
    monkeypatch.setattr(reader, "model_name", lambda: "default")
    return attempts


@pytest.fixture
def challenge():
    challenge = Challenge()
    challenge.start()
    challenge.order = list(range(10))
    return challenge


def button(app, label):
    return next(each for each in app.button if each.label == label)


def test_a_digit_that_is_read_right_is_noted_and_the_next_one_called(attempts, challenge):
    challenge.called_at -= 60
    for digit, strokes in DIGITS.items():
        challenge.called_at -= 60
        challenge.sketch.update(as_strokes(strokes))
        rounds.drawn(challenge, Told(milliseconds=1200))
        assert [(each.digit, each.read) for each in challenge.attempts][-1] == (digit, digit)
    assert challenge.is_over
    assert challenge.score().seconds == 12
    assert attempts.noted == [(digit, digit, 1200, challenge.player) for digit in range(10)]
    assert challenge.player != VISITOR.token


def test_of_who_wants_nothing_kept_nothing_is_counted(attempts, challenge, monkeypatch):
    monkeypatch.setattr(VISITOR, "keeps", False)
    rounds.drawn(challenge, Told(is_over=True))
    assert challenge.called == 1
    assert attempts.noted == []


def test_of_one_client_so_many_attempts_are_counted_and_one_plays_on(attempts, challenge, monkeypatch):
    who = ["192.0.2.1"]
    monkeypatch.setattr(rounds, "attempts_of_client", Limit(3, of=lambda: who[0], clock=lambda: 0.0))
    for _ in range(5):
        challenge.player = new_token()
        rounds.drawn(challenge, Told(is_over=True))
    assert (challenge.called, len(attempts.noted)) == (5, 3)
    who[0] = "192.0.2.2"
    rounds.drawn(challenge, Told(is_over=True))
    assert len(attempts.noted) == 4


def test_another_digit_waits_until_the_time_is_over(attempts, challenge):
    challenge.sketch.update(as_strokes(SEVEN))
    rounds.drawn(challenge, Told(milliseconds=5))
    assert challenge.called == 0
    rounds.drawn(challenge, Told(milliseconds=5, is_over=True))
    assert challenge.called == 1
    assert [(digit, read) for digit, read, *_ in attempts.noted] == [(0, 7)]


def test_who_draws_nothing_or_nonsense_is_out_of_time(attempts, challenge):
    rounds.drawn(challenge, Told(is_over=True))
    challenge.sketch.update([{"width": "x"}])
    rounds.drawn(challenge, Told())
    assert challenge.called == 1
    rounds.drawn(challenge, Told(is_over=True))
    assert [read for _, read, *_ in attempts.noted] == [None, None]


def test_after_the_last_digit_a_late_stroke_changes_nothing(attempts):
    challenge = Challenge()
    rounds.drawn(challenge, Told(is_over=True))
    assert challenge.attempts == []


def test_without_the_collection_one_can_play_and_is_told(app, monkeypatch):
    monkeypatch.setattr(rounds, "open_collection", Broken)
    app.run()
    app.switch_page("pages/challenge.py").run()
    assert not app.exception
    assert "cannot be used just now" in app.caption[0].value
    button(app, "Start").click().run()
    assert "data-called" in html_of_call(app)
    assert "1 of 10" in html_of_call(app)
    for _ in range(10):
        button(app, "Skip it").click().run()
    assert not app.exception
    assert "0 of 10" in html(app)
    assert "cannot be used just now" in app.caption[0].value
    button(app, "Once more").click().run()
    assert "data-called" in html_of_call(app)


def html_of_call(app):
    """What is called, as the pad is sent it."""
    return next(each for each in app.get("bidi_component") if "pad" in each.proto.component_name).proto.json


def test_the_hardest_digit_is_that_of_all_visitors(app, fresh_home):
    app.run()
    app.switch_page("pages/challenge.py").run()
    assert "nobody has drawn enough" in app.caption[0].value
    collection = open_collection()
    for read in (8, 3, None, 8):
        collection.attempts.add(8, read, 900, "1" * 32)
    for _ in range(4):
        collection.attempts.add(1, 1, 500, "2" * 32)
    app.run()
    assert not app.exception
    said = next(each.value for each in app.markdown if "hardest" in each.value)
    assert "is 8" in said
    assert "of 4 attempts" in said
    assert "50 %" in said
