"""The Map page as Streamlit runs it. What the browser would send of the map is given in its place."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from mnist_core import jobs, load_dataset, paths
from mnist_core.jobs.job import write_state
from mnist_core.maps import shipped as shipped_maps
from mnist_core.maps.embedding import MapConfig
from mnist_core.maps.film import Film
from mnist_core.maps.finding import FILM, MAP
from mnist_core.maps.library import all_maps, delete_map, load_map, save_map
from mnist_core.maps.placing import drawing_vector
from mnist_core.model.bundle import MAPS, model_folder
from mnist_core.model.recognizer import load_recognizer
from mnist_core.owners import KEEPER
from mnist_ui import resources, space
from mnist_ui.map import chart, training_film
from mnist_ui.space import Picked
from tests.pages import with_drawing
from tests.small_maps import POINTS, small_map
from tests.strokes import SEVEN

PAGE = "pages/map.py"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A data home with the digits that came with the app, made ready once."""
    home = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(home))
        load_dataset("uci-digits")
    return home


@pytest.fixture
def maps(fresh_home, prepared, unremembered):
    """Maps that were made here, by what they are of, on a machine without MNIST."""
    shutil.copytree(prepared / "cache", fresh_home / "cache")
    return {
        (source, dimensions): save_map(small_map(source, dimensions), f"{source} {dimensions}")
        for source, dimensions in (("pixels", 3), ("features", 2), ("features", 3))
    }


@pytest.fixture
def shown(monkeypatch):
    """The views that the map's component was given; what a visitor picks can be set."""

    class Shown(list):
        picked = Picked()

        def __call__(self, view, key):
            self.append(view)
            return self.picked

    shown = Shown()
    monkeypatch.setattr(space, "space", shown)
    monkeypatch.setattr(training_film, "space", shown)
    return shown


@pytest.fixture
def page(app, maps, shown, idle_workers):
    """The page with the map of features in three dimensions, or with what else an address names."""

    def visit(strokes=(), **parameters):
        app.query_params["map"] = maps["features", 3]
        for name, value in parameters.items():
            app.query_params[name] = value
        if strokes:
            with_drawing(app, strokes)
        app.switch_page(PAGE).run()
        assert not app.exception
        return app

    return visit


def text(app):
    return " ".join(each.value for each in [*app.markdown, *app.caption, *app.info, *app.warning, *app.error])


def button(app, label):
    return next(each for each in app.button if each.label == label)


def address(app, name):
    value = app.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def test_a_first_visit_shows_the_map_with_its_flat_one_and_says_how_to_begin(page, shown):
    app = page()
    view = shown[-1]
    assert [layout.name for layout in view.layouts] == ["features 3"]
    assert view.flat.coordinates.shape == (POINTS, 2)
    assert view.dataset is None  # MNIST is not here
    assert view.you is None
    assert "You are here" in text(app)
    assert "**93.0** in *features 3*" in text(app)
    assert not app.error
    assert button(app, "Get MNIST (11 MB)")


def test_what_the_model_reads_colours_the_points_without_mnist(page, shown):
    page()
    evaluation = resources.evaluation("default", "mnist")
    label, read, right, novelty = shown[-1].colourings
    assert np.array_equal(read.classes, evaluation.digits[:POINTS])
    assert np.array_equal(right.classes, evaluation.digits[:POINTS] != label.classes)
    assert np.array_equal(shown[-1].sure, evaluation.probability[:POINTS])
    assert len(novelty.names) == 2


@pytest.mark.parametrize("method", ["umap", "pca"])
def test_the_maps_that_came_with_the_app_travel_from_pixels_to_features(page, shown, method):
    if not any(info.is_shipped for info in all_maps()):
        pytest.skip("the shipped model carries no maps yet")
    page(map=method)
    view = shown[-1]
    assert [layout.name for layout in view.layouts] == ["Pixels", "Network"]
    assert len(view) == 10_000
    assert view.flat is not None


def test_points_can_travel_from_another_map_of_the_same_digits(page, shown):
    app = page()
    app.multiselect[0].select("pixels 3").run()
    assert [layout.name for layout in shown[-1].layouts] == ["pixels 3", "features 3"]
    assert "Press **features 3**" in text(app)


