"""Starting the app: what has to hold before, and then Streamlit's own way to run it."""

import argparse
import errno
import os
import socket
import threading
import warnings

from mnist_core import paths
from mnist_core.errors import ConfigError, in_words
from mnist_core.installation import ENTRY
from mnist_core.requirements import unmet
from mnist_ui.command import INTERRUPTED, streamlit_settings
from mnist_ui.command.browser import open_when_ready
from mnist_ui.command.place import Place, add_place

# What comes of a port below this is the system's to say.
_RESERVED = 1024


def add_start(parser: argparse.ArgumentParser) -> None:
    """Have the parser start the app where no command is given, and add how."""
    add_place(parser)
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.set_defaults(command=start)


def start(options: argparse.Namespace) -> int:
    """Run the app until it is ended.

    Returns
    -------
    130 after Ctrl-C.

    Raises
    ------
    ConfigError
        If it cannot listen there, or not write its data, or a setting cannot be understood, or a package does not load.
    """
    trouble = unmet()  # before a server says so at length
    if trouble:
        raise ConfigError(trouble)
    place = Place.of(options)
    check_home()
    check_port(place)
    told = ["--server.address", place.address, "--server.port", str(place.port)]
    told += ["--server.headless", "true"] if options.no_browser else []
    streamlit_settings.check(*told)
    import click
    import streamlit as st
    from streamlit.web import cli

    from mnist_ui.server.stack import middleware
    from mnist_ui.server.welcome import url_of

    middleware()  # which looks at what the server is told by the app's own variables
    # Of a choice that Streamlit has not learned yet, and that changes nothing for whoever starts the app.
    warnings.filterwarnings("ignore", "The `websockets` implementation is deprecated")
    if not (options.no_browser or st.get_option("server.headless")):
        open_when_ready(url_of(place.address, place.port))
    try:
        cli.main(["run", str(ENTRY), *told], "streamlit", standalone_mode=False)
    except click.ClickException as error:
        raise ConfigError(streamlit_settings.refused(error.format_message())) from error
    except (click.Abort, KeyboardInterrupt):
        threading.excepthook = _say_nothing
        return INTERRUPTED
    return 0


def check_home() -> None:
    """Make the data home if it is not there, and see that it can be written.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    text = (
        "The data home {home} cannot be written: {reason}. Name a folder that can be, with the variable {variable}, or "
        "give yourself the right to write there."
    )
    home = paths.data_home()
    with in_words(ConfigError, text, home=home, variable=paths.HOME_VARIABLE):
        home.mkdir(parents=True, exist_ok=True)
        if not os.access(home, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def check_port(place: Place) -> None:
    """See that nobody else listens there.

    Raises
    ------
    ConfigError
        If somebody does, or it is no address of this machine.
    """
    try:
        [(family, kind, protocol, _name, where), *_rest] = socket.getaddrinfo(
            place.address, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind, protocol) as listener:
            if os.name != "nt":  # there it would take the port away from whoever has it
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
    except (OSError, UnicodeError) as error:
        raise ConfigError(_why_not(place, error)) from error


def _why_not(place: Place, error: Exception) -> str:
    """Why nobody can listen there, and what to do."""
    number, reason = getattr(error, "errno", None), getattr(error, "strerror", None) or str(error)
    if number == errno.EADDRINUSE:
        return (
            f"Port {place.port} of {place.address} is in use. Choose another port with --port {place.other_port}, or "
            "end what listens there."
        )
    if number == errno.EACCES:
        return (
            f"Port {place.port} is not for everybody ({reason}). Choose one from {_RESERVED} on, such as --port 8501."
        )
    return (
        f"There is no listening at {place.address!r:.80}: {reason}. It must be a name or an address of this machine: "
        "--address 127.0.0.1 for this computer alone, --address 0.0.0.0 for others, too."
    )


def _say_nothing(_arguments: threading.ExceptHookArgs) -> None:
    """What a thread says that was at something while the app was ended, and cannot go on: nothing."""
