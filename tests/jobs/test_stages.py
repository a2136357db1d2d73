"""What jobs are at and why trials fail, in the language of whoever looks; and the names of maps that nobody named."""

from pathlib import Path

import pytest

from mnist_core import language
from mnist_core.jobs import SoFar
from mnist_core.jobs.job import Job, append_event
from mnist_core.jobs.worker import Report
from mnist_core.labels.job import FOLD
from mnist_core.maps.embedding import MapConfig
from mnist_core.maps.library import LONGEST_NAME, MapInfo, shown_name, standard_name
from mnist_core.maps.umap_fit import LAYING_OUT_FILM
from mnist_core.tuning import reasons
from mnist_core.tuning.job import TRIAL_AND_BEST, TRIAL_AND_BEST_SHARE

MAP = "{method} of pixels, {dimensions}D"
STAGES = (FOLD, LAYING_OUT_FILM, TRIAL_AND_BEST, TRIAL_AND_BEST_SHARE)


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A catalogue in which some stages and the name of a map are turned round."""
    texts = [*STAGES, reasons.NOT_A_NUMBER, reasons.OUT_OF_MEMORY, MAP]
    entries = "".join(f'\nmsgid "{text}"\nmsgstr "<{text}>"\n' for text in texts)
    (tmp_path / "de.po").write_text(
        f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n{entries}', "utf-8"
    )
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    with language.spoken("de"):
        yield


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path, "labels", "Any", {}, 0.0, "running", 0.0, 0.0)


@pytest.mark.parametrize(
    ("stage", "figures", "english", "other"),
    [
        (
            FOLD,
            {"part": 2, "parts": 5},
            "Part 2 of 5: a network learns from the other parts, then reads this one",
            "<Part 2 of 5: a network learns from the other parts, then reads this one>",
        ),
        (
            LAYING_OUT_FILM,
            {"maps": 9, "digits": 1000},
            "9 maps of 1,000 digits are laid out together.",
            "<9 maps of 1.000 digits are laid out together.>",
        ),
        (
            TRIAL_AND_BEST,
            {"number": 5, "count": 12, "score": 0.12344},
            "Trial 5 of 12; best so far 0.1234",
            "<Trial 5 of 12; best so far 0,1234>",
        ),
        (
            TRIAL_AND_BEST_SHARE,
            {"number": 5, "count": 12, "share": 0.975},
            "Trial 5 of 12; best so far 97.50 %",
            "<Trial 5 of 12; best so far 97,50\xa0%>",
        ),
    ],
)
def test_a_stage_is_told_as_data_and_shown_in_the_language_of_whoever_looks(
    german, job, stage, figures, english, other
):
    Report(job.folder).tell(1, 4, stage, **figures)
    (event,) = job.events()[0]
    assert (event["stage"], event["figures"]) == (stage, figures)
    far = job.so_far()
    assert far.words == other
    with language.spoken("en"):
        assert far.words == english


@pytest.mark.parametrize("stage", ["", "Fold 3 of 5", "Trial 3 of 12; best so far 97.50 %", "Part one of {parts}", "{"])
def test_a_sentence_of_an_older_version_is_shown_as_it_is(german, job, stage):
    append_event(job.folder, "progress", done=1, total=4, stage=stage)
    assert job.so_far().words == stage


def test_the_newest_figures_of_a_stage_are_told_at_once_and_the_same_ones_are_not(job):
    report = Report(job.folder)
    for part in (1, 1, 2):
        report.tell(1, 4, FOLD, part=part, parts=5)
    assert [event["figures"]["part"] for event in job.events()[0]] == [1, 2]


def test_how_far_a_job_is_without_a_stage():
    assert SoFar(3, 4).words == ""


@pytest.mark.parametrize(
    ("told", "english", "other"),
    [
        (
            reasons.told(reasons.NOT_A_NUMBER, epoch=3),
            "The loss grew beyond all numbers in epoch 3.",
            "<The loss grew beyond all numbers in epoch 3.>",
        ),
        (reasons.OUT_OF_MEMORY, "It needs more memory than there is.", "<It needs more memory than there is.>"),
        ("ValueError: {nothing}", "ValueError: {nothing}", "ValueError: {nothing}"),
        ("[1", "[1", "[1"),
        ("", "", ""),
    ],
)
def test_why_a_trial_failed_is_shown_in_the_language_of_whoever_looks(german, told, english, other):
    assert reasons.reason_words(told) == other
    with language.spoken("en"):
        assert reasons.reason_words(told) == english


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


@pytest.mark.parametrize("figures", [{}, {"part": None}, {"part": float("inf")}, {"part": "2"}, [1], None])
def test_a_stage_with_damaged_figures_is_shown_as_it_is(job, figures):
    append_event(job.folder, "progress", done=1, total=4, stage="Part {part.real.x} of {part}", figures=figures)
    assert job.so_far().words == "Part {part.real.x} of {part}"
