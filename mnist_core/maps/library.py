"""The maps that there are: those that came with the shipped model, and those that were made here."""

import datetime
import functools
import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from mnist_core import paths, trash
from mnist_core.errors import BundleError, ConfigError, MapError, in_words
from mnist_core.files import one_at_a_time, written_file
from mnist_core.jobs import bounds
from mnist_core.language import SOURCE, spoken
from mnist_core.language import gettext as _
from mnist_core.leftovers import sweep
from mnist_core.maps.embedding import VERSION, Embedding, MapConfig, Quality, Reduction, map_id
from mnist_core.maps.shipped import load_shipped_map, shipped_infos
from mnist_core.model.bundle import graph_digest
from mnist_core.owners import KEEPERS, By, check_may_change, is_owner
from mnist_core.records import UNUSABLE, DamagedError, decoding, picked, read_object, warn_once
from mnist_core.store import read_arrays, stamp_of, write_arrays
from mnist_core.types import Dataset, describe

log = logging.getLogger(__name__)

MANIFEST = "map.json"
ARRAYS = ("indices", "labels", "coordinates", "vectors", "mean", "axes")
LONGEST_NAME = 60
METHOD_NAMES = {"umap": "UMAP", "pca": "PCA"}
# What " (2)" takes after a name that is taken already.
NUMBER_WIDTH = 6

_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class MapInfo:
    """What is known of a map without opening its arrays.

    Attributes
    ----------
    id
        Its name among files and in addresses.
    name
        Its name for people.
    points
        How many images it shows.
    created
        When, in ISO 8601; empty for a map that came with the app.
    is_shipped
        Whether it came with the app: it cannot be renamed or deleted.
    owner
        Whose it is, as `owners` has it.
    """

    id: str
    name: str
    config: MapConfig
    points: int
    quality: Quality | None
    created: str = ""
    is_shipped: bool = False
    owner: str = KEEPERS


def all_maps() -> list[MapInfo]:
    """Every map: the shipped ones, then those made here, the newest first. What is damaged is left out.

    No two have the same name: of some that were given one, all but the first made are told with a number.
    """
    try:
        shipped = [MapInfo(*each, is_shipped=True) for each in shipped_infos()]
    except BundleError as error:
        log.warning("%s", error)
        shipped = []
    own = []
    for folder in _own_folders():
        with suppress(MapError):  # `damaged_maps` says which
            own.append(_info(folder.name, _read_manifest(folder)))
    own = _told_apart(sorted(own, key=lambda info: (info.created, info.id)), {info.name for info in shipped})
    return shipped + own[::-1]


def damaged_maps() -> dict[str, str]:
    """Why those maps made here that `all_maps` leaves out cannot be used, by their ids: they can still be deleted."""
    damaged = {}
    for folder in _own_folders():
        try:
            _read_manifest(folder)
        except MapError as error:
            damaged[folder.name] = str(error)
            warn_once(log, str(error))
    return damaged


def _own_folders() -> list[Path]:
    """The folders of the maps that were made here, sound or not."""
    return [path.parent for path in paths.maps_folder().glob(f"*/{MANIFEST}") if _ID.fullmatch(path.parent.name)]


def _told_apart(infos: list[MapInfo], taken: set[str]) -> list[MapInfo]:
    """Maps with a number after a name that is taken already."""
    found = []
    for info in infos:
        short = info.name[: LONGEST_NAME - NUMBER_WIDTH]
        numbered = (f"{short} ({number})" for number in range(2, len(infos) + len(taken) + 2))
        name = next(each for each in (info.name, *numbered) if each not in taken)
        taken = taken | {name}
        found.append(replace(info, name=name))
    return found


def load_map(name: str) -> Embedding:
    """A map by its id; the arrays of one that was made here are verified when it is first opened.

    Raises
    ------
    MapError
        If there is no such map, or it is damaged.
    BundleError
        If the shipped model, which carries the shipped maps, is damaged.
    """
    shipped = load_shipped_map(name)
    if shipped is not None:
        return shipped
    folder = _folder(name)
    stamp = stamp_of(folder, MANIFEST)
    if stamp is None:
        message = _("There is no such map; it may have been deleted. Received: {received}. Make it again.")
        raise MapError(message, received=describe(name))
    return _open(folder, stamp)


def find_map(config: MapConfig, dataset: Dataset) -> str | None:
    """The id of the map that this config gives of a dataset, if it was made and is whole.

    Raises
    ------
    BundleError
        If it is made of the features of a model that does not exist.
    """
    name = identity(config, dataset)
    try:
        load_map(name)
    except MapError as error:
        if _folder(name).exists():
            log.warning("%s", error)
        return None
    return name


