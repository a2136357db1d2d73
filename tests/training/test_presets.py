"""The presets as records: one more is offered wherever presets are."""

import json
from dataclasses import replace

import pytest

from mnist_core import jobs
from mnist_core.cli import main
from mnist_core.errors import ConfigError, MnistError
from mnist_core.jobs.job import write_state
from mnist_core.model.architecture import Architecture
from mnist_core.owners import KEEPER
from mnist_core.training.presets import PRESETS, Preset, adaptable_titles, config_from_parameters, find_preset
from mnist_core.training.run_settings import RunSettings
from mnist_core.training.speeds import SPEEDS, measure_speeds, read_speeds, write_speeds
from mnist_core.tuning.settings import SearchSettings, search_settings


@pytest.fixture
def newcomer(monkeypatch, fresh_home, idle_workers):
    """One more preset, with layers that can be chosen, on a machine that has been measured."""
    config = replace(
        PRESETS["classic"].config, name="narrow", data=("uci-digits",), architecture=Architecture(4), epochs=3
    )
    preset = Preset("newcomer", "Narrow and quick", "Four filters at first.", config)
    monkeypatch.setitem(PRESETS, "newcomer", preset)
    write_speeds(dict.fromkeys(PRESETS, 0.001))
    return preset


def test_the_presets_are_held_by_their_names():
    assert [(name, preset.name) for name, preset in PRESETS.items()] == [(name, name) for name in PRESETS]
    assert list(PRESETS)[:7] == ["quick", "classic", "lenet-5", "vgg", "resnet", "handwriting", "fine-tune"]
    with pytest.raises(ConfigError, match=r"quick, .*fine-tune.*\. Received: 'best'"):
        find_preset("best")


def test_a_newcomer_is_in_train_with_its_words_and_starts(newcomer, app):
    app.switch_page("pages/train.py").run()
    (radio,) = app.radio
    assert radio.options[-1] == "Narrow and quick"
    assert radio.proto.captions[-1].startswith("Four filters at first. *About 5 s on this machine.*")
    radio.set_value("newcomer").run()
    assert not app.exception
    assert not app.error
    assert app.query_params["preset"] in ("newcomer", ["newcomer"])
    assert app.select_slider(key="newcomer-0-filters").value == 4
    next(each for each in app.button if each.label == "Start training").click().run()
    (job,) = jobs.all_jobs()
    settings = RunSettings.from_json(job.settings)
    assert (settings.preset, settings.config) == ("newcomer", newcomer.config)


def test_a_newcomer_is_a_lesson_in_an_address(newcomer):
    changed = replace(newcomer.config, seed=7)
    assert newcomer.to_parameters(changed) == {"preset": "newcomer", "seed": "7"}
    assert config_from_parameters({"preset": "newcomer", "seed": "7"}) == changed


def test_a_newcomer_is_named_among_those_that_can_be_changed(newcomer, app):
    assert adaptable_titles()[:3] == ["Classic CNN", "VGG-style", "ResNet-style"]
    assert adaptable_titles()[-1] == "Narrow and quick"
    app.query_params["preset"] = "lenet-5"
    app.switch_page("pages/train.py").run()
    assert any(", and *Narrow and quick* can be changed" in each.value for each in app.caption)
    with pytest.raises(ConfigError, match="Narrow and quick"):
        search_settings("quick", space=search_settings("classic").space)


def test_a_newcomer_is_varied_in_tune(newcomer, app):
    app.switch_page("pages/tune.py").run()
    chosen = app.selectbox(key="tune-preset")
    assert chosen.options[-1] == "Narrow and quick"
    chosen.set_value("newcomer").run()
    assert not app.exception
    assert app.toggle(key="tune-newcomer-filters")
    next(each for each in app.button if each.label == "Start the search").click().run()
    (job,) = jobs.all_jobs()
    assert SearchSettings.from_json(job.settings["search"]).base == newcomer.config


def test_the_command_line_offers_a_newcomer(newcomer, capsys):
    assert main(["train", "--preset", "newcomer", "--seed", "7"]) == 0
    (job,) = jobs.all_jobs()
    assert RunSettings.from_json(job.settings).config == replace(newcomer.config, seed=7)
    for command in ("train", "tune"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert ",newcomer" in capsys.readouterr().out.replace(", ", ",")


def test_a_newcomer_is_measured_on_a_machine_that_knows_the_others(newcomer):
    assert measure_speeds() is None
    write_speeds({name: 0.001 for name in PRESETS if name != "newcomer"})
    job = measure_speeds()
    assert (job.kind, job.settings) == (SPEEDS.kind, {"presets": list(PRESETS)})
    # What could not be measured is not tried for ever.
    jobs.cancel(job.id, KEEPER, at_once=True)
    write_state(replace(jobs.find(job.id), state="done"))
    assert measure_speeds() is None


def test_measuring_asks_each_preset_and_leaves_out_what_cannot_be_trained(newcomer, monkeypatch, tmp_path):
    from mnist_core.jobs.worker import Report
    from mnist_core.training import speed_job

    asked = []

    def measured(config, _images, _report):
        asked.append(config)
        if config.start_from:
            raise MnistError("damaged")
        return 0.002

    monkeypatch.setattr(speed_job, "seconds_an_image", measured)
    speed_job.run({}, Report(tmp_path))
    assert asked == [preset.config for preset in PRESETS.values()]
    assert read_speeds() == dict.fromkeys([name for name in PRESETS if name != "fine-tune"], 0.002)
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [event["preset"] for event in events if event["kind"] == "not measured"] == ["fine-tune"]
