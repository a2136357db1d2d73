"""What is said and refused where an extra is not installed, and what works all the same."""

import numpy as np
import pytest

from mnist_core import extras, jobs, load_dataset
from mnist_core.collection.database import Database
from mnist_core.errors import ExtraError
from mnist_core.extras import POSTGRESQL, TRAIN, check_installed, is_installed
from mnist_core.jobs.kinds import KINDS
from mnist_core.language import languages, spoken
from mnist_core.maps.embedding import MapConfig
from mnist_core.maps.finding import MAP
from mnist_core.maps.umap_fit import umap_coordinates
from mnist_core.owners import KEEPER
from mnist_core.survey.finding import ANOMALIES, COMPONENTS

# Of a checkout; `tests/package` has what the installed package says.
COMMAND = "pip install -r requirements.txt"


@pytest.fixture
def light(monkeypatch, fresh_home):
    """The base install, in a data home with nothing in it."""
    added = {*TRAIN.packages, *POSTGRESQL.packages}
    find_spec = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name in added else find_spec(name))
    is_installed.cache_clear()
    yield
    is_installed.cache_clear()


def test_here_all_extras_are_installed():
    assert is_installed(TRAIN)
    assert is_installed(POSTGRESQL)
    check_installed(TRAIN)


def test_what_is_missing_is_said_with_the_command_in_every_language(light):
    for language in languages():
        with spoken(language), pytest.raises(ExtraError) as refused:
            check_installed(TRAIN)
        assert COMMAND in str(refused.value)


@pytest.mark.parametrize("kind", ["train", "measure", "labels", "film", "tune"])
def test_work_that_needs_the_extra_is_refused_before_it_waits(light, kind):
    with pytest.raises(ExtraError, match="TensorFlow"):
        jobs.start(kind, "Something", {})
    assert jobs.all_jobs() == []


def test_the_kinds_that_need_it_are_those_whose_modules_import_it():
    assert {kind for kind, record in KINDS.items() if record.extra} == {"train", "measure", "labels", "film", "tune"}


def test_a_job_that_waited_is_not_gone_on_with(monkeypatch, fresh_home, without_workers):
    job = jobs.start("labels", "Something", {})
    jobs.cancel(job.id, KEEPER)
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    is_installed.cache_clear()
    with pytest.raises(ExtraError):
        jobs.resume(job.id, KEEPER)
    is_installed.cache_clear()
    assert jobs.find(job.id).state == "cancelled"


def test_components_are_found_without_the_detectors(light, without_workers):
    digits = load_dataset("uci-digits")
    with pytest.raises(ExtraError):
        ANOMALIES.ask(KEEPER, digits)
    assert COMPONENTS.start(KEEPER, digits).kind == "survey"


def test_a_map_needs_it_for_umap_alone(light, without_workers):
    digits = load_dataset("uci-digits")
    config = MapConfig(dataset="uci-digits", source="pixels", split="all", points=300)
    with pytest.raises(ExtraError):
        MAP.start(KEEPER, config, digits)
    with pytest.raises(ExtraError):
        umap_coordinates(np.zeros((300, 2), np.float32), config)
    assert MAP.start(KEEPER, MapConfig.from_json(config.to_json() | {"method": "pca"}), digits).kind == "embed"


def test_a_postgresql_server_without_a_driver_is_refused(light, monkeypatch):
    from sqlalchemy.engine import make_url

    with pytest.raises(ExtraError, match="PostgreSQL"):
        Database(make_url("postgresql+psycopg://127.0.0.1:9/none"))


def test_pages_say_what_they_need_and_nothing_is_begun(light, app):
    app.run()
    for page in ("train", "tune"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert not app.error
        assert [info.value for info in app.info if "TensorFlow" in info.value]
    assert jobs.all_jobs() == []


def test_the_button_to_train_says_what_it_needs(light, app):
    app.run()
    app.switch_page("pages/train.py").run()
    next(button for button in app.button if button.label == "Start training").click().run()
    assert not app.exception
    [error] = app.error
    assert "This is not installed here." in error.value
    assert jobs.all_jobs() == []
