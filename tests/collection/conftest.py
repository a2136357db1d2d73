"""A collection for each test, in each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mnist_core.collection.collection import Collection
from mnist_core.collection.database import URL_VARIABLE
from mnist_core.collection.opening import close_collections, open_collection
from mnist_core.owners import KEEPER, new_token
from mnist_core.types import Drawing
from tests import postgres
from tests.visitors import reading


@pytest.fixture(params=["sqlite", "postgresql"])
def collection(
    request: pytest.FixtureRequest, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Collection]:
    """An empty collection in each kind of database."""
    if request.param == "sqlite":
        monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{fresh_home / 'visitors.sqlite3'}")
        yield open_collection()
        close_collections()
    else:
        monkeypatch.setenv(URL_VARIABLE, postgres.address())
        opened = open_collection()
        opened.delete_everything(KEEPER)
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a database of each kind in which there is nothing yet, and which `open_collection` opens."""
    is_sqlite = request.param == "sqlite"
    fresh_home.mkdir()
    address = f"sqlite:///{fresh_home / 'visitors.sqlite3'}" if is_sqlite else postgres.address()
    close_collections()
    if not is_sqlite:
        postgres.empty()
    monkeypatch.setenv(URL_VARIABLE, address)
    yield address
    close_collections()
    if not is_sqlite:
        postgres.empty()


@pytest.fixture
def sqlite(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a collection that is not there yet."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    yield fresh_home / "collection.sqlite3"
    close_collections()


@pytest.fixture
def visitors(sqlite: Path) -> list[str]:
    """Forty visitors with three labelled drawings and one without a label each."""
    rng = np.random.default_rng(8)
    owners = [new_token() for _ in range(40)]
    collection = open_collection()
    for index, owner in enumerate(owners):
        for label in (index % 10, 3, 5, None):
            drawing = Drawing.from_strokes([rng.normal(150, 60, (20, 2))])  # no two images are the same
            collection.drawings.add(drawing, reading(7), "default", owner, label)
    return owners
