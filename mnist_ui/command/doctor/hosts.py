"""That nothing is asked of other hosts: by the server, by its pages, and by what they may load."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import mnist_core
import mnist_ui
from mnist_core.errors import ConfigError
from mnist_core.installation import APP
from mnist_ui.command import streamlit_settings
from mnist_ui.command.doctor.check import Check, note, ok, trouble
from mnist_ui.server.headers import headers_of

NAME = "Other hosts"
STATISTICS = "browser.gatherUsageStats"

# What pages are made of, beside the code that makes them.
_SUFFIXES = (".css", ".html", ".js", ".svg")
_ADDRESS = re.compile(r"""(?:https?:|url\(['"]?|(?:src|href)=['"])//[\w.-]+""")
# Names of kinds of elements, of which nothing is ever fetched.
_NAMESPACES = re.compile(r"https?://www\.w3\.org/")
# Who may show the app in a frame asks nothing of anybody.
_FRAMES = "frame-ancestors"
_SOURCE = re.compile(r"'[\w+/=-]+'|data:|blob:")


def checks(_options: argparse.Namespace) -> Iterator[Check]:
    """Each way in which something could be asked of another host."""
    found = [*_server(), *_policy(), *_pages()]
    if not found:
        text = "Nothing is asked of any: no usage statistics, no font, no script; pages may load from here alone."
        found = [ok(NAME, text)]
    yield from found


def is_fetching() -> bool:
    """Whether Streamlit would fetch a theme or a font from elsewhere: nobody should start that by looking.

    Raises
    ------
    ConfigError
        If its files cannot be read.
    """
    return bool(streamlit_settings.from_elsewhere())


def texts() -> list[Path]:
    """The files that pages are made of, beside the code that makes them."""
    folders = [Path(module.__file__ or "").parent for module in (mnist_core, mnist_ui)]
    return sorted(
        path for folder in [*folders, APP / "pages"] for path in folder.rglob("*") if path.suffix in _SUFFIXES
    )


def _server() -> Iterator[Check]:
    """What Streamlit would send or fetch."""
    named = streamlit_settings.from_elsewhere()
    if named:
        text = f"{' and '.join(named)} has Streamlit fetch a theme or a font from another host."
        yield trouble(NAME, text, "Remove it: the app's own theme needs nothing from elsewhere.")
        return
    try:
        streamlit_settings.check()
    except ConfigError:
        yield note(NAME, "Whether usage statistics are sent cannot be told while Streamlit refuses its settings.")
        return
    if streamlit_settings.effective(STATISTICS):
        text = f"Streamlit sends usage statistics: {STATISTICS} is true."
        yield trouble(NAME, text, "Unset STREAMLIT_BROWSER_GATHER_USAGE_STATS, or set it to false.")


def _policy() -> Iterator[Check]:
    """What the pages may load."""
    policy = headers_of("/")["Content-Security-Policy"]
    parts = [part.split() for part in policy.split("; ")]
    loads = [source for name, *sources in parts if name != _FRAMES for source in sources]
    others = sorted({source for source in loads if not _SOURCE.fullmatch(source)})
    if others:
        text = f"The pages may load from {', '.join(others)}."
        yield trouble(NAME, text, "Install MNIST Studio anew: its own pages may load from here alone.")


def _pages() -> Iterator[Check]:
    """Addresses of other hosts in what pages are made of."""
    for path in texts():
        for address in _ADDRESS.findall(_NAMESPACES.sub("", path.read_text("utf-8", errors="replace"))):
            text = f"{path} names {address}."
            yield trouble(NAME, text, "Install MNIST Studio anew: nothing of its pages is from elsewhere.")
