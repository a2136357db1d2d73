"""Collected drawings that the visitor has chosen, and how a model did on some."""

from collections.abc import Callable
from typing import TypeVar

from mnist_ui.session import latest, of_session

T = TypeVar("T")


def chosen() -> dict[str, None]:
    """Ids of the collected drawings that the visitor has chosen, in that order, to do something with all of them."""
    return of_session("_chosen_drawings", dict[str, None])


def tested(key: str, test: Callable[[], T]) -> T:
    """What a model makes of drawings; tested again only when `key` says that it would be another test.

    It is kept for this session alone, as it is of drawings that not everybody may see.
    """
    return latest("_tested", key, test)
