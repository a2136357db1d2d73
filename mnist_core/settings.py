"""Settings that whoever starts the app makes in environment variables."""

import os

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _

_LONGEST = 18


def whole_number(variable: str, default: int, least: int = 1) -> int:
    """The whole number that an environment variable sets.

    Parameters
    ----------
    variable
        Its name.
    default
        What holds where it is not set, or empty.
    least
        The smallest number that makes sense.

    Raises
    ------
    ConfigError
        If it is set to anything else.
    """
    named = os.environ.get(variable, "").strip()
    if not named:
        return default
    if not (named.isascii() and named.isdecimal() and len(named) <= _LONGEST and int(named) >= least):
        text = _("{variable} must be a whole number from {least}. Received: {value}. Correct the variable or unset it.")
        raise ConfigError(text, variable=variable, least=least, value=f"{named!r:.80}")
    return int(named)


def is_on(variable: str) -> bool:
    """Whether an environment variable is set to 1.

    Raises
    ------
    ConfigError
        If it is set to anything but 0 or 1.
    """
    return whole_number(variable, 0, 0) != 0
