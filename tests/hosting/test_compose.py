"""The app, its database and its proxy together."""

import re
from ipaddress import ip_address, ip_network

import pytest

from mnist_core.collection.database import database_url
from mnist_ui import client
from mnist_ui.server import hosts
from tests.hosting.files import compose, text_of

VARIABLE = re.compile(r"\$\{(\w+)[:}]")
FILLED = {"DOMAIN": "digits.example.org", "DATABASE_PASSWORD": "0123abcd", "KEEPER_KEY": "0123456789abcdef"}


def filled(text: str) -> str:
    return re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", lambda found: FILLED[found[1]], text)


@pytest.fixture
def environment(monkeypatch):
    """The app's, as compose gives it."""
    given = {name: filled(value) for name, value in compose()["services"]["app"]["environment"].items()}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


@pytest.mark.parametrize("name", ["app", "database", "proxy"])
def test_no_service_can_write_or_do_more_than_it_has_to(name):
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert service["mem_limit"]
    assert service["pids_limit"]


def test_only_the_proxy_can_be_reached_from_outside():
    services = compose()["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["database"]["networks"] == ["back"]
    assert compose()["networks"]["back"]["internal"] is True


def test_each_variable_is_in_the_pattern_of_the_env_file_and_the_other_way_round():
    asked = set(VARIABLE.findall(text_of("compose.yaml")))
    told = set(re.findall(r"^(\w+)=", text_of("hosting/env.example"), re.MULTILINE))
    assert asked == told


def test_no_secret_has_a_default():
    assert re.findall(r"\$\{(?:KEEPER_KEY|DATABASE_PASSWORD):-", text_of("compose.yaml")) == []
    lines = text_of("hosting/env.example").splitlines()
    assert {"KEEPER_KEY=", "DATABASE_PASSWORD="} <= set(lines)


def test_the_proxy_and_nobody_else_is_believed(environment):
    networks = compose()["networks"]
    proxy = compose()["services"]["proxy"]["networks"]["front"]["ipv4_address"]
    assert ip_address(proxy) in ip_network(networks["front"]["ipam"]["config"][0]["subnet"])
    assert client.is_proxy(proxy)
    assert not client.is_proxy("172.31.85.3")
    assert client.of_connection(proxy, {"x-forwarded-for": "198.51.100.7"}).address == "198.51.100.7"


def test_the_app_answers_to_the_domain_and_to_its_own_health_check(environment):
    assert hosts.is_known("digits.example.org")
    assert hosts.is_known("127.0.0.1:8501")
    assert not hosts.is_known("elsewhere.example.org")


def test_the_database_has_the_address_that_the_app_is_told(environment):
    service = compose()["services"]["database"]
    wanted = service["environment"]
    url = database_url()
    assert (url.drivername, url.host) == ("postgresql+psycopg", "database")
    assert url.username == wanted["POSTGRES_USER"]
    assert url.password == filled(wanted["POSTGRES_PASSWORD"])
    assert url.database == wanted["POSTGRES_DB"]


def test_volumes_and_networks_are_declared():
    whole = compose()
    for service in whole["services"].values():
        named = [each.split(":")[0] for each in service["volumes"] if not each.startswith(".")]
        assert set(named) <= set(whole["volumes"])
        assert set(service["networks"]) <= set(whole["networks"])
