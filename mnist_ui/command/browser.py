"""Opening the browser once the app answers; Streamlit does not do that for an app that is a server of its own."""

import contextlib
import ssl
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable

START_TIMEOUT_S = 120
POLL_S = 0.1


def open_when_ready(url: str, opened: Callable[[str], object] = webbrowser.open) -> threading.Thread:
    """Open the page in the browser as soon as the server there answers, from a thread that ends with the process.

    Parameters
    ----------
    url
        Of the app, without a slash at its end.
    opened
        What opens an address.
    """
    waiting = threading.Thread(target=_wait, args=(url, opened), daemon=True)
    waiting.start()
    return waiting


def _wait(url: str, opened: Callable[[str], object]) -> None:
    """Ask until the server answers, then open the page."""
    direct = _direct()
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError), direct.open(f"{url}/_stcore/health", timeout=5):
            opened(url)
            return
        time.sleep(POLL_S)


def _direct() -> urllib.request.OpenerDirector:
    """What asks this machine itself: no proxy that the environment names, and whatever its certificate is."""
    trusting = ssl.create_default_context()  # the browser is who judges it
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusting))
