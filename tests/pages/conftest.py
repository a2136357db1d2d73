import sys

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import paths
from mnist_core.jobs import queue

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.fixture
def app():
    return AppTest.from_file(str(paths.SHIPPED_MODELS.parent / "streamlit_app.py"), default_timeout=60)


@pytest.fixture
def idle_workers(monkeypatch):
    """Workers that only wait."""
    monkeypatch.setattr(queue, "COMMAND", SLEEPER)
    yield
    for child in queue._children:
        child.kill()
        child.wait()
