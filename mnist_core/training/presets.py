"""The presets: what a run can begin with. One more record here is offered everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.architecture import SAVED, standard_architecture
from mnist_core.training.config import Augmentation, TrainingConfig


@dataclass(frozen=True)
class Preset:
    """A network and how it is trained, with a name.

    Attributes
    ----------
    name
        As addresses, jobs and the command line have it.
    title, description
        Its name and a sentence for people; translated where they are shown.
    config
        The network and all settings.
    """

    name: str
    title: str
    description: str
    config: TrainingConfig

    def to_parameters(self, config: TrainingConfig) -> dict[str, str]:
        """What a config changes of the preset, as parameters of an address; the config's name is not part of it.

        Returns
        -------
        "preset" and a parameter for each setting that differs, "augmentation.rotation" for one within another.
        """
        return {"preset": self.name} | config.changes(self.config)


def _on_mnist(name: str, title: str, description: str, *, network: str = "", **settings: Any) -> Preset:
    """A preset for a network, by default the one of its own name, which learns from MNIST."""
    network = network or name
    standard = {"architecture": standard_architecture(network), "data": ("mnist",), "patience": 4}
    return Preset(name, title, description, TrainingConfig(name=name, network=network, **standard | settings))


_ALL = (
    _on_mnist(
        "quick", N_("Quick"), N_("A small network that soon reads almost as well as the large ones."),
        epochs=5, learning_rate=0.005, augmentation=None,
    ),
    _on_mnist(
        "classic", N_("Classic CNN"),
        N_("Three convolutions, pooling and a dense layer: the network of most tutorials."),
        batch_size=64, optimizer="adam", learning_rate=0.001, schedule="constant", weight_decay=0.0,
        validation_share=0.2, augmentation=None,
    ),
    _on_mnist(
        "lenet-5", N_("LeNet-5"), N_("The network of 1998 that read the amounts on bank cheques."),
        epochs=20, mild_epochs=5, patience=8, averaging=0.999,
    ),
    _on_mnist(
        "vgg", N_("VGG-style"), N_("Pairs of small convolutions, one upon the other, as in large networks of 2014."),
        epochs=10,
    ),
    _on_mnist(
        "resnet", N_("ResNet-style"),
        N_("Blocks that only learn what to add to what they were given, an idea of 2015."),
        epochs=10,
    ),
    Preset(
        "handwriting", N_("Handwriting"),
        N_("As the model that came with the app: many styles and pens, print, noise, and what is no digit."),
        TrainingConfig(
            data=("mnist", "pen-digits", "uji-digits", "tablet-digits"), non_digits=18_000, printed=8_000,
            epochs=30, mild_epochs=8, patience=10, averaging=0.999, augmentation=Augmentation(noise=0.15),
        ),
    ),
    Preset(
        "fine-tune", N_("Fine-tune"),
        N_("Takes a model that can read already and teaches it a little more (transfer learning)."),
        TrainingConfig(
            name="fine-tuned", network=SAVED, start_from="default", data=("pen-digits",), stroke_variants=2,
            epochs=4, learning_rate=0.0003, patience=2,
        ),
    ),
)  # fmt: skip
PRESETS: dict[str, Preset] = {each.name: each for each in _ALL}


def find_preset(name: str) -> Preset:
    """The preset of that name.

    Raises
    ------
    ConfigError
        If there is none.
    """
    if name not in PRESETS:
        text = _("The presets are {presets}. Received: {received}.")
        raise ConfigError(text, presets=", ".join(PRESETS), received=f"{name!r:.80}")
    return PRESETS[name]


def adaptable_titles() -> list[str]:
    """What people call the presets whose layers can be chosen."""
    return [_(preset.title) for preset in PRESETS.values() if preset.config.architecture]


def config_from_parameters(parameters: Mapping[str, str]) -> TrainingConfig:
    """The config that `Preset.to_parameters` gave.

    Raises
    ------
    ConfigError
        If there is no such preset or setting, or a value is out of range.
    """
    preset = find_preset(parameters.get("preset", ""))
    return preset.config.changed({key: text for key, text in parameters.items() if key != "preset"})
