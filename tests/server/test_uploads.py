"""Files that browsers upload, and Streamlit's store of them."""

import asyncio
from types import SimpleNamespace

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from mnist_core.errors import ConfigError
from mnist_ui.client import PROXIES_VARIABLE
from mnist_ui.server import uploads
from mnist_ui.server.streamlit_files import MOST_OFFERED, Files
from mnist_ui.server.uploads import ALL_VARIABLE, MEGA, SESSION_VARIABLE, AskedUploads
from tests.server.asking import asked, run, scope_of


@pytest.fixture
def running(monkeypatch, tmp_path):
    """A runtime of Streamlit as an app makes it, which does not run."""
    script = tmp_path / "app.py"
    script.write_text("")
    monkeypatch.setattr(Runtime, "_instance", None)
    runtime = st.App(script)._create_runtime()
    yield runtime
    uploads._files_of.cache_clear()


@pytest.fixture
def open_sessions(running, monkeypatch):
    """Sessions whose websocket is open."""
    opened = set()
    monkeypatch.setattr(running, "is_active_session", opened.__contains__)
    return opened


@pytest.fixture
def files(running, open_sessions):
    return Files(running)


def stored(running, session, name, size):
    running.uploaded_file_mgr.add_file(session, UploadedFileRec(name, name, "image/png", bytes(size)))


def offered(running, session, count=1):
    given = running.uploaded_file_mgr.get_upload_urls(session, [f"{number}.png" for number in range(count)])
    return [each.file_id for each in given]


def test_an_id_is_good_in_its_own_open_session_alone(files, running, open_sessions):
    open_sessions |= {"mine", "other"}
    (given,) = offered(running, "mine")
    assert files.is_offered("mine", given)
    assert not files.is_offered("other", given)
    assert not files.is_offered("mine", "invented")
    assert not files.is_offered("nobody", given)
    open_sessions.remove("mine")
    assert not files.is_offered("mine", given)


def test_only_so_many_ids_are_remembered(files, running, open_sessions):
    open_sessions.add("mine")
    first, *_, last = offered(running, "mine", MOST_OFFERED + 1)
    assert not files.is_offered("mine", first)
    assert files.is_offered("mine", last)


def test_what_is_held_is_known_and_the_oldest_is_dropped(files, running):
    stored(running, "mine", "first", 10)
    stored(running, "mine", "second", 5)
    stored(running, "other", "third", 1)
    assert files.held() == {"mine": 15, "other": 1}
    assert files.drop_oldest("mine") == 10
    assert files.held() == {"mine": 5, "other": 1}
    assert files.drop_oldest("nobody") == 0


def test_files_of_sessions_that_ended_are_freed_and_of_those_that_may_come_back_are_not(files, running):
    clock = [0.0]
    manager = running._session_mgr
    manager._session_storage._cache._timer = lambda: clock[0]
    for session in ("ended", "away"):
        stored(running, session, "photo", 10)
        offered(running, session)
    gone, away = (SimpleNamespace(id=session) for session in ("ended", "away"))
    manager._session_storage.save(SessionInfo(client=None, session=gone, script_run_count=0))
    clock[0] = 100.0
    manager._session_storage.save(SessionInfo(client=None, session=away, script_run_count=0))
    assert not files.forget_ended()
    assert files.held() == {"ended": 10, "away": 10}  # a browser that comes back finds its file
    clock[0] = st.get_option("server.disconnectedSessionTTL") + 1.0
    assert not files.forget_ended()
    assert files.held() == {"away": 10}
    assert list(files._offered) == ["away"]
    assert len(manager._session_storage._cache._data) == 1
    clock[0] *= 3
    assert files.forget_ended()  # that was the last one
    assert not files.forget_ended()
    assert files.held() == {}


def test_the_pieces_of_streamlit_that_are_used_are_where_they_were(running):
    store, manager = running.uploaded_file_mgr, running._session_mgr
    for name in ("get_upload_urls", "get_files", "remove_file", "remove_session_files", "file_storage"):
        assert hasattr(store, name)
    assert manager.list_sessions() == []
    assert manager._session_storage._cache.expire() == []


