"""Browse: all images of a dataset, filtered and sorted, a page at a time."""

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue, Indices
from mnist_core.catalogue.query import Query
from mnist_core.errors import ConfigError
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.types import CLASSES, Dataset
from mnist_ui.choices import choose_page
from mnist_ui.explore.address import EXPLORE_ADDRESS
from mnist_ui.explore.exploring import asking, known, open_image, show_wait
from mnist_ui.explore.files import offer_files
from mnist_ui.explore.filters import choose_filters, choose_shortcut, choose_sort
from mnist_ui.explore.tiles import show_tiles, title_within
from mnist_ui.messages import told

# Divides into full rows of 12, 10, 6, 5 or 4.
IN_PAGE = 60


def show_browse(dataset: Dataset) -> None:
    """Filters, sorts and shortcuts; what is found, and files of it."""
    catalogue = known(dataset)
    query = asked_query(catalogue)
    choose_shortcut(catalogue, query)
    with st.container(horizontal=True, vertical_alignment="bottom", key="explore-controls"):
        _choose_labels(catalogue, query)
        choose_filters(catalogue, query)
        choose_sort(catalogue, query)
    show_wait(dataset)
    show_found(catalogue, query)


def asked_query(catalogue: Catalogue) -> Query:
    """The question that the address asks, as far as it can be answered now; what is left out of it is said."""
    query, errors = Query.from_parameters(EXPLORE_ADDRESS.parameters, catalogue.dataset)
    if errors:
        said = "  \n".join(told(error) for error in errors)
        st.warning(_("Part of the address is left out. {reasons}").format(reasons=said), icon=":material/link_off:")
    query, waiting = catalogue.possible(query)
    for reason in dict.fromkeys(catalogue.missing[column] for column in waiting):
        message = _("Part of what was asked for has to wait, because {reason}.").format(reason=_(reason))
        st.info(message, icon=":material/hourglass_top:")
    return query


def show_found(catalogue: Catalogue, query: Query) -> None:
    """How many images there are, and one page of them."""
    found = catalogue.find(query)
    with st.container(horizontal=True, vertical_alignment="center", key="explore-found"):
        st.markdown(_in_words(catalogue, query, found), width="stretch")
        _go_to(catalogue)
        offer_files(catalogue, found)
        edition = urlencode(query.to_parameters(catalogue.dataset))
        page = choose_page(EXPLORE_ADDRESS, len(found), IN_PAGE, edition)
    if not len(found):
        st.info(_("No image is like that. Take a filter away, or widen a range."), icon=":material/search_off:")
        return
    first, last = number(page.start + 1), number(page.stop)
    title = _("Images {first} to {last} of {count}").format(first=first, last=last, count=number(len(found)))
    show_tiles(catalogue, found[page], key="explore-grid", title=title, on_pick=open_image)
    st.caption(
        _(
            "Below each image is its label; where the frame is dashed, the arrow says what the model reads instead, "
            "and how sure it is. A click on an image, or the arrow keys and Enter, shows all that is known of it."
        )
    )


def _in_words(catalogue: Catalogue, query: Query, found: Indices) -> str:
    """How many images were found, and like which one."""
    count = len(found)
    if query.like is None:
        return ngettext("**1** image", "**{count}** images", count).format(count=number(count))
    message = ngettext("**1** image, most like {image} first", "**{count}** images, most like {image} first", count)
    return message.format(count=number(count), image=title_within(catalogue, query.like))


def _choose_labels(catalogue: Catalogue, query: Query) -> None:
    """Which digits to show."""
    st.pills(
        _("Labelled as"),
        range(CLASSES),
        format_func=catalogue.dataset.class_names.__getitem__,
        selection_mode="multi",
        wrap=True,
        **asking(catalogue, "explore-labels", list(query.labels), lambda chosen: replace(query, labels=tuple(chosen))),
    )


def _go_to(catalogue: Catalogue) -> None:
    """Jump to an image by its name."""
    key, wrong = "explore-go-to", "_explore-wrong"

    def go() -> None:
        text = st.session_state[key].replace(" ", "-")
        try:
            open_image(catalogue, catalogue.index_of(text))
        except ConfigError as error:
            st.session_state[wrong] = str(error)

    st.text_input(
        _("Go to image"),
        placeholder=_("Go to test-47"),
        icon=":material/search:",
        key=key,
        on_change=go,
        label_visibility="collapsed",
        width=170,
    )
    if message := st.session_state.pop(wrong, None):
        st.toast(in_markdown(message), icon=":material/error:")
