"""What jobs are at, in other languages; and the names of maps that nobody named."""

from pathlib import Path

import pytest

from mnist_core import language
from mnist_core.jobs import stages
from mnist_core.maps.embedding import MapConfig
from mnist_core.maps.library import LONGEST_NAME, MapInfo, shown_name, standard_name
from mnist_core.tuning.reasons import REASONS

FIGURES = {"part": 2, "parts": 5, "round": 7, "rounds": 200, "maps": 9, "digits": "1,000"}
FIGURES |= {"number": 5, "count": 12, "epoch": 3, "times": 2}
SCORES = {"97.50 %": "97,50\xa0%", "0.1234": "0,1234"}
MAP = "{method} of pixels, {dimensions}D"


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A catalogue in which every stage and the name of a map are turned round."""
    texts = [*stages.STAGES, *REASONS, MAP]
    entries = "".join(f'\nmsgid "{text}"\nmsgstr "<{text}>"\n' for text in texts)
    (tmp_path / "de.po").write_text(
        f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n{entries}', "utf-8"
    )
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    with language.spoken("de"):
        yield


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("stage", stages.STAGES)
def test_a_stage_told_in_english_is_shown_in_the_visitors_language(german, stage, score):
    told = stage.format(**FIGURES, score=score)
    assert stages.in_words(told) == f"<{told.replace(',000', '.000').replace(score, SCORES[score])}>"


@pytest.mark.parametrize("reason", REASONS)
def test_why_a_trial_failed_is_shown_in_the_visitors_language(german, reason):
    told = reason.format(**FIGURES)
    assert stages.in_words(told) == told
    assert stages.in_words(told, REASONS) == f"<{told}>"


@pytest.mark.parametrize("told", ["", "Fold 3 of 5", "Part one of {parts}", "The map is ready. Or not."])
def test_what_is_no_stage_is_shown_as_it_is(german, told):
    assert stages.in_words(told) == told


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("stage", stages.STAGES)
def test_english_is_as_it_was_told(stage, score):
    told = stage.format(**FIGURES, score=score)
    assert stages.in_words(told) == told


def test_a_map_that_nobody_named_is_named_in_the_visitors_language_and_kept_in_english(german):
    config = MapConfig(source="pixels")
    assert standard_name(config) == "UMAP of pixels, 3D"

    def shown(name: str) -> str:
        return shown_name(MapInfo("0" * 16, name, config, 100, None))

    assert shown("UMAP of pixels, 3D") == "<UMAP of pixels, 3D>"
    assert shown("UMAP of pixels, 3D (2)") == "<UMAP of pixels, 3D> (2)"
    assert shown("Mine") == "Mine"


def test_no_name_of_a_map_is_too_long():
    assert len(standard_name(MapConfig(model="m" * 200))) == LONGEST_NAME
