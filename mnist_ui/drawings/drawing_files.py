"""Collected drawings as files: taking them away, and taking in what was taken away before."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from mnist_core.collection import Filter, open_collection
from mnist_core.collection.exporting import exported_bytes
from mnist_core.collection.importing import import_collection
from mnist_core.errors import CollectionError
from mnist_core.language import current, ngettext, number, spoken
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_ui.messages import explained
from mnist_ui.state import people
from mnist_ui.widgets import download_buttons

KINDS = {
    "npz": N_("NPZ: everything, for numpy and to import again"),
    "csv": N_("CSV: a table of what was said and read"),
    "zip": N_("ZIP: pictures (PNG) and the table"),
}
MOST_UPLOAD_MB = 50


def offer_files(name: str, filter: Filter, count: int) -> None:
    """A button that offers drawings as files of three kinds, each made when it is asked for.

    Parameters
    ----------
    name
        Whose they are, for the names of the files.
    filter, count
        Which drawings, and how many there are.
    """
    if not count:
        return
    with st.popover(_("Take away"), icon=":material/download:", key="drawings-files"):
        message = ngettext("One drawing.", "The {count} drawings that were found, oldest first.", count)
        st.caption(message.format(count=number(count)))
        files = {form: (_(label), partial(file_of, filter, form, current())) for form, label in KINDS.items()}
        download_buttons(f"drawings-{name}-{count}", "drawings", files)


def file_of(filter: Filter, form: str, language: str) -> bytes:
    """Drawings as a file of one of `KINDS`; the server makes it outside of the visitor's run, when it is asked for."""
    with spoken(language):
        return exported_bytes(open_collection(), filter, form)


def offer_import() -> None:
    """Where the keeper takes in drawings that were exported; nothing for anybody else."""
    if not people.keeper():
        return
    with st.popover(_("Import"), icon=":material/upload:", key="drawings-import"):
        label = _("An NPZ file that was taken away from a collection")
        upload = st.file_uploader(label, "npz", max_upload_size=MOST_UPLOAD_MB, key="drawings-upload")
        st.caption(_("What is there already stays as it is. A file that is damaged or of another kind is refused."))
        if upload and st.button(_("Take it in"), type="primary", key="drawings-take-in"):
            with explained(), st.spinner(_("The drawings are taken in…")):
                added = take_in(upload.getvalue(), upload.name)
                st.success(
                    ngettext(
                        "{count} drawing is new in the collection.",
                        "{count} drawings are new in the collection.",
                        added,
                    ).format(count=number(added))
                )


def take_in(content: bytes, name: str) -> int:
    """Import a file that was uploaded.

    Returns
    -------
    How many of its drawings were new.

    Raises
    ------
    CollectionError
        If it is not the keeper who asks, it is no such file, or there is no room. Nothing is then taken.
    """
    if not people.keeper():
        raise CollectionError(_("Only who runs this app may import drawings. Nothing was taken in."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "drawings.npz")
        path.write_bytes(content)
        try:
            return import_collection(open_collection(), path)
        except CollectionError as error:
            raise CollectionError(str(error).replace(str(path), f"“{name[:60]}”")) from error
