"""What tests of datasets share."""

import pytest

from tests.datasets.server import Server


@pytest.fixture
def served(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    server = Server(folder)
    server.folder = folder
    yield server
    server.close()
