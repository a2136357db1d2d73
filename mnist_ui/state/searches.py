"""The search that is watched, and its trials."""

from mnist_core.jobs import Job
from mnist_core.tuning.results import Search
from mnist_core.tuning.searches import settings_of
from mnist_ui.address import Address
from mnist_ui.session import latest, of_session

_SEARCH = "search"
# The search that is watched: `?search=20261121-150213-684457`.
TUNE_ADDRESS = Address("tune", (_SEARCH,), is_followed_once=True)


def search_id() -> str | None:
    """Which search the visitor watches, or the address named at first."""
    return TUNE_ADDRESS.parameters.get(_SEARCH)


def watch_search(search_id: str | None) -> None:
    """Watch this search from now on, or none; the address names it, so that a reload finds it again."""
    TUNE_ADDRESS.show({_SEARCH: search_id} if search_id else {})


def found_so_far(job: Job) -> Search:
    """How far a search is that has not ended; only what is new since the last call is read.

    Raises
    ------
    ConfigError
        If the job is no search.
    """
    search, read_to = latest("_found", job.id, lambda: (Search(settings_of(job)), [0]))
    events, read_to[0] = job.events(read_to[0])
    search.take(events)
    return search


def chosen_trials() -> dict[str, str]:
    """Ids of the trials that the visitor looks at, by the id of their search's job."""
    return of_session("_chosen_trials", dict[str, str])
