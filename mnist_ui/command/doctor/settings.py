"""The variables that are set: each is one that there is, and has a value that makes sense."""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from mnist_core import settings
from mnist_core.errors import ConfigError, MnistError
from mnist_ui.command import streamlit_settings
from mnist_ui.command.doctor.check import Check, note, of_error, ok, trouble

NAME = "Settings"
PREFIX = "MNIST_STUDIO_"

# How much of two names has to be alike, from 0 to 1.
_NEARLY = 0.9

# The least that each may be: most count something of which there has to be one.
NUMBERS: Mapping[str, int] = {
    **dict.fromkeys(
        (
            "CLIENT_ATTEMPTS_A_DAY",
            "CLIENT_CLASSES_A_DAY",
            "CLIENT_CLASS_DRAWINGS_A_DAY",
            "CLIENT_DRAWINGS_A_DAY",
            "CLIENT_JOBS",
            "CLIENT_JOINS_A_MINUTE",
            "CLIENT_STARTS_AN_HOUR",
            "CLIENT_TAUGHT_A_DAY",
            "CLIENT_TEACHINGS_AN_HOUR",
            "CLIENT_WRONG_CODES_A_MINUTE",
            "CLIENT_WRONG_KEYS_A_MINUTE",
            "ENDED_DAYS",
            "JOBS",
            "MEMORY_MB",
            "MOST_CLASSES",
            "MOST_DATASETS",
            "MOST_DISK_MB",
            "MOST_DRAWINGS",
            "MOST_MAPS",
            "MOST_MODELS",
            "MOST_NEW_MAPS",
            "MOST_QUESTIONS",
            "MOST_RUNS",
            "MOST_SEARCHES",
            "MOST_TAUGHT",
            "PATIENCE",
            "READINGS",
            "UPLOADS_MB",
            "UPLOADS_SESSION_MB",
            "VISITOR_DATASETS",
            "VISITOR_DISK_MB",
            "VISITOR_EPOCHS",
            "VISITOR_MAPS",
            "VISITOR_MINUTES",
            "VISITOR_MODELS",
            "VISITOR_NEW_MAPS",
            "VISITOR_QUESTIONS",
            "VISITOR_RUNS",
            "VISITOR_SEARCHES",
            "VISITOR_TRIALS",
        ),
        1,
    ),
    "MOST_ENDED": 0,
    "SCARCE_MB": 0,
    "VISITOR_ENDED": 0,
}
"""Whole numbers, and the least that each may be."""


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """All variables of the app, and those of Streamlit."""
    own = sorted(name for name in os.environ if name.upper().startswith(PREFIX) or _is_near(name))
    found = [*_unknown(own), *_wrong(own)]
    if not found:
        said = (
            f"{len(own)} set, each known and valid: {', '.join(own)}."
            if own
            else "None is set: the app is as it comes."
        )
        found = [ok(NAME, said)]
    yield from found
    yield from _of_streamlit()


def known() -> set[str]:
    """The names of all variables, without what they begin with."""
    return {*NUMBERS, *WORDS}


def _is_near(name: str) -> bool:
    """Whether a variable is one of the app's but for a letter."""
    return bool(get_close_matches(name.upper(), [PREFIX + each for each in known()], 1, _NEARLY))


def _unknown(own: list[str]) -> Iterator[Check]:
    """Those that nothing reads."""
    whole = [PREFIX + name for name in known()]
    for name in own:
        if name not in whole:
            near = get_close_matches(name.upper().removeprefix(PREFIX), known(), 1)
            near = [PREFIX + each for each in near] or get_close_matches(name.upper(), whole, 1, _NEARLY)
            meant = f"If {near[0]} was meant, call it so." if near else "Unset it."
            yield trouble(NAME, f"{name} is set, and nothing reads a variable of that name.", meant)


