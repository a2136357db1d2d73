"""The map: every digit as a point, from raw pixels or as the network sees it, and the visitor among them."""

from collections.abc import Callable

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.types import Readings
from mnist_ui import state
from mnist_ui.getting import offer_mnist
from mnist_ui.map import trust
from mnist_ui.map.atlas import PIXELS, Atlas, Sheets, arranged, choose_atlas, layout_in_words, opened, tell_of_damage
from mnist_ui.map.chart import answers_of, chart, images_of
from mnist_ui.map.keepsakes import offer_keepsakes
from mnist_ui.map.locating import follow_click, found_here, show_found, show_pad
from mnist_ui.map.making import MAKING, show_making
from mnist_ui.map.readers import show_other_model, show_reading
from mnist_ui.map.selection import show_selection
from mnist_ui.map.training_film import show_film
from mnist_ui.messages import explained
from mnist_ui.space import Picked, You, space


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
        answers = answers_of(sheets, state.model_name())
        offer_keepsakes(sheets, answers)
    st.markdown(in_words(atlas))
    show_atlas(sheets, answers)
    trust.show_trust(atlas)
    show_reading(sheets, answers)
    show_other_model(sheets)
    if images_of(sheets.main) is None:
        st.caption(
            _("The dots' pictures appear as soon as their digits are on this machine; all else works without them.")
        )
    offer_mnist()


def in_words(atlas: Atlas) -> str:
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
    return message.format(count=number(atlas.main.points), last=layout_in_words(last, info))


@st.fragment
def show_atlas(sheets: Sheets, answers: Readings | None) -> None:
    """The map and the pad; a stroke or a click runs only this again."""
    model = state.model_name()
    place, beside = st.columns([3, 1], gap="medium")
    you: You | None = None
    with beside:
        show_pad()
        with explained():
            state.follow_map_address()
            here = found_here(sheets, model)
            you = here.marked() if here else None
            show_found(sheets, here, answers, model)
    picked = Picked()
    with place, explained():
        picked = space(chart(sheets, answers, model, you), key=f"map-{sheets.atlas.id}")
        follow_click(sheets, picked)
    show_selection(sheets, picked.selected, answers)


def choose_view() -> str:
    """What to do on this page; the map, if the address names nothing else."""
    key, first = "map-view", next(iter(VIEWS))
    named = state.chart().parameters.get(state.VIEW, first)
    st.session_state[key] = named if named in VIEWS else first

    def change() -> None:
        state.chart().set(**{state.VIEW: st.session_state[key]})

    chosen = st.segmented_control(
        _("What to do"),
        list(VIEWS),
        format_func=_,
        required=True,
        wrap=True,
        key=key,
        on_change=change,
        label_visibility="collapsed",
    )
    return chosen or first


VIEWS: dict[str, Callable[[], None]] = {
    N_("The map"): show_maps,
    N_("Through training"): show_film,
    MAKING: show_making,
}

state.follow_map_address()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="map-title"):
    st.title(_("The map: what the network sees"), anchor=False)
    view = choose_view()
with explained(), st.container(key="map-view-shown"):
    VIEWS[view]()
