"""A PostgreSQL server for the tests: Debian's package, on a loopback port and with its files in a folder of its own.

It keeps nothing, and is stopped when the tests end or are killed. PostgreSQL refuses to run as root: root starts it as
its own user.
"""

import atexit
import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

REQUIRED_VARIABLE = "MNIST_STUDIO_REQUIRE_POSTGRES"
USER = "postgres"
START_TIMEOUT_S = 30
LONGEST_FROZEN_S = 120


def programs() -> Path | None:
    """The folder of the newest server programs on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


@functools.cache
def server() -> str:
    """The address of a server that is started for this process, without a database's name.

    Where there is none to start, the test is skipped, or fails if `MNIST_STUDIO_REQUIRE_POSTGRES` is set.
    """
    folder = programs()
    if folder is None:
        if os.environ.get(REQUIRED_VARIABLE):
            pytest.fail(f"{REQUIRED_VARIABLE} is set, but PostgreSQL is not installed")
        pytest.skip("needs a PostgreSQL server (Debian: apt-get install postgresql)")
    data = Path(tempfile.mkdtemp(prefix="mnist-studio-postgres-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    if os.geteuid() == 0:
        shutil.chown(data, USER, USER)
    _run(folder / "initdb", "-D", data, "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
    port = _free_port()
    settings = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={data}", "fsync=off")
    command = [
        *_as_user("--pdeathsig=TERM"),
        str(folder / "postgres"),
        "-D",
        str(data),
        *(f"--{each}" for each in settings),
    ]
    with (Path(tempfile.gettempdir()) / f"{data.name}.log").open("wb") as log:
        Path(log.name).unlink()
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
    atexit.register(_stop, process)
    started = f"postgresql://{USER}@127.0.0.1:{port}"
    _wait_for(f"{started}/postgres", process)
    return started


def address() -> str:
    """The address of the one database of the server: making another takes seconds."""
    return f"{server()}/postgres"


def empty() -> None:
    """Leave nothing in the database, whoever is connected to it."""
    others = "FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
    with psycopg.connect(address(), autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) {others}")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


@contextlib.contextmanager
def frozen() -> Iterator[None]:
    """The server as it is when its machine hangs: it takes connections and bytes, and answers nothing."""
    server()
    (chief,) = [each for each in psutil.Process().children() if each.name() == "postgres"]
    stopped = [chief, *chief.children(recursive=True)]
    thaw = f"sleep {LONGEST_FROZEN_S}; kill -CONT {' '.join(str(each.pid) for each in stopped)}"
    watch = subprocess.Popen(["sh", "-c", thaw], start_new_session=True)  # should this process be killed meanwhile
    for each in stopped:
        each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in stopped:
            each.send_signal(signal.SIGCONT)
        os.killpg(watch.pid, signal.SIGKILL)
        watch.wait()


def _as_user(*more: str) -> list[str]:
    """What a command begins with so that it does not run as root."""
    user = (f"--reuid={USER}", f"--regid={USER}", "--clear-groups") if os.geteuid() == 0 else ()
    return ["setpriv", *user, *more] if user or more else []


def _run(*command: object) -> None:
    """Run one of the programs to its end."""
    subprocess.run([*_as_user(), *map(str, command)], check=True, capture_output=True, cwd="/")


def _free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers."""
    end = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            psycopg.connect(address, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.05)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Stop the server at once; what it keeps is thrown away."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
