"""Opening the browser once the app answers; Streamlit does not do that for an app that is a server of its own."""

import contextlib
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable

from mnist_ui.command.place import Place

START_TIMEOUT_S = 120
POLL_S = 0.1


def open_when_ready(place: Place, opened: Callable[[str], object] = webbrowser.open) -> threading.Thread:
    """Open the page in the browser as soon as the server there answers, from a thread that ends with the process.

    Parameters
    ----------
    opened
        What opens an address.
    """
    waiting = threading.Thread(target=_wait, args=(place.url, opened), daemon=True)
    waiting.start()
    return waiting


def _wait(url: str, opened: Callable[[str], object]) -> None:
    """Ask until the server answers, then open the page."""
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
            opened(url)
            return
        time.sleep(POLL_S)
