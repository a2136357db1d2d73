"""What a search depends on, and what a trial of it trains. Keras is not needed here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, Self

from mnist_core.errors import ConfigError, in_words
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.records import UNUSABLE, decoding
from mnist_core.training.config import Augmentation, TrainingConfig
from mnist_core.training.presets import PRESETS, adaptable_titles, find_preset
from mnist_core.tuning.space import HYPERPARAMETERS, Space, standard_space
from mnist_core.types import check_choice, check_number, describe

TUNERS: Mapping[str, str] = MappingProxyType(
    {
        "bayesian": N_("Learns from the trials so far which values are promising, and tries those next."),
        "random": N_("Tries values drawn by chance: simple, fair, and hard to beat where few values matter."),
        "hyperband": N_("Gives many values a few epochs each, and only the best of them more."),
    }
)
OBJECTIVES: Mapping[str, str] = MappingProxyType(
    {
        "val_accuracy": N_("Validation accuracy: the share of the digits set aside that are read right."),
        "val_loss": N_("Validation loss: also counts how sure the network was, and so tells small differences."),
    }
)

_BASE = "classic"


@dataclass(frozen=True)
class SearchSettings:
    """What a search depends on; the same settings and data give the same trials, as far as training does.

    Attributes
    ----------
    name
        Of the search, for people.
    preset, base
        The config that trials vary, and the name of the preset that it was made from.
    space
        What they may choose.
    tuner, objective
        Of `TUNERS` and `OBJECTIVES`.
    max_trials, max_minutes
        The budget: whichever ends first ends the search.
    images
        How many images of each dataset a trial has, the base's share of them for validation; 0 for all.
    epochs, patience
        Epochs of a trial at most, and how many without a better validation loss end it before.
    seed
        For the values, the split, the weights and the order of the images.
    """

    name: str = "search"
    preset: str = _BASE
    base: TrainingConfig = field(default_factory=lambda: PRESETS[_BASE].config)
    space: Space = field(default_factory=standard_space)
    tuner: str = "bayesian"
    objective: str = "val_accuracy"
    max_trials: int = 12
    max_minutes: float = 30.0
    images: int = 10_000
    epochs: int = 4
    patience: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (
            ("max_trials", 1, 10_000),
            ("images", 0, 10_000_000),
            ("epochs", 1, 10_000),
            ("patience", 1, 10_000),
            ("seed", 0, 2**31 - 1),
        ):
            check_number(name, getattr(self, name), low, high, whole=True)
        check_number("max_minutes", self.max_minutes, 0.01, 100_000)
        for name, choices in (("tuner", TUNERS), ("objective", OBJECTIVES)):
            check_choice(name, getattr(self, name), choices)
        if not all(isinstance(text, str) for text in (self.name, self.preset)):
            message = _("name and preset must be text. Received: {received}.")
            raise ConfigError(message, received=describe((self.name, self.preset)))
        self._check_space()

    def _check_space(self) -> None:
        """Refuse values that do not fit the network."""
        layers = [name for name in self.space.dimensions if HYPERPARAMETERS[name].is_layer]
        if layers and self.base.architecture is None:
            raise ConfigError(
                _(
                    "The layers of {network} are fixed, so {names} cannot be searched. "
                    "Take a preset whose layers can be chosen ({presets}), or search for other hyperparameters."
                ).format(network=self.base.network, names=", ".join(layers), presets=", ".join(adaptable_titles()))
            )
        for values in self.space.corners():
            trial_config(self, values)

    @property
    def is_more_better(self) -> bool:
        """Whether a higher score is the better one."""
        return self.objective == "val_accuracy"

    def to_json(self) -> dict[str, Any]:
        """The settings as plain values."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        return kept | {"base": self.base.to_json(), "space": self.space.to_json()}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The settings that `to_json` gave.

        Raises
        ------
        ConfigError
            If they are none.
        """
        names = {each.name for each in fields(cls)}
        if not isinstance(values, Mapping) or set(values) != names:
            raise ConfigError(_("These are no settings of a search. Received: {received}."), received=describe(values))
        given = dict(values)
        text = _("These are no settings of a search. Received: {error}.")
        with in_words(ConfigError, text, UNUSABLE), decoding():
            given["base"] = TrainingConfig.from_json(given["base"])
            given["space"] = Space.from_json(given["space"])
            return cls(**given)

    def same_trials(self, other: "SearchSettings") -> bool:
        """Whether one can go on with the other's trials: all but the name and the budget is the same."""
        budget = {"name": "", "max_trials": 0, "max_minutes": 0}
        return self.to_json() | budget == other.to_json() | budget


def search_settings(preset: str, **changes: Any) -> SearchSettings:
    """The settings of a search from a preset, with the space that fits its network unless one is given.

    Raises
    ------
    ConfigError
        If there is no such preset, or something does not fit.
    """
    base = find_preset(preset).config
    standard: dict[str, Any] = {"space": standard_space(layers=base.architecture is not None)}
    return SearchSettings(preset=preset, base=base, **standard | changes)


def config_of(settings: SearchSettings, values: Mapping[str, Any], name: str = "") -> TrainingConfig:
    """The base with all that it asks for and the values of a trial: what "Train this one fully" trains.

    Parameters
    ----------
    name
        The model's; by default the base's with "-tuned".

    Raises
    ------
    ConfigError
        If the values are not of the space, or do not fit the network.
    """
    chosen = settings.space.values(values)
    base = settings.base
    layers = {key: value for key, value in chosen.items() if HYPERPARAMETERS[key].is_layer}
    if layers and base.architecture is not None:
        base = replace(base, architecture=replace(base.architecture, **layers))  # type: ignore[arg-type]
    if "augmentation" in chosen:
        base = replace(base, augmentation=augmentation_of(float(chosen["augmentation"])))
    plain = {key: value for key, value in chosen.items() if key in ("learning_rate", "batch_size")}
    return replace(base, name=name or f"{settings.base.name}-tuned", **plain)  # type: ignore[arg-type]


def trial_config(settings: SearchSettings, values: Mapping[str, Any], epochs: int | None = None) -> TrainingConfig:
    """What a trial trains: the same as `config_of`, on fewer images and for fewer epochs.

    Parameters
    ----------
    epochs
        At most; by default the search's.
    """
    return replace(
        config_of(settings, values, "trial"),
        limit=settings.images,
        epochs=epochs or settings.epochs,
        patience=settings.patience,
        seed=settings.seed,
    )


def augmentation_of(strength: float) -> Augmentation | None:
    """The standard augmentation made weaker or stronger; None for 0."""
    if not strength:
        return None
    scaled = {name: value * strength for name, value in asdict(Augmentation()).items()}
    return Augmentation(**scaled | {"thickness": min(scaled["thickness"], 1.0)})
