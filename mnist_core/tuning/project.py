"""The folder that Keras Tuner keeps a search in, and whether a search may go on in it. Keras is not needed here."""

import importlib.metadata
import json
import shutil
from pathlib import Path
from typing import Any

from mnist_core.errors import ConfigError, SearchError, in_words
from mnist_core.files import written_file
from mnist_core.records import UNUSABLE, read_object
from mnist_core.tuning.settings import SearchSettings

MANIFEST = "mnist-studio.json"
FORMAT = 1
ORACLE = "oracle.json"
# Within the folder of a trial: its checkpoints, which nothing but going on with that trial needs.
WORK = "work"
TRIALS = "trial_*"


def open_project(folder: Path, settings: SearchSettings) -> bool:
    """Make the folder of a search, or see that it is the one of this search and whole.

    Returns
    -------
    Whether there is a search to go on with.

    Raises
    ------
    SearchError
        If what is there is no search, damaged, another search, or of another version. It is left as it is.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        manifest = {"format": FORMAT, "keras_tuner": _version(), "settings": settings.to_json()}
        with written_file(folder / MANIFEST) as part:
            part.write_text(json.dumps(manifest), encoding="utf-8")
        return False
    before = _settings_in(folder)
    if not settings.same_trials(before):
        raise SearchError(
            f"The folder {folder} has a search with other settings, whose trials cannot be compared with these. "
            "Choose another folder, or search with the same settings."
        )
    for path in (folder / ORACLE, *folder.glob(f"{TRIALS}/trial.json")):
        if path.exists():
            _read(path)
    return (folder / ORACLE).exists()


def copy_project(source: Path, target: Path) -> None:
    """Copy the folder of a search without its trials' checkpoints."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(WORK), dirs_exist_ok=True)


def _settings_in(folder: Path) -> SearchSettings:
    """The settings of the search in a folder, if it is of this version."""
    if not (folder / MANIFEST).is_file():
        raise SearchError(
            f"The folder {folder} has something else than a search of this app: {MANIFEST} is missing. "
            "Choose an empty folder, or one that a search was kept in."
        )
    manifest = _read(folder / MANIFEST)
    version = manifest.get("format"), str(manifest.get("keras_tuner")).split(".")[:2]
    if version != (FORMAT, _version().split(".")[:2]):
        raise SearchError(
            f"The search in {folder} is of another version. Expected: format {FORMAT}, Keras Tuner {_version()}. "
            f"Received: format {manifest.get('format')!r:.20}, Keras Tuner {manifest.get('keras_tuner')!r:.20}. "
            "Nothing was changed: go on with the version that made it, or search anew in another folder."
        )
    try:
        return SearchSettings.from_json(manifest.get("settings"))
    except ConfigError as error:
        raise SearchError(f"The search in {folder} has damaged settings, and was left as it is: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    """The values in a JSON file."""
    text = "The search cannot go on, as {path} is damaged: {error}. It was left as it is; search anew."
    with in_words(SearchError, text, UNUSABLE, path=path):
        return read_object(path)


def _version() -> str:
    """Of Keras Tuner."""
    return importlib.metadata.version("keras-tuner")