def identity(config: MapConfig, dataset: Dataset) -> str:
    """The id that the map of a config and a dataset has, whether it is there or not.

    Raises
    ------
    BundleError
        As `find_map`.
    """
    graph = graph_digest(config.model) if config.source == "features" else ""
    return map_id(config, graph, dataset.digest)


@one_at_a_time(paths.maps_folder)
def save_map(embedding: Embedding, name: str = "", owner: str = KEEPERS) -> str:
    """Keep a map, in the place of one that depends on the same things.

    One that was somebody else's stays theirs, and has the name that they gave it: to have it made again takes it from
    nobody.

    Parameters
    ----------
    name
        For people; by default it says what the map is of.
    owner
        Whose it is, if there was none.

    Returns
    -------
    Its id.

    Raises
    ------
    MapError
        If it cannot be written; a map that was there stays then.
    """
    key = map_id(embedding.config, embedding.graph, embedding.images)
    reduction = embedding.reduction
    arrays = {each: getattr(embedding, each) for each in ARRAYS[:4]} | {"mean": reduction.mean, "axes": reduction.axes}
    manifest = {
        "version": VERSION,
        "name": name or standard_name(embedding.config),
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "config": embedding.config.to_json(),
        "points": len(embedding),
        "quality": asdict(embedding.quality) if embedding.quality else None,
        "graph": embedding.graph,
        "images": embedding.images,
        "seconds": embedding.seconds,
        "is_unit": reduction.is_unit,
        "tolerance": reduction.tolerance,
        "owner": owner,
    }
    folder = paths.maps_folder() / key
    with suppress(MapError):  # there is none, or nobody can tell whose it was
        before = _info(key, _read_manifest(folder))
        if before.owner != owner:
            manifest |= {"name": before.name, "owner": before.owner}
    message = _("The map could not be written to {folder}: {error}. Free some space and try again.")
    with in_words(MapError, message, folder=folder):
        write_arrays(folder, arrays, manifest, MANIFEST)
    return key


@one_at_a_time(paths.maps_folder)
def rename_map(key: str, name: str, by: By) -> None:
    """Give a map that was made here another name for people.

    Raises
    ------
    ConfigError
        If the name is empty or longer than `LONGEST_NAME`.
    OwnerError
        If it is somebody else's.
    MapError
        If there is no such map, or it cannot be written.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        message = _("A map's name has 1 to {most} letters. Received: {received}.")
        raise ConfigError(message, most=LONGEST_NAME, received=describe(name))
    folder = _folder(key)
    manifest = _read_manifest(folder)
    check_may_change(map_owner(key), by)
    message = _("The map could not be renamed: {reason}. Free some space.")
    with in_words(MapError, message):
        _write_manifest(folder, manifest | {"name": name})


@one_at_a_time(paths.maps_folder)
def delete_map(key: str, by: By) -> bool:
    """Delete a map that was made here, even a damaged one.

    Returns
    -------
    Whether it can be brought back with `restore_map`.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    MapError
        If there is no such map, or it cannot be deleted.
    """
    folder = _folder(key)
    check_may_change(map_owner(key), by)
    with in_words(MapError, _("The map could not be deleted: {reason}.")):
        is_back = trash.discard(folder)
    sweep(folder.parent)
    return is_back


def deleted_maps() -> list[MapInfo]:
    """The maps that were deleted within the last day and can be brought back, those that went last first."""
    found = []
    for item in trash.discarded(paths.maps_folder().name):
        with suppress(MapError):  # a damaged one is no loss
            found.append(_info(item.name, _read_manifest(item.folder)))
    return found


@one_at_a_time(paths.maps_folder)
def restore_map(key: str, by: By) -> None:
    """Bring back a map that was deleted.

    Raises
    ------
    OwnerError
        If it is somebody else's.
    LimitError
        If so many are kept that one more has no room.
    MapError
        If it is not there any more, or has been made again.
    """
    target = _folder(key)
    item = trash.newest(target.parent.name, key)
    if item is None:
        raise MapError(_("The map cannot be brought back any more: that can be done for a day."))
    check_may_change(_owner(item.folder), by)
    bounds.check_maps(by, [info.owner for info in all_maps() if not info.is_shipped])
    with in_words(MapError, _("The map could not be brought back: {reason}. It may have been made again.")):
        trash.restore(item, target)


def map_owner(key: str) -> str:
    """Whose a map is, as `owners` has it; of a damaged one that is not known any more, and it is the keeper's.

    Raises
    ------
    MapError
        If the id could not be one of a map.
    """
    return _owner(_folder(key))


@one_at_a_time(paths.maps_folder)
def disown_maps(owner: str) -> None:
    """Have the maps of an owner belong to the keeper, those in the trash too.

    Raises
    ------
    MapError
        If the disk refuses.
    """
    kept = [manifest.parent for manifest in paths.maps_folder().glob(f"*/{MANIFEST}")]
    with in_words(MapError, _("The maps could not be let go: {reason}. Try again.")):
        for folder in kept + [item.folder for item in trash.discarded(paths.maps_folder().name)]:
            if _owner(folder) == owner:
                _write_manifest(folder, _read_manifest(folder) | {"owner": KEEPERS})


def standard_name(config: MapConfig) -> str:
    """What a map is of, in a few words, in English: as files and jobs keep it."""
    with spoken(SOURCE):
        return what_it_shows(config)


def what_it_shows(config: MapConfig) -> str:
    """What a map is of, in a few words, in the language that is spoken."""
    if config.source == "pixels":
        message = _("{method} of pixels, {dimensions}D")
    else:
        message = _("{method} of features of {model}, {dimensions}D")
    method = METHOD_NAMES[config.method]
    return message.format(method=method, model=config.model, dimensions=config.dimensions)[:LONGEST_NAME]


def shown_name(info: MapInfo) -> str:
    """A map's name for people; if nobody gave it one, in the language that is spoken."""
    if info.is_shipped and info.config.source == "features":
        message = _("{method} of what the network sees, {dimensions}D")
        return message.format(method=METHOD_NAMES[info.config.method], dimensions=info.config.dimensions)
    standard = standard_name(info.config)
    rest = info.name.removeprefix(standard)
    return info.name if rest == info.name else what_it_shows(info.config) + rest


