"""What is asked of glibc, and that nothing is where there is another C library."""

import ctypes
import sys
from types import SimpleNamespace

import pytest

from mnist_ui.server import heap


@pytest.fixture(autouse=True)
def looked_for_anew():
    heap._glibc.cache_clear()
    yield
    heap._glibc.cache_clear()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")
def test_glibc_takes_what_it_is_asked(monkeypatch):
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "gnu_get_libc_version"):
        pytest.skip("another C library")
    assert libc.mallopt(heap._M_ARENA_MAX, heap.ARENAS) == 1
    heap.share_arenas()
    heap.give_back()


def raising(error):
    def fail(_name):
        raise error

    return fail


@pytest.mark.parametrize("found", [lambda _name: SimpleNamespace(), raising(TypeError), raising(OSError)])
def test_another_c_library_is_left_alone(monkeypatch, found):
    monkeypatch.setattr(heap.ctypes, "CDLL", found)
    heap.share_arenas()
    heap.give_back()
    assert heap._glibc() is None


def test_only_the_limit_of_the_arenas_is_set(monkeypatch):
    asked = []
    libc = SimpleNamespace(gnu_get_libc_version=None, mallopt=lambda *of: asked.append(of), malloc_trim=asked.append)
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda _name: libc)
    heap.share_arenas()
    heap.give_back()
    assert asked == [(-8, 2), 0]
