"""The page for searches as Streamlit runs it; workers only wait, and what they would tell is written by the test."""

import re
import shutil

import pytest

from mnist_core import jobs
from mnist_core.jobs.job import append_event
from mnist_core.owners import KEEPER
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import TRAIN, RunSettings
from mnist_core.training.speeds import write_speeds
from mnist_core.tuning.results import RESULTS
from mnist_core.tuning.searches import TUNE, settings_of, start_search
from mnist_core.tuning.settings import SearchSettings, config_of, search_settings
from mnist_core.tuning.space import HYPERPARAMETERS, Choices, Range
from mnist_ui.tune.searching import quick_example
from tests.pages import html
from tests.searches import REASON, SETTINGS, TRIALS, ended, running, search, trial


@pytest.fixture
def tune(app, fresh_home, idle_workers):
    """The page on a machine that has been measured."""
    write_speeds(dict.fromkeys(PRESETS, 0.001))

    def visit(**parameters):
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.switch_page("pages/tune.py").run()

    return visit


def button(app, label):
    return next(each for each in app.button if each.label == label)


def labels(app):
    return [each.label for each in app.button]


def facts(app):
    """The numbers that the page shows, by name."""
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html(app)))


def table(app):
    return app.dataframe[0].value.to_dict("records")


def searched(app):
    """What has been queued."""
    return [job for job in jobs.all_jobs() if job.kind == TUNE]


def test_a_first_visit_says_what_a_search_is_for_and_offers_one(tune):
    app = tune()
    assert not app.exception
    assert not app.error
    assert "Nobody can tell beforehand" in app.markdown[0].value
    assert len(app.radio[0].proto.captions) == 3
    assert facts(app) == {"Combinations": "countless", "Time at most": "about 16 min"}
    assert "Memory: about 1.4 GB" in [each.value for each in app.caption]
    assert not button(app, "Start the search").disabled
    assert [each.label for each in app.toggle if each.value] == [
        known.label for known in HYPERPARAMETERS.values() if known.is_standard
    ]


def test_the_quick_example_starts_with_one_click(tune):
    app = tune()
    button(app, "Quick example").click().run()
    assert not app.exception
    (job,) = searched(app)
    assert settings_of(job) == quick_example()
    assert app.query_params["search"] in (job.id, [job.id])
    assert "quick-example: is searching" in app.header[0].value


def test_what_is_chosen_is_what_is_searched(tune):
    app = tune()
    app.select_slider(key="tune-classic-filters-range").set_value((16, 32))
    app.toggle(key="tune-classic-dropout").set_value(False)
    app.toggle(key="tune-classic-kernel").set_value(True)
    app.radio[0].set_value("random")
    app.selectbox(key="tune-objective").set_value("val_loss")
    app.number_input(key="tune-classic-trials").set_value(7)
    app.text_input(key="tune-name").set_value("wide ones").run()
    button(app, "Start the search").click().run()
    assert not app.exception
    (job,) = searched(app)
    found = settings_of(job)
    assert job.title == "wide ones"
    assert dict(found.space.dimensions) == {
        "filters": Range(16, 32, 8),
        "dense": Range(32, 256, 32),
        "learning_rate": Range(0.0003, 0.01, log=True),
        "kernel": Choices((2, 3, 4)),
    }
    assert (found.tuner, found.objective, found.max_trials) == ("random", "val_loss", 7)


def test_the_form_begins_with_the_standard_search(tune):
    app = tune()
    button(app, "Start the search").click().run()
    assert settings_of(searched(app)[0]) == SearchSettings()


def test_an_impossible_range_is_said_there_and_nothing_is_lost(tune):
    app = tune()
    app.select_slider(key="tune-classic-dense-range").set_value((64, 128))
    app.select_slider(key="tune-classic-filters-range").set_value((32, 32)).run()
    assert "A range must begin below its end" in app.error[0].value
    assert button(app, "Start the search").disabled
    app.select_slider(key="tune-classic-filters-range").set_value((16, 32)).run()
    assert not app.error
    assert not button(app, "Start the search").disabled
    assert app.select_slider(key="tune-classic-dense-range").value == (64, 128)


def test_a_space_with_one_point_is_said_and_cannot_be_searched(tune):
    app = tune()
    for name in ("filters", "dense", "dropout", "learning_rate"):
        app.toggle(key=f"tune-classic-{name}").set_value(False)
    app.run()
    assert "There is nothing to search" in app.error[0].value
    assert button(app, "Start the search").disabled


