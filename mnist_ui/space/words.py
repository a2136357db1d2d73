"""What the map says in the browser: its script finds each text by name, in the visitor's language."""

from mnist_core.language import current
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_

# Texts of the HTML have the names that it gives them; the others are the script's. It fills in what is in braces.
WORDS = {
    "layouts": N_("Layout of the points"),
    "colour": N_("Colour"),
    "dragging": N_("What dragging does"),
    "turn": N_("Turn"),
    "turnHint": N_("Drag to turn or to move"),
    "box": N_("Box"),
    "boxHint": N_("Drag a box around points"),
    "lasso": N_("Lasso"),
    "lassoHint": N_("Draw a line around points"),
    "actions": N_("Camera and picture"),
    "spin": N_("Play a slow rotation"),
    "spinHint": N_("Slow rotation"),
    "stopSpin": N_("Pause the slow rotation"),
    "nearer": N_("Zoom in"),
    "farther": N_("Zoom out"),
    "home": N_("Reset the camera"),
    "homeHint": N_("Reset the camera (Home)"),
    "save": N_("Save picture"),
    "saveHint": N_("Save picture (PNG)"),
    "full": N_("Full screen"),
    "play": N_("Play the film"),
    "pause": N_("Pause the film"),
    "step": N_("Step"),
    "digits": N_("Digits shown"),
    "classes": N_("Colours"),
    "clear": N_("Clear selection"),
    "showDigit": N_("Show the digit {digit}"),
    "hideDigit": N_("Hide or show the digit {digit}; double click: show nothing else"),
    "showClass": N_("Show {class}"),
    "hideClass": N_("Hide or show {class}; double click: show nothing else"),
    "broken": N_("The map could not be loaded. Reload the page to try again."),
    "describedFlat": N_(
        "{title}: {count} points, {layout}. The arrow keys move it; plus and minus zoom; Home resets; Space plays a "
        "slow rotation; Enter picks the point in the middle; Escape clears the selection."
    ),
    "described": N_(
        "{title}: {count} points, {layout}. The arrow keys turn it, with Shift they move it; plus and minus zoom; Home "
        "resets; Space plays a slow rotation; Enter picks the point in the middle; Escape clears the selection."
    ),
    "picked": N_("{image}, a {digit}. {reading}"),
    "selected": N_("{count} points are selected"),
    "unselected": N_("Nothing is selected"),
    "testImage": N_("Test image {number}"),
    "trainingImage": N_("Training image {number}"),
    "reading": N_("Read as {digit}"),
    "sureReading": N_("Read as {digit}, {sure} %"),
    "label": N_("True digit: {digit}"),
    "picture": N_("The digit {digit}"),
}


def words() -> dict[str, str]:
    """All texts by name, and under "language" the code of the language for numbers."""
    return {name: _(text) for name, text in WORDS.items()} | {"language": current()}
