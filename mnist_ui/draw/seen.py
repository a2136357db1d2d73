"""What there is to be read, and what was read."""

from dataclasses import dataclass, field

from mnist_core.numbers.paper import PageReading
from mnist_core.types import Drawing


@dataclass(frozen=True, eq=False)
class Seen:
    """What there is to be read.

    Attributes
    ----------
    drawing
        None while there is nothing that can be read.
    page
        What was read on it.
    which
        The digit that was tapped on, on a picture.
    """

    drawing: Drawing | None = None
    page: PageReading = field(default_factory=lambda: PageReading([]))
    which: int | None = None

    def digit(self, which: int) -> Drawing | None:
        """One of the digits as it was read; all of the drawing, with the paper around it, where it is only that one."""
        digits = self.page.digits
        if self.drawing is None or not digits or (len(digits) == 1 and not self.page.is_lifted):
            return self.drawing
        return digits[which].drawing
