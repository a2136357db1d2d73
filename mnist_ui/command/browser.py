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

# Only whether this machine answers is asked here: whether its certificate is to be trusted, the browser judges.
_TRUSTING = ssl.create_default_context()
_TRUSTING.check_hostname = False
_TRUSTING.verify_mode = ssl.CERT_NONE

# A proxy that the environment names is for others; this machine is asked itself.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=_TRUSTING))


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
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError), _DIRECT.open(f"{url}/_stcore/health", timeout=5):
            opened(url)
            return
        time.sleep(POLL_S)
