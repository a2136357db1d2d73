"""The map's texts: each that the HTML and the script ask for is there, and none that nobody asks for."""

import re
from pathlib import Path

from mnist_core import language
from mnist_ui import space
from mnist_ui.space.words import WORDS, words

FOLDER = Path(space.__file__).parent


def asked_by_html() -> set[str]:
    return set(re.findall(r'data-(?:text|title|label)="(\w+)"', (FOLDER / "space.html").read_text("utf-8")))


def asked_by_script() -> dict[str, str]:
    """Each name that the script has in quotes, with the script's text."""
    script = "\n".join(path.read_text("utf-8") for path in FOLDER.glob("*.js"))
    called = re.findall(r"word\(([^)]*)\)|pressed\(([^)]*)\)|words\.(\w+)", script)
    quoted = {name for call in called for name in re.findall(r'"(\w+)"', "".join(call[:2]))}
    return dict.fromkeys(quoted | {call[2] for call in called if call[2]}, script)


def test_every_text_that_the_html_asks_for_is_there():
    assert asked_by_html() <= WORDS.keys()
    assert len(asked_by_html()) > 15


def test_nothing_is_written_into_the_html_itself():
    html = re.sub(r"<[^>]*>", "", (FOLDER / "space.html").read_text("utf-8"))
    assert not html.strip()


def test_every_text_that_the_script_asks_for_is_there_and_none_is_left_over():
    script = "\n".join(path.read_text("utf-8") for path in FOLDER.glob("*.js"))
    composed = {f"{verb}{what}" for verb in ("show", "hide") for what in ("Digit", "Class")}
    assert asked_by_script().keys() - {"language"} <= WORDS.keys()
    used = {name for name in WORDS if f'"{name}"' in script or f"words.{name}" in script}
    assert used | composed | asked_by_html() == WORDS.keys()


def test_numbers_are_written_in_the_language_that_is_spoken():
    with language.spoken("de"):
        assert words()["language"] == "de"
    assert words()["turn"] == "Turn"
