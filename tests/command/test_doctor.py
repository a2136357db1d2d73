"""The doctor says how each thing is and what to do, changes nothing, and works where little else does."""

import ast
import http.server
import io
import json
import os
import re
import shutil
import socket
import sqlite3
import sys
import threading
import time
import types
from contextlib import closing

import pytest

from mnist_core import files, leftovers, memory, trash
from mnist_core.collection import patience
from mnist_core.collection.collection import Collection
from mnist_core.collection.database import database_url
from mnist_core.collection.tables import VERSION
from mnist_core.installation import IS_CHECKOUT
from mnist_core.model.bundle import model_folder
from mnist_ui.command import main
from mnist_ui.command.doctor import address, examination, fonts, home, hosts, machine, packages, settings
from mnist_ui.command.doctor.check import Check, State, note, of_error, ok, trouble
from mnist_ui.command.doctor.telling import WIDTH, told
from tests import postgres
from tests.command.conftest import REPOSITORY, listening, running

SETTING = re.compile(r"MNIST_STUDIO_[A-Z_]+[A-Z]")
SOURCES = [REPOSITORY / "streamlit_app.py", *(REPOSITORY / "pages").rglob("*.py")]
SOURCES += [path for name in ("mnist_core", "mnist_ui") for path in (REPOSITORY / name).rglob("*.py")]


def texts_of(tree):
    """Every text that is a value."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in said)
    return [node.value for node in texts if isinstance(node.value, str)]


def states(checks):
    return [(check.name, str(check.state)) for check in checks]


def snapshot(folder):
    """All that is in a folder, with the bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_all_is_well_where_nothing_is_yet(capsys, tmp_path):
    assert main(["doctor", "--json", "--port", str(_free_port())]) == 0
    out, error = capsys.readouterr()
    answer = json.loads(out)
    assert error == ""
    assert answer["is_well"] is True
    assert {check["state"] for check in answer["checks"]} == {"ok", "note"}
    names = [check["name"] for check in answer["checks"]]
    assert names[:3] == ["Python", "MNIST Studio", "Packages"]
    assert {"Memory", "Data home", "Model", "Reading", "Database", "Port", "Reach", "Fonts", "Other hosts"} < {*names}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here"]


def test_the_page_on_it_tells_of_all_that_it_says(look):
    page = (REPOSITORY / "docs" / "run" / "doctor.md").read_text("utf-8")
    told = {name for row in re.findall(r"^\| ([A-Z][^|]+) \|", page, re.MULTILINE) for name in row.split(", ")}
    names = {check.name for topic in examination.TOPICS for check in look(topic)}
    assert names <= told
    # What is said only where there is something to say.
    assert told - names <= {"Disk", "Kept", "Damaged", "Left over", "Proxies"}
    shown = {line[9:27].strip() for line in page.splitlines() if line.startswith(tuple(f"{each}  " for each in State))}
    assert shown <= told


