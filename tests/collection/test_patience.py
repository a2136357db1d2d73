"""How long a server is waited for, without a server."""

import threading
import time

import pytest
from sqlalchemy import exc

from mnist_core.collection import patience
from mnist_core.collection.patience import Patience, grant, waits
from mnist_core.errors import CollectionError


def be_silent() -> None:
    """What a connection does that waits in vain."""
    own = waits()
    assert own is not None
    own.left_s = -1.0
    raise exc.OperationalError("", None, Exception("the server does not answer"))


def test_all_waits_of_a_reading_have_so_many_seconds_together():
    with Patience().waiting(be_silent):
        own = waits()
        assert own is not None
        assert own.left_s == patience.ANSWER_TIMEOUT_S == 4.0
        grant(60)
        assert own.left_s == 60
        grant(1)
        assert own.left_s == 60
        threads = [threading.Thread(target=lambda: found.append(waits()))]
        found: list[object] = []
        threads[0].start()
        threads[0].join()
        assert found == [None]
    assert waits() is None


def test_after_a_silence_nobody_waits_until_the_server_answers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(patience, "ASKED_EVERY_S", 0.01)
    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        if len(asked) < 5:
            be_silent()
        if len(asked) == 5:
            raise exc.OperationalError("", None, Exception("connection refused"))  # that is an answer, too

    with_server = Patience()
    with pytest.raises(exc.OperationalError), with_server.waiting(ask):
        be_silent()
    with pytest.raises(CollectionError, match="does not answer"), with_server.waiting(ask):
        pytest.fail("nobody should wait")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            with with_server.waiting(ask):
                break
        except CollectionError:
            time.sleep(0.01)
    assert len(asked) == 5


def test_what_fails_for_another_reason_is_no_silence():
    with_server = Patience()
    for error in (ZeroDivisionError, CollectionError):
        with pytest.raises(error), with_server.waiting(be_silent):
            raise error
    with with_server.waiting(be_silent):
        pass
