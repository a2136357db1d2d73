"""What tasks look at: each is done by what it asks for, and by nothing less."""

from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from mnist_core import Drawing, ink, paths
from mnist_core.model.card import ModelCard
from mnist_core.types import Prediction
from mnist_ui.lessons import tasks
from mnist_ui.lessons.tasks import outcome
from mnist_ui.state import paper, people, reader
from mnist_ui.state.answers import Answers
from mnist_ui.state.quiz import Quiz
from mnist_ui.state.sketch import Sketch
from tests.pages import as_strokes
from tests.strokes import DIGITS, SEVEN

ONE, DASH = [[(220, 80), (210, 200), (200, 330)]], [[(110, 90), (160, 85), (222, 80)]]
SCRIBBLE = [[(60, 60), (340, 340)], [(340, 60), (60, 340)], [(200, 40), (200, 360)], [(40, 200), (360, 200)]]


@pytest.fixture
def draw(monkeypatch):
    """Lets the visitor draw."""
    sketch = Sketch()
    monkeypatch.setattr(paper, "sketch", lambda: sketch)
    monkeypatch.setattr(reader, "model_name", lambda: "default")
    return lambda strokes: sketch.update(as_strokes(strokes))


@pytest.fixture
def answers(monkeypatch):
    answers = Answers()
    monkeypatch.setattr(people, "answers", lambda: answers)
    return answers


def say(answers, strokes, label, read):
    probabilities = np.full(10, 0.001, np.float32)
    probabilities[read] = 0.991
    answers.say(Drawing.from_strokes(strokes), Prediction(probabilities, 0.0), label, "default", can_keep=False)


def done(**task):
    return outcome(task).is_done


def test_a_digit_is_to_be_read(draw):
    assert outcome({"kind": "read", "digits": 1}).words == "Nothing is drawn yet."
    draw(SEVEN)
    assert done(kind="read", digits=1)
    assert not done(kind="read", sign="?")
    assert not done(kind="read", digits=2)
    draw(SCRIBBLE)
    assert not done(kind="read", digits=1)
    assert done(kind="read", sign="?")


def test_one_stroke_is_to_change_the_answer(draw):
    draw(ONE)
    assert not done(kind="stroke")
    draw(ONE + DASH)
    found = outcome({"kind": "stroke"})
    assert (found.is_done, found.words) == (True, "Without your last stroke it reads **1**, with it **7**.")
    draw(SCRIBBLE)
    assert not done(kind="stroke")


def test_what_was_said_is_counted(answers):
    say(answers, SEVEN, 7, 7)
    assert done(kind="said")
    assert not done(kind="said", wrong=True)
    assert not done(kind="said", count=2)
    say(answers, ONE, 7, 1)
    assert done(kind="said", wrong=True)
    assert done(kind="said", label=7, read=1)
    assert not done(kind="said", label=1, read=7)


def test_the_quiz_counts_judgements_and_those_against_the_label(monkeypatch):
    quiz = Quiz(said={0: 7, 1: -1})
    monkeypatch.setattr(tasks, "quiz_on", lambda _images: quiz)
    labels = type("Labels", (), {"labels": np.array([7, 7, 2])})
    monkeypatch.setattr(tasks.resources, "dataset", lambda _name: labels)
    assert done(kind="quiz", count=1)
    assert not done(kind="quiz", count=2)  # who cannot tell has not judged
    assert not done(kind="quiz", count=1, against=1)
    quiz.said[2] = 3
    assert done(kind="quiz", count=2, against=1)


def test_dials_are_to_lead_to_another_digit(draw, monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    assert not done(kind="changed")
    draw(DIGITS[5])
    assert not done(kind="changed")
    st.session_state["robust-scale"] = 2.0
    found = outcome({"kind": "changed"})
    assert (found.is_done, found.words) == (True, "Unchanged it reads **5**, changed **4**.")


@pytest.mark.parametrize(
    ("right", "weights", "is_done"), [(9_801, 13_498, True), (9_800, 13_498, False), (9_900, 20_000, False)]
)
def test_a_network_is_to_be_good_and_small(monkeypatch, right, weights, is_done):
    shipped = ModelCard.from_json((paths.SHIPPED_MODELS / "default" / "card.json").read_text())
    score = replace(shipped.scores["mnist"], images=10_000, errors=10_000 - right)
    card = replace(shipped, parameters=weights, scores={"mnist": score})
    monkeypatch.setattr(tasks, "_own_cards", lambda: [card])
    assert done(kind="trained", accuracy=0.98, weights=20_000) is is_done


def test_without_a_network_of_ones_own_nothing_is_trained(monkeypatch, fresh_home):
    monkeypatch.setattr(people, "actor", lambda: "0" * 32)
    assert outcome({"kind": "trained", "accuracy": 0.98}).words == "There is no network of yours yet that has learned."


def test_nothing_taught_is_nothing_taught(answers, monkeypatch):
    monkeypatch.setattr(people, "trial", lambda: None)
    monkeypatch.setattr(people, "visitor", lambda: type("Nobody", (), {"taught": ""}))
    assert outcome({"kind": "taught"}).words == "You have taught it nothing yet in this visit."


def test_the_image_of_a_drawing_is_what_is_said_of(answers):
    say(answers, SEVEN, 7, 7)
    assert answers.of(ink.digit_pixels(Drawing.from_strokes(SEVEN))) is not None
