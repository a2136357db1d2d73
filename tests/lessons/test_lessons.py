"""The records of lessons: read in every language, and held to be the same in each."""

import pytest

from checks import lessons as checks
from mnist_core.errors import ConfigError
from mnist_core.language import languages, spoken
from mnist_core.lessons.library import FOLDER, lesson, lesson_file, lesson_names
from mnist_core.lessons.plan import is_short
from mnist_core.lessons.sheets import PAPERS, notes, worksheet

ENGLISH = """
order = 1
age = 8
ideas = [3]
competences = ["1.2"]
title = "Learn"
about = "A lesson."
goals = ["Know."]
prepare = ["Look."]
mistakes = ["None."]

[steps.one]
minutes = 5
page = "draw"
task = { kind = "read" }
title = "One"
text = "Draw."
todo = "Draw a digit."
paper = "What did you <draw>?"
lines = 2

[steps.two]
minutes = 3
title = "Two"
text = "Choose."
options = ["No", "Yes"]
right = 1
because = "**It** is so."
"""
GERMAN = """
title = "Lernen"
about = "Eine Lektion."
goals = ["Wissen."]
prepare = ["Schauen."]
mistakes = ["Keine."]

[steps.one]
title = "Eins"
text = "Zeichne."
todo = "Zeichne eine Ziffer."
paper = "Was hast du gezeichnet?"

[steps.two]
title = "Zwei"
text = "Wähle."
options = ["Nein", "Ja"]
because = "So ist es."
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with one lesson in all languages."""
    lesson_file.cache_clear()
    (tmp_path / "learn").mkdir()
    for language in languages():
        write(tmp_path, language, ENGLISH if language == "en" else GERMAN)
    yield tmp_path
    lesson_file.cache_clear()


def write(folder, language, text):
    (folder / "learn" / f"{language}.toml").write_text(text, "utf-8")


def test_there_are_six_lessons_for_three_ages_of_20_to_45_minutes():
    plans = [lesson(name) for name in lesson_names()]
    assert [plan.age for plan in plans] == [8, 8, 12, 12, 16, 16]
    assert all(20 <= plan.minutes <= 45 for plan in plans)
    assert all(any(step.task for step in plan.steps) or plan.name == "sees" for plan in plans)


@pytest.mark.slow  # `make check` looks, too
def test_the_lessons_of_the_app_are_the_same_in_every_language():
    assert checks.faults() == []


def test_a_lesson_has_the_words_of_the_language_that_is_spoken(folder):
    with spoken("de"):
        plan = lesson("learn", folder=folder)
    assert (plan.title, plan.steps[0].text, plan.steps[1].options) == ("Lernen", "Zeichne.", ("Nein", "Ja"))
    assert (plan.steps[0].page, plan.steps[0].task, plan.steps[1].right) == ("draw", {"kind": "read"}, 1)
    assert plan.minutes == 8
    assert plan.place("two") == 1
    assert plan.place("nonsense") == 0


def test_words_that_a_language_lacks_are_english(folder):
    (folder / "learn" / "de.toml").unlink()
    assert lesson("learn", "de", folder).title == "Learn"


def test_an_unknown_lesson_is_refused_with_those_that_there_are():
    with pytest.raises(ConfigError, match=r"handwriting.*Received: 'nonsense'"):
        lesson("nonsense")


@pytest.mark.parametrize(
    ("language", "old", "new", "fault"),
    [
        ("de", "[steps.two]", "[steps.three]", "its steps are"),
        ("de", 'todo = "Zeichne eine Ziffer."', "", "one: 'todo' is missing"),
        ("de", '"Nein", ', "", "two: 'options' has 1 entries and not 2"),
        ("de", 'title = "Eins"', 'title = "Eins"\nminutes = 4', "one: 'minutes' is for en.toml"),
        ("de", 'because = "So', 'say = "Nein."\nbecause = "So', "two: English has no 'say'"),
        ("de", "Zeichne.", "Wort " * 61, "one: its text has more than 60 words"),
        ("de", "Zeichne eine Ziffer", "Zeichne eine “Ziffer”", "typography"),
        ("en", "ideas = [3]", "ideas = [6]", "there is no big idea 6"),
        ("en", '["1.2"]', '["9.9"]', "there is no competence '9.9'"),
        ("en", '"draw"', '"nowhere"', "no page is called 'nowhere'"),
        ("en", '"read"', '"sing"', "nothing checks 'sing'"),
        ("en", 'page = "draw"', "", "a task needs a page"),
        ("en", "right = 1", "right = 2", "one of the options is right"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(folder, language, old, new, fault):
    text = GERMAN if language == "de" else ENGLISH
    assert old in text
    write(folder, language, text.replace(old, new, 1))
    found = [each for each in checks.faults(folder) if language != "de" or "/de.toml" in each]
    assert any(fault in each for each in found), found


def test_a_missing_language_is_said(folder):
    (folder / "learn" / "fr.toml").unlink()
    assert checks.faults(folder) == ["lessons/learn/fr.toml is missing"]


def test_a_complete_lesson_has_no_fault(folder):
    assert [each for each in checks.faults(folder) if "typography" not in each and "glossary" not in each] == []


def test_words_are_counted_and_signs_where_nothing_parts_words():
    assert is_short("wort " * 60)
    assert not is_short("wort " * 61)
    assert is_short("字" * 120)
    assert not is_short("字" * 121)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_worksheet_asks_without_the_answers_and_notes_have_them(folder, paper):
    plan = lesson("learn", "en", folder)
    sheet, said = worksheet(plan, paper), notes(plan, paper)
    assert "What did you &lt;draw&gt;?" in sheet
    assert sheet.count("<div class='line'></div>") == 2
    assert sheet.count("<li>") == 2
    assert "It</strong> is so." not in sheet
    assert "Yes <strong>It</strong> is so." in said
    assert "http" not in sheet.replace("http-equiv", "")


def test_an_unknown_paper_is_refused():
    with pytest.raises(ConfigError, match="A4, Letter"):
        worksheet(lesson("teach"), "A5")


def test_every_lesson_has_a_folder_of_its_own_and_nothing_else():
    assert {path.name for path in FOLDER.iterdir() if path.is_dir() and any(path.glob("*.toml"))} == set(lesson_names())
