"""What can go wrong, in words that say what failed, what was expected, what was received and what to do.

Every error of the library is an `MnistError` and also the builtin that fits it, so a caller who knows nothing of the
library can still catch `ValueError` or `OSError`.
"""

from collections.abc import Iterator
from contextlib import contextmanager


class MnistError(Exception):
    """Base of every error that the library raises on purpose.

    Parameters
    ----------
    text
        What failed, in words, with `{placeholders}` where figures are given.
    figures
        What stands in the placeholders. Without any, the text is taken as it is, braces and all.
    """

    def __init__(self, text: str = "", **figures: object) -> None:
        super().__init__(text.format(**figures) if figures else text)


@contextmanager
def in_words(
    kind: type[MnistError], text: str, caught: tuple[type[Exception], ...] = (OSError,), **figures: object
) -> Iterator[None]:
    """Raise what the system or a library raises as an error of this library.

    Parameters
    ----------
    kind, text, figures
        The error that is raised instead. The text may also have the `{error}` itself and, in the system's words without
        its number and file, the `{reason}`.
    caught
        What is meant. Errors of this library pass, whatever they inherit.
    """
    try:
        yield
    except MnistError:
        raise
    except caught as error:
        reason = getattr(error, "strerror", None) or error
        raise kind(text, error=error, reason=reason, **figures) from error


class DrawingError(MnistError, ValueError):
    """A drawing or picture that cannot be used."""


class EmptyDrawingError(DrawingError):
    """A drawing or picture without any ink."""


class ConfigError(MnistError, ValueError):
    """A setting outside of what is possible."""


class DatasetError(MnistError, OSError):
    """A dataset that is missing, damaged or could not be downloaded."""


class BundleError(MnistError, OSError):
    """A model directory that is missing, damaged or made for another version."""


class MapError(MnistError, OSError):
    """A map of digits that is missing or damaged, or cannot be made of what it is to show."""


class TrainingError(MnistError, RuntimeError):
    """A training run that cannot give a usable model."""


class SearchError(MnistError, RuntimeError):
    """A hyperparameter search that cannot go on: its folder is damaged or another's, or a machine is out of reach."""


class JobError(MnistError, RuntimeError):
    """A job that is not there, or cannot be started, asked or changed."""


class OwnerError(MnistError, PermissionError):
    """Something of another visitor that was to be changed, or a token that is none."""


class CollectionError(MnistError, OSError):
    """The visitors' collection, where it cannot be opened, read or changed, or refuses what it is given."""


class LimitError(MnistError, RuntimeError):
    """More of something than one visitor, one client or all of them together may do or keep."""


class ExtraError(MnistError, ImportError):
    """Something that needs packages which are not installed here."""
