"""Jobs that find something out once, for everybody: each is started when it is asked for and not yet known."""

from collections.abc import Callable, Mapping
from typing import Any

from mnist_core.jobs import queue
from mnist_core.jobs.job import Job
from mnist_core.maps.embedding import MapConfig, chosen_indices
from mnist_core.maps.film import load_film, load_snapshots
from mnist_core.maps.library import find_map, standard_name
from mnist_core.model.bundle import base_of, graph_digest
from mnist_core.readings.readings import load_readings
from mnist_core.robustness.robustness import load_robustness
from mnist_core.survey.anomalies import load_anomalies
from mnist_core.survey.components import load_components
from mnist_core.types import Dataset

READ, ROBUSTNESS = "read", "robustness"
SURVEY, LABELS, FETCH = "survey", "labels", "fetch"
EMBED, FILM = "embed", "film"


def newest(kind: str, settings: Mapping[str, Any]) -> Job | None:
    """The newest job of a kind with these settings, whatever has come of it."""
    return next((job for job in queue.all_jobs() if job.kind == kind and job.settings == settings), None)


def start_reading(model: str, dataset: Dataset) -> Job | None:
    """Have a model read every image of a dataset, once; `load_readings` has what comes of it.

    Returns
    -------
    None if the readings are there. Otherwise the job: one that was already waiting or running, one that failed or was
    cancelled (pages ask unasked, so it is not tried again by itself; `resume` does), or a new one. A taught model's
    readings are made of those of its base, so the job is the base's.

    Raises
    ------
    BundleError
        If there is no such model.
    JobError
        If the job cannot be written.
    """
    model = base_of(model)
    return _started_unless(
        lambda: load_readings(model, dataset) is not None,
        READ,
        f"How {model} reads {dataset.name}",
        of_model(model, dataset),
    )


def start_robustness(model: str, dataset: Dataset) -> Job | None:
    """Find out how robust a model is on a dataset; `load_robustness` has what comes of it.

    Returns
    -------
    None if that is known. Otherwise the job: one that was already waiting or running, or a new one.

    Raises
    ------
    BundleError
        If there is no such model.
    JobError
        If the job cannot be written.
    """
    if load_robustness(model, dataset):
        return None
    title = f"How robust {model} is on {dataset.name}"
    return queue.start(ROBUSTNESS, title, of_model(model, dataset), once=True)


def robustness_job(model: str, dataset: Dataset) -> Job | None:
    """The newest job that finds out how robust a model is on a dataset, whatever has come of it.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    return newest(ROBUSTNESS, of_model(model, dataset))


def start_embedding(config: MapConfig, dataset: Dataset, name: str = "") -> Job | None:
    """Make a map, once; `find_map` has its id and `load_map` what comes of it.

    Parameters
    ----------
    dataset
        The one that the config names.
    name
        The map's name for people; by default it says what the map is of.

    Returns
    -------
    None if the map is there and whole. Otherwise the job: one that was already waiting or running, or a new one.

    Raises
    ------
    BundleError
        If there is no such model.
    ConfigError
        If there are not more images than neighbours.
    JobError
        If the job cannot be written.
    """
    chosen_indices(config, dataset)
    if find_map(config, dataset):
        return None
    title = name or standard_name(config)
    return queue.start(EMBED, title, {**_of_map(config, dataset), "name": name}, once=True)


def start_film(model: str, dimensions: int = 3) -> Job | None:
    """Make the film of a model's training, once; `load_film` has what comes of it.

    Returns
    -------
    None if the film is there. Otherwise the job: one that was already waiting or running, or a new one.

    Raises
    ------
    BundleError
        If there is no such model, or it carries nothing to make a film of.
    JobError
        If the job cannot be written.
    """
    load_snapshots(model)
    if load_film(model, dimensions):
        return None
    return queue.start(FILM, f"How {model} learned, as a film", _of_film(model, dimensions), once=True)


def film_job(model: str, dimensions: int = 3) -> Job | None:
    """The newest job that makes the film of a model's training, whatever has come of it.

    Raises
    ------
    BundleError
        If there is no such model.
    """
    return newest(FILM, _of_film(model, dimensions))


def _of_map(config: MapConfig, dataset: Dataset) -> dict[str, Any]:
    """The settings of a job that makes a map."""
    model = of_model(config.model, dataset) if config.source == "features" else of_images(dataset)
    return model | {"config": config.to_json()}


def _of_film(model: str, dimensions: int) -> dict[str, Any]:
    """The settings of a job that makes a film."""
    return {"model": model, "graph": graph_digest(model), "dimensions": dimensions}


def start_survey(dataset: Dataset) -> Job | None:
    """Find out along which directions the images of a dataset differ and which are odd, once.

    Returns
    -------
    None if both are known. Otherwise the job, as `start_reading` gives it.

    Raises
    ------
    JobError
        If the job cannot be written.
    """
    return _started_unless(
        lambda: load_components(dataset) is not None and load_anomalies(dataset) is not None,
        SURVEY,
        f"What is usual and what is odd in {dataset.name}",
        of_images(dataset),
    )


def survey_job(dataset: Dataset) -> Job | None:
    """The newest job that looks over a dataset's images, whatever has come of it."""
    return newest(SURVEY, of_images(dataset))


def start_label_check(dataset: Dataset) -> Job:
    """Check the labels of a dataset, even if they were checked before; `load_label_check` has what comes of it.

    Returns
    -------
    A job that was already waiting or running, or a new one.

    Raises
    ------
    JobError
        If the job cannot be written.
    """
    return queue.start(LABELS, f"Which labels of {dataset.name} are wrong", of_images(dataset), once=True)


def label_check_job(dataset: Dataset) -> Job | None:
    """The newest job that checks the labels of a dataset, whatever has come of it."""
    return newest(LABELS, of_images(dataset))


def start_fetch(name: str) -> Job:
    """Download a dataset, if it is not here.

    Returns
    -------
    A job that was already waiting or running, or a new one.

    Raises
    ------
    JobError
        If the job cannot be written.
    """
    return queue.start(FETCH, f"Get {name}", {"dataset": name}, once=True)


def fetch_job(name: str) -> Job | None:
    """The newest job that downloads a dataset, whatever has come of it."""
    return newest(FETCH, {"dataset": name})


def of_images(dataset: Dataset) -> dict[str, str]:
    """The settings of a job about the images of a dataset: another dataset of the same name is another job's."""
    return {"dataset": dataset.name, "images": dataset.digest}


def of_model(model: str, dataset: Dataset) -> dict[str, str]:
    """The settings of a job about a model and the images of a dataset."""
    return {"model": model, "graph": graph_digest(model)} | of_images(dataset)


def _started_unless(is_known: Callable[[], bool], kind: str, title: str, settings: Mapping[str, Any]) -> Job | None:
    """A job that finds something out, the newest one unless what it found is lost; None if it is known."""
    if is_known():
        return None
    job = newest(kind, settings)
    if job and job.state != "done":
        return job
    # It may have ended between the two looks; or what it wrote is gone or damaged by now.
    return None if is_known() else queue.start(kind, title, settings, once=True)
