"""What whoever started the app is told: where it is, without asking anybody else."""

import streamlit as st

from mnist_ui.server.welcome import lines, welcome


def test_on_this_machine_alone_there_is_one_address():
    assert list(lines("127.0.0.1", 8600)) == ["", "  MNIST Studio: http://127.0.0.1:8600", "  Ctrl-C ends it.", ""]


def test_for_everybody_there_are_the_addresses_of_the_network_too():
    said = list(lines("0.0.0.0", 8501, "mnist", ["192.168.0.7", "10.0.0.1"]))
    assert said[1:4] == [
        "  MNIST Studio: http://localhost:8501/mnist",
        "  For others in the network: http://192.168.0.7:8501/mnist",
        "  For others in the network: http://10.0.0.1:8501/mnist",
    ]


def test_an_address_of_version_6_stands_in_brackets():
    assert "  MNIST Studio: http://[::1]:8501" in lines("::1", 8501)


def test_it_is_printed_and_streamlit_prints_nothing(capsys):
    welcome()
    assert "MNIST Studio: http://127.0.0.1:8501" in capsys.readouterr().out
    assert st.get_option("logger.hideWelcomeMessage")
