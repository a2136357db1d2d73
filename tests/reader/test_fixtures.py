"""What the reader in JavaScript is held to."""

import pytest

from checks import reader as check
from mnist_core import language
from mnist_core.model.doubt import verdict_words
from mnist_core.model.reliability import Reliability
from mnist_core.reader.modules import FOLDER
from tests.reader import fixtures

LARGEST = 2_000_000


def test_the_fixtures_are_thousands_in_two_megabytes():
    kept = list(fixtures.read())
    assert len(kept) > 3000
    assert fixtures.FILE.stat().st_size <= LARGEST
    assert {each.language for each in kept} == set(fixtures.LANGUAGES) == set(language.languages())
    # All kinds of answers are among them.
    assert {len(each.boxes) for each in kept} >= {1, 2, 3, 4, 5}
    assert sum("?" in each.verdict[0] for each in kept) > 100


@pytest.mark.slow
def test_all_of_them_are_what_python_makes_of_their_drawings():
    assert fixtures.differences() == []


def test_what_differs_is_named(monkeypatch):
    made = fixtures.made

    def otherwise(*given):
        now = made(*given)
        now.pixels[400] ^= 1
        return now

    monkeypatch.setattr(fixtures, "made", otherwise)
    assert fixtures.differences(2000) == ["drawing 0 has other pixels", "drawing 2000 has other pixels"]
    monkeypatch.setattr(fixtures, "graph", lambda: "0" * 64)
    assert fixtures.differences(2000) == ["they were made with another model"]


def test_a_kernel_of_another_text_is_noticed():
    text, script = (FOLDER / "kernel.wat").read_bytes(), (FOLDER / "kernel.js").read_text("utf-8")
    assert check.kernel_faults(text, script) == []
    assert check.kernel_faults(text + b";;", script)


def test_words_are_told_without_counted_answers_too():
    (worth,) = verdict_words(10)["worth"]
    assert worth["from"] == 0
    assert worth["alone"] == worth["of_least"] == "Nobody has counted how often this model is right."


def test_words_have_the_figures_of_the_model_and_places_for_those_of_a_reading():
    counted = Reliability(("mnist",), 1000, (0.0, 0.9), (100, 900), (60, 900))
    with language.spoken("de"):
        words = verdict_words(12345, counted)
    assert "12.345" in words["nothing_like_it"]["alone"]
    assert [each["from"] for each in words["worth"]] == [0.0, 0.9]
    assert "{place}" in words["worth"][1]["of_least"]
    assert "995 von 1.000" in words["worth"][1]["alone"]
