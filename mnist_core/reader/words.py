"""What the pad of the reader and the page around it say, and what they say of the network that reads."""

from datetime import datetime

from mnist_core.datasets.registry import title_of_tests
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number, percent
from mnist_core.model.bundle import SHIPPED
from mnist_core.model.card import ModelCard


def pad_words() -> dict[str, str]:
    """All words of `<digit-pad>`; under "fault_CODE" what it says after an error of that code, else that of "fault"."""
    damaged = _("The network's file is damaged, so nothing is read. Your drawing stays. Get the file or the page anew.")
    return {
        "area": _("Drawing area"),
        "tools": _("Drawing tools"),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "given": _("What the network gets: 28 × 28 pixels, whatever the size and place of what you drew."),
        "help": _(
            "Draw with a mouse, a pen or a finger. With the keyboard: the arrow keys move the pen, with Shift in small "
            "steps; Space puts it down and lifts it; Backspace takes back the last stroke; Delete clears."
        ),
        "fault": _("Nothing can be read at the moment. Your drawing stays. Check the connection and draw on."),
        "fault_many": _("Those are too many strokes to be read. Take back the last one, or clear the paper."),
        "fault_damaged": damaged,
        "fault_other": damaged,
        "fault_unknown": _(
            "This network has a layer that the browser cannot compute, so nothing is read. Your drawing stays. Choose "
            "another network."
        ),
    }


def page_words() -> dict[str, str]:
    """All words of the page around the pad."""
    return {
        "title": _("Draw a digit, and it is read"),
        "language": _("Language"),
        "who": _("Who reads here"),
        "here": _("It reads in this browser. What you draw does not leave it."),
        "server": _("This browser cannot read by itself, so the server reads. It keeps nothing of what you draw."),
        "take_title": _("Use it anywhere"),
        "take": _("Take the reader home"),
        "take_note": _(
            "One file with the pad and the network in it. It opens in any browser, on a phone too, without a "
            "connection."
        ),
        "offline_ready": _("This page also works without a connection. You can install it from the browser's menu."),
        "offline_insecure": _(
            "A browser keeps this page for use without a connection only if it comes by HTTPS. The file works anywhere."
        ),
        "offline_failed": _(
            "This browser does not keep the page for use without a connection, as in a private window. The file works "
            "anywhere."
        ),
        "studio": _("All of MNIST Studio"),
        "no_script": _(
            "This page reads with JavaScript, which does not run here. If this is the preview of a file, open the file "
            "in a browser."
        ),
        "old": _("This page does not run in this browser. Open it in one of 2023 or newer, or get the file anew."),
    }


def about(card: ModelCard, name: str) -> list[str]:
    """Whose network it is and how well it reads: a few sentences, from its card.

    Parameters
    ----------
    name
        Of the model; that of a taught one is not told.
    """
    return [_whose(card, name), *_how_well(card)]


def _whose(card: ModelCard, name: str) -> str:
    """Where the network comes from."""
    if card.taught:
        drawings = card.taught["drawings"]
        return ngettext(
            "A visitor of MNIST Studio taught this network, with {count} drawing. Before that it was {base}.",
            "A visitor of MNIST Studio taught this network, with {count} drawings. Before that it was {base}.",
            drawings,
        ).format(count=number(drawings), base=card.taught["base"])
    figures = {"weights": number(card.parameters), "digits": number(card.digits)}
    if name == SHIPPED:
        return _(
            "The network that comes with MNIST Studio. It has {weights} weights, and learned from {digits} digits."
        ).format(**figures)
    day = datetime.fromisoformat(card.created).date().isoformat()
    return _(
        "The network {name}, trained with MNIST Studio on {day}. It has {weights} weights, and learned from {digits} "
        "digits."
    ).format(name=name, day=day, **figures)


def _how_well(card: ModelCard) -> list[str]:
    """What it read of each test; that nobody has counted where nobody has."""
    scores = [
        _("{title}: {share} of {images} read right.").format(
            title=title_of_tests(dataset), share=percent(score.accuracy, 2), images=number(score.images)
        )
        for dataset, score in card.scores.items()
    ]
    return scores or [_("Nobody has counted how often this model is right.")]
