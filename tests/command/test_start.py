"""Before the app starts all that it needs is looked at: what is wrong is a sentence, and nothing is half begun."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from streamlit.web import bootstrap

from mnist_core import extras, jobs
from mnist_core.discretion import without_places
from mnist_ui.command import INTERRUPTED, streamlit_settings
from mnist_ui.command.place import ADDRESS, PORT, Place
from mnist_ui.command.start import check_port
from tests.command.conftest import REPOSITORY, RUNNING, listening

STARTED_WITHIN_S = 90


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    """Nothing is started here that would not end: what should be refused and is not, fails."""
    monkeypatch.setattr(bootstrap, "run_asgi_app", lambda *_arguments: pytest.fail("the app was started"))


@pytest.fixture
def locked_out(monkeypatch):
    """Nobody gave this process the right to anything: root has every right, so the system is not asked."""
    monkeypatch.setattr(os, "access", lambda *_arguments, **_named: False)


def test_a_port_in_use_is_named_with_another_one(said):
    with listening() as place:
        status, error = said("--no-browser", "--port", str(place.port))
    assert status == 1
    assert error == (
        f"error: Port {place.port} of 127.0.0.1 is in use. Choose another port with --port {place.port + 1}, or end "
        "what listens there.\n"
    )


@pytest.mark.parametrize("address", ["nonsense.invalid", "192.0.2.1", "no address", "a" * 300, "256.1.1.1"])
def test_an_address_that_is_none_of_this_machine_is_named(said, address):
    status, error = said("--no-browser", "--address", address)
    assert status == 1
    assert error.startswith(f"error: There is no listening at '{address[:70]}")
    assert "--address 127.0.0.1 for this computer alone, --address 0.0.0.0 for others, too.\n" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("address", [ADDRESS, "localhost", "0.0.0.0"])
def test_an_address_of_this_machine_is_taken(address):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    check_port(Place(address, port))


def test_a_data_home_that_is_a_file_is_named(said, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNIST_STUDIO_HOME", str(tmp_path / "file" / "home"))
    status, error = said("--no-browser")
    assert status == 1
    assert error == (
        f"error: The data home {tmp_path / 'file' / 'home'} cannot be written: Not a directory. Name a folder that can "
        "be, with the variable MNIST_STUDIO_HOME, or give yourself the right to write there.\n"
    )


def test_a_data_home_without_the_right_to_write_is_named(said, locked_out):
    status, error = said("--no-browser")
    assert status == 1
    assert "cannot be written: Permission denied." in error


def test_who_has_no_home_is_told_to_name_a_folder(said, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_HOME", "~nobody-of-that-name/data")
    assert said("--no-browser")[1].startswith("error: The app finds no folder to write to: ")


@pytest.fixture
def homeless(monkeypatch):
    """Whoever runs this has no home, as in a container whose user is a mere number."""
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(Path, "home", lambda: Path(os.environ["HOME"]) if "HOME" in os.environ else _no_home())


def _no_home():
    raise RuntimeError("Could not determine home directory.")


def test_who_has_no_home_needs_none(homeless, home):
    streamlit_settings.check()
    assert Path.home() == home


def test_without_a_home_paths_are_shortened_still(homeless, home):
    assert without_places(f"lost: {home / 'jobs' / 'log.txt'}") == "lost: log.txt"


def test_a_data_home_of_somebody_else_is_named(said, monkeypatch, home, locked_out):
    def refused():
        raise PermissionError

    monkeypatch.setattr(jobs, "all_jobs", refused)
    assert said("jobs") == (
        1,
        f"error: The data home {home} cannot be read: Permission denied. Name a folder that can be, with the variable "
        "MNIST_STUDIO_HOME, or give yourself the right to read there.\n",
    )


def test_nobody_blames_a_data_home_that_can_be_read(said, monkeypatch, home):
    def refused():
        raise PermissionError

    monkeypatch.setattr(jobs, "all_jobs", refused)
    with pytest.raises(PermissionError):
        said("jobs")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"this is [no toml", "cannot be read: Expected '='"),
        (b"\xff\xfe", "cannot be read: 'utf-8' codec can't decode"),
        (b"server = 3", "cannot be read: 'server' is no section, as [server] is one."),
        (b"[theme.light.light]\nb = 1", "Streamlit cannot be set so: Invalid theme section"),
        (b'[server]\nmaxCacheDataSize = "abc"', "Streamlit cannot be set so: `server.maxCacheDataSize` requires"),
        (b"[global]\ndevelopmentMode = true", "Streamlit cannot be set so: server.port does not work"),
    ],
)
@pytest.mark.parametrize("where", ["me", "here"])
def test_a_file_of_settings_that_streamlit_does_not_take_is_named(said, tmp_path, content, reason, where):
    file = tmp_path / where / ".streamlit" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    status, error = said("--no-browser")
    assert status == 1
    assert reason in error
    assert str(file) in error
    assert error.splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("STREAMLIT_SERVER_PORT", "abc", "STREAMLIT_SERVER_PORT must be a whole number from 1 to 65535."),
        ("STREAMLIT_SERVER_ADDRESS", "nonsense.invalid", "There is no listening at 'nonsense.invalid'"),
        ("STREAMLIT_SERVER_MAX_UPLOAD_SIZE", "abc", "'abc' is not a valid integer"),
        ("STREAMLIT_SERVER_ENABLE_CORS", "maybe", "'maybe' is not a valid boolean"),
        ("STREAMLIT_SERVER_MAX_CACHE_DATA_SIZE", "abc", "`server.maxCacheDataSize` requires"),
        ("STREAMLIT_LOGGER_LEVEL", "loud", "logger.level is none that there is"),
        ("STREAMLIT_SERVER_SSL_CERT_FILE", "/nowhere", "server.sslCertFile and server.sslKeyFile"),
        ("MNIST_STUDIO_PATIENCE", "abc", "MNIST_STUDIO_PATIENCE must be a whole number from 1."),
        ("MNIST_STUDIO_HOSTS", "a b/", "MNIST_STUDIO_HOSTS must be names of hosts"),
        ("MNIST_STUDIO_PROXIES", "everybody", "MNIST_STUDIO_PROXIES must be addresses or networks"),
    ],
)
def test_a_variable_that_makes_no_sense_is_named(said, monkeypatch, variable, value, reason):
    monkeypatch.setenv(variable, value)
    status, error = said("--no-browser")
    assert status == 1
    assert reason in error
    assert error.splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "--data", "uci-digits"],
        ["tune"],
        ["tune", "--chief", "127.0.0.1:8000"],
        ["tune", "--worker", "127.0.0.1:8000", "--id", "left"],
        ["embed"],
        ["embed", "--shipped"],
        ["embed", "--here"],
    ],
)
def test_what_needs_an_extra_says_so_before_it_begins(said, monkeypatch, home, arguments):
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "tensorflow" else name)
    extras.is_installed.cache_clear()
    try:
        status, error = said(*arguments)
    finally:
        extras.is_installed.cache_clear()
    assert status == 1
    assert "`pip install -r requirements.txt`" in error
    assert list(home.iterdir()) == []


@pytest.mark.slow
def test_it_starts_among_files_called_like_its_own_is_found_by_the_doctor_and_ends_with_ctrl_c(tmp_path, look):
    for name in ("numpy.py", "streamlit.py", "pages/mine.py", "mnist_core/__init__.py"):
        (tmp_path / "here" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "here" / name).write_text("raise SystemExit('this is mine')")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    program = tmp_path / "mnist-studio"
    program.write_text(RUNNING)
    command = [sys.executable, str(program), "--no-browser", "--port", port]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait_for(int(port))
            ours = look("Address", port=port)[0]
            process.send_signal(signal.SIGINT)
            _out, error = process.communicate(timeout=STARTED_WITHIN_S)
        finally:
            process.kill()
    assert ours.found == f"{port} of 127.0.0.1: the app runs there already."
    assert process.returncode == INTERRUPTED
    assert "Traceback" not in error
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["mnist_core", "numpy.py", "pages", "streamlit.py"]


def _wait_for(port: int) -> None:
    """Wait until the app answers."""
    until = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError(f"nothing answers at {port}")


def test_what_is_not_said_is_the_standard_place(monkeypatch):
    options = type("Options", (), {"port": None, "address": None})()
    assert Place.of(options) == Place(ADDRESS, PORT)
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "8600")
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    assert Place.of(options) == Place("0.0.0.0", 8600)
    options.port, options.address = "8700", "localhost"
    assert Place.of(options) == Place("localhost", 8700)


@pytest.mark.parametrize(
    ("address", "is_loopback", "is_everywhere"),
    [
        ("127.0.0.1", True, False),
        ("localhost", True, False),
        ("::1", True, False),
        ("0.0.0.0", False, True),
        ("::", False, True),
        ("192.168.0.7", False, False),
        ("museum.example", False, False),
    ],
)
def test_who_reaches_an_address(address, is_loopback, is_everywhere):
    place = Place(address)
    assert (place.is_loopback, place.is_everywhere) == (is_loopback, is_everywhere)
