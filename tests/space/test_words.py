"""The map's texts in the language that is spoken."""

from mnist_core import language
from mnist_ui.space.words import words


def test_numbers_are_written_in_the_language_that_is_spoken():
    with language.spoken("de"):
        assert words()["language"] == "de"
    assert words()["turn"] == "Turn"
