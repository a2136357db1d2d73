"""Names that hide who somebody is: an animal and a colour, kept in English and shown in the language that is spoken."""

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_

EXAMPLE = "Fox in blue"
"""Such a name, to show what they are like."""

ANIMALS = (
    N_("Badger"),
    N_("Bat"),
    N_("Bear"),
    N_("Beaver"),
    N_("Bee"),
    N_("Butterfly"),
    N_("Camel"),
    N_("Cat"),
    N_("Crab"),
    N_("Crane"),
    N_("Deer"),
    N_("Dolphin"),
    N_("Duck"),
    N_("Eagle"),
    N_("Elephant"),
    N_("Falcon"),
    N_("Flamingo"),
    N_("Fox"),
    N_("Frog"),
    N_("Giraffe"),
    N_("Hedgehog"),
    N_("Heron"),
    N_("Horse"),
    N_("Kangaroo"),
    N_("Koala"),
    N_("Lion"),
    N_("Lizard"),
    N_("Lynx"),
    N_("Mouse"),
    N_("Octopus"),
    N_("Otter"),
    N_("Owl"),
    N_("Panda"),
    N_("Parrot"),
    N_("Pelican"),
    N_("Penguin"),
    N_("Rabbit"),
    N_("Raven"),
    N_("Salmon"),
    N_("Seal"),
    N_("Squirrel"),
    N_("Stork"),
    N_("Swan"),
    N_("Tiger"),
    N_("Turtle"),
    N_("Whale"),
    N_("Wolf"),
    N_("Zebra"),
)

COLOURS = (
    N_("blue"),
    N_("brown"),
    N_("gold"),
    N_("green"),
    N_("grey"),
    N_("orange"),
    N_("pink"),
    N_("purple"),
    N_("red"),
    N_("silver"),
    N_("turquoise"),
    N_("yellow"),
)

_BETWEEN = " in "

ALIASES = tuple(f"{animal}{_BETWEEN}{colour}" for animal in ANIMALS for colour in COLOURS)
"""All aliases as they are kept: "Fox in blue"."""


def alias_in_words(alias: str) -> str:
    """An alias in the language that is spoken; as it is where it is not one of `ALIASES`."""
    animal, between, colour = alias.partition(_BETWEEN)
    if not between or animal not in ANIMALS or colour not in COLOURS:
        return alias
    # The colour follows the animal with "in" so that no language has to bend it to the animal's gender.
    return _("{animal} in {colour}").format(animal=_(animal), colour=_(colour))
