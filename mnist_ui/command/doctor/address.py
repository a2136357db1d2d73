"""Where the app would listen: whether that is free, who reaches it there, and whose word is taken on the way."""

import argparse
import http.client
import ipaddress
import json
import os
from collections.abc import Iterator

from mnist_core.errors import ConfigError
from mnist_ui.classroom.address import local_addresses
from mnist_ui.client import PROXIES_VARIABLE
from mnist_ui.command.doctor.check import Check, note, of_error, ok, trouble
from mnist_ui.command.place import Place
from mnist_ui.command.start import check_port
from mnist_ui.drawings.keeper import VARIABLE as KEEPER_VARIABLE
from mnist_ui.routes import DESCRIPTION, description

ANSWER_S = 1.0
LARGEST_ANSWER = 1_000_000
MOST_NAMED = 3

_DOWNLOADS = ("http_proxy", "https_proxy", "all_proxy")


def checks(options: argparse.Namespace) -> Iterator[Check]:
    """The port, the address, and proxies."""
    place = Place.of(options)
    yield _port(place)
    yield _reach(place)
    yield from _proxies()


def _port(place: Place) -> Check:
    """Whether the port is free, or has this app already."""
    try:
        check_port(place)
    except ConfigError as error:
        if _is_app(place):
            return ok("Port", f"{place.port} of {place.address}: the app runs there already.")
        return of_error("Port", error)
    return ok("Port", f"{place.port} of {place.address} is free.")


def _is_app(place: Place) -> bool:
    """Whether this app answers there: by what it tells of its own routes, which no other has."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.address, place.address)
    connection = http.client.HTTPConnection(host, place.port, timeout=ANSWER_S)
    try:
        connection.request("GET", DESCRIPTION)
        told = json.loads(connection.getresponse().read(LARGEST_ANSWER))
        return bool(told["info"]["title"] == description()["info"]["title"])
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return False
    finally:
        connection.close()


def _reach(place: Place) -> Check:
    """Who reaches the app there."""
    if place.is_loopback:
        return ok("Reach", f"{place.address}: only this computer; for phones and others: --address 0.0.0.0.")
    where = place.address
    if place.is_everywhere:
        where = ", ".join(local_addresses()[:MOST_NAMED]) or "no network at the moment"
    text = f"{place.address}: every computer that reaches this one ({where}). Each of them is a visitor."
    if not os.environ.get(KEEPER_VARIABLE):
        return note(
            "Reach", f"{text} Nobody is the keeper.", f"Set {KEEPER_VARIABLE} to be the one who may change all."
        )
    return note("Reach", text)


def _proxies() -> Iterator[Check]:
    """Proxies before the app, and those by which it would download."""
    named = os.environ.get(PROXIES_VARIABLE, "")
    networks = []
    for part in filter(None, map(str.strip, named.split(","))):
        try:
            networks.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            return  # which is said among the settings
    if any(network.prefixlen == 0 for network in networks):
        text = f"{PROXIES_VARIABLE} takes the word of every address for whom it speaks: anybody can be anybody."
        yield trouble("Proxies", text, "Name the addresses of your proxies alone.")
    elif networks:
        yield ok("Proxies", f"Before the app: {named}.")
    by = sorted(name for name in os.environ if name.lower() in _DOWNLOADS and os.environ[name])
    if by:
        yield ok("Downloads", f"Datasets are fetched by the proxy in {', '.join(by)}; the app itself asks nobody.")