class Shop:
    """An application that keeps what it is sent, behind the middleware."""

    def __init__(self, running):
        self.running, self.read = running, 0
        app = Starlette(routes=[Route("/_stcore/upload_file/{session}/{file}", self.keep, methods=["PUT", "DELETE"])])
        self.served = AskedUploads(app)

    async def keep(self, request):
        body = b""
        async for part in request.stream():
            self.read += len(part)
            body += part
        session, file = request.path_params["session"], request.path_params["file"]
        record = UploadedFileRec(file, file, "image/png", body)
        self.running.uploaded_file_mgr.add_file(session, record)
        return PlainTextResponse("kept")

    async def put(self, session, file, size, client="1.2.3.4", announced=True):
        headers = {"content-length": str(size)} if announced else {}
        scope = scope_of(f"/_stcore/upload_file/{session}/{file}", "PUT", headers, client)
        return await asked(self.served, scope, [bytes(MEGA)] * (size // MEGA) + [b""])

    def send(self, session, size, **about):
        (file,) = offered(self.running, session)
        return run(self.put(session, file, size, **about)).status


@pytest.fixture
def shop(running, open_sessions, monkeypatch):
    monkeypatch.setenv(SESSION_VARIABLE, "4")
    monkeypatch.setenv(ALL_VARIABLE, "12")
    monkeypatch.delenv(PROXIES_VARIABLE, raising=False)
    open_sessions |= {f"session {number}" for number in range(10)}
    uploads._files_of.cache_clear()
    shop = Shop(running)
    uploads.held_files()
    return shop


def held(shop):
    return {session: size // MEGA for session, size in uploads.held_files().held().items() if size}


def test_a_file_that_a_page_asked_for_is_let_in(shop):
    assert shop.send("session 1", 2 * MEGA) == 200
    assert held(shop) == {"session 1": 2}


@pytest.mark.parametrize("session", ["session 1", "nobody"])
def test_an_invented_id_is_refused_before_the_body_is_read(shop, session):
    answer = run(shop.put(session, "invented", 3 * MEGA))
    assert answer.status == 403
    assert "asked for this file" in answer.text
    assert shop.read == 0


def test_other_requests_pass(shop):
    scope = scope_of("/_stcore/upload_file/session 1/invented", "DELETE")
    assert run(asked(shop.served, scope)).status == 200


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_beyond_a_sessions_room_is_refused(shop, announced):
    assert shop.send("session 1", 5 * MEGA, announced=announced) == 413
    assert held(shop) == {}
    assert shop.read <= (0 if announced else 5 * MEGA)


def test_a_sessions_older_files_make_room_for_newer_ones(shop):
    for _ in range(5):
        assert shop.send("session 1", 2 * MEGA) == 200
    assert held(shop) == {"session 1": 4}


@pytest.mark.parametrize("announced", [True, False])
def test_one_address_may_have_half_and_others_still_have_room(shop, announced):
    greedy = [shop.send(f"session {number}", 3 * MEGA, announced=announced) for number in range(5)]
    assert greedy == [200, 200, 413, 413, 413]
    assert shop.send("session 6", 3 * MEGA, client="5.6.7.8") == 200
    assert shop.send("session 7", 3 * MEGA, client="5.6.7.8") == 200
    assert shop.send("session 8", 1 * MEGA, client="9.9.9.9") == 413
    assert sum(held(shop).values()) == 12


def test_a_session_that_ended_makes_room_for_its_address(shop):
    assert [shop.send(f"session {number}", 3 * MEGA) for number in range(3)] == [200, 200, 413]
    shop.running.uploaded_file_mgr.remove_session_files("session 0")
    assert shop.send("session 3", 3 * MEGA) == 200


def test_files_that_are_coming_in_count(shop):
    async def both():
        first, second = offered(shop.running, "session 1"), offered(shop.running, "session 2")
        scope = scope_of(f"/_stcore/upload_file/session 1/{first[0]}", "PUT", {"content-length": str(4 * MEGA)})
        slow = asyncio.create_task(shop.served(scope, asyncio.Event().wait, None))  # its body never comes
        await asyncio.sleep(0.02)
        during = await shop.put("session 2", second[0], 3 * MEGA, client="127.0.0.1")
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        return during.status, (await shop.put("session 2", second[0], 3 * MEGA, client="127.0.0.1")).status

    assert run(both()) == (413, 200)


def test_before_the_app_runs_nothing_is_looked_at(monkeypatch):
    monkeypatch.setattr(Runtime, "_instance", None)
    assert uploads.held_files() is None


def test_the_store_of_the_same_runtime_is_asked_once(running):
    uploads._files_of.cache_clear()
    assert uploads.held_files() is uploads.held_files()


@pytest.mark.parametrize(
    ("variable", "limit"), [(SESSION_VARIABLE, uploads.most_bytes_of_a_session), (ALL_VARIABLE, uploads.most_bytes)]
)
def test_a_wrong_limit_is_said(monkeypatch, variable, limit):
    monkeypatch.setenv(variable, "0")
    with pytest.raises(ConfigError, match=variable):
        limit()


def test_freeing_goes_on_after_a_failure(files, running, monkeypatch, caplog):
    monkeypatch.setattr(uploads, "SWEEP_S", 0.01)
    monkeypatch.setattr(uploads, "held_files", lambda: files)
    looked, told = [], []

    def forget():
        looked.append(len(looked))
        if len(looked) == 1:
            raise ZeroDivisionError
        return True

    monkeypatch.setattr(files, "forget_ended", forget)

    async def sweep():
        sweeping = asyncio.create_task(uploads.free_ended(lambda: told.append(len(looked))))
        await asyncio.sleep(0.3)
        sweeping.cancel()

    run(sweep())
    assert len(looked) > 1
    assert "free_ended" in caplog.text
    assert told[0] == 2  # the first look failed
