"""What was found as files to take away; each is made when somebody asks for it."""

from functools import partial

import streamlit as st

from mnist_core.catalogue.catalogue import Catalogue, Indices
from mnist_core.catalogue.files import MOST_ON_SHEET, contact_sheet, to_csv, to_npz
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_ui.widgets import Files, download_buttons


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
        message = ngettext("One image.", "The {count} images that were found, in the order shown.", len(found))
        st.caption(message.format(count=number(len(found))))
        name = f"{catalogue.dataset.name}-{len(found)}-images"
        files: Files = {
            "csv": (_("CSV: names, labels and scores"), partial(to_csv, catalogue, found)),
            "png": (_("PNG: one sheet"), lambda: contact_sheet(catalogue, found).png),
            "npz": (_("NPZ: pixels, labels and scores for numpy"), partial(to_npz, catalogue, found)),
        }
        download_buttons(name, "explore", files)
        if len(found) > MOST_ON_SHEET:
            st.caption(_("The sheet has room for the first {count}.").format(count=number(MOST_ON_SHEET)))
