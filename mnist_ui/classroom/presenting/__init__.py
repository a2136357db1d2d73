"""The class on a projector: its page fills the screen, with a timer. One HTML, one CSS and one JS file.

Both are the browser's own affair: a second teacher's screen presents or counts for itself.
"""

from mnist_core.language import gettext as _
from mnist_ui.component import component

_presenting = component(__file__)

# What the timer begins with, in minutes.
MINUTES = 3


def show_presenting() -> None:
    """The button that has the page fill the screen, and the timer."""
    words = {
        "present": _("Fill the screen"),
        "leave": _("Leave the full screen"),
        "timer": _("Timer"),
        "less": _("One minute less"),
        "more": _("One minute more"),
        "start": _("Start the timer"),
        "stop": _("Stop the timer"),
        "over": _("Time is up."),
    }
    _presenting(key="class-presenting", data={"words": words, "minutes": MINUTES})
