"""Where the app is, for whoever started it. Streamlit's own welcome asks another host for this machine's address."""

import contextlib
from collections.abc import Iterator

import streamlit as st

from mnist_ui.classroom.address import EVERYWHERE, local_addresses


def welcome() -> None:
    """Print where the app can be opened."""
    listens_at = st.get_option("server.address")
    here = local_addresses() if not listens_at or listens_at in EVERYWHERE else []
    own, *others = (url_of(each, st.get_option("server.port")) for each in (listens_at, *here))
    with contextlib.suppress(OSError):  # if nobody reads it, or a disk is full, the app starts all the same
        print("\n".join(lines(own, *others)), flush=True)


def lines(own: str, *others: str) -> Iterator[str]:
    """The lines of the welcome.

    Parameters
    ----------
    own
        The app's address on this machine.
    others
        Its addresses for others in the network.

    Examples
    --------
    >>> [line.strip() for line in lines("http://localhost:8501", "http://192.168.0.7:8501") if line]
    ['MNIST Studio: http://localhost:8501', 'For others in the network: http://192.168.0.7:8501', 'Ctrl-C ends it.']
    """
    yield ""
    yield f"  MNIST Studio: {own}"
    for other in others:
        yield f"  For others in the network: {other}"
    yield "  Ctrl-C ends it."
    yield ""


def url_of(address: str | None, port: int) -> str:
    """The app's address in a browser: its certificate and its path are as Streamlit's settings say.

    Parameters
    ----------
    address
        Of this machine. One that stands for all of its addresses, or none, is told as "localhost".
    port
        Where it listens.
    """
    host = "localhost" if not address or address in EVERYWHERE else f"[{address}]" if ":" in address else address
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{scheme}://{host}:{port}" + (f"/{base}" if base else "")
