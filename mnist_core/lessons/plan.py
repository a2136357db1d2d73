"""The record of a lesson: its steps, what is done in each, and all that a teacher needs to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A step is read at a glance. Where words have no spaces between them, so many signs take as long to read.
MOST_WORDS, MOST_SIGNS = 60, 120


@dataclass(frozen=True)
class LessonStep:
    """One step of a lesson.

    Attributes
    ----------
    name
        As the address and the files of all languages have it.
    title, text
        What it is about, and what everybody reads: at most `MOST_WORDS` words.
    minutes
        How long it takes in front of a class.
    page, parameters
        The page of the app that it is done on, by the name of its file, and what its address says; empty for none.
    todo
        What is to be done there; empty for nothing.
    task
        What is checked, with its settings: {"kind": "read", "digits": 1}; empty if nothing is.
    options, right, because
        Answers to choose from, which of them is right (counted from 0), and why; none where nothing is asked.
    say, answer
        What a teacher can say, and what comes out.
    paper, lines
        A question for the worksheet and how many lines there are to write on; empty for none.
    """

    name: str
    title: str
    text: str
    minutes: int
    page: str = ""
    parameters: Mapping[str, str] | None = None
    todo: str = ""
    task: Mapping[str, Any] | None = None
    options: tuple[str, ...] = ()
    right: int = 0
    because: str = ""
    say: str = ""
    answer: str = ""
    paper: str = ""
    lines: int = 3

    @property
    def is_checked(self) -> bool:
        """Whether the app can tell that it was done."""
        return bool(self.task or self.options)


@dataclass(frozen=True)
class LessonPlan:
    """A lesson.

    Attributes
    ----------
    name
        As the address and its folder have it.
    title, about
        Its name and a sentence for who chooses one.
    age
        From how many years on.
    ideas, competences
        Where it fits: keys of `frameworks.IDEAS` and `frameworks.COMPETENCES`.
    goals, mistakes
        What pupils can do afterwards, and what usually goes wrong.
    prepare
        What a teacher sees to beforehand.
    """

    name: str
    title: str
    about: str
    age: int
    ideas: tuple[int, ...]
    competences: tuple[str, ...]
    goals: tuple[str, ...]
    prepare: tuple[str, ...]
    mistakes: tuple[str, ...]
    steps: tuple[LessonStep, ...]

    @property
    def minutes(self) -> int:
        """How long it takes in front of a class."""
        return sum(step.minutes for step in self.steps)

    def place(self, name: str) -> int:
        """Where a step comes, counted from 0; the first for a name that none has."""
        return next((place for place, step in enumerate(self.steps) if step.name == name), 0)


def is_short(text: str) -> bool:
    """Whether a step's text is short enough.

    Examples
    --------
    >>> is_short("Draw a seven.")
    True
    >>> is_short("a " * 61), is_short("画" * 121)
    (False, False)
    """
    # Ideographs and the full-width signs between them, which no spaces part.
    signs = sum("\u3000" <= each <= "\u9fff" or "\uff00" <= each <= "\uffef" for each in text)
    return len(text.split()) <= MOST_WORDS and signs <= MOST_SIGNS
