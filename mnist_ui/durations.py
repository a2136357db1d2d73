"""Times and memory in words."""

from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.memory import gigabytes


def duration(seconds: float | None) -> str:
    """A time as a person says it."""
    if seconds is None:
        return _("not measured yet")
    if seconds < 90:
        return _("about {seconds} s").format(seconds=number(max(5, round(seconds, -1))))
    if seconds < 5400:
        return _("about {minutes} min").format(minutes=number(seconds / 60))
    return _("about {hours} h").format(hours=number(seconds / 3600, 1))


def memory_words(size: int | None) -> str:
    """How many bytes of memory something needs, as a person says it."""
    return _("Memory: not known") if size is None else _("Memory: about {size} GB").format(size=gigabytes(size))
