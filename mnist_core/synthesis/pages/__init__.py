"""Pages as people photograph and export them, drawn from a seed, and the truth about what stands where on them.

`page` draws pages to learn from, and each of `KINDS` pages of one kind. Whose digits are on them says `Hands`;
`mnist_core.training.hands` has those of the datasets, part by part.
"""

from mnist_core.numbers.finding import NAMES, NO_DIGIT, SIGNS
from mnist_core.synthesis.pages.hands import Hands
from mnist_core.synthesis.pages.kinds import KINDS, Kind, kind_of
from mnist_core.synthesis.pages.mixture import page
from mnist_core.synthesis.pages.page import PARTS, Page, Part, Thing
from mnist_core.synthesis.pages.sheet import Background

__all__ = [
    "KINDS",
    "NAMES",
    "NO_DIGIT",
    "PARTS",
    "SIGNS",
    "Background",
    "Hands",
    "Kind",
    "Page",
    "Part",
    "Thing",
    "kind_of",
    "page",
]
