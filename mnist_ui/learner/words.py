"""All words of the network that learns, and its knobs, in the visitor's language."""

from typing import Any

from mnist_core.language import gettext as _
from mnist_core.language import number, percent
from mnist_core.learner import settings


def words(held: int) -> dict[str, str]:
    """What stands there, by its place.

    Parameters
    ----------
    held
        How many digits are held out.
    """
    right = _("Right, of {count} new digits").format(count=number(held))
    return {
        "tools": _("Training"),
        "start": _("Start training"),
        "pause": _("Pause"),
        "step": _("One step"),
        "again": _("Begin again"),
        "right": right,
        "seen": _("Digits seen"),
        "time": _("Seconds of training"),
        "loss": _("Loss"),
        "filters_title": _("What its filters look for"),
        "filters_say": _(
            "Blue weights want ink under them, orange ones want none. They begin at random, and each batch of 32 "
            "digits moves them a little. Below each filter is what it finds in your drawing."
        ),
        "own_title": _("Your digit"),
        "own_empty": _("Draw a digit: the network reads it while it learns."),
        "course_title": _("How many it reads right"),
        "course_say": _("Measured on digits that it does not learn from. The pale line is your attempt before."),
        "filter": _("Filter {number}"),
        "map": _("What filter {number} finds in your drawing"),
        "knobs_title": _("Knobs: they act at once, while it learns"),
        "said": _("{share} right after {seen} digits."),
        "fetching": _("Its digits are on their way."),
        "said_again": _("It begins again with new weights."),
        "lost": _(
            "Its steps were too long: the weights have grown beyond all bounds. Choose a lower learning rate and start "
            "again."
        ),
        "failed": _(
            "The network cannot learn in this browser, or its digits could not be fetched. Load the page again; a "
            "newer browser helps, too."
        ),
    } | _words_of_step()


def _words_of_step() -> dict[str, str]:
    """What is said of one step."""
    return {
        "step_title": _("One step, laid open"),
        "step_looked": _("It looked at these {count} digits and read {right} of them right. The loss was {loss}."),
        "step_digit": _("The digit {label}"),
        "step_wrong": _("{answer}, not {label}"),
        "step_gradient": _(
            "For each weight it works out whether the loss grows or falls with it, and how steeply: the gradient. Then "
            "every weight steps against its gradient, times the learning rate, and repeats nine tenths of its last "
            "step. So for one filter of the first layer, weight by weight:"
        ),
        "step_filter": _("Filter"),
        "step_before": _("Weights before"),
        "step_slope": _("Gradients"),
        "step_taken": _("Steps"),
        "step_after": _("Weights after"),
        "step_moved": _(
            "All {count} weights moved, by {mean} on average and {most} at most. The loss on the same digits is now "
            "{loss}."
        ),
    }


def knobs(learned: int) -> list[dict[str, Any]]:
    """The knobs: a name, a title, a sentence, and the choices as values and words; the seed has its largest number.

    Parameters
    ----------
    learned
        How many digits there are to learn from.
    """
    counts = [each for each in settings.DIGITS if each < learned]
    return [
        {
            "name": "rate",
            "title": _("Learning rate"),
            "hint": _("How long each step is. Too short takes for ever, too long goes astray."),
            "choices": [[rate, number(rate, len(f"{rate:g}") - 2)] for rate in settings.RATES],
        },
        {
            "name": "activation",
            "title": _("Activation"),
            "hint": _("What bends the sums of the filters. Without it, all layers are no more than one."),
            "choices": [[name, _(title)] for name, title in settings.ACTIVATIONS.items()],
        },
        {
            "name": "filters",
            "title": _("Filters of the first layer"),
            "hint": _("The second layer has twice as many. Another number begins again."),
            "choices": [[count, number(count)] for count in settings.FILTERS],
        },
        {
            "name": "kernel",
            "title": _("Kernel"),
            "hint": _("How many pixels a filter sees at once. Another size begins again."),
            "choices": [[side, f"{side}×{side}"] for side in settings.KERNELS],
        },
        {
            "name": "noise",
            "title": _("Noise"),
            "hint": _("So many of the images that it learns from are spoilt by grains."),
            "choices": [[share, percent(share, 0)] for share in settings.NOISES],
        },
        {
            "name": "digits",
            "title": _("Digits to learn from"),
            "hint": _("It sees only these, again and again. With few it learns them by heart."),
            "choices": [*([count, number(count)] for count in counts), [settings.DIGITS[-1], number(learned)]],
        },
        {
            "name": "seed",
            "title": _("Seed"),
            "hint": _("Of the weights that it begins with. The same number begins with the same ones."),
            "most": settings.LARGEST_SEED,
        },
    ]
