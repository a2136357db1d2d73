"""What has to be there before anything else can be imported. Python 3.7 and later can read this file."""

import sys
from importlib import import_module

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


def unmet(version: "tuple[int, ...] | None" = None) -> "str | None":
    """What keeps this Python from running MNIST Studio, and what to do, in a sentence; None if nothing does.

    Parameters
    ----------
    version
        Of Python, as `sys.version_info` (the default).
    """
    first, end = PYTHONS
    version = version or sys.version_info[:3]
    if not first <= version[:2] < end:
        return (
            f"MNIST Studio needs Python {_dotted(first)} to {end[0]}.{end[1] - 1}. Received: {_dotted(version)} "
            f"({sys.executable}). Install one of those and start it with that one."
        )
    return next((trouble for trouble in map(_unloadable, COMPILED) if trouble), None)


def _unloadable(module: str) -> "str | None":
    """Why a package cannot be imported, and what to do."""
    package = module.partition(".")[0]
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == package:
            return (
                f"MNIST Studio needs the package {package}, which {sys.executable} does not have. Start it with the "
                'Python that it was installed for, or install it for this one: pip install "mnist-studio".'
            )
        return _foreign(package, error)
    except (ImportError, OSError) as error:
        return _foreign(package, error)
    return None


def _foreign(package: str, error: Exception) -> str:
    """What to do about a package that is there and does not load."""
    return (
        f"The package {package} is there but cannot be loaded here ({error}): it was made for another system, "
        "processor or version of Python. Install it anew: pip install --force-reinstall mnist-studio."
    )


def _dotted(version: "tuple[int, ...]") -> str:
    return ".".join(str(part) for part in version)
