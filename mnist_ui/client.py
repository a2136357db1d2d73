"""Where a visitor's connection comes from: counted for limits, never kept, and the sign of who sits at this machine."""

import functools
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import streamlit as st
from starlette.types import Scope
from streamlit.runtime import context

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _

log = logging.getLogger(__name__)

PROXIES_VARIABLE = "MNIST_STUDIO_PROXIES"
"""Addresses or networks of the proxies before the app, with commas: only they are believed who they speak for."""

_FORWARDED = "x-forwarded-for"
# What a proxy adds: whoever has one of these came by way of a proxy, whether it is named in the setting or not.
_SIGNS_OF_A_PROXY = ("forwarded", _FORWARDED, "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
# Providers give whoever asks for IPv6 a whole network of this size.
_PREFIX_OF_ONE = 64

_Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Client:
    """Who speaks at the other end of a connection.

    Attributes
    ----------
    address
        Its IP address, behind a trusted proxy the one that the proxy names; empty where none is known.
    is_here
        Whether it is a browser on this very machine that came straight, by one of the machine's own names.
    """

    address: str
    is_here: bool

    @property
    def network(self) -> str:
        """What counts as one client: an IPv4 address, or the /64 network of an IPv6 one."""
        try:
            known = ip_address(self.address)
        except ValueError:
            return self.address
        mapped = getattr(known, "ipv4_mapped", None)
        if known.version == 4 or mapped:
            return str(mapped or known)
        return str(ip_network((known, _PREFIX_OF_ONE), strict=False))


def of_connection(peer: str | None, headers: Mapping[str, str]) -> Client:
    """The client of a connection.

    Parameters
    ----------
    peer
        The address that the connection comes from.
    headers
        Of its request, names in lower case.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_PROXIES` names no addresses.
    """
    is_direct = not any(name in headers for name in _SIGNS_OF_A_PROXY)
    # A page from elsewhere whose name leads to this machine says that name here.
    names = [_host(headers.get("host", "")), *(_host(headers[name]) for name in ("origin",) if name in headers)]
    is_here = bool(peer) and is_direct and _is_loopback(peer or "") and all(map(_is_loopback, names))
    return Client(_first_untrusted(peer or "", headers.get(_FORWARDED, "")), is_here)


def of_scope(scope: Scope) -> Client:
    """The client of an HTTP request or a websocket.

    Raises
    ------
    ConfigError
        As `of_connection`.
    """
    peer = scope.get("client")
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
    return of_connection(peer[0] if peer else None, headers)


def of_session() -> Client:
    """The client of the session that runs now; outside of one, nobody known.

    Raises
    ------
    ConfigError
        As `of_connection`.
    """
    # `st.context.ip_address` says None of loopback and of what it does not know alike.
    known = context._get_client_context()
    if known is None:
        return Client("", is_here=False)
    return of_connection(known.remote_ip, {name.lower(): value for name, value in known.headers})


def is_proxy(address: str) -> bool:
    """Whether this is the address of a proxy that is believed.

    Raises
    ------
    ConfigError
        As `of_connection`.
    """
    return _is_in(address, _proxies(os.environ.get(PROXIES_VARIABLE, "")))


def is_at_home() -> bool:
    """Whether the session's visitor sits at this machine, and the app serves nobody else.

    Behind a proxy on the same machine everybody comes from here, and says so by what the proxy adds; in a container
    nobody does.
    """
    return _is_loopback(str(st.get_option("server.address") or "")) and of_session().is_here


def _first_untrusted(peer: str, forwarded: str) -> str:
    """The last address on the way that no trusted proxy has: all before it may be invented."""
    way = [peer, *(_without_port(part.strip()) for part in reversed(forwarded.split(",")) if part.strip())]
    trusted = _proxies(os.environ.get(PROXIES_VARIABLE, ""))
    if forwarded and not _is_in(peer, trusted):
        _warn_of_proxy(peer)
    return next((hop for hop in way if not _is_in(hop, trusted)), way[-1])


@functools.lru_cache(maxsize=16)
def _warn_of_proxy(peer: str) -> None:
    """Log, once for each of a few, that all who come by a proxy are taken for one client."""
    log.warning(
        "%s speaks for others and is not named in %s: limits take all of them for one client. If it is a proxy of "
        "yours, name it there.",
        peer,
        PROXIES_VARIABLE,
    )


def _without_port(hop: str) -> str:
    """An address as some proxies write it, with the port of the connection: which would be another one each time."""
    return hop if hop.count(":") > 1 and not hop.startswith("[") else _host(hop) or hop


def _is_in(address: str, networks: Iterable[_Network]) -> bool:
    """Whether an address is in one of the networks."""
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in networks)


@functools.lru_cache(maxsize=4)
def _proxies(named: str) -> tuple[_Network, ...]:
    """The networks that a setting names."""
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in named.split(",") if part.strip())
    except ValueError as error:
        text = _("{variable} must be addresses or networks with commas between. Received: {value}. Correct it.")
        raise ConfigError(text, variable=PROXIES_VARIABLE, value=f"{named!r:.80}") from error


def _host(address: str) -> str:
    """The host of a Host or Origin header."""
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    """Whether a name or an address is that of this machine for itself alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
