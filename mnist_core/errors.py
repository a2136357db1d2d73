"""What can go wrong, in words that say what failed, what was expected, what was received and what to do.

Every error of the library is an `MnistError` and also the builtin that fits it, so a caller who knows nothing of the
library can still catch `ValueError` or `OSError`.
"""


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


class CollectionError(MnistError, OSError):
    """The visitors' collection, where it cannot be opened, read or changed, or refuses what it is given."""