def test_values_that_do_not_fit_the_network_are_said(tune):
    app = tune()
    app.toggle(key="tune-classic-kernel").set_value(True).run()
    app.multiselect(key="tune-classic-kernel-values").set_value(["3", "7"]).run()
    assert "do not fit" in app.error[0].value
    assert button(app, "Start the search").disabled


def test_a_network_of_fixed_design_has_fewer_choices(tune):
    app = tune()
    app.selectbox(key="tune-preset").set_value("lenet-5").run()
    assert not app.exception
    assert [each.label for each in app.toggle] == ["Learning rate", "Augmentation strength", "Batch size"]
    assert any("layers of this network are fixed" in each.value for each in app.caption)
    app.toggle(key="tune-lenet-5-batch_size").set_value(True).run()
    button(app, "Start the search").click().run()
    assert settings_of(searched(app)[0]) == search_settings("lenet-5")


def test_fewer_points_than_trials_are_said(tune):
    app = tune()
    for name in ("dense", "dropout", "learning_rate"):
        app.toggle(key=f"tune-classic-{name}").set_value(False)
    app.run()
    assert facts(app)["Combinations"] == "6"
    assert any("There are only 6 combinations" in each.value for each in app.caption)


def test_choices_last_for_the_session(tune):
    app = tune()
    app.select_slider(key="tune-classic-filters-range").set_value((8, 16)).run()
    app.switch_page("pages/train.py").run()
    app.switch_page("pages/tune.py").run()
    assert app.select_slider(key="tune-classic-filters-range").value == (8, 16)


def test_a_search_shows_how_far_it_is(tune):
    job = running(*TRIALS, trial(5, None, "running", epochs=TRIALS[0].epochs[:1]))
    app = tune(search=job.id)
    assert not app.exception
    assert "mine: is searching" in app.header[0].value
    progress = app.get("progress")[0].proto
    assert progress.text == "Trial 5 of 12, about 20 s left, best so far 97.50 %"
    assert progress.value == round(100 * (4 + 1 / 3) / 12)
    assert any("Now trial 5, epoch 2 of 3: Filters in the first block 8" in each.value for each in app.caption)
    assert [row["trial"] for row in table(app)] == [2, 4, 1, 3, 5]  # best first, those without a score last
    assert [row["status"] for row in table(app)] == ["done", "done", "done", "failed", "is learning"]
    assert table(app)[3]["reason"] == REASON
    assert {"filters", "dropout", "learning_rate", "batch_normalization", "kernel"} <= set(table(app)[0])
    button(app, "Stop and use the best").click().run()
    assert jobs.find(job.id).wish == "stop"
    assert "ends, keeping what it found" in app.header[0].value


def test_without_any_score_there_is_nothing_to_stop_for(tune):
    app = tune(search=running().id)
    assert not app.exception
    assert button(app, "Stop and use the best").disabled
    assert "Starting up" in app.get("progress")[0].proto.text
    button(app, "Cancel").click().run()
    assert jobs.find(searched(app)[0].id).wish == "cancel"


def test_a_search_goes_on_where_it_was_read_last(tune):
    job = running(TRIALS[0])
    app = tune(search=job.id)
    assert len(table(app)) == 1
    append_event(job.folder, "trial ended", trial=TRIALS[1].to_json(), seconds=4.0)
    append_event(job.folder, "importance", shares={"filters": 1.0}, spreads={"filters": 0.1}, trials=8)
    app.run()
    assert [row["trial"] for row in table(app)] == [2, 1]
    assert "from 8 trials" in " ".join(each.value for each in app.caption)
    assert "100 % ± 10" in html(app)


def test_what_it_waits_for_is_said(tune):
    jobs.start(TRAIN, "long run", RunSettings(PRESETS["quick"].config, "quick").to_json())
    app = tune(search=start_search(SETTINGS).id)
    assert "mine: waits for its turn" in app.header[0].value
    assert app.info[0].value == "It begins once long run is done."


def test_other_data_than_wanted_is_said(tune):
    job = running()
    used = SearchSettings(base=SETTINGS.base, images=0).to_json()
    told = {"trials": [], "seconds": 0.0, "images": 800, "validation": 200}
    other = start_search(SearchSettings(name="on mnist"))
    jobs.cancel(job.id, KEEPER, at_once=True)
    while jobs.find(other.id).state != "running":
        jobs.all_jobs()
    append_event(other.folder, "searching", settings=used, **told)
    app = tune(search=other.id)
    assert "could not be had" in app.info[0].value


