"""What training starts from, and the run that is watched."""

from dataclasses import dataclass

import streamlit as st

from mnist_core.jobs import Job
from mnist_core.training.config import PRESETS, TrainingConfig
from mnist_core.training.runs import Progress
from mnist_ui.address import KEPT, show_in_address
from mnist_ui.state.reader import model_in_address

PRESET = "preset"
# A parameter of the address, too: `?run=20261121-150213-684457`.
_RUN = "run"
_LESSON = "_lesson"
_PROGRESS = "_progress"


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
                {k: v for k, v in st.query_params.items() if k not in (*KEPT, _RUN)}
            )
            st.session_state[_LESSON] = Lesson(st.query_params[PRESET], config)
    return st.session_state[_LESSON]


def show_lesson(preset: str, config: TrainingConfig) -> None:
    """Name a preset and what was changed of it in the address, so that the address is a lesson."""
    show_in_address(config.to_parameters(preset), set(st.query_params) - KEPT)


def plan_lesson(preset: str, config: TrainingConfig) -> None:
    """Have the Train page offer this next, whatever it showed before."""
    st.session_state[_LESSON] = Lesson(preset, config, lesson().edition + 1)
    st.session_state[PRESET] = preset
    st.session_state[_RUN] = None


def run_id() -> str | None:
    """Which training run the visitor watches, or the address named at first."""
    if _RUN not in st.session_state:
        st.session_state[_RUN] = st.query_params.get(_RUN)
    return st.session_state[_RUN]


def watch_run(run_id: str | None) -> None:
    """Watch this training run from now on, or none; the address names it, so that a reload finds it again."""
    st.session_state[_RUN] = run_id
    show_in_address({_RUN: run_id} if run_id else {}, set(st.query_params) - KEPT)


def run_in_address() -> dict[str, str]:
    """The training run that is watched, and the visitor's model and language, as an address names them."""
    run = run_id()
    return model_in_address() | ({_RUN: run} if run else {})


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
