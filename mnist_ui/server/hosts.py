"""By which names the app may be asked for: a page from elsewhere whose name leads here is refused (DNS rebinding)."""

import functools
import os
import re
import socket
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send

from mnist_core.errors import ConfigError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_ui import client
from mnist_ui.classroom import address
from mnist_ui.server.refusal import refuse

VARIABLE = "MNIST_STUDIO_HOSTS"
"""Names that the app may be asked for besides its machine's own, with commas; `*.school.example` is all below it."""

ALL = "*"
# Whoever asks here asked for another host: RFC 9110, section 15.5.20.
MISDIRECTED = 421

# Nobody can have a name below these but in a network of one's own (RFC 6762, 6761, 8375; ICANN for internal).
_HOME_DOMAINS = ("local", "localhost", "lan", "home", "home.arpa", "internal", "localdomain")
_NAME = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
RESOLVER = Path("/etc/resolv.conf")


class KnownHosts:
    """A middleware that refuses requests and websockets which were meant for another host."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or is_served(scope):
            await self._app(scope, receive, send)
            return
        text = N_(
            "This app does not answer to the name {name}. Open it by the address that whoever runs it tells you. "
            "If that is you: add the name to {variable} and start the app again."
        )
        name = ", ".join(_said(scope, b"host"))
        await refuse(scope, receive, send, MISDIRECTED, text, name=f"{name!r:.80}", variable=VARIABLE)


def is_served(scope: Scope) -> bool:
    """Whether a request or a websocket came by a name of the app.

    Without settings these are the machine's own names and all addresses: a page from elsewhere can have its name lead
    here, but not its address. What a proxy that is named in `MNIST_STUDIO_PROXIES` passes on has been sorted out there,
    unless names are set.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_HOSTS` or `MNIST_STUDIO_PROXIES` cannot be understood.
    """
    peer = scope.get("client")
    is_passed_on = peer is not None and client.is_proxy(peer[0])
    if is_passed_on and not os.environ.get(VARIABLE, "").strip():
        return True
    said = (_said(scope, b"x-forwarded-host") if is_passed_on else []) or _said(scope, b"host")
    # No browser leaves the host out.
    return not said or (len(said) == 1 and is_known(said[0]))


def is_known(host: str) -> bool:
    """Whether a host, with or without a port, is one of the app.

    Raises
    ------
    ConfigError
        If `MNIST_STUDIO_HOSTS` cannot be understood.
    """
    try:
        parts = urlsplit(f"//{host}")
        name = (parts.hostname or "").rstrip(".")
        is_plain = not (parts.username or parts.path or parts.query or parts.fragment) and parts.port != 0
    except ValueError:
        return False
    if not name or not is_plain:
        return False
    return _is_address(name) or any(_fits(name, each) for each in {*own_names(), *_named()})


def named() -> tuple[str, ...]:
    """The names that `MNIST_STUDIO_HOSTS` adds.

    Raises
    ------
    ConfigError
        If it has anything but names.
    """
    return _parsed(os.environ.get(VARIABLE, ""))


def _named() -> set[str]:
    """Names that somebody told the app or Streamlit that it has."""
    told = [
        urlsplit(os.environ.get(address.VARIABLE, "")).hostname,
        st.get_option("browser.serverAddress"),
        st.get_option("server.address"),
    ]
    allowed = st.get_option("server.allowedHosts") or []
    return {*named(), *(str(each).lower().rstrip(".") for each in [*told, *allowed] if each)}


@functools.lru_cache(maxsize=4)
def _parsed(setting: str) -> tuple[str, ...]:
    """The names of a setting."""
    names = tuple(part.strip().lower().rstrip(".") for part in setting.split(",") if part.strip())
    if not all(each == ALL or _NAME.fullmatch(each) for each in names):
        text = _(
            "{variable} must be names of hosts with commas between, such as {example}. Received: {value}. Correct it."
        )
        raise ConfigError(text, variable=VARIABLE, example="mnist.school.example", value=f"{setting!r:.80}")
    return names


@functools.lru_cache(maxsize=1)
def own_names() -> frozenset[str]:
    """What this machine is called, alone and in the networks of homes, schools and offices."""
    whole = socket.gethostname().lower().rstrip(".")
    first = whole.partition(".")[0]
    below = {*_HOME_DOMAINS, *search_domains()}
    return frozenset({"localhost", "*.localhost", whole, first, *(f"{first}.{domain}" for domain in below)} - {""})


def search_domains() -> list[str]:
    """The domains that this machine's network gave it."""
    try:
        lines = RESOLVER.read_text("utf-8", errors="replace").lower().splitlines()
    except OSError:
        lines = []
    written = [word for line in lines if line.startswith(("search ", "domain ")) for word in line.split()[1:]]
    return [each.strip(".") for each in [*written, os.environ.get("USERDNSDOMAIN", "").lower()] if each.strip(".")]


def _fits(name: str, pattern: str) -> bool:
    """Whether a name is a pattern's, or below it."""
    if pattern.startswith("*."):
        return name.endswith(pattern[1:])
    return pattern in (ALL, name)


def _is_address(name: str) -> bool:
    """Whether a host is an address and no name."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _said(scope: Scope, header: bytes) -> list[str]:
    """The values of a header."""
    return [value.decode("latin-1").strip() for name, value in scope["headers"] if name.lower() == header]
