"""Where things are kept on this machine, which is nobody's business but that of whoever runs the app."""

import contextlib
import functools
import logging
import re
import sys
import tempfile
from pathlib import Path

from mnist_core import paths
from mnist_core.errors import DatasetError
from mnist_core.installation import APP

log = logging.getLogger(__name__)

# A path ends where a sentence goes on.
_REST = r"(?:[/\\][^\s'\"“”:;,()<>]*)?"


def without_places(text: object) -> str:
    """What an error says, for visitors: files and folders of this machine are named without the way to them.

    The whole text is in the log, once.

    Examples
    --------
    >>> without_places(f"There is no model in {paths.models_folder() / 'mine'}: card.json is missing.")
    'There is no model in mine: card.json is missing.'
    """
    return _told(str(text), _roots())


@functools.lru_cache(maxsize=500)
def _told(text: str, roots: tuple[str, ...]) -> str:
    """A text with nothing of these folders but the last name of each path in them."""
    told = re.sub("|".join(re.escape(root) + _REST for root in roots), _last, text)
    if told != text:
        log.warning("A visitor was told without places: %s", text)
    return told


def _last(path: re.Match[str]) -> str:
    """The last name of a path, with the full stop that may come after it."""
    whole = path.group().rstrip("./\\")
    return re.split(r"[/\\]", whole)[-1] + path.group()[len(whole) :].strip("/\\")


def _roots() -> tuple[str, ...]:
    """The folders that the app reads and writes, the longest first: their ways may begin alike."""
    named = [paths.data_home(), APP, Path(tempfile.gettempdir()), Path.home(), Path(sys.prefix)]
    with contextlib.suppress(DatasetError):
        named += paths.dataset_folders()
    spelled = {str(spelling) for each in named for spelling in (each, each.absolute(), each.resolve())}
    # In what Python repeats of a text, each backslash is two.
    spelled |= {each.replace("\\", "\\\\") for each in spelled}
    return tuple(sorted((each for each in spelled if len(each) > 1), key=len, reverse=True))
