"""The maps to choose from: which are shown together, so that points can travel from one to the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import streamlit as st

from mnist_core.datasets.own import may_use
from mnist_core.errors import BundleError, MapError
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.maps.embedding import Embedding
from mnist_core.maps.library import MapInfo, all_maps, load_map, shown_name
from mnist_core.maps.shipped import shipped_infos
from mnist_ui.address import Parameter
from mnist_ui.map.address import ATLAS, MAP_ADDRESS
from mnist_ui.messages import told
from mnist_ui.state import people

# The shipped maps of one method are shown together: with these names, and in this order.
PIXELS = N_("Pixels")
SHIPPED_LAYOUTS = {"pixels": PIXELS, "features": N_("Network")}
METHOD_WORDS = {"umap": "UMAP", "pca": "PCA"}


@dataclass(frozen=True)
class Atlas:
    """Maps of the same images that are shown together.

    Attributes
    ----------
    id
        Its name in addresses.
    name
        Its name for people.
    layouts
        The maps that points travel between, by name, in English; the last one is what this is about.
    flat
        A map of two dimensions to show beside them, if there is one.
    """

    id: str
    name: str
    layouts: Mapping[str, MapInfo]
    flat: MapInfo | None = None

    @cached_property
    def main(self) -> MapInfo:
        """The map that this is about."""
        return list(self.layouts.values())[-1]

    @property
    def infos(self) -> list[MapInfo]:
        """All its maps, the flat one last."""
        return [*self.layouts.values(), *([self.flat] if self.flat else [])]


@dataclass(frozen=True, eq=False)
class Sheets:
    """The opened maps of an atlas.

    Attributes
    ----------
    layouts, flat
        As of `Atlas`; all have the same points.
    """

    atlas: Atlas
    layouts: tuple[Embedding, ...]
    flat: Embedding | None = None

    @property
    def main(self) -> Embedding:
        """The map that this is about."""
        return self.layouts[-1]

    @property
    def all(self) -> tuple[Embedding, ...]:
        """The layouts, then the flat one."""
        return (*self.layouts, self.flat) if self.flat else self.layouts


def maps_to_see() -> list[MapInfo]:
    """The maps that whoever is here may see: all but those of datasets that somebody brought and did not share."""
    by = people.actor()
    return [info for info in all_maps() if may_use(info.config.dataset, by)]


def all_atlases() -> dict[str, Atlas]:
    """What can be chosen, by its name in addresses: what came with the app, then what was made here."""
    infos = maps_to_see()
    shipped = [info for info in infos if info.is_shipped]
    found = [atlas for method in METHOD_WORDS if (atlas := _shipped(shipped, method))]
    made_here = [info for info in infos if not info.is_shipped]
    own = [Atlas(info.id, shown_name(info), {info.name: info}, _flat_for(info, infos)) for info in made_here]
    return {atlas.id: atlas for atlas in [*found, *own]}


def _shipped(infos: Sequence[MapInfo], method: str) -> Atlas | None:
    """The maps of one method that came with the app."""
    of_method = [info for info in infos if info.config.method == method]
    found = {(info.config.source, info.config.dimensions): info for info in of_method}
    layouts = {words: found[source, 3] for source, words in SHIPPED_LAYOUTS.items() if (source, 3) in found}
    if not layouts:
        return None
    message = _("Came with the app: {count} test digits ({method})")
    name = message.format(count=number(next(iter(layouts.values())).points), method=METHOD_WORDS[method])
    return Atlas(method, name, layouts, found.get(("features", 2)))


def _flat_for(info: MapInfo, infos: Sequence[MapInfo]) -> MapInfo | None:
    """The map of two dimensions that shows the same as one of three."""
    flat = replace(info.config, dimensions=2)
    same = (each for each in infos if each.config == flat and each.points == info.points)
    return next(same, None) if info.config.dimensions == 3 else None


def tell_of_damage() -> None:
    """Say so where the maps that came with the app are damaged; those that were made here are shown all the same."""
    try:
        shipped_infos()
    except BundleError as error:
        message = _("**The maps that came with the app cannot be shown.** {reason}").format(reason=told(error))
        st.error(message, icon=":material/error:")


def choose_atlas() -> Atlas | None:
    """The maps to look at, of those that there are; None if there are none."""
    known = all_atlases()
    if not known:
        return None
    parameter = Parameter.one_of(ATLAS, known, next(iter(known)), is_default_said=True)
    named = MAP_ADDRESS.nonsense(parameter)
    if named is not None:
        message = _("There is no map “{map}” here; it may have been deleted. This is another.")
        st.warning(message.format(map=in_markdown(named[:40])), icon=":material/link_off:")
    chosen = st.selectbox(
        _("Map"),
        known,
        format_func=lambda name: known[name].name,
        **MAP_ADDRESS.bound(parameter, "map-atlas"),
        label_visibility="collapsed",
    )
    return known[chosen]


def arranged(atlas: Atlas) -> Atlas:
    """An atlas as the visitor wants it: with other maps of the same images in front, with the flat one or without."""
    with st.popover(_("Options"), icon=":material/tune:", key="map-options"):
        if atlas.flat and not st.toggle(_("Flat map beside it"), True, key="map-flat", persist_state="session"):
            atlas = replace(atlas, flat=None)
        others = _companions(atlas)
        wanted = st.multiselect(
            _("Travel from these maps of the same digits, too"),
            others,
            format_func=lambda name: layout_words(name, others[name]),
            placeholder=_("None"),
            key=f"map-companions-{atlas.id}",
            persist_state="session",
            disabled=not others,
        )
    return replace(atlas, layouts={name: others[name] for name in wanted if name in others} | dict(atlas.layouts))


def _companions(atlas: Atlas) -> dict[str, MapInfo]:
    """Maps of other atlases that may be of the same images, by name."""
    return {
        f"{words}, {METHOD_WORDS[other.id]}" if other.id in METHOD_WORDS else words: info
        for other in all_atlases().values()
        if other.id != atlas.id
        for words, info in other.layouts.items()
        if _may_share_points(info, atlas.main)
    }


def layout_words(name: str, info: MapInfo) -> str:
    """The name of an atlas's layout as its button says it."""
    if not info.is_shipped:
        return shown_name(info)
    words, comma, method = name.partition(", ")
    return _(words) + comma + method


def _may_share_points(one: MapInfo, other: MapInfo) -> bool:
    """Whether two maps are of the same images, as far as their settings say."""
    names = ("dataset", "split", "seed")
    return one.points == other.points and all(getattr(one.config, n) == getattr(other.config, n) for n in names)


def opened(atlas: Atlas) -> Sheets:
    """The maps of an atlas.

    Raises
    ------
    MapError, BundleError
        If one is damaged, or they are not of the same images.
    """
    maps = [load_map(info.id) for info in atlas.infos]
    for info, each in zip(atlas.infos, maps, strict=True):
        if each.images != maps[0].images or not np.array_equal(each.indices, maps[0].indices):
            message = _(
                "Maps that are shown together must be of the same images. Received: {map}, which is of others. "
                "Leave it out."
            )
            raise MapError(message.format(map=shown_name(info)))
    count = len(atlas.layouts)
    return Sheets(atlas, tuple(maps[:count]), maps[count] if atlas.flat else None)
