"""What was found as files to take away; each is made when somebody asks for it."""

from functools import partial

import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue, Indices
from mnist_core.catalogue.files import MOST_ON_SHEET, contact_sheet, to_csv, to_npz
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number


def offer_files(catalogue: Catalogue, found: Indices) -> None:
    """A button that offers the images that were found as files of three kinds.

    Parameters
    ----------
    found
        Places in the whole dataset, in the order that the files keep.
    """
    if not len(found):
        return
    with st.popover(_("Take away"), icon=":material/download:", key="explore-files"):
        st.caption(
            ngettext("One image.", "The {count} images that were found, in the order shown.", len(found)).format(
                count=number(len(found))
            )
        )
        name = f"{catalogue.dataset.name}-{len(found)}-images"
        files = (
            (_("CSV: names, labels and scores"), "csv", "text/csv", partial(to_csv, catalogue, found)),
            (_("PNG: one sheet"), "png", "image/png", partial(_sheet, catalogue, found)),
            (
                _("NPZ: pixels, labels and scores for numpy"),
                "npz",
                "application/octet-stream",
                partial(to_npz, catalogue, found),
            ),
        )
        for label, suffix, mime, written in files:
            st.download_button(
                label, written, f"{name}.{suffix}", mime, on_click="ignore", key=f"explore-{suffix}", width="stretch"
            )
        if len(found) > MOST_ON_SHEET:
            st.caption(_("The sheet has room for the first {count}.").format(count=number(MOST_ON_SHEET)))


def _sheet(catalogue: Catalogue, found: Indices) -> bytes:
    """The contact sheet's picture."""
    return contact_sheet(catalogue, found).png
