"""The lesson that a visitor takes, how far it is, and what was done: the visitor's browser keeps it, nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mnist_ui.session import of_session

# So many steps are remembered at most, whatever a browser sends.
MOST_DONE, LONGEST_NAME = 500, 80
# The entry of what is taken now, beside those of the steps that were done.
_NOW = "now"


@dataclass
class LessonProgress:
    """How far a visitor is.

    Attributes
    ----------
    lesson, step
        What is taken now, by name; empty for none.
    done
        Whether steps were done, by "lesson/step"; False for one that is to be done anew.
    is_met
        Whether the browser has said what it kept.
    edition
        Number of changes that the browser has to be told of.
    """

    lesson: str = ""
    step: str = ""
    done: dict[str, bool] = field(default_factory=dict)
    is_met: bool = False
    edition: int = 0

    def go(self, lesson: str, step: str) -> None:
        """Be at a step of a lesson from now on."""
        if (lesson, step) != (self.lesson, self.step):
            self.lesson, self.step = lesson, step
            self.edition += 1

    def leave(self) -> None:
        """Take no lesson any more; what was done stays done."""
        self.go("", "")

    def do(self, lesson: str, step: str) -> None:
        """Note that a step was done."""
        if not self.has_done(lesson, step):
            self.done[f"{lesson}/{step}"] = True
            self.edition += 1

    def has_done(self, lesson: str, step: str) -> bool:
        """Whether a step was done."""
        return self.done.get(f"{lesson}/{step}", False)

    def forget(self, lesson: str) -> None:
        """Begin a lesson anew: none of its steps was done."""
        self.done |= {each: False for each in self.done if each.partition("/")[0] == lesson}
        self.edition += 1

    def take(self, kept: Any) -> None:
        """Go on with what the browser kept; what no browser of this app keeps is passed over."""
        self.is_met = True
        if not isinstance(kept, Mapping) or len(kept) > MOST_DONE:
            return
        names = {name for name in kept if isinstance(name, str) and len(name) <= LONGEST_NAME}
        self.done = dict.fromkeys(names - {_NOW}, True) | self.done
        now = kept.get(_NOW)
        if isinstance(now, str) and not self.edition:
            self.lesson, _, self.step = now[:LONGEST_NAME].partition("/")

    def kept(self) -> dict[str, Any]:
        """What the browser is to keep, entry by entry; one without content is forgotten."""
        return {_NOW: f"{self.lesson}/{self.step}" if self.lesson else "", **self.done}


def lesson_progress() -> LessonProgress:
    """How far the visitor of this session is."""
    return of_session("_lessons", LessonProgress)
