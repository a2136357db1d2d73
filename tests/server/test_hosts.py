"""By which names the app may be asked for."""

import socket

import pytest
from starlette.responses import PlainTextResponse

from mnist_core.errors import ConfigError
from mnist_ui.classroom import address
from mnist_ui.client import PROXIES_VARIABLE
from mnist_ui.server import hosts
from mnist_ui.server.hosts import VARIABLE, KnownHosts, is_known
from tests.server.asking import ask, asked, run, scope_of

SERVED = KnownHosts(PlainTextResponse("here"))


@pytest.fixture(autouse=True)
def laptop(monkeypatch):
    """The machine of a teacher, in a school's network."""
    for variable in (VARIABLE, PROXIES_VARIABLE, address.VARIABLE, "USERDNSDOMAIN"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(socket, "gethostname", lambda: "Teachers-Laptop")
    monkeypatch.setattr(hosts, "search_domains", lambda: ["school.example"])
    hosts.own_names.cache_clear()
    yield
    hosts.own_names.cache_clear()


def status(host, client="192.168.1.9", **headers):
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return ask(SERVED, headers={"host": host, **said}, client=client).status


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8501",
        "127.0.0.1:8501",
        "[::1]:8501",
        "studio.localhost",
        "192.168.1.7:8501",
        "10.1.2.3",
        "[fe80::1]:8501",
        "203.0.113.9",  # of the router before this machine
        "teachers-laptop:8501",
        "teachers-laptop.local:8501",
        "TEACHERS-LAPTOP.LOCAL.",
        "teachers-laptop.lan",
        "teachers-laptop.school.example",
    ],
)
def test_what_a_class_opens_is_served(host):
    assert status(host) == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example:8501",
        "teachers-laptop.rebound.example",
        "127.0.0.1.rebound.example",
        "localhost.rebound.example",
        "notlocalhost",
        "other-laptop.local",
        "school.example",
        "localhost@rebound.example",
        "localhost/..",
        "localhost:x",
        "[::1",
        "2130706433",
        "",
    ],
)
def test_a_name_that_only_leads_here_is_refused(host):
    assert status(host) == hosts.MISDIRECTED


@pytest.mark.parametrize(("language", "words"), [("en", "does not answer"), ("de-DE", "hört nicht auf den Namen")])
def test_the_refusal_says_what_to_do_in_the_language_of_whoever_asks(language, words):
    answer = ask(SERVED, headers={"host": "rebound.example<script>", "accept-language": language})
    assert answer.status == 421
    assert words in answer.text
    assert "'rebound.example<script>'" in answer.text
    assert VARIABLE in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_two_hosts_are_none_and_no_host_is_no_browser():
    assert ask(SERVED, headers=[("host", "localhost"), ("host", "rebound.example")]).status == 421
    assert ask(SERVED, headers=[]).status == 200


def test_a_websocket_is_refused_before_it_is_open():
    refused = run(asked(SERVED, scope_of(kind="websocket", headers={"host": "rebound.example"})))
    assert refused.status == 1008
    opened = []

    async def app(scope, receive, send):
        opened.append(scope["type"])

    run(asked(KnownHosts(app), scope_of(kind="websocket", headers={"host": "localhost:8501"})))
    assert opened == ["websocket"]


def test_names_can_be_added(monkeypatch):
    monkeypatch.setenv(VARIABLE, "mnist.example, *.pupils.example")
    assert status("mnist.example") == status("a.pupils.example:80") == status("localhost") == 200
    assert status("pupils.example") == status("xmnist.example") == 421
    monkeypatch.setenv(VARIABLE, "*")
    assert status("anything.example") == 200


@pytest.mark.parametrize("named", ["https://mnist.example", "mnist.example:80", "a b", "*.*", "mnist/example"])
def test_what_is_no_name_is_refused_at_the_start(monkeypatch, named):
    monkeypatch.setenv(VARIABLE, named)
    with pytest.raises(ConfigError, match=VARIABLE):
        hosts.named()


def test_the_address_that_phones_are_told_is_one(monkeypatch):
    monkeypatch.setenv(address.VARIABLE, "https://digits.school.example/studio")
    assert status("digits.school.example") == 200


def test_what_streamlit_is_told_is_one(monkeypatch):
    told = {"browser.serverAddress": "told.example", "server.allowedHosts": ["Also.example"]}
    monkeypatch.setattr(hosts.st, "get_option", told.get)
    assert is_known("told.example:8501")
    assert is_known("also.example")


def test_a_named_proxy_has_sorted_hosts_out_and_another_has_not(monkeypatch):
    assert status("mnist.example", "10.0.0.9", x_forwarded_host="localhost") == 421
    monkeypatch.setenv(PROXIES_VARIABLE, "10.0.0.9")
    assert status("mnist.example", "10.0.0.9") == 200
    assert status("mnist.example", "10.0.0.8") == 421


def test_behind_a_proxy_names_that_are_set_are_those_that_the_proxy_was_asked_for(monkeypatch):
    monkeypatch.setenv(PROXIES_VARIABLE, "10.0.0.9")
    monkeypatch.setenv(VARIABLE, "mnist.example")
    assert status("backend:8501", "10.0.0.9", x_forwarded_host="mnist.example") == 200
    assert status("mnist.example", "10.0.0.9") == 200
    assert status("mnist.example", "10.0.0.9", x_forwarded_host="rebound.example") == 421
    assert status("rebound.example", "10.0.0.8", x_forwarded_host="mnist.example") == 421


def test_the_domains_of_the_network_are_read(monkeypatch, tmp_path):
    monkeypatch.undo()
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("# search not.this\nnameserver 10.0.0.1\nsearch School.Example. b.example\n")
    monkeypatch.setattr(hosts, "RESOLVER", resolver)
    assert hosts.search_domains()[:2] == ["school.example", "b.example"]
    monkeypatch.setattr(hosts, "RESOLVER", tmp_path / "none")
    assert "school.example" not in hosts.search_domains()
