"""Lessons: in every language the same steps with the same words, none of them too long, and each place a page's."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mnist_core import glossary
from mnist_core.language import SOURCE, languages
from mnist_core.lessons.frameworks import COMPETENCES, IDEAS
from mnist_core.lessons.library import FOLDER, STEP_WORDS, WORDS, lesson_file, lesson_names
from mnist_core.lessons.plan import MOST_SIGNS, MOST_WORDS, is_short
from mnist_ui.lessons.places import PLACES
from mnist_ui.lessons.tasks import KINDS

# Lists of as many entries in every language.
LISTS = ("goals", "prepare", "mistakes", "options")


def faults(folder: Path = FOLDER) -> list[str]:
    """What is wrong in the files of lessons, a line for each."""
    return [fault for name in lesson_names(folder) for fault in _of_lesson(name, folder)]


def _of_lesson(name: str, folder: Path) -> Iterator[str]:
    """What is wrong in the files of one lesson."""
    plan = lesson_file(name, SOURCE, folder)
    yield from (f"lessons/{name}: {fault}" for fault in _of_plan(plan))
    for language in languages():
        words = lesson_file(name, language, folder)
        where = f"lessons/{name}/{language}.toml"
        if not words:
            yield f"{where} is missing"
            continue
        found = _of_words(plan, words, is_source=language == SOURCE)
        yield from (f"{where}: {fault}" for fault in (*found, *_of_terms(plan, words, language)))


def _of_plan(plan: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong in what is said once for all languages."""
    yield from (f"there is no big idea {each}" for each in plan["ideas"] if each not in IDEAS)
    yield from (f"there is no competence {each!r}" for each in plan["competences"] if each not in COMPETENCES)
    for name, step in plan["steps"].items():
        if step.get("page", "draw") not in PLACES:
            yield f"{name}: no page is called {step['page']!r}"
        if step.get("task", {"kind": "read"})["kind"] not in KINDS:
            yield f"{name}: nothing checks {step['task']['kind']!r}"
        if "task" in step and not ("todo" in step and "page" in step):
            yield f"{name}: a task needs a page and what is to be done there"
        if "options" in step and not 0 <= step.get("right", -1) < len(step["options"]):
            yield f"{name}: one of the options is right"


def _of_words(plan: Mapping[str, Any], words: Mapping[str, Any], *, is_source: bool) -> Iterator[str]:
    """What a language's words lack, have too much, or say at too great a length."""
    yield from _differences("the lesson", plan, words, WORDS, is_source=is_source)
    if list(words["steps"]) != list(plan["steps"]):
        yield f"its steps are {list(words['steps'])} and not {list(plan['steps'])}"
        return
    for name, step in words["steps"].items():
        yield from _differences(name, plan["steps"][name], step, STEP_WORDS, is_source=is_source)
        if not is_short(step["text"]):
            yield f"{name}: its text has more than {MOST_WORDS} words, or {MOST_SIGNS} signs"


def _of_terms(plan: Mapping[str, Any], words: Mapping[str, Any], language: str) -> Iterator[str]:
    """What is not in the terms and the typography of a language's glossary."""
    if language == SOURCE:
        return
    known, said = glossary.load(language), dict(_texts(words))
    for name, text in _texts(plan):
        if name in said:
            yield from (f"{name}: {fault}" for fault in known.faults([text], [said[name]]))


def _texts(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """All texts of a lesson, by where they stand."""
    named = [("", words), *words["steps"].items()]
    for where, part in named:
        for key in dict.fromkeys((*WORDS, *STEP_WORDS)):
            texts = part.get(key, ())
            yield from (
                (f"{where} {key} {place}".strip(), text)
                for place, text in enumerate([texts] if isinstance(texts, str) else texts)
            )


def _differences(
    where: str, of: Mapping[str, Any], words: Mapping[str, Any], names: tuple[str, ...], *, is_source: bool
) -> Iterator[str]:
    """Words that are missing or that English has not, and lists of another length."""
    yield from (f"{where}: {key!r} is missing" for key in names if key in of and not words.get(key))
    if not is_source:
        yield from (f"{where}: {key!r} is for en.toml" for key in words if key not in (*names, "steps"))
        yield from (f"{where}: English has no {key!r}" for key in words if key in names and key not in of)
    for key in LISTS:
        if key in of and len(of[key]) != len(words.get(key, ())):
            yield f"{where}: {key!r} has {len(words.get(key, ()))} entries and not {len(of[key])}"