def test_a_search_that_was_deleted_meanwhile_is_said(tune):
    job = running(*TRIALS)
    app = tune(search=job.id)
    shutil.rmtree(job.folder)
    app.run()
    assert not app.exception
    assert "is not there any more" in app.warning[0].value
    assert button(app, "Start the search")


@pytest.mark.parametrize("name", ["../../etc", "x" * 500, "20991231-235959-000000", "[a](//b)"])
def test_an_address_that_names_no_search_is_said(tune, name):
    app = tune(search=name)
    assert not app.exception
    assert "is not there any more" in app.warning[0].value


def test_an_ended_search_shows_its_best_and_trains_it_fully(tune):
    app = tune(search=ended().id)
    assert not app.exception
    assert app.header[0].value == "mine: 97.50 % at best"
    assert "All trials are done." in app.markdown[0].value
    assert "1 trial failed" in app.markdown[0].value
    assert facts(app)["Filters in the first block"] == "12"
    assert "65 % ± 5" in html(app)
    button(app, "Train the best one fully").click().run()
    assert not app.exception
    (run,) = (job for job in jobs.all_jobs() if job.kind == TRAIN)
    config = config_of(SETTINGS, TRIALS[1].values)
    assert RunSettings.from_json(run.settings).config == config
    assert app.title[0].value == "Teach a network"
    assert f"{config.name}: learning" in app.header[0].value
    assert app.query_params["run"] in (run.id, [run.id])


def test_any_trial_can_be_chosen_and_trained(tune):
    job = ended()
    app = tune(search=job.id)
    app.session_state["_chosen_trials"] = {job.id: TRIALS[3].id}
    app.run()
    assert any(each.value.startswith("**Trial 4** (95.00 %): ") for each in app.markdown)
    button(app, "Train this one fully").click().run()
    (run,) = (each for each in jobs.all_jobs() if each.kind == TRAIN)
    assert RunSettings.from_json(run.settings).config == config_of(SETTINGS, TRIALS[3].values)


def test_a_failed_trial_says_why_and_cannot_be_trained(tune):
    job = ended()
    app = tune(search=job.id)
    app.session_state["_chosen_trials"] = {job.id: TRIALS[2].id}
    app.run()
    assert REASON in app.warning[0].value
    assert "Train this one fully" not in labels(app)


def test_an_ended_search_can_be_gone_on_with(tune):
    job = ended()
    shutil.copytree(job.folder, job.folder / "project", ignore=shutil.ignore_patterns("project"))
    app = tune(search=job.id)
    app.number_input(key=f"more-{job.id}").set_value(5)
    button(app, "Go on").click().run()
    assert not app.exception
    assert not app.error
    newer = next(each for each in searched(app) if each.id != job.id)
    assert newer.settings["goes_on"] == job.id
    assert settings_of(newer).max_trials == search().finished + 5
    assert app.query_params["search"] in (newer.id, [newer.id])


def test_a_search_without_any_score_offers_no_training(tune):
    nothing = search(trials=[TRIALS[2]], importance=None)
    app = tune(search=ended(found=nothing).id)
    assert not app.exception
    assert app.header[0].value == "mine: no trial gave a score"
    assert not [label for label in labels(app) if label.startswith("Train")]


def test_damaged_results_are_said(tune):
    job = ended()
    (job.folder / RESULTS).write_text("{")
    app = tune(search=job.id)
    assert not app.exception
    assert "cannot be read" in app.error[0].value
    assert button(app, "Back to the choices")


def test_a_failed_search_says_why_keeps_its_trials_and_goes_on(tune):
    job = ended("failed", error="The disk is full.")
    app = tune(search=job.id)
    assert "The disk is full." in app.error[0].value
    assert "4 trials are kept" in app.error[0].value
    assert len(table(app)) == 4
    assert "Train its best one fully" in labels(app)
    button(app, "Go on where it was").click().run()
    assert jobs.find(job.id).is_active


def test_earlier_searches_are_listed_opened_and_removed(tune):
    job = ended()
    app = tune()
    line = next(each.value for each in app.markdown if each.value.startswith("**mine**"))
    assert "97.50 % at best, 4 trials" in line
    button(app, "Open").click().run()
    assert app.header[0].value == "mine: 97.50 % at best"
    button(app, "Back to the choices").click().run()
    app.button(key=f"away-{job.id}").click().run()
    assert not app.exception
    assert searched(app) == []


def test_the_train_page_links_to_it(tune, app):
    tune()
    app.switch_page("pages/train.py").run()
    assert any(each.proto.page.endswith("tune") for each in app.get("page_link"))
