"""The settings of the network that learns, as the address of its page has them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mnist_core.errors import ConfigError
from mnist_core.learner.settings import CHOICES, LARGEST_SEED, LearnerSettings
from mnist_ui.address import Address, Parameter

_STANDARD = asdict(LearnerSettings())


def _seed(text: str) -> int:
    """A seed that there may be."""
    seed = int(text)
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(text)
    return seed


PARAMETERS: dict[str, Parameter[Any]] = {
    **{name: Parameter.one_of(name, choices, _STANDARD[name]) for name, choices in CHOICES.items()},
    "seed": Parameter("seed", _STANDARD["seed"], _seed),
}
WATCH = Address("watch", tuple(PARAMETERS))


def settings_in_address() -> LearnerSettings:
    """What the address says; of what means nothing there, the standard."""
    return LearnerSettings(**{name: WATCH.value(parameter) for name, parameter in PARAMETERS.items()})


def note(told: object) -> None:
    """Have the address say what a browser told; what is no settings is not listened to."""
    try:
        settings = LearnerSettings(**told) if isinstance(told, Mapping) else None
    except (ConfigError, TypeError):
        return
    if settings:
        WATCH.set({name: PARAMETERS[name].said(value) for name, value in asdict(settings).items()})