def test_a_drawing_is_placed_on_every_map_beside_its_nearest_points(page, shown, maps):
    app = page(SEVEN)
    you = shown[-1].you
    embedding = load_map(maps["features", 3])
    vector = drawing_vector(embedding, app.session_state["_sketch"].digit(), load_recognizer())
    away = np.linalg.norm(embedding.vectors - embedding.reduction.reduced(vector[np.newaxis])[0], axis=1)
    assert list(you.neighbours) == np.argsort(away, kind="stable")[:8].tolist()
    assert [place.shape for place in you.places] == [(3,), (2,)]
    assert "**Your drawing**" in text(app)
    assert f"{len(you.neighbours)} digits most like it" in text(app)


def test_of_a_number_the_last_digit_is_placed(page):
    two = [[(x / 2, y / 2) for x, y in stroke] for stroke in SEVEN]
    app = page([*two, *[[(x + 190, y) for x, y in stroke] for stroke in two]])
    assert "the last of its 2 digits" in text(app)


def test_a_click_opens_the_digit_and_names_it_in_the_address(page, shown):
    shown.picked = Picked(7)
    app = page(SEVEN)
    assert address(app, "image") == "test-7"
    you = shown[-1].you
    assert np.array_equal(you.places[0], shown[-1].layouts[0].coordinates[7])
    assert 7 not in you.neighbours
    assert "Test image 7**, labelled **7**" in text(app)
    button(app, "Back to my drawing").click().run()
    assert "image" not in app.query_params
    assert shown[-1].you.name == "Your drawing"


def test_the_same_point_can_be_clicked_again_after_a_drawing(page, shown):
    shown.picked = Picked(7, click=1)
    app = page(SEVEN)
    button(app, "Back to my drawing").click().run()
    assert "image" not in app.query_params
    shown.picked = Picked(7, click=2)
    app.run()
    assert address(app, "image") == "test-7"


def test_a_link_opens_an_image_at_its_place(page, shown):
    page(image="test-11")
    assert shown[-1].you.name == "Test image 11"


@pytest.mark.parametrize("image", ["nonsense", "test-", "test--1", "train-70000000", "x" * 5000])
def test_an_address_with_another_image_is_said_and_the_map_stays(page, shown, image):
    app = page(image=image)
    assert app.error
    assert shown[-1].you is None


def test_an_address_with_another_map_or_view_is_no_error(page, shown):
    app = page(map="../../etc", view="nothing")
    assert "no map" in app.warning[0].value
    assert shown


def test_an_image_of_another_dataset_is_placed_by_its_pixels(page, shown):
    page(dataset="uci-digits", image="test-3")
    assert shown[-1].you.name == "Test image 3 (coarse scans)"
    assert np.array_equal(shown[-1].you.picture, resources.dataset("uci-digits").images[1438 + 3])


def test_what_is_selected_is_counted_and_listed(page, shown):
    shown.picked = Picked(None, np.array([3, 13, 14]))
    app = page()
    assert "**3 digits are selected:** 2 × 3, 1 × 4." in text(app)
    assert "Table of these" in [each.proto.label for each in app.get("download_button")]


def test_a_map_of_another_model_says_so_and_offers_its_own(page, shown, monkeypatch):
    known = chart.graph_digest("default")
    shutil.copytree(paths.SHIPPED_MODELS / "default", model_folder("other"))
    monkeypatch.setattr(chart, "graph_digest", lambda name: known if name == "default" else "1" * 64)
    app = page(model="other")
    assert "**other**, which may see digits in another way" in text(app)
    assert button(app, "Make a map of other").disabled  # without MNIST


def test_a_map_whose_model_is_gone_says_so_when_a_drawing_is_to_be_placed(page, shown):
    gone = save_map(small_map(graph="2" * 64), "gone")
    app = page(SEVEN, map=gone)
    assert "must be as it was" in app.error[0].value
    assert shown[-1].you is None


def test_a_damaged_map_is_left_out_by_name(page, maps, shown):
    (paths.maps_folder() / maps["features", 3] / "coordinates.npy").write_bytes(b"nonsense")
    app = page()
    assert "coordinates.npy is damaged" in app.error[0].value


