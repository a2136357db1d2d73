"""Where the app listens: the address and the port, as options or Streamlit's own variables name them."""

import argparse
import os
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from mnist_core.errors import ConfigError

# Streamlit's own variables hold, too; a container may be told by them.
PORT_VARIABLE, ADDRESS_VARIABLE = "STREAMLIT_SERVER_PORT", "STREAMLIT_SERVER_ADDRESS"
PORT, ADDRESS = 8501, "127.0.0.1"
MOST_PORT = 65_535


@dataclass(frozen=True)
class Place:
    """Where the app listens.

    Attributes
    ----------
    address
        A name or an address of this machine.
    port
        From 1 to 65,535.
    """

    address: str = ADDRESS
    port: int = PORT

    @classmethod
    def of(cls, options: argparse.Namespace) -> "Place":
        """The place that is named.

        Raises
        ------
        ConfigError
            If there can be no such port.
        """
        address = options.address or os.environ.get(ADDRESS_VARIABLE) or ADDRESS
        if options.port is not None:
            return cls(address, _port(options.port, "--port"))
        return cls(address, _port(os.environ.get(PORT_VARIABLE) or str(PORT), PORT_VARIABLE))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        known = self._known
        return self.address == "localhost" or (known is not None and known.is_loopback)

    @property
    def is_everywhere(self) -> bool:
        """Whether it stands for all addresses of this machine."""
        known = self._known
        return known is not None and known.is_unspecified

    @property
    def _known(self) -> IPv4Address | IPv6Address | None:
        """The address, where it is no name."""
        try:
            return ip_address(self.address)
        except ValueError:
            return None

    @property
    def other_port(self) -> int:
        """A port that may be free where this one is not."""
        return self.port + 1 if self.port < MOST_PORT else PORT


def add_place(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a place."""
    parser.add_argument("--port", help=f"of the address in the browser ({PORT})")
    parser.add_argument("--address", help=f"where to listen: {ADDRESS}, or 0.0.0.0 for phones and other computers")


def _port(named: str, what: str) -> int:
    """The port that an option or a variable names."""
    if not (
        named.isascii() and named.isdecimal() and len(named) <= len(str(MOST_PORT)) and 0 < int(named) <= MOST_PORT
    ):
        text = "{what} must be a whole number from 1 to {most}. Received: {named}. Choose another port."
        raise ConfigError(text, what=what, most=MOST_PORT, named=f"{named!r:.40}")
    return int(named)
