"""What training starts from, and the run that is watched."""

from dataclasses import dataclass

import streamlit as st

from mnist_core.jobs import Job
from mnist_core.training.config import TrainingConfig
from mnist_core.training.presets import PRESETS, config_from_parameters
from mnist_core.training.progress import Progress
from mnist_ui.address import Address
from mnist_ui.session import latest
from mnist_ui.state.reader import model_in_address

PRESET = "preset"
RUN = "run"
# The run that is watched, `?run=20261121-150213-684457`, or a lesson: `?preset=classic&epochs=10`.
TRAIN_ADDRESS = Address("train", is_followed_once=True)
_PLAN = "_plan"


@dataclass
class TrainingPlan:
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
        return self.config if preset == self.preset else PRESETS[preset].config

    def forget(self) -> None:
        """Begin with the presets from now on."""
        self.preset = ""
        self.edition += 1


def plan() -> TrainingPlan:
    """The plan that the address named when the session began; the first preset if it named none.

    Raises
    ------
    ConfigError
        If the address names something impossible; the next call gives the first preset.
    """
    if _PLAN not in st.session_state:
        first = next(iter(PRESETS))
        st.session_state[_PLAN] = TrainingPlan(first, PRESETS[first].config)
        named = {name: value for name, value in TRAIN_ADDRESS.parameters.items() if name != RUN}
        if PRESET in named:
            st.session_state[_PLAN] = TrainingPlan(named[PRESET], config_from_parameters(named))
    return st.session_state[_PLAN]


def show_plan(preset: str, config: TrainingConfig) -> None:
    """Name a preset and what was changed of it in the address, which is a lesson then."""
    TRAIN_ADDRESS.show(PRESETS[preset].to_parameters(config))


def plan_next(preset: str, config: TrainingConfig) -> None:
    """Have the Train page offer this next, whatever it showed before."""
    st.session_state[_PLAN] = TrainingPlan(preset, config, plan().edition + 1)
    st.session_state[PRESET] = preset
    TRAIN_ADDRESS.set({RUN: None})


def run_id() -> str | None:
    """Which training run the visitor watches, or the address named at first."""
    return TRAIN_ADDRESS.parameters.get(RUN)


def watch_run(run_id: str | None) -> None:
    """Watch this training run from now on, or none; the address names it, so that a reload finds it again."""
    TRAIN_ADDRESS.show({RUN: run_id} if run_id else {})


def run_in_address() -> dict[str, str]:
    """The training run that is watched, and the visitor's model and language, as an address names them."""
    run = run_id()
    return model_in_address() | ({RUN: run} if run else {})


def progress(job: Job) -> Progress:
    """How far a job is; only what is new since the last call is read."""
    so_far, read_to = latest("_progress", job.id, lambda: (Progress(), [0]))
    events, read_to[0] = job.events(read_to[0])
    so_far.take(events)
    return so_far
