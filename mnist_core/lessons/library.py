"""The lessons that there are: a folder each, with one file for each language.

`en.toml` has the plan of a lesson with its English words; the file of another language has its words alone, under the
same names. Words that a language lacks are English.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mnist_core.errors import ConfigError
from mnist_core.language import SOURCE, current
from mnist_core.language import gettext as _
from mnist_core.lessons.plan import LessonPlan, LessonStep

FOLDER = Path(__file__).parent

# What files of other languages have, too; all else is said once.
WORDS = ("title", "about", "goals", "prepare", "mistakes")
STEP_WORDS = ("title", "text", "todo", "options", "because", "say", "answer", "paper")


def lesson_names(folder: Path = FOLDER) -> tuple[str, ...]:
    """All lessons, in the order in which a course would take them."""
    return tuple(sorted((path.parent.name for path in folder.glob(f"*/{SOURCE}.toml")), key=_rank(folder)))


def lesson(name: str, language: str | None = None, folder: Path = FOLDER) -> LessonPlan:
    """A lesson.

    Parameters
    ----------
    language
        Code of the language; by default the one that is spoken.

    Raises
    ------
    ConfigError
        If there is no such lesson.
    """
    if name not in lesson_names(folder):
        text = _("The lessons are {lessons}. Received: {received}.")
        raise ConfigError(text, lessons=", ".join(lesson_names(folder)), received=f"{name!r:.80}")
    plan, words = lesson_file(name, SOURCE, folder), lesson_file(name, language or current(), folder)
    said = {key: words.get(key, plan[key]) for key in WORDS}
    steps = tuple(_step(each, step, words.get("steps", {}).get(each, {})) for each, step in plan["steps"].items())
    return LessonPlan(
        name=name,
        age=plan["age"],
        ideas=tuple(plan["ideas"]),
        competences=tuple(plan["competences"]),
        steps=steps,
        title=said["title"],
        about=said["about"],
        goals=tuple(said["goals"]),
        prepare=tuple(said["prepare"]),
        mistakes=tuple(said["mistakes"]),
    )


@cache
def lesson_file(name: str, language: str, folder: Path = FOLDER) -> Mapping[str, Any]:
    """What a lesson's file of a language says; nothing if there is none."""
    path = folder / name / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _step(name: str, step: Mapping[str, Any], words: Mapping[str, Any]) -> LessonStep:
    """A step with the words of a language."""
    said = {**step, **{key: words[key] for key in STEP_WORDS if key in words}}
    return LessonStep(name=name, **{**said, "options": tuple(said.get("options", ()))})


def _rank(folder: Path) -> Any:
    """What lessons are sorted by."""
    return lambda name: (lesson_file(name, SOURCE, folder).get("order", 0), name)