def _wrong(own: list[str]) -> Iterator[Check]:
    """Those whose value makes no sense."""
    for name in own:
        short = name.removeprefix(PREFIX)
        try:
            if short in NUMBERS:
                settings.whole_number(name, 1, NUMBERS[short])
            elif short in WORDS and os.environ[name]:
                WORDS[short](os.environ[name])
        except MnistError as error:
            yield of_error(NAME, error)


def _of_streamlit() -> Iterator[Check]:
    """Streamlit's own: those that it would not take, and those that it does not know."""
    from mnist_ui.command.doctor.hosts import is_fetching

    known = streamlit_settings.known_variables()
    for name in sorted(os.environ):
        if name.startswith(streamlit_settings.PREFIX) and name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"If {near[0]} was meant, call it so." if near else "Unset it, or leave it."
            yield note("Streamlit", f"{name} is set, and Streamlit has no option of that name.", meant)
    try:
        if not is_fetching():
            streamlit_settings.check()
            yield ok("Streamlit", "Takes its settings, from all files and variables.")
    except ConfigError as error:
        yield of_error("Streamlit", error)


def _home(value: str) -> None:
    """A folder for everything that is written."""
    path = Path(value).expanduser()
    if path.exists() and not path.is_dir():
        raise ConfigError(
            f"MNIST_STUDIO_HOME must name a folder. Received: {value!r:.80}, which is a file. Correct it."
        )


def _data(_value: str) -> None:
    """A folder with datasets."""
    from mnist_core.paths import dataset_folders

    dataset_folders()


def _model(value: str) -> None:
    """The name of a model; whether its files are whole is said beside the models."""
    from mnist_core.model.bundle import check_public

    check_public(value)


def _database(_value: str) -> None:
    """Where a database is."""
    from mnist_core.collection.database import database_url

    database_url()


def _store(_value: str) -> None:
    """Where machines put what they make."""
    from mnist_core.jobs.cluster.parcels import store_url

    store_url()


def _workers(_value: str) -> None:
    """The database through which they get their jobs."""
    from mnist_core.jobs.engines import workers_url

    workers_url()


def _open(_value: str) -> None:
    """Yes or no."""
    settings.is_on("MNIST_STUDIO_OPEN")


def _keeper(value: str) -> None:
    """A key."""
    from mnist_ui.drawings.keeper import LONGEST_KEY, SHORTEST_KEY

    if not SHORTEST_KEY <= len(value) <= LONGEST_KEY:
        text = "MNIST_STUDIO_KEEPER_KEY must have {least} to {most} characters. Received: {count}. Set a longer one."
        raise ConfigError(text, least=SHORTEST_KEY, most=LONGEST_KEY, count=len(value))


def _address(value: str) -> None:
    """The address that phones open."""
    from mnist_ui.classroom.address import is_address

    if not is_address(value.rstrip("/")):
        text = (
            "MNIST_STUDIO_ADDRESS must be like https://digits.school.example. Received: {value}. Correct or unset it."
        )
        raise ConfigError(text, value=f"{value!r:.80}")


def _hosts(_value: str) -> None:
    """Names of hosts."""
    from mnist_ui.server.hosts import named

    named()


def _proxies(_value: str) -> None:
    """Addresses of proxies."""
    from mnist_ui.client import is_proxy

    is_proxy("")


def _frames(_value: str) -> None:
    """Sites."""
    from mnist_ui.server.headers import frame_ancestors

    frame_ancestors()


WORDS: Mapping[str, Callable[[str], None]] = {
    "ADDRESS": _address,
    "DATA": _data,
    "DATABASE_URL": _database,
    "FRAME_ANCESTORS": _frames,
    "HOME": _home,
    "HOSTS": _hosts,
    "KEEPER_KEY": _keeper,
    "MODEL": _model,
    "OPEN": _open,
    "PROXIES": _proxies,
    "STORE": _store,
    "WORKERS": _workers,
}
"""All others, and what raises an error where a value makes no sense."""
