"""The one place that knows the session's keys and the address's parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.analysis.query import PARAMETERS, Query
from mnist_core.ink import read_picture
from mnist_core.jobs import Job
from mnist_core.jobs.runs import Progress
from mnist_core.model.bundle import standard_model
from mnist_core.training.config import PRESETS, TrainingConfig
from mnist_core.types import Dataset, Drawing
from mnist_ui.sketch import Sketch

PEN = "pen"
ASKED = "asked"
STEP = "step"
WHICH = "which"
PRESET = "preset"
SKETCH = "_sketch"
# A parameter of the address, too: `?source=Photo`.
SOURCE = "source"
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

# A parameter of the address, too: `?model=my-model`.
_MODEL = "model"
# A parameter of the address, too: `?run=20261121-150213-684457`.
_RUN = "run"
_LAST_SOURCE = "_last_source"
_PAGE = "_page"
_PICTURE = "_picture"
_LESSON = "_lesson"
_PROGRESS = "_progress"
_EXPLORATION = "_exploration"
_QUIZ = "_quiz"
_CHOICES = (OTHER, METHOD, DIGIT, ABOVE, AMONG, SHOW_AS, LIST_PAGE, REBUILT, COMPONENTS)
_EXPLORED = (DATASET, PART, PAGE, IMAGE, *_CHOICES, *PARAMETERS)
# What the Map page shows: `?map=umap&image=test-947`; an image of another dataset than the map's is named with that.
MAP, VIEW = "map", "view"
_CHART = "_chart"
_CHARTED = (MAP, VIEW, DATASET, IMAGE)


def sketch() -> Sketch:
    """What the visitor has drawn."""
    if SKETCH not in st.session_state:
        st.session_state[SKETCH] = Sketch()
    return st.session_state[SKETCH]


def change_source() -> None:
    """Show the drawing on another kind of paper, and on the same one after a visit to another page."""
    st.session_state[_LAST_SOURCE] = st.session_state[SOURCE]
    sketch().restart(sketch().strokes)


def picture(upload: UploadedFile) -> Drawing:
    """The picture in a file that was uploaded; it is decoded once.

    Raises
    ------
    DrawingError
        If there is none in it that can be read.
    """
    known = st.session_state.get(_PICTURE)
    if known is None or known[0] != upload.file_id:
        known = upload.file_id, read_picture(upload)
        st.session_state[_PICTURE] = known
    drawing: Drawing = known[1]
    return drawing


def open_page(path: str) -> None:
    """Note which page is shown; after a switch the drawing is shown again, and the address names the model again."""
    if st.session_state.get(_PAGE) != path:
        st.session_state[_PAGE] = path
        sketch().restart(sketch().strokes)
        choose_model(model_name())
        if path == "" and _LAST_SOURCE in st.session_state:
            st.query_params[SOURCE] = st.session_state[_LAST_SOURCE]


def model_name() -> str:
    """Name of the model that the visitor chose, or that the address named at first."""
    if _MODEL not in st.session_state:
        st.session_state[_MODEL] = st.query_params.get(_MODEL, standard_model())
    name: str = st.session_state[_MODEL]
    return name


def choose_model(name: str) -> None:
    """Read with this model from now on, and name it in the address."""
    st.session_state[_MODEL] = name
    _show_in_address(model_in_address(), {_MODEL})


def model_in_address() -> dict[str, str]:
    """The visitor's model as an address names it."""
    return {_MODEL: model_name()} if model_name() != standard_model() else {}


@dataclass
class Lesson:
    """What training starts from: a preset, or what an address fixes.

    Attributes
    ----------
    edition
        Number of times that the visitor went back to the preset; another one has new widgets.
    """

    preset: str
    config: TrainingConfig
    edition: int = 0

    def base(self, preset: str) -> TrainingConfig:
        """The config that the widgets of a preset begin with."""
        return self.config if preset == self.preset else PRESETS[preset]

    def forget(self) -> None:
        """Begin with the presets from now on."""
        self.preset = ""
        self.edition += 1


def lesson() -> Lesson:
    """The lesson that the address named when the session began; the first preset if it named none.

    Raises
    ------
    ConfigError
        If the address names something impossible; the next call gives the first preset.
    """
    if _LESSON not in st.session_state:
        first = next(iter(PRESETS))
        st.session_state[_LESSON] = Lesson(first, PRESETS[first])
        if PRESET in st.query_params:
            config = TrainingConfig.from_parameters(
                {k: v for k, v in st.query_params.items() if k not in (_MODEL, _RUN)}
            )
            st.session_state[_LESSON] = Lesson(st.query_params[PRESET], config)
    return st.session_state[_LESSON]


def show_lesson(preset: str, config: TrainingConfig) -> None:
    """Name a preset and what was changed of it in the address, so that the address is a lesson."""
    _show_in_address(config.to_parameters(preset), set(st.query_params) - {_MODEL})


def run_id() -> str | None:
    """Which training run the visitor watches, or the address named at first."""
    if _RUN not in st.session_state:
        st.session_state[_RUN] = st.query_params.get(_RUN)
    return st.session_state[_RUN]


def watch_run(run_id: str | None) -> None:
    """Watch this training run from now on, or none; the address names it, so that a reload finds it again."""
    st.session_state[_RUN] = run_id
    _show_in_address({_RUN: run_id} if run_id else {}, set(st.query_params) - {_MODEL})


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
    if key not in st.session_state:
        st.session_state[key] = Exploration()
    now: Exploration = st.session_state[key]
    return now


def follow_address() -> None:
    """Have Explore and its address say the same; to be called first in each run.

    A widget or a picture that the visitor has just used comes before the address. Otherwise an address that says
    something else than it did is one that was opened since: a link, or the browser's way back.
    """
    _follow(exploration(), _EXPLORED)


def follow_map_address() -> None:
    """Have the Map page and its address say the same, as `follow_address`."""
    _follow(chart(), _CHARTED)


def _follow(now: Exploration, names: Sequence[str]) -> None:
    """Have a page and its address say the same."""
    named = {name: value for name, value in st.query_params.items() if name in names}
    if named and named != now.in_address and not now.is_changed:
        now.parameters = named
    now.in_address, now.is_changed = dict(now.parameters), False
    _show_in_address(now.in_address, set(st.query_params) - {_MODEL})


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


def progress(job: Job) -> Progress:
    """How far a job is; only what is new since the last call is read."""
    known = st.session_state.get(_PROGRESS)
    if known is None or known[0] != job.id:
        known = job.id, Progress(), 0
    job_id, so_far, offset = known
    events, offset = job.events(offset)
    so_far.take(events)
    st.session_state[_PROGRESS] = job_id, so_far, offset
    return so_far


def _show_in_address(parameters: dict[str, str], instead_of: set[str]) -> None:
    """Put parameters into the address in the place of others; an address that is right already is left alone."""
    before = st.query_params.to_dict()
    after = {name: value for name, value in before.items() if name not in instead_of} | parameters
    if after != before:
        st.query_params.from_dict(after)
