"""The one place that knows the session's keys and the address's parameters."""

from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.ink import read_picture
from mnist_core.jobs import Job
from mnist_core.jobs.runs import Progress
from mnist_core.model.bundle import standard_model
from mnist_core.training.config import PRESETS, TrainingConfig
from mnist_core.types import Drawing
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

# A parameter of the address, too: `?model=my-model`.
_MODEL = "model"
# A parameter of the address, too: `?run=20261121-150213-684457`.
_RUN = "run"
_LAST_SOURCE = "_last_source"
_PAGE = "_page"
_PICTURE = "_picture"
_LESSON = "_lesson"
_PROGRESS = "_progress"


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
    _show_in_address({_MODEL: name} if name != standard_model() else {}, {_MODEL})


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