def test_trouble_is_the_exit_status(capsys, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_PATIENCE", "abc")
    assert main(["doctor", "--port", "0"]) == 1
    out = capsys.readouterr().out
    assert "trouble  Address" in out
    assert "2 in trouble" in out.splitlines()[-1]


def test_it_changes_nothing_in_a_data_home_that_is_in_use(home, look):
    with closing(Collection(database_url()).database):
        (home / "models" / "mine").mkdir(parents=True)
        (home / "models" / "mine" / "card.json").write_text("{")
        (home / "jobs" / "20261130-120000-abcdef").mkdir(parents=True)
        (home / "maps" / ("0" * 16)).mkdir(parents=True)
        (home / "maps" / ("0" * 16) / "map.json").write_text("[]")
        before = snapshot(home)
        found = [check for topic in examination.TOPICS for check in look(topic)]
        assert snapshot(home) == before
    damaged = [check.found for check in found if check.name == "Damaged"]
    assert damaged == [
        "1 models cannot be used: mine.",
        "1 maps cannot be used: 0000000000000000.",
        "1 jobs cannot be used: 20261130-120000-abcdef.",
    ]


def test_what_a_killed_process_left_is_named_and_what_is_being_written_is_not(home, look):
    left = home / "models" / f"{files.PART}abcdefgh.mine"
    left.mkdir(parents=True)
    with files.written_folder(home / "models" / "other"):
        assert leftovers.found() == [left]
        (check,) = (each for each in look("Data home") if each.name == "Left over")
    assert (check.state, check.found) == (
        State.NOTE,
        f"1 parts of what a killed process wrote or deleted: models/{left.name}.",
    )
    assert left.exists()


def test_a_data_home_that_cannot_be_made_is_named(look, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNIST_STUDIO_HOME", str(tmp_path / "file" / "home"))
    (check,) = look("Data home")
    assert check.state is State.TROUBLE
    assert "MNIST_STUDIO_HOME" in check.advice


def test_a_data_home_that_refuses_to_be_written_is_named(look, home, monkeypatch):
    def refused(*_arguments):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("mnist_ui.command.doctor.home.scratch_folder", refused)
    assert look("Data home")[0] == trouble(
        "Data home",
        f"{home} cannot be written: Read-only file system.",
        "Name a folder that can be written with the variable MNIST_STUDIO_HOME.",
    )


def test_a_disk_without_locks_is_named(look, home, monkeypatch):
    monkeypatch.setattr("mnist_ui.command.doctor.home._ASKING", "import sys; sys.exit(0)")  # both have the lock
    assert look("Data home")[0].state is State.NOTE


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [("ext4", "ok", "GB free, ext4."), ("nfs4", "note", "another machine's"), ("tmpfs", "note", "in memory")],
)
def test_the_kind_of_disk_matters(look, home, monkeypatch, kind, state, said):
    monkeypatch.setattr("mnist_ui.command.doctor.home._kind", lambda _home: kind)
    disk = look("Data home")[1]
    assert (disk.name, disk.state) == ("Disk", state)
    assert said in disk.found


def test_a_disk_that_is_nearly_full_is_trouble(look, home, monkeypatch):
    monkeypatch.setenv(trash.SCARCE_VARIABLE, str(10**9))
    assert look("Data home")[1].state is State.TROUBLE


def test_sizes_are_told_by_kind(look, home):
    (home / "cache").mkdir()
    (home / "cache" / "array.npy").write_bytes(bytes(2_000_000))
    (home / "collection.sqlite3").write_bytes(b"")
    kept = next(check for check in look("Data home") if check.name == "Kept")
    assert kept.found == "2.0 MB: cache 2.0 MB."
    assert home_size(999) == "1.0 kB"
    assert home_size(3_400_000_000) == "3.4 GB"


def home_size(size):
    return home._size(size)


@pytest.mark.parametrize(("free", "state"), [(100, "trouble"), (1_000, "note"), (8_000, "ok")])
def test_memory_is_compared_with_what_the_server_and_training_need(look, monkeypatch, free, state):
    monkeypatch.setenv(memory.VARIABLE, str(free))
    assert states(look("Machine"))[0] == ("Memory", state)


def test_a_clock_from_before_the_version_was_made_is_wrong(look, monkeypatch):
    monkeypatch.setattr(machine.time, "time", lambda: 1_000_000_000.0)
    assert look("Machine")[2].state is State.TROUBLE


def test_a_damaged_shipped_model_is_named(look, monkeypatch, tmp_path):
    shutil.copytree(model_folder("default"), tmp_path / "models" / "default")
    graph = tmp_path / "models" / "default" / "model.tflite"
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    monkeypatch.setattr("mnist_core.paths.SHIPPED_MODELS", tmp_path / "models")
    (check,) = look("Model")
    assert check.state is State.TROUBLE
    assert "model.tflite must have SHA-256" in check.found


def test_a_dataset_that_is_cut_off_is_named(look, monkeypatch, tmp_path):
    (tmp_path / "mnist.npz").write_bytes(b"PK\x03\x04 and no end")
    monkeypatch.setenv("MNIST_STUDIO_DATA", str(tmp_path))
    first, second, third = look("Datasets")
    assert first.found == f"{tmp_path / 'mnist.npz'} is no whole file."
    assert second.state is third.state is State.NOTE
    assert "fetch pen-digits" in second.advice
    assert third.found.startswith("mnist is here without what belongs to it: mnist_writers.npz.")


def test_a_database_is_whole_of_a_version_or_damaged(look, home):
    file = home / "collection.sqlite3"
    assert "is not there yet" in look("Database")[0].found
    assert not file.exists()
    Collection(database_url()).database.close()
    assert look("Database") == [ok("Database", f"{file}: whole, version {VERSION}.")]
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 99")
    assert "is of version 99" in look("Database")[0].found
    file.write_bytes(b"SQLite format 3\0" + bytes(5000))
    assert "damaged" in look("Database")[0].found
    assert sorted(path.name for path in home.iterdir() if path.name.endswith(("-wal", "-shm"))) == []


def test_a_database_server_that_says_nothing_is_not_waited_for(look, monkeypatch):
    monkeypatch.setattr(patience, "ANSWER_TIMEOUT_S", 0.5)
    with listening() as place:
        monkeypatch.setenv("MNIST_STUDIO_DATABASE_URL", f"postgresql://me:secret@{place.address}:{place.port}/digits")
        began = time.monotonic()
        (check,) = look("Database")
        assert time.monotonic() - began < 10
    assert (check.state, check.found.split(".")[0]) == ("trouble", "The collection's database does not answer")
    assert "secret" not in str(check)


@pytest.mark.slow
def test_a_postgresql_server_is_looked_at_without_a_change_and_may_be_frozen(look, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_DATABASE_URL", postgres.address())
    postgres.empty()
    (check,) = look("Database")
    assert (check.name, check.state) == ("Database", State.NOTE)
    assert check.found.startswith("PostgreSQL ")
    assert check.found.endswith(f" has version 0; the next start brings it to {VERSION}.")
    Collection(database_url()).database.close()
    assert look("Database")[0].found.endswith(f", postgres: can be reached, version {VERSION}.")
    with postgres.frozen():
        assert "does not answer" in look("Database")[0].found
    postgres.empty()


def test_a_database_that_is_none_is_refused_without_its_password(look, monkeypatch):
    monkeypatch.setenv("MNIST_STUDIO_DATABASE_URL", "mysql://me:secret@host/digits")
    assert look("Database")[0].state is State.TROUBLE
    assert "secret" not in str(look("Database"))


def test_each_setting_of_the_code_is_known():
    texts = [text for path in SOURCES for text in texts_of(ast.parse(path.read_text("utf-8")))]
    assert {settings.PREFIX + name for name in settings.known()} == {
        name for text in texts for name in SETTING.findall(text)
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MNIST_STUDIO_PATIENSE", "3", "If MNIST_STUDIO_PATIENCE was meant, call it so."),
        ("MNIST_STUDO_HOME", "/tmp", "If MNIST_STUDIO_HOME was meant, call it so."),
        ("mnist_studio_jobs", "3", "If MNIST_STUDIO_JOBS was meant, call it so."),
        ("MNIST_STUDIO_XYZZY", "3", "Unset it."),
        ("MNIST_STUDIO_JOBS", "three", "Correct the variable or unset it."),
        ("MNIST_STUDIO_JOBS", "0", "Correct the variable or unset it."),
        ("MNIST_STUDIO_OPEN", "yes", "Correct the variable or unset it."),
        ("MNIST_STUDIO_ADDRESS", "digits", "Correct or unset it."),
        ("MNIST_STUDIO_DATA", "/nowhere", "Correct the variable or unset it."),
        ("MNIST_STUDIO_DATABASE_URL", "mysql://x", "Correct the variable or unset it."),
        ("MNIST_STUDIO_FRAME_ANCESTORS", "me", "Correct the variable or unset it."),
        ("MNIST_STUDIO_HOSTS", "a b/", "Correct it."),
        ("MNIST_STUDIO_KEEPER_KEY", "hunter2", "Set a longer one."),
        ("MNIST_STUDIO_PROXIES", "all", "Correct it."),
    ],
)
def test_a_setting_that_is_unknown_or_makes_no_sense_is_named(look, monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    (check,) = (each for each in look("Settings") if each.state is State.TROUBLE)
    assert name in check.found
    assert check.advice == said
    assert "hunter2" not in str(check)


def test_settings_that_make_sense_are_counted(look, monkeypatch):
    for name, value in {"JOBS": "2", "MOST_ENDED": "0", "HOSTS": "*.school.example", "OPEN": "1"}.items():
        monkeypatch.setenv(f"MNIST_STUDIO_{name}", value)
    assert look("Settings")[0].found.startswith("5 set, each known and valid: MNIST_STUDIO_HOME, ")


def test_a_variable_of_streamlits_that_is_none_is_named_with_the_nearest(look, monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_PROT", "1")
    assert note("Streamlit", "STREAMLIT_SERVER_PROT is set, and Streamlit has no option of that name.", "If "
                "STREAMLIT_SERVER_PORT was meant, call it so.") in look("Settings")  # fmt: skip


def test_a_port_is_free_or_anothers(look):
    assert look("Address", port=str(_free_port()))[0].state is State.OK
    with listening() as place:
        (port, _reach) = look("Address", port=str(place.port))
    assert (port.state, port.advice.split(",")[0]) == ("trouble", f"Choose another port with --port {place.port + 1}")


@pytest.mark.parametrize(("title", "state"), [("MNIST Studio", "ok"), ("Something else", "trouble")])
def test_a_port_that_this_app_has_is_well(look, title, state):
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            ours = self.path == address.DESCRIPTION and title == "MNIST Studio"
            content = json.dumps(address.description() if ours else {"info": {"title": title}}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert look("Address", port=str(server.server_port))[0].state == state
        server.shutdown()


def test_who_is_reached_is_told(look, monkeypatch):
    port = str(_free_port())
    assert states(look("Address", port=port))[1] == ("Reach", "ok")
    everywhere = look("Address", port=port, address="0.0.0.0")[1]
    assert (everywhere.state, "MNIST_STUDIO_KEEPER_KEY" in everywhere.advice) == ("note", True)


@pytest.mark.parametrize(("proxies", "state"), [("10.0.0.1, 10.1.0.0/16", "ok"), ("0.0.0.0/0", "trouble")])
def test_proxies_are_looked_at(look, monkeypatch, proxies, state):
    monkeypatch.setenv("MNIST_STUDIO_PROXIES", proxies)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    found = states(look("Address", port=str(_free_port())))
    assert found[2:] == [("Proxies", state), ("Downloads", "ok")]


def test_statistics_and_themes_of_elsewhere_are_trouble_and_not_fetched(look, monkeypatch, tmp_path):
    assert states(look("Other hosts")) == [("Other hosts", "ok")]
    monkeypatch.setenv("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "true")
    assert "usage statistics" in look("Other hosts")[0].found
    file = tmp_path / "me" / ".streamlit" / "config.toml"
    file.parent.mkdir(parents=True)
    with listening() as place:
        file.write_text(f'[theme]\nbase = "http://{place.address}:{place.port}/theme.toml"')
        (check,) = look("Other hosts")
    assert check.found == f"{file} has Streamlit fetch a theme or a font from another host."


def test_an_address_in_what_pages_are_made_of_is_found(look, monkeypatch, tmp_path):
    part = tmp_path / "part.css"
    part.write_text(
        "@font-face { font-family: A; src: url('//fonts.example/a.woff2') }\n/* http://www.w3.org/2000/svg */"
    )
    monkeypatch.setattr(hosts, "texts", lambda: [part])
    assert [check.found for check in look("Other hosts")] == [f"{part} names url('//fonts.example."]


def test_a_font_that_is_not_there_is_named(look, monkeypatch, tmp_path):
    assert look("Fonts")[0].state is State.OK
    (tmp_path / "part.css").write_text("@font-face { font-family: A; src: url(fonts/a.woff2) }")
    monkeypatch.setattr(fonts, "texts", lambda: [tmp_path / "part.css"])
    assert look("Fonts")[0].found == f"1 files of fonts are missing, such as {tmp_path / 'fonts' / 'a.woff2'}."


def test_packages_are_those_of_the_project():
    asked = packages.requirements()
    assert {*asked} == {"", "train", "postgresql", "cluster"}
    assert packages.Asked("psycopg", ">=3.3,<4") in asked["postgresql"]
    assert IS_CHECKOUT


def test_packages_that_are_missing_or_of_another_version_are_named(look, monkeypatch):
    asked = {
        "": [packages.Asked("numpy", ">=99"), packages.Asked("no-such-package", ""), packages.Asked("pandas", "")],
        "train": [packages.Asked("no-such-extra", ">=1")],
    }
    monkeypatch.setattr(packages, "requirements", lambda: dict(asked))
    missing, other, train = look("Packages")
    assert missing.found == "Not installed for this Python: no-such-package."
    assert missing.advice == f"Install them: {sys.executable} -m pip install no-such-package."
    assert other.found.startswith("Of another version than is asked for: numpy ")
    assert (train.state, train.advice) == ("note", "If you want it: pip install -r requirements.txt.")


def test_a_package_that_does_not_load_is_named_once_with_what_needs_it(tmp_path):
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy" / "__init__.py").write_text("raise ImportError('Please read this. ' * 99)")
    ended = running("doctor", "--json", code=f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    assert (ended.returncode, ended.stderr) == (1, "")
    found = [check for check in json.loads(ended.stdout)["checks"] if check["state"] == "trouble"]
    assert [check["name"] for check in found].count("Packages") == 1
    assert found[0]["found"].startswith("The package numpy is there but cannot be loaded here (Please read this. ")
    assert found[0]["advice"] == "Install it anew: pip install --force-reinstall numpy."
    assert found[1]["found"] == "This could not be looked at: a package that it needs cannot be loaded."


@pytest.mark.parametrize("package", ["numpy", "streamlit", "babel", "platformdirs"])
def test_it_works_without_a_package(package):
    ended = running(
        "doctor", "--json", code=f"import sys; sys.modules['{package}'] = None", MNIST_STUDIO_HOME="/proc/x"
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    checks = json.loads(ended.stdout)["checks"]
    assert checks[0]["state"] == "ok"
    assert f"the package {package} is missing" in ended.stdout or package == "numpy"


def test_what_does_not_answer_is_not_waited_for(monkeypatch, impatient):
    for name in ("slow", "slower"):
        hanging = types.SimpleNamespace(checks=lambda _options: threading.Event().wait(20))
        monkeypatch.setitem(sys.modules, f"mnist_ui.command.doctor.{name}", hanging)
        monkeypatch.setitem(examination.TOPICS, name, name)
    began = time.monotonic()
    first, second, last = examination.examine(types.SimpleNamespace(), ["slow", "slower", "Python"])[:3]
    assert time.monotonic() - began < 5
    assert first.found == "Nothing came for 0.3 s: a disk or a server does not answer."
    assert second.found == "Nothing came for 0.1 s: a disk or a server does not answer."
    assert last.state is State.OK


def test_work_is_no_silence(monkeypatch, impatient):
    def busy(_options):
        until = time.process_time() + 0.6
        while time.process_time() < until:
            sum(range(1000))
        return [ok("busy", "Done.")]

    monkeypatch.setitem(sys.modules, "mnist_ui.command.doctor.busy", types.SimpleNamespace(checks=busy))
    monkeypatch.setitem(examination.TOPICS, "busy", "busy")
    assert examination.examine(types.SimpleNamespace(), ["busy"]) == [ok("busy", "Done.")]


class Terminal(io.StringIO):
    """What looks like a terminal."""

    encoding = "ascii"

    def isatty(self):
        return True


CHECKS = [ok("Fine", "All of it."), note("So", "It is so. " * 12), trouble("Bad", "Ünd\x1b[2J so.", "Mend it.")]


def test_colours_are_for_terminals(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert told(CHECKS, Terminal()).startswith("\x1b[32mok\x1b[0m       Fine  All of it.")
    assert "\x1b" not in told(CHECKS, io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in told(CHECKS, Terminal())


def test_lines_fit_and_names_of_files_do_nothing_to_the_terminal():
    lines = told(CHECKS, Terminal() if os.environ.get("NO_COLOR") else io.StringIO()).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[0] == "ok       Fine  All of it."
    assert lines[-3] == "trouble  Bad   " + "Ünd\\x1b[2J so. Mend it.".encode("ascii", "backslashreplace").decode()
    assert lines[-1] == "1 in trouble, 1 to note, 1 ok."


def test_the_last_sentence_of_an_error_is_what_to_do():
    assert of_error("Model", ValueError("It is so. Mend it.")) == Check("Model", State.TROUBLE, "It is so.", "Mend it.")
    assert of_error("Model", ValueError("")) == Check("Model", State.TROUBLE, "ValueError.", "")


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
