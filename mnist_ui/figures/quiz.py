"""What the dataset, the model and the visitor say of an image, beside each other."""

from collections.abc import Sequence

from mnist_core.foreign import in_html


def verdicts(said: Sequence[tuple[str, str, str]], shown: str) -> str:
    """Who says what, as HTML: large signs side by side; those that agree with the visitor's are framed.

    Parameters
    ----------
    said
        Who, the sign ("7", or "?"), and a few words more.
    shown
        The visitor's sign.
    """
    return f'<ul class="verdicts">{"".join(_one(*each, sign_of_visitor=shown) for each in said)}</ul>'


def _one(who: str, sign: str, more: str, sign_of_visitor: str) -> str:
    """What one of them says."""
    agrees = ' class="agrees"' if sign == sign_of_visitor else ""
    return f"<li{agrees}><span>{in_html(who)}</span><strong>{in_html(sign)}</strong><small>{in_html(more)}</small></li>"
