"""What the pages Explore, Map and Drawings show, which is all in their addresses; and the quiz."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from mnist_core.catalogue.query import PARAMETERS, Query
from mnist_core.types import Dataset
from mnist_ui.address import KEPT, show_in_address
from mnist_ui.session import of_session

T = TypeVar("T")

# Parameters of the address, too: `?part=Mistakes&dataset=Pen+strokes`.
PART = "part"
DATASET = "dataset"
# Row and column of the confusion matrix whose images are shown.
LABEL = "label"
READ = "read"
# What Explore shows is all in its address: `?dataset=mnist&part=Browse&labels=4&sort=loss&page=2&image=test-947`.
PAGE, IMAGE = "page", "image"
# Its parts besides Browse have choices of their own: `?part=Odd+ones+out&method=forest&digit=4&above=2.5`.
OTHER, METHOD, DIGIT, ABOVE = "with", "method", "digit", "above"
AMONG, SHOW_AS, LIST_PAGE = "among", "as", "list-page"
REBUILT, COMPONENTS = "rebuilt", "components"
_EXPLORATION = "_exploration"
_QUIZ = "_quiz"
_CHOICES = (OTHER, METHOD, DIGIT, ABOVE, AMONG, SHOW_AS, LIST_PAGE, REBUILT, COMPONENTS)
_EXPLORED = (DATASET, PART, PAGE, IMAGE, *_CHOICES, *PARAMETERS)
# What the Map page shows: `?map=umap&image=test-947`; an image of another dataset than the map's is named with that.
MAP, VIEW = "map", "view"
_CHART = "_chart"
_CHARTED = (MAP, VIEW, DATASET, IMAGE)
# What the page of collected drawings shows: `?of=mine&said=3,none&right=no&page=2`. It names no person.
OF, SAID, RIGHT, SINCE, CODE, DRAWING = "of", "said", "right", "since", "code", "drawing"
_COLLECTED, _CHOSEN_DRAWINGS, _TESTED = "_collected", "_chosen_drawings", "_tested"
_IN_COLLECTED = (OF, PART, SAID, READ, RIGHT, SINCE, CODE, PAGE, DRAWING)


@dataclass
class Exploration:
    """What the Explore page or the Map page shows, as the parameters of its address.

    Attributes
    ----------
    parameters
        As the visitor set them last, or as an address had them that was opened since.
    in_address
        Those that were written into the address last.
    is_changed
        Whether they were set since then.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    in_address: Mapping[str, str] = field(default_factory=dict)
    is_changed: bool = False

    def set(self, **changes: str | None) -> None:
        """Change some parameters; None takes one away."""
        self.parameters = {name: value for name, value in {**self.parameters, **changes}.items() if value}
        self.is_changed = True

    def ask(self, query: Query, dataset: Dataset) -> None:
        """Ask another question of a dataset, and show the first page of what is found."""
        nothing: dict[str, None] = dict.fromkeys((*PARAMETERS, PAGE, IMAGE))
        self.set(**{**nothing, DATASET: dataset.name, **query.to_parameters(dataset)})


def exploration() -> Exploration:
    """What the Explore page shows now."""
    return _exploration(_EXPLORATION)


def chart() -> Exploration:
    """What the Map page shows now."""
    return _exploration(_CHART)


def _exploration(key: str) -> Exploration:
    """What is kept of a page for the session."""
    return of_session(key, Exploration)


def follow_address() -> None:
    """Have Explore and its address say the same; to be called first in each run.

    A widget or a picture that the visitor has just used comes before the address. Otherwise an address that says
    something else than it did is one that was opened since: a link, or the browser's way back.
    """
    _follow(exploration(), _EXPLORED)


def follow_map_address() -> None:
    """Have the Map page and its address say the same, as `follow_address`."""
    _follow(chart(), _CHARTED)


def collected() -> Exploration:
    """What the page of collected drawings shows now."""
    return _exploration(_COLLECTED)


def follow_drawings_address() -> None:
    """Have the page of collected drawings and its address say the same, as `follow_address`."""
    _follow(collected(), _IN_COLLECTED)


def chosen_drawings() -> dict[str, None]:
    """Ids of the collected drawings that the visitor has chosen, in that order, to do something with all of them."""
    chosen: dict[str, None] = st.session_state.setdefault(_CHOSEN_DRAWINGS, {})
    return chosen


def tested(key: str, test: Callable[[], T]) -> T:
    """What a model makes of drawings; tested again only when `key` says that it would be another test.

    It is kept for this session alone, as it is of drawings that not everybody may see.
    """
    if _TESTED not in st.session_state or st.session_state[_TESTED][0] != key:
        st.session_state[_TESTED] = key, test()
    found: T = st.session_state[_TESTED][1]
    return found


def _follow(now: Exploration, names: Sequence[str]) -> None:
    """Have a page and its address say the same."""
    named = {name: value for name, value in st.query_params.items() if name in names}
    if named and named != now.in_address and not now.is_changed:
        now.parameters = named
    now.in_address, now.is_changed = dict(now.parameters), False
    show_in_address(now.in_address, set(st.query_params) - KEPT)


@dataclass
class Quiz:
    """A visitor's way through doubtful labels, round by round.

    Attributes
    ----------
    said
        What the visitor said of an image, by its place in the whole dataset; -1 for one who cannot tell.
    start
        Where in the list of doubtful labels this round begins.
    at
        Which question of the round it is; as many as there are once the round is over.
    """

    said: dict[int, int] = field(default_factory=dict)
    start: int = 0
    at: int = 0

    def answer(self, index: int, digit: int) -> None:
        """Say what an image is."""
        self.said[index] = digit

    def go_on(self) -> None:
        """Go to the next question, or to the end of the round."""
        self.at += 1

    def play_on(self, questions: int) -> None:
        """Begin the next round."""
        self.start, self.at = self.start + questions, 0

    def restart(self) -> None:
        """Forget all answers and begin with the first round."""
        self.said.clear()
        self.start = self.at = 0


def quiz(images: str) -> Quiz:
    """The visitor's quiz on some images."""
    quizzes: dict[str, Quiz] = st.session_state.setdefault(_QUIZ, {})
    return quizzes.setdefault(images, Quiz())
