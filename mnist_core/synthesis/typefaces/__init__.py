"""Printed digits and letters: of free typefaces, of seven segments, of a plotter, as screens and paper show them.

`LICENCES.md` beside this file says whose the typefaces are and on what terms they are used.
"""

from mnist_core.synthesis.typefaces.faces import Typeface, typefaces
from mnist_core.synthesis.typefaces.printing import (
    LETTERS,
    any_face,
    printed,
    printed_letter,
    set_in_type,
    small_print,
)

__all__ = ["LETTERS", "Typeface", "any_face", "printed", "printed_letter", "set_in_type", "small_print", "typefaces"]
