"""What whoever started the app is told: where it is, without asking anybody else."""

import os
import sys
from io import TextIOWrapper

import pytest
import streamlit as st

from mnist_ui.server.welcome import lines, url_of, welcome


def test_on_this_machine_alone_there_is_one_address():
    assert list(lines("http://127.0.0.1:8600")) == [
        "",
        "  MNIST Studio: http://127.0.0.1:8600",
        "  Ctrl-C ends it.",
        "",
    ]


def test_for_everybody_there_are_the_addresses_of_the_network_too(monkeypatch, capsys):
    settings = {"server.address": "0.0.0.0", "server.port": 8501, "server.baseUrlPath": "/mnist/"}
    monkeypatch.setattr(st, "get_option", settings.get)
    monkeypatch.setattr("mnist_ui.server.welcome.local_addresses", lambda: ["192.168.0.7", "10.0.0.1"])
    welcome()
    assert capsys.readouterr().out.splitlines()[1:4] == [
        "  MNIST Studio: http://localhost:8501/mnist",
        "  For others in the network: http://192.168.0.7:8501/mnist",
        "  For others in the network: http://10.0.0.1:8501/mnist",
    ]


def test_an_address_of_version_6_stands_in_brackets():
    assert url_of("::1", 8501) == "http://[::1]:8501"


def test_with_a_certificate_the_address_says_so(monkeypatch):
    monkeypatch.setattr(st, "get_option", {"server.sslCertFile": "cert.pem"}.get)
    assert url_of("0.0.0.0", 8501) == "https://localhost:8501"


def test_it_is_printed_and_streamlit_prints_nothing(capsys):
    welcome()
    assert "MNIST Studio: http://127.0.0.1:8501" in capsys.readouterr().out
    assert st.get_option("logger.hideWelcomeMessage")


@pytest.mark.skipif(os.name == "nt", reason="pipes are closed in another way there")
def test_the_app_starts_where_nobody_reads_it(monkeypatch):
    reader, writer = os.pipe()
    os.close(reader)
    with TextIOWrapper(os.fdopen(writer, "wb", buffering=0), write_through=True) as nobody:
        monkeypatch.setattr(sys, "stdout", nobody)
        welcome()