def test_damaged_maps_that_came_with_the_app_are_said_above_those_that_were_made_here(page, shown, monkeypatch):
    folder = model_folder("damaged")
    shutil.copytree(paths.SHIPPED_MODELS / "default", folder)
    (folder / MAPS).write_bytes(b"nonsense")
    monkeypatch.setattr(shipped_maps, "model_folder", lambda name: folder)
    app = page()
    assert "The maps that came with the app cannot be shown." in app.error[0].value
    assert MAPS in app.error[0].value
    assert [layout.name for layout in shown[-1].layouts] == ["features 3"]
    page(view="Make a map")
    assert not app.exception


def make(app, **values):
    """Fill in the form of a new map."""
    for name, value in values.items():
        element = app.number_input if isinstance(value, int) else app.selectbox
        element(key=f"map-make-{name}").set_value(value)
    return app.run()


def test_a_new_map_is_started_with_the_settings(page):
    app = page(view="Make a map")
    make(app, source="pixels", dataset="uci-digits", method="umap", neighbours=7, points=200, seed=3)
    app.text_input(key="map-make-name").set_value("Mine").run()
    button(app, "Make it").click().run()
    assert not app.exception
    (job,) = (job for job in jobs.all_jobs() if job.kind == MAP.kind)
    assert job.title == "Mine"
    wanted = MapConfig(source="pixels", dataset="uci-digits", neighbours=7, points=200, seed=3)
    assert MapConfig.from_json(job.settings["config"]) == wanted
    assert "**Mine** is being made." in text(app)
    button(app, "Stop").click().run()
    assert jobs.find(job.id).wish == "cancel"


def test_settings_that_do_not_go_together_are_said_and_cannot_be_started(page):
    app = page(view="Make a map")
    make(app, points=10)
    assert "fewer neighbours than points" in app.error[0].value
    assert "Make it" not in [each.label for each in app.button]
    make(app, points=20)
    assert not app.error
    button(app, "Make it").click().run()  # MNIST is not here
    assert "cannot be had" in app.error[0].value
    assert not jobs.all_jobs()


def test_a_map_made_here_can_be_renamed_and_deleted(page, maps):
    app = page(view="Make a map")
    key = maps["pixels", 3]
    app.selectbox(key="map-kept").set_value(key).run()
    app.text_input(key=f"map-name-{key}").set_value("Ink").run()
    button(app, "Rename it").click().run()
    assert "Ink" in [info.name for info in all_maps()]
    button(app, "Delete it").click().run()
    assert not app.exception
    assert key not in [info.id for info in all_maps()]


def test_a_map_that_is_ready_is_offered_until_it_is_deleted(page, maps):
    key = maps["pixels", 3]
    job = jobs.start(MAP.kind, "Ink", {}, KEEPER)
    write_state(replace(job, state="done", result={"map": key}))
    app = page(view="Make a map")
    app.session_state["_map_jobs"] = {job.id}
    assert "is ready" in text(app.run())
    delete_map(key, KEEPER)
    assert "is ready" not in text(app.run())


def test_without_a_film_it_says_how_to_come_by_one(page, shown):
    app = page(view="Through training")
    assert "There is no film yet" in text(app)
    assert not shown


def test_a_film_is_shown_with_a_step_for_each_epoch(page, shown, monkeypatch):
    rng = np.random.default_rng(0)
    labels, images = np.arange(30, dtype=np.uint8) % 10, np.zeros((30, 28, 28), np.uint8)
    film = Film(rng.normal(size=(3, 30, 3)).astype(np.float32), np.array([0, 1, 4]), labels, images)
    monkeypatch.setattr(training_film, "has_snapshots", lambda name: True)
    monkeypatch.setattr(training_film, "FILM", replace(FILM, load=lambda name, dimensions: film))
    shown.picked = Picked(4)
    app = page(view="Through training")
    assert shown[-1].is_film
    assert [layout.name for layout in shown[-1].layouts] == ["Before training", "Epoch 1", "Epoch 4"]
    assert "labelled **4**" in text(app)


def test_the_page_loads_nothing_heavy(maps):
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
from tests.pages import with_drawing
from tests.strokes import SEVEN
app = with_drawing(AppTest.from_file("streamlit_app.py", default_timeout=60), SEVEN)
app.query_params["map"] = {maps["features", 3]!r}
app.switch_page("pages/map.py").run()
assert not app.exception and not app.error
print(*{{"umap", "numba", "sklearn", "scipy", "tensorflow", "keras"}} & set(sys.modules))
"""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=paths.SHIPPED_MODELS.parent,
        env={**os.environ, "PYTHONPATH": "."},
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == ""
