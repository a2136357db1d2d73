"""Which of the steps to a 28x28 digit are taken, and what each is called."""

from dataclasses import dataclass

from mnist_core.language import noop as N_
from mnist_core.types import IMAGE_SIDE

BOX_SIDE = 20

Words = tuple[str, str]


@dataclass(frozen=True)
class Recipe:
    """Which steps are taken on the way to the model. All of them is how MNIST was made; none is how most demos do it.

    Attributes
    ----------
    cleaning
        Of a picture: light is evened out, ruled lines and specks are taken away, and a very thin pen is made wider.
        Without it, paper and ink are only told apart.
    same_pen
        Strokes are drawn again with a pen that suits their size. Without it, the pen stays as wide as it was.
    cropping
        The empty paper around the ink is cut away. Without it, the whole canvas is shrunk.
    box
        What is left is shrunk until its longer side is 20 pixels. Without it, 28 pixels: up to the rim.
    centring
        The ink's centre of mass is put in the middle. Without it, the ink stays where it was on the canvas.
    """

    cleaning: bool = True
    same_pen: bool = True
    cropping: bool = True
    box: bool = True
    centring: bool = True

    @property
    def side(self) -> int:
        """What the longer side is shrunk to, in pixels."""
        return BOX_SIDE if self.box else IMAGE_SIDE


# Name of each step, and what happens in it. Where switches decide, they are the key.
DRAWN = (N_("Your drawing"), N_("What you drew, in white on black."))
PICTURE = (N_("Your picture"), N_("The picture in shades of grey."))
INK = (N_("Ink"), N_("The paper turns black and the ink white, whichever way round it was."))
EVEN_LIGHT = (N_("Even light"), N_("Light and shadow are evened out, and what stands out from the paper turns white."))
CLEANED = (N_("Cleaned"), N_("Ruled lines, specks and what lies at the rim are taken away."))
FOUND = (N_("Found"), N_("The part of your picture in which this digit was found."))
LIFTED = (
    N_("Lifted off the paper"),
    N_("What differs in colour or shade from the paper around it, without its neighbours and the lines under it."),
)
NOT_CLEANED = (
    N_("Not cleaned"),
    N_("The paper turns black and what differs from it white: shadows, ruled lines and specks stay."),
)
_TAKEN_STROKES: dict[tuple[bool, bool], Words] = {  # same pen, cropping
    (True, True): (
        N_("Same pen for all"),
        N_("Cut out, and drawn again with a pen that suits its size: a thin or thick pen no longer matters."),
    ),
    (False, True): (
        N_("Cut out"),
        N_("Everything outside of the ink is cut away. The pen stays as thin or thick as it was."),
    ),
    (True, False): (
        N_("Same pen for all"),
        N_("Drawn again with a pen that suits its size. The empty canvas around it is not cut away."),
    ),
    (False, False): (N_("Whole canvas"), N_("Nothing is cut away, and the pen stays as thin or thick as it was.")),
}
_TAKEN_INK: dict[tuple[bool, bool], Words] = {  # cleaning, cropping
    (True, True): (N_("Cut out"), N_("Everything outside of the ink is cut away, and a very thin pen is made wider.")),
    (False, True): (N_("Cut out"), N_("Everything outside of the ink is cut away. A very thin pen stays thin.")),
    (True, False): (N_("Whole picture"), N_("Nothing is cut away. A very thin pen is made wider.")),
    (False, False): (N_("Whole picture"), N_("Nothing is cut away, and a very thin pen stays thin.")),
}
_BOXED: dict[tuple[bool, bool], Words] = {  # box, cropping
    (True, True): (
        N_("20-pixel box"),
        N_("Shrunk until its longer side is 20 pixels, like every digit that the network learned from."),
    ),
    (True, False): (
        N_("20-pixel box"),
        N_("Shrunk with all the empty paper until that is 20 pixels long: the digit itself becomes smaller."),
    ),
    (False, True): (
        N_("No box"),
        N_("Shrunk until it fills 28 pixels up to the rim: larger than any digit that the network learned from."),
    ),
    (False, False): (N_("No box"), N_("Shrunk with all the empty paper to 28 pixels: how large you draw now matters.")),
}
_PLACED: dict[tuple[bool, bool], Words] = {  # centring, box
    (True, True): (
        N_("Centred"),
        N_("Its centre of mass is put in the middle of 28 x 28 pixels. This is exactly what the network gets."),
    ),
    (True, False): (
        N_("Centred"),
        N_("Its centre of mass is put as near the middle as there is room. This is exactly what the network gets."),
    ),
    (False, True): (
        N_("Not centred"),
        N_("It stays where it was: drawn in a corner, it stays in its corner. This is exactly what the network gets."),
    ),
}
_PLACED[False, False] = _PLACED[False, True]


def stroke_words(recipe: Recipe) -> tuple[Words, ...]:
    """Name and sentence of each step that strokes take."""
    return DRAWN, _TAKEN_STROKES[recipe.same_pen, recipe.cropping], *placing_words(recipe)


def ink_words(recipe: Recipe) -> tuple[Words, ...]:
    """Name and sentence of each step that the ink of a picture takes."""
    return _TAKEN_INK[recipe.cleaning, recipe.cropping], *placing_words(recipe)


def placing_words(recipe: Recipe) -> tuple[Words, Words]:
    """Name and sentence of the last two steps, the same for strokes and pictures."""
    return _BOXED[recipe.box, recipe.cropping], _PLACED[recipe.centring, recipe.box]
