"""The maps that were made here: how good each is, and another name or the end for one."""

from collections.abc import Mapping

import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.maps.library import (
    LONGEST_NAME,
    MapInfo,
    damaged_maps,
    delete_map,
    deleted_maps,
    map_owner,
    rename_map,
    restore_map,
    shown_name,
)
from mnist_ui.address import IMAGE
from mnist_ui.choices import page_of
from mnist_ui.damaged import show_damaged
from mnist_ui.map.address import ATLAS, MAP_ADDRESS, VIEW
from mnist_ui.map.atlas import maps_to_see
from mnist_ui.messages import explained
from mnist_ui.ownership import note_another, offer_return, own_first, own_marks, show_way_back
from mnist_ui.state import people

# So many maps are on a page.
IN_PAGE = 50


def show_table() -> None:
    """A table of all maps, and what can be done with those that were made here."""
    known = maps_to_see()
    shipped = [info for info in known if info.is_shipped]
    made = own_first((info for info in known if not info.is_shipped), lambda info: info.owner)
    infos = page_of([*shipped, *made], IN_PAGE, "maps-page")
    if not infos:
        return
    st.header(_("All maps"), anchor=False)
    own = {info.id: info for info in infos if not info.is_shipped}
    marks = own_marks({key: info.owner for key, info in own.items()})
    st.dataframe([_row(info, marks) for info in infos], hide_index=True)
    owners = {key: map_owner(key) for key in damaged_maps()}
    show_damaged(owners, delete_map, _("The map {name} is damaged and cannot be used."))
    deleted = {info.id: (shown_name(info), info.owner) for info in deleted_maps()}
    offer_return("maps", deleted, restore_map, title=_("Deleted maps"))
    if not own:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(_("A map made here"), own, format_func=lambda key: shown_name(own[key]), key="map-kept")
        chosen = own[name]
        st.button(_("Show it"), on_click=_show, args=(chosen.id,), icon=":material/scatter_plot:", key="map-kept-show")
        if people.may_change(chosen.owner):
            _offer_rename(chosen)
            _offer_delete(chosen)
    note_another(chosen.owner, _("Somebody else's. You can look at it and download it."))


def _row(info: MapInfo, marks: Mapping[str, str]) -> dict[str, str | int | float | None]:
    """A map's line in the table, where there are marks with whether it is the visitor's."""
    quality = info.quality
    return {
        _("map"): shown_name(info),
        **({_("yours"): marks.get(info.id, "")} if marks else {}),
        _("points"): info.points,
        _("right label around it"): round(quality.map_accuracy, 3) if quality else None,
        _("trustworthiness"): round(quality.trustworthiness, 3) if quality else None,
        _("continuity"): round(quality.continuity, 3) if quality else None,
        _("made"): info.created[:16].replace("T", " ") or _("came with the app"),
    }


def _show(key: str) -> None:
    """Look at a map; a callback."""
    MAP_ADDRESS.set({ATLAS: key, VIEW: None, IMAGE: None})


def _offer_rename(info: MapInfo) -> None:
    """Another name for a map."""
    with st.popover(_("Rename"), icon=":material/edit:"):
        name = st.text_input(_("New name"), shown_name(info), max_chars=LONGEST_NAME, key=f"map-name-{info.id}")
        if st.button(_("Rename it"), disabled=name == shown_name(info), key="map-rename"):
            with explained():
                rename_map(info.id, name, people.actor())
                st.rerun()


def _offer_delete(info: MapInfo) -> None:
    """Away with a map, after a second thought."""
    with st.popover(_("Delete"), icon=":material/delete:"):
        show_way_back(
            _("“{map}” can be brought back for a day; after that it would have to be made again.").format(
                map=in_markdown(shown_name(info))
            )
        )
        if st.button(_("Delete it"), type="primary", key="map-delete"):
            with explained():
                delete_map(info.id, people.actor())
                if MAP_ADDRESS.parameters.get(ATLAS) == info.id:
                    MAP_ADDRESS.set({ATLAS: None})
                st.rerun()