def _folder(name: object) -> Path:
    """Where a map is kept."""
    if not isinstance(name, str) or not _ID.fullmatch(name):
        message = _("There is no such map. Received: {received}. Choose one of the list.")
        raise MapError(message, received=describe(name))
    return paths.maps_folder() / name


def _owner(folder: Path) -> str:
    """Whose the map of a folder is."""
    try:
        return _info(folder.name, _read_manifest(folder)).owner
    except MapError:
        return KEEPERS


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Put a manifest in the place of the one that is there."""
    with written_file(folder / MANIFEST) as part:
        part.write_text(json.dumps(manifest, indent=2), encoding="utf-8")


def _read_manifest(folder: Path) -> dict[str, Any]:
    """What a map says of itself."""
    try:
        manifest = read_object(folder / MANIFEST)
        if manifest.get("version") != VERSION:
            raise DamagedError(f"it has version {manifest.get('version')!r:.20}, this app reads version {VERSION}")
        _info(folder.name, manifest)
    except UNUSABLE as error:
        raise _damaged(folder, f"{MANIFEST} cannot be read ({error})") from error
    return manifest


def _info(name: str, manifest: Mapping[str, Any]) -> MapInfo:
    """What a manifest says that a list of maps shows; a DamagedError or a ConfigError if it does not."""
    told = picked(manifest, points=int, quality=Quality | None, created=str, name=str, config=Mapping[str, Any])
    config, owner = MapConfig.from_json(told["config"]), manifest.get("owner", KEEPERS)
    if not is_owner(owner):
        raise DamagedError(f"its owner must be a SHA-256 or empty, received {owner!r:.80}")
    return MapInfo(name, told["name"], config, told["points"], told["quality"], told["created"], owner=owner)


@functools.lru_cache(maxsize=4)
def _open(folder: Path, _stamp: int) -> Embedding:
    """Read and verify the arrays of a map."""
    manifest = _read_manifest(folder)
    try:
        arrays: dict[str, Any] = read_arrays(folder, MANIFEST)[1]
    except UNUSABLE as error:
        raise _damaged(folder, str(error)) from error
    try:
        told = picked(manifest, graph=str, images=str, seconds=float, is_unit=bool, tolerance=float)
        with decoding():
            reduction = Reduction(arrays.pop("mean"), arrays.pop("axes"), told.pop("is_unit"), told.pop("tolerance"))
            info = _info(folder.name, manifest)
            return Embedding(info.config, **arrays, reduction=reduction, quality=info.quality, **told)
    except (DamagedError, ConfigError, MapError) as error:
        raise _damaged(folder, f"its parts do not fit together ({error})") from error


def _damaged(folder: Path, reason: str) -> MapError:
    """What to say of a map that cannot be used."""
    message = _("The map in {folder} cannot be used: {reason}. Make it again.")
    return MapError(message, folder=folder, reason=reason)
