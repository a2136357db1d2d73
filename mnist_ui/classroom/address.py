"""The address that phones open: the server's own, as far as it can be known."""

import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import psutil

VARIABLE = "MNIST_STUDIO_ADDRESS"
LONGEST = 200
# A server that is told to listen at one of these does so at all addresses of its machine.
EVERYWHERE = ("0.0.0.0", "::")
DEFAULT_PORT = 8501
PAGE = "class"

# A network that phones are not in: those of containers, virtual machines and tunnels.
_VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "tap", "wg", "utun", "zt", "lxc", "podman")
# Nothing is sent there: the system only says from which of its addresses it would be.
_ELSEWHERE = ("192.0.2.1", 9)


@dataclass(frozen=True)
class PhoneAddress:
    """Where phones find the app.

    Attributes
    ----------
    base
        The app's address without a slash at its end: scheme, host, port and path.
    others
        Further addresses that this machine has, to be tried if phones do not reach the first.
    is_local
        Whether only this machine reaches it: the server listens to it alone, or there is no network.
    """

    base: str
    others: tuple[str, ...] = ()
    is_local: bool = False

    def of_class(self, code: str, **parameters: str) -> str:
        """The address at which phones join a class; it holds the code and nothing secret."""
        return f"{self.base}/{PAGE}?{urlencode({'join': code, **parameters})}"


def find_address(seen: str | None, port: int | None, listens_at: str | None, here: Sequence[str] = ()) -> PhoneAddress:
    """The address for phones.

    Parameters
    ----------
    seen
        The address that the teacher's browser shows; None if that is not known.
    port, listens_at
        Port of the server, and the address that it was told to listen at; None for all of this machine's.
    here
        Addresses of this machine in its networks, the likeliest first.

    Returns
    -------
    What `MNIST_STUDIO_ADDRESS` names; else what the browser shows, with this machine's own address in the place of one
    that means "this machine" on every machine.
    """
    named = os.environ.get(VARIABLE, "").rstrip("/")
    if is_address(named):
        return PhoneAddress(named)
    base = _base(seen) if seen and is_address(seen) else f"http://localhost:{port or DEFAULT_PORT}"
    if not _means_here(urlsplit(base).hostname or ""):
        return PhoneAddress(base)
    if not here or (listens_at not in EVERYWHERE and _means_here(listens_at or "")):
        return PhoneAddress(base, is_local=True)
    first, *others = (_with_host(base, host) for host in here)
    return PhoneAddress(first, tuple(others))


def is_address(text: str) -> bool:
    """Whether this is the address of an app: http or https with a host, and nothing after the path.

    Examples
    --------
    >>> is_address("https://example.org/mnist"), is_address("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(text)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_plain = len(text) <= LONGEST and text.isprintable() and not set(text) & set("<>\"'` \\@?#")
    return is_plain and port_is_one and parts.scheme in ("http", "https") and bool(parts.hostname)


def local_addresses() -> list[str]:
    """IPv4 addresses of this machine that phones may reach; that which leads out of it first."""
    up = {name for name, each in psutil.net_if_stats().items() if each.isup}
    found = [
        each.address
        for name, addresses in psutil.net_if_addrs().items()
        if name in up and not name.startswith(_VIRTUAL)
        for each in addresses
        if each.family == socket.AF_INET and _is_reachable(each.address)
    ]
    outward = _outward()
    return sorted(found, key=lambda address: address != outward)


def _outward() -> str:
    """The address that this machine would send from; empty without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _is_reachable(address: str) -> bool:
    """Whether others of the same network may find this address."""
    ip = ipaddress.ip_address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)


def _means_here(host: str) -> bool:
    """Whether a host means this machine on every machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    return ip.is_loopback or str(ip) in EVERYWHERE


def _base(seen: str) -> str:
    """The app's address in that of one of its pages."""
    parts = urlsplit(seen)
    path = parts.path.rstrip("/").removesuffix(f"/{PAGE}")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _with_host(base: str, host: str) -> str:
    """An address with another host."""
    parts = urlsplit(base)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}"
