"""Where docs/build/extending.md has added a preset, visitors choose it, in their language, and have it trained."""

import pytest

from mnist_core import jobs
from mnist_core.training.presets import PRESETS
from mnist_core.training.run_settings import RunSettings
from mnist_core.training.speeds import write_speeds

NAME = "downhill"
IN_ENGLISH = "Plain downhill", "The classic network, taught by small steps downhill alone (SGD)."
IN_GERMAN = "Einfach bergab", "Das klassische Netz, allein durch kleine Schritte bergab angelernt (SGD)."


@pytest.fixture
def train(app, fresh_home, idle_workers):
    """Opens the Train page on a machine that has been measured."""

    def open_page(**parameters):
        write_speeds(dict.fromkeys(PRESETS, 0.001))
        app.query_params.update(parameters)
        app.run()
        page = app.switch_page("pages/train.py").run()
        assert not page.exception
        assert not page.error
        return page

    return open_page


@pytest.mark.parametrize(("language", "words"), [("en", IN_ENGLISH), ("de", IN_GERMAN)])
def test_it_is_in_train_with_its_words(train, language, words):
    title, description = words
    (radio,) = train(lang=language).radio
    assert radio.options[-1] == title
    assert radio.proto.captions[-1].startswith(description)


def test_it_is_chosen_and_trained(train):
    page = train()
    page.radio[0].set_value(NAME).run()
    assert page.query_params["preset"] in (NAME, [NAME])
    next(each for each in page.button if each.label == "Start training").click().run()
    assert not page.exception
    (job,) = jobs.all_jobs()
    settings = RunSettings.from_json(job.settings)
    assert (settings.preset, settings.config) == (NAME, PRESETS[NAME].config)
    assert (settings.config.network, settings.config.optimizer, settings.config.epochs) == ("classic", "sgd", 12)
