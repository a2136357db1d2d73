"""Searches for hyperparameters that tests show, as their workers would leave them."""

from dataclasses import replace

from mnist_core import jobs
from mnist_core.jobs.job import append_event, write_state
from mnist_core.training.presets import PRESETS
from mnist_core.tuning.results import RESULTS, Importance, Search, Trial, save_results
from mnist_core.tuning.searches import result_of, start_search
from mnist_core.tuning.settings import SearchSettings
from mnist_core.tuning.space import Choices, Range, Space

SETTINGS = SearchSettings(
    name="mine",
    base=replace(PRESETS["classic"].config, data=("uci-digits",)),
    space=Space(
        {
            "filters": Range(4, 16, 4),
            "dropout": Choices((0.5, 0.1)),
            "learning_rate": Range(1e-4, 1e-2, log=True),
            "batch_normalization": Choices((False, True)),
            "kernel": Choices((3,)),
        }
    ),
    max_trials=12,
    max_minutes=10.0,
    epochs=3,
)
REASON = "The loss grew beyond all numbers in epoch 1."


def trial(number: int, score: float | None, status: str = "completed", **changes) -> Trial:
    """A trial that took two seconds, with three epochs that end at its score."""
    values = {
        "filters": 4 * (1 + number % 4),
        "dropout": (0.5, 0.1)[number % 2],
        "learning_rate": 1e-4 * 2**number,
        "batch_normalization": number % 2 == 0,
        "kernel": 3,
    }
    epochs = tuple(
        {
            "loss": 0.5 - 0.1 * i,
            "accuracy": 0.7 + 0.05 * i,
            "val_loss": 0.6 - 0.1 * i,
            "val_accuracy": each,
            "seconds": i,
        }
        for i, each in enumerate((0.6, 0.8, score) if score else ())
    )
    is_done = status in ("completed", "failed")
    given = {"seconds": 2.0, "ended": 2.0 * number} if is_done else {}
    return Trial(
        f"{number - 1:02}", number, values, status, score, **{"limit": 3, "epochs": epochs, **given, **changes}
    )


TRIALS = [
    trial(1, 0.9),
    trial(2, 0.975),
    trial(3, None, "failed", reason=REASON),
    trial(4, 0.95),
]


def search(*, ending: str = "all trials", with_importance: bool = True, **changes) -> Search:
    """A search of four trials, one of which failed."""
    names = SETTINGS.space.varied
    importance = Importance(dict(zip(names, (0.1, 0.2, 0.65, 0.05), strict=True)), dict.fromkeys(names, 0.05), 12)
    found = Search(SETTINGS, list(TRIALS), importance if with_importance else None, ending, 8.0, 800, 200)
    return replace(found, **changes)


def running(*trials: Trial) -> jobs.Job:
    """A search that has told of some trials."""
    job = start_search(SETTINGS)
    about = {"settings": SETTINGS.to_json(), "images": 800, "validation": 200}
    append_event(job.folder, "searching", trials=[], seconds=0.0, **about)
    for each in trials:
        append_event(job.folder, "trial ended", trial=each.to_json(), seconds=each.ended or 9.0)
    return job


def ended(state: str = "done", found: Search | None = None, **changes) -> jobs.Job:
    """A search that has ended, with what it kept."""
    found = found or search()
    job = running(*found.trials)
    if state == "done":
        save_results(found, job.folder / RESULTS)
        changes["result"] = result_of(found)
    return write_state(replace(jobs.find(job.id), state=state, ended=job.created + 9, pid=None, born=None, **changes))
