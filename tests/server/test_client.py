"""Where a connection comes from."""

import pytest

from mnist_core.errors import ConfigError
from mnist_ui.client import PROXIES_VARIABLE, Client, of_connection, of_scope

HERE = {"host": "localhost:8501", "origin": "http://localhost:8501"}


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "127.8.0.1"])
def test_a_browser_on_this_machine_is_here(peer: str) -> None:
    assert of_connection(peer, HERE) == Client(peer, is_here=True)


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("192.168.1.7", HERE),
        (None, HERE),
        ("", HERE),
        ("127.0.0.1", {}),
        ("127.0.0.1", HERE | {"host": "rebound.example"}),
        ("127.0.0.1", HERE | {"origin": "https://digits.example"}),
        ("127.0.0.1", HERE | {"origin": "null"}),
        ("127.0.0.1", HERE | {"x-forwarded-for": "127.0.0.1"}),
        ("127.0.0.1", HERE | {"x-forwarded-proto": "https"}),
        ("127.0.0.1", HERE | {"forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", HERE | {"x-real-ip": "127.0.0.1"}),
        ("127.0.0.1", HERE | {"via": "1.1 proxy"}),
        ("127.0.0.1", HERE | {"host": "127.0.0.1.example:8501"}),
        ("127.0.0.1", HERE | {"host": "[::1"}),
    ],
)
def test_whoever_came_by_another_way_is_not_here(peer: str | None, headers: dict[str, str]) -> None:
    assert not of_connection(peer, headers).is_here


def test_a_proxy_that_nobody_named_is_not_believed() -> None:
    assert of_connection("10.0.0.9", {"x-forwarded-for": "1.2.3.4"}).address == "10.0.0.9"


def test_a_proxy_that_nobody_named_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    for _again in range(3):
        of_connection("10.0.0.77", {"x-forwarded-for": "1.2.3.4"})
    assert [record.getMessage().split()[0] for record in caplog.records] == ["10.0.0.77"]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", "1.2.3.4"),  # the first was invented by the client
        ("1.2.3.4, 10.0.0.8", "1.2.3.4"),  # by way of two proxies of ours
        ("", "10.0.0.9"),
        ("nonsense", "nonsense"),
        ("10.0.0.7, 10.0.0.8", "10.0.0.7"),
    ],
)
def test_a_named_proxy_is_believed_who_it_speaks_for(
    monkeypatch: pytest.MonkeyPatch, forwarded: str, address: str
) -> None:
    monkeypatch.setenv(PROXIES_VARIABLE, "10.0.0.0/24, ::1")
    assert of_connection("10.0.0.9", {"x-forwarded-for": forwarded}).address == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_the_network_of_one_client(address: str, network: str) -> None:
    assert Client(address, is_here=False).network == network


def test_a_setting_that_names_no_addresses_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROXIES_VARIABLE, "our proxy")
    with pytest.raises(ConfigError, match="our proxy"):
        of_connection("127.0.0.1", {})


def test_the_client_of_a_request() -> None:
    scope = {"type": "http", "client": ("127.0.0.1", 5), "headers": [(b"Host", b"127.0.0.1:8501")]}
    assert of_scope(scope) == Client("127.0.0.1", is_here=True)
    assert of_scope({"type": "http", "client": None, "headers": []}) == Client("", is_here=False)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("203.0.113.9:50123", "203.0.113.9"),
        ("[2001:db8::1]:50123", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("unknown", "unknown"),
        ("[", "["),
    ],
)
def test_a_port_that_a_proxy_names_makes_nobody_another_client(
    monkeypatch: pytest.MonkeyPatch, said: str, address: str
) -> None:
    monkeypatch.setenv(PROXIES_VARIABLE, "127.0.0.1")
    assert of_connection("127.0.0.1", {"x-forwarded-for": said}).address == address
