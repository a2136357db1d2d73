"""The map: every digit as a point, from raw pixels or as the network sees it, and the visitor among them."""

from collections.abc import Callable

import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.types import Readings
from mnist_ui.map import trust
from mnist_ui.map.address import MAP_ADDRESS, VIEW
from mnist_ui.map.atlas import PIXELS, Atlas, Sheets, arranged, choose_atlas, layout_words, opened, tell_of_damage
from mnist_ui.map.chart import answers_of, chart, images_of
from mnist_ui.map.files import offer_files
from mnist_ui.map.locating import follow_click, found_spot, show_found, show_pad
from mnist_ui.map.making import MAKING, show_making
from mnist_ui.map.readers import show_other_model, show_reading
from mnist_ui.map.selection import show_selection
from mnist_ui.map.training_film import show_film
from mnist_ui.messages import explained
from mnist_ui.mnist_offer import offer_mnist
from mnist_ui.space import Picked, You, space
from mnist_ui.state import reader


def show_maps() -> None:
    """An atlas, the pad beside it, and what was pointed out."""
    tell_of_damage()
    with st.container(horizontal=True, vertical_alignment="bottom", key="map-controls"):
        atlas = choose_atlas()
        if atlas is None:
            st.info(_("There is no map yet. Make one: choose *Make a map* above."), icon=":material/scatter_plot:")
            return
        atlas = arranged(atlas)
        sheets = opened(atlas)
        answers = answers_of(sheets, reader.model_name())
        offer_files(sheets, answers)
    st.markdown(atlas_words(atlas))
    show_atlas(sheets, answers)
    trust.show_trust(atlas)
    show_reading(sheets, answers)
    show_other_model(sheets)
    if images_of(sheets.main) is None:
        st.caption(
            _("The dots' pictures appear as soon as their digits are on this machine; all else works without them.")
        )
    offer_mnist()


def atlas_words(atlas: Atlas) -> str:
    """What there is to see."""
    if len(atlas.layouts) < 2:
        message = _(
            "Every dot is one of **{count} handwritten digits**; close dots are alike. Drag to turn the map, and point "
            "at a dot to see its digit."
        )
    elif next(iter(atlas.layouts)) == PIXELS:
        message = _(
            "Every dot is one of **{count} handwritten digits**; close dots are alike in where their ink is. Press "
            "**{last}** and watch it pull the ten digits apart."
        )
    else:
        message = _(
            "Every dot is one of **{count} handwritten digits**; close dots are alike. Press **{last}** and watch it "
            "pull the ten digits apart."
        )
    last, info = list(atlas.layouts.items())[-1]
    return message.format(count=number(atlas.main.points), last=in_markdown(layout_words(last, info)))


@st.fragment
def show_atlas(sheets: Sheets, answers: Readings | None) -> None:
    """The map and the pad; a stroke or a click runs only this again."""
    model = reader.model_name()
    place, beside = st.columns([3, 1], gap="medium")
    you: You | None = None
    with beside:
        show_pad()
        with explained():
            MAP_ADDRESS.follow()
            spot = found_spot(sheets, model)
            you = spot.marked() if spot else None
            show_found(sheets, spot, answers, model)
    picked = Picked()
    with place, explained():
        picked = space(chart(sheets, answers, model, you), key=f"map-{sheets.atlas.id}")
        follow_click(sheets, picked)
    show_selection(sheets, picked.selected, answers)


VIEWS: dict[str, Callable[[], None]] = {
    N_("The map"): show_maps,
    N_("Through training"): show_film,
    MAKING: show_making,
}

MAP_ADDRESS.follow()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="map-title"):
    st.title(_("The map: what the network sees"), anchor=False)
    view = MAP_ADDRESS.choose_part(VIEWS, name=VIEW, label=_("What to do"))
with explained(), st.container(key="map-view-shown"):
    VIEWS[view]()
