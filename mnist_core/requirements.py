"""What has to be there before anything else can be imported. Python 3.7 and later can read this file."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

PYTHONS = ((3, 11), (3, 14))
"""The first version of Python that will do, and the first one that will not."""

COMPILED = (
    "numpy",
    "cv2",
    "ai_edge_litert.interpreter",
    "PIL.Image",
    "pandas",
    "scipy.special",
    "sqlalchemy",
    "psutil",
)
"""Packages with compiled parts: those that are made for one system, one processor and one version of Python."""

DISTRIBUTIONS = {"cv2": "opencv-python-headless", "ai_edge_litert": "ai-edge-litert", "PIL": "pillow"}
"""Packages that are installed under another name than they are imported by."""

# What loading a compiled part that does not belong here may bring about.
_REFUSALS = (ImportError, OSError, AttributeError, SystemError, TypeError, ValueError, RuntimeError, SyntaxError)
_LONGEST = 160


def explained(run: "Callable[[], int]") -> int:
    """Run a command, and say in a sentence what it lacks if it fails for that.

    To load all packages beforehand, only to see whether they load, would take longer than most commands. numpy alone is
    looked at first: all need it, and others say at length that it does not load.

    Returns
    -------
    What `run` gives, or 1 if something is lacking.
    """
    trouble = wrong_python() or next(filter(None, map(_elsewhere, COMPILED)), None) or unloadable("numpy")
    if not trouble:
        try:
            return run()
        except _REFUSALS:
            trouble = unmet()
            if not trouble:
                raise
    return refused(trouble)


def refused(trouble: str) -> int:
    """Say why nothing can be run, and give the exit status."""
    print(f"error: {trouble}", file=sys.stderr)
    return 1


def unmet(version: "tuple[int, ...] | None" = None) -> "str | None":
    """What keeps this Python from running MNIST Studio, and what to do, in a sentence; None if nothing does.

    Parameters
    ----------
    version
        Of Python, as `sys.version_info` (the default).
    """
    return wrong_python(version) or next((trouble for trouble in map(unloadable, COMPILED) if trouble), None)


def wrong_python(version: "tuple[int, ...] | None" = None) -> "str | None":
    """Why this version of Python will not do, and what to do; None if it will."""
    first, end = PYTHONS
    version = version or sys.version_info[:3]
    if first <= version[:2] < end:
        return None
    return (
        f"MNIST Studio needs Python {_dotted(first)} to {end[0]}.{end[1] - 1}. Received: {_dotted(version)} "
        f"({sys.executable}). Install one of those and start it with that one."
    )


def unloadable(module: str) -> "str | None":
    """Why a module of another package cannot be imported, and what to do; None if it can."""
    package = module.partition(".")[0]
    try:
        elsewhere = _elsewhere(module)
        if elsewhere:
            return elsewhere
        import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == package:
            return missing(package)
        return _foreign(package, error)
    except _REFUSALS as error:
        return _foreign(package, error)
    return None


def missing(package: str) -> str:
    """What to do about a package that is not there."""
    return (
        f"MNIST Studio needs the package {package}, which {sys.executable} does not have. Start it with the "
        'Python that it was installed for, or install it for this one: pip install "mnist-studio".'
    )


def _elsewhere(module: str) -> "str | None":
    """Why a module's package is not where it is installed, and what to do; None if it is. Nothing is loaded for it."""
    package = module.partition(".")[0]
    if find_spec(package) is None:
        return missing(package)
    if not _is_of_folder(package):
        return None
    return (
        f"{os.getcwd()} has something called {package} of its own, which takes the place of the package "  # noqa: PTH109
        "that MNIST Studio needs. Start it from another folder, or give that another name."
    )


def _is_of_folder(package: str) -> bool:
    """Whether Python would take a package from the folder that it was started in, and not from where it installs."""
    found = find_spec(package)
    place = found.origin if found and found.origin else ""
    here = os.getcwd()  # noqa: PTH109  pathlib's is the same, and older Pythons know this one, too
    if os.path.basename(here) in ("site-packages", "dist-packages"):  # noqa: PTH119
        return False
    return os.path.dirname(os.path.abspath(place)) in (here, os.path.join(here, package))  # noqa: PTH100, PTH118, PTH120


def _foreign(package: str, error: BaseException) -> str:
    """What to do about a package that is there and does not load."""
    return (
        f"The package {package} is there but cannot be loaded here ({_in_short(error)}): it was made for another "
        "system, processor or version of Python, or is damaged. Install it anew: "
        f"pip install --force-reinstall {DISTRIBUTIONS.get(package, package)}."
    )


def _in_short(error: BaseException) -> str:
    """What an error says, in a line: some packages say how to ask for help, at length, and what failed before that."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    text = " ".join(str(cause).split()) or type(cause).__name__
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _dotted(version: "tuple[int, ...]") -> str:
    return ".".join(str(part) for part in version)
