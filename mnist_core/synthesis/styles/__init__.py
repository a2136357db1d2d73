"""Ways to write a digit that differ from country to country, from hand to hand and from tablet to tablet.

Every one takes and gives strokes, float32 (n, 2), x to the right and y down, in a box whose longer side is 1. Kinds are
of one digit; habits come on top of any digit in any kind.
"""

from mnist_core.synthesis.styles import (
    eight,
    five,
    four,
    hand,
    nine,
    one,
    proportions,
    seven,
    six,
    tablet,
    three,
    two,
    zero,
)
from mnist_core.synthesis.styles.style import Strokes, Style, in_unit_box

KINDS: tuple[Style, ...] = tuple(
    style for module in (zero, one, two, three, four, five, six, seven, eight, nine) for style in module.STYLES
)
HABITS: tuple[Style, ...] = tuple(style for module in (hand, proportions, tablet) for style in module.STYLES)
STYLES = KINDS + HABITS

__all__ = ["HABITS", "KINDS", "STYLES", "Strokes", "Style", "in_unit_box"]
