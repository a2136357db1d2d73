"""All that a visitor has made for everybody to see: jobs, models and maps."""

from mnist_core import jobs
from mnist_core.datasets.own import shelf
from mnist_core.maps.library import all_maps, delete_map, disown_maps
from mnist_core.model.library import disown_models
from mnist_core.owners import KEEPER, By, owner_of

PERSONAL = ("drawing",)
"""Settings of jobs that a visitor made by hand."""


def disown(token: str) -> None:
    """Have everything that a visitor made belong to the keeper: nothing says any more whose it was.

    Datasets that the visitor brought and did not share are nobody else's, and are deleted.

    Raises
    ------
    OwnerError
        If it is no token.
    MnistError
        If the disk refuses.
    """
    owner = owner_of(token)
    jobs.disown(owner, PERSONAL)
    disown_models(owner)
    disown_maps(owner)
    shelf.disown(owner)


def remove_dataset(name: str, by: By) -> None:
    """Delete a dataset that somebody brought, for good, with all maps of it; models that learned from it stay.

    Raises
    ------
    OwnerError
        If it is another's.
    MnistError
        If there is none, or the disk refuses.
    """
    shelf.remove(name, by)
    for info in all_maps():
        if info.config.dataset == name:
            delete_map(info.id, KEEPER)
