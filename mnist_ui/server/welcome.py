"""Where the app is, for whoever started it. Streamlit's own welcome asks another host for this machine's address."""

from collections.abc import Iterator, Sequence

import streamlit as st

from mnist_ui.classroom.address import EVERYWHERE, local_addresses


def welcome() -> None:
    """Print where the app can be opened."""
    listens_at = str(st.get_option("server.address") or EVERYWHERE[0])
    here = local_addresses() if listens_at in EVERYWHERE else ()
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    print("\n".join(lines(listens_at, st.get_option("server.port"), base, here)), flush=True)


def lines(listens_at: str, port: int, base: str = "", here: Sequence[str] = ()) -> Iterator[str]:
    """The lines of the welcome.

    Parameters
    ----------
    listens_at, port, base
        Where the server listens, and the path before all of its pages.
    here
        Addresses of this machine at which others in its network reach it.

    Examples
    --------
    >>> [line.strip() for line in lines("0.0.0.0", 8501, here=["192.168.0.7"]) if line]
    ['MNIST Studio: http://localhost:8501', 'For others in the network: http://192.168.0.7:8501', 'Ctrl-C ends it.']
    """
    path = f"/{base}" if base else ""
    own = "localhost" if listens_at in EVERYWHERE else f"[{listens_at}]" if ":" in listens_at else listens_at
    yield ""
    yield f"  MNIST Studio: http://{own}:{port}{path}"
    for host in here:
        yield f"  For others in the network: http://{host}:{port}{path}"
    yield "  Ctrl-C ends it."
    yield ""
