"""Where things are kept."""

import errno
import os
from pathlib import Path

import platformdirs

from mnist_core.errors import ConfigError, DatasetError, in_words
from mnist_core.installation import APP

HOME_VARIABLE = "MNIST_STUDIO_HOME"
DATA_VARIABLE = "MNIST_STUDIO_DATA"

SHIPPED_MODELS = APP / "models"


def data_home() -> Path:
    """Folder of everything the app writes: `MNIST_STUDIO_HOME`, else the platform's user data folder.

    Raises
    ------
    ConfigError
        If whoever runs this has no home, and the variable names no folder.
    """
    nowhere = "The app finds no folder to write to: {reason}. Name one with the variable {variable}."
    home = os.environ.get(HOME_VARIABLE)
    with in_words(ConfigError, nowhere, (RuntimeError, OSError), variable=HOME_VARIABLE):
        return Path(home).expanduser() if home else platformdirs.user_data_path("mnist-studio", appauthor=False)


def check_home_read() -> None:
    """See that the data home can be read, if it is there.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    text = (
        "The data home {home} cannot be read: {reason}. Name a folder that can be, with the variable {variable}, or "
        "give yourself the right to read there."
    )
    home = data_home()
    with in_words(ConfigError, text, home=home, variable=HOME_VARIABLE):
        if home.exists() and not os.access(home, os.R_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def downloads_folder() -> Path:
    """Folder that downloaded dataset files are kept in."""
    return data_home() / "datasets"


def dataset_folders() -> list[Path]:
    """Folders to look for dataset files in, first one first.

    Raises
    ------
    DatasetError
        If `MNIST_STUDIO_DATA` is set but names no readable folder.
    """
    named = os.environ.get(DATA_VARIABLE)
    if not named:
        return [downloads_folder()]
    folder = Path(named).expanduser()
    if not (folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)):
        raise DatasetError(
            f"{DATA_VARIABLE} must name a readable folder with mnist.npz and pen_digits.npz. Received: {named!r}. "
            "Correct the variable or unset it."
        )
    return [folder, downloads_folder()]


def own_datasets_folder() -> Path:
    """Folder of the datasets that people brought, one folder each."""
    return data_home() / "own-datasets"


def brought_folder() -> Path:
    """Folder of files that visitors have just brought and that are still to be read."""
    return data_home() / "brought"


def incoming_folder() -> Path:
    """Folder into which whoever runs the app may put files that are to be added as datasets."""
    return data_home() / "incoming"


def cache_folder() -> Path:
    """Folder of what can be computed again."""
    return data_home() / "cache"


def models_folder() -> Path:
    """Folder of the user's own models."""
    return data_home() / "models"


def taught_folder() -> Path:
    """Folder of the models that visitors have taught, each theirs alone: whoever knows a name may use the model."""
    return data_home() / "taught"


def trash_folder() -> Path:
    """Folder of what was deleted and can be brought back for a day."""
    return data_home() / "trash"


def jobs_folder() -> Path:
    """Folder of the jobs, one folder each."""
    return data_home() / "jobs"


def maps_folder() -> Path:
    """Folder of the maps that were made here, one folder each."""
    return data_home() / "maps"


def films_folder() -> Path:
    """Folder of how the maps of the user's models came about, one folder each."""
    return data_home() / "films"


def readings_folder() -> Path:
    """Folder of what the models make of whole datasets, one folder for each model's graph."""
    return data_home() / "readings"


def findings_folder() -> Path:
    """Folder of what was found out about the datasets, one folder for each."""
    return data_home() / "findings"


def collection_file() -> Path:
    """The file of the visitors' drawings, where no database server keeps them."""
    return data_home() / "collection.sqlite3"
