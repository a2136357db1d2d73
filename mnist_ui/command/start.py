"""Starting the app: what has to hold before, and then Streamlit's own way to run it."""

import argparse
import os
import socket

from mnist_core import paths
from mnist_core.errors import ConfigError, in_words
from mnist_core.installation import ENTRY

# Streamlit's own variables hold, too; a container may be told by them.
PORT_VARIABLE, ADDRESS_VARIABLE = "STREAMLIT_SERVER_PORT", "STREAMLIT_SERVER_ADDRESS"
PORT, ADDRESS = 8501, "127.0.0.1"
MOST_PORT = 65_535


def add_start(parser: argparse.ArgumentParser) -> None:
    """Have the parser start the app where no command is given, and add how."""
    parser.add_argument("--port", type=int, help=f"of the address in the browser ({PORT})")
    parser.add_argument("--address", help=f"where to listen: {ADDRESS}, or 0.0.0.0 for phones and other computers")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.set_defaults(command=start)


def start(options: argparse.Namespace) -> int:
    """Run the app until it is ended.

    Raises
    ------
    ConfigError
        If it cannot listen there, or not write its data.
    """
    address = options.address or os.environ.get(ADDRESS_VARIABLE) or ADDRESS
    port = options.port if options.port is not None else port_of_environment()
    check_home()
    check_port(address, port)
    from streamlit.web import cli

    headless = ["--server.headless", "true"] if options.no_browser else []
    cli.main(["run", str(ENTRY), "--server.address", address, "--server.port", str(port), *headless], "streamlit")
    return 0


def port_of_environment() -> int:
    """The port where none is given.

    Raises
    ------
    ConfigError
        If the variable is no number.
    """
    named = os.environ.get(PORT_VARIABLE) or str(PORT)
    if not (named.isascii() and named.isdecimal()):
        raise ConfigError(
            "{variable} must be a number. Received: {value!r:.40}. Correct it or unset it.",
            variable=PORT_VARIABLE,
            value=named,
        )
    return int(named)


def check_home() -> None:
    """Make the data home if it is not there, and see that it can be written.

    Raises
    ------
    ConfigError
        If it cannot.
    """
    home = paths.data_home()
    text = (
        "The data home {home} cannot be written: {reason}. Name a folder that can be, with the variable {variable}, or "
        "give yourself the right to write there."
    )
    with in_words(ConfigError, text, home=home, variable=paths.HOME_VARIABLE):
        home.mkdir(parents=True, exist_ok=True)
    if not os.access(home, os.W_OK | os.X_OK):
        reason = "nobody gave the right to it"
        raise ConfigError(text, reason=reason, home=home, variable=paths.HOME_VARIABLE)


def check_port(address: str, port: int) -> None:
    """See that nobody else listens there.

    Raises
    ------
    ConfigError
        If somebody does, or it is no address of this machine.
    """
    if not 0 < port <= MOST_PORT:
        raise ConfigError("A port must be from 1 to {most}. Received: {port}.", most=MOST_PORT, port=port)
    text = (
        "Port {port} of {address} cannot be listened at: {reason}. Choose another port with --port {other}, or end "
        "what listens there; --address names one of this machine's addresses."
    )
    other = port + 1 if port < MOST_PORT else PORT
    with in_words(ConfigError, text, port=port, address=address, other=other):
        [(family, kind, protocol, _name, place), *_rest] = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind, protocol) as listener:
            if os.name != "nt":  # there it would take the port away from whoever has it
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
