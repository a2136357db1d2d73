"""Datasets of the visitor's own: brought, looked over, added, and afterwards renamed, shared, taken away or removed."""

import secrets
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core import jobs, load_dataset, paths
from mnist_core.belongings import remove_dataset
from mnist_core.datasets.own import OwnDataset, own_datasets
from mnist_core.datasets.own.exporting import exported
from mnist_core.datasets.own.job import KIND, start
from mnist_core.datasets.own.shelf import LONGEST_TEXT, LONGEST_TITLE, change, drafts, remove
from mnist_core.discretion import without_places
from mnist_core.errors import DatasetError, in_words
from mnist_core.foreign import in_markdown
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.types import Dataset
from mnist_ui import resources
from mnist_ui.address import DATASET, PART
from mnist_ui.explore.address import EXPLORE_ADDRESS
from mnist_ui.explore.exploring import OF_ONE_DATASET
from mnist_ui.explore.own_preview import show_preview
from mnist_ui.messages import explained
from mnist_ui.ownership import note_another
from mnist_ui.state import people
from mnist_ui.state.starts import begun
from mnist_ui.waiting import wait_for
from mnist_ui.widgets import download_buttons

PART_NAME = N_("Your own")
MOST_UPLOAD_MB = 50


def offer_own() -> None:
    """A button that leads to where own digits are added."""
    st.button(
        _("Add data"),
        icon=":material/add:",
        key="own-add",
        on_click=lambda: EXPLORE_ADDRESS.set({**dict.fromkeys(OF_ONE_DATASET), PART: PART_NAME}),
    )


def show_own(_dataset: Dataset) -> None:
    """Own datasets: what is being read, what waits to be added, those that are there, and a place to bring more."""
    job = _job()
    if job and job.state != "done":
        _show_job(job.id)
    waiting = drafts(people.actor())
    for draft in waiting:
        _show_draft(draft)
    if not (waiting or (job and job.is_active)):
        _offer_upload()
    _show_added()


def _job() -> Job | None:
    """The newest job that reads what the visitor brought."""
    return next((job for job in jobs.all_jobs() if job.kind == KIND and people.is_mine(job.owner)), None)


def _show_job(job_id: str) -> None:
    """How far the reading is, or why nothing came of it."""

    def look() -> Job | None:
        job = jobs.find(job_id)
        return None if job.state == "done" else job

    with st.container(border=True):
        wait_for(look, _("What you brought is being read. Nothing is added before you say so."), on_nothing=_say_why)


def _say_why(job: Job) -> None:
    """Why nothing came of it, and a button to be done with that."""
    if job.state == "cancelled":
        st.info(_("The reading was stopped. Nothing was added."), icon=":material/stop_circle:")
    else:
        st.error(in_markdown(without_places(job.error or "")), icon=":material/error:")
    if st.button(_("All right"), key=f"own-seen-{job.id}"):
        jobs.remove(job.id, people.actor())
        st.rerun()


def _offer_upload() -> None:
    """A place for files, and what they may be."""
    with st.container(border=True, key="own-upload-box"):
        st.subheader(_("Add digits of your own"), anchor=False)
        st.markdown(
            _(
                "One file, or several that belong together: **CSV** as Kaggle has it, **NPZ**, **IDX**, **Parquet**, "
                "pen strokes as **JSON**, or a **zip** of pictures with a folder for each digit. Digits from 0 to 9. "
                "You see what is in it before anything is added, and nobody else sees it unless you share it."
            )
        )
        files = st.file_uploader(
            _("Files with digits and their labels"),
            # Of any name: files of IDX have no ending, and what is nothing of the kind is told so in a sentence.
            accept_multiple_files=True,
            max_upload_size=MOST_UPLOAD_MB,
            key="own-upload",
        )
        st.caption(
            _("What is larger than {most} MB can be packed (CSV in a zip), or added on the command line.").format(
                most=number(MOST_UPLOAD_MB)
            )
        )
        with explained():
            if files and st.button(_("Look at it"), type="primary", icon=":material/search:", key="own-read"):
                begun(lambda by: start(_brought(files), Path(files[0].name).stem, by))
                st.rerun()
            _offer_incoming()


def _offer_incoming() -> None:
    """Files that whoever runs the app has put into a folder for that; nothing for visitors."""
    if isinstance(people.actor(), str):
        return
    found = sorted(path.name for path in paths.incoming_folder().glob("*") if not path.name.startswith("."))
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(_("In the folder “incoming” of the data home"), found, key="own-incoming")
        if st.button(_("Look at it"), icon=":material/folder_open:", key="own-read-incoming"):
            begun(lambda by: start(paths.incoming_folder() / name, Path(name).stem, by))
            st.rerun()


def _brought(files: Sequence[UploadedFile]) -> Path:
    """Where uploaded files are kept until they are read: the file, or the folder of several."""
    names = [Path(file.name.replace("\\", "/")).name for file in files]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        text = _(
            "Several of the files are called {name}. Nothing was added. Rename them, or pack their folders in a zip."
        )
        raise DatasetError(text, name=twice[0])
    folder = paths.brought_folder() / secrets.token_hex(16)
    text = _("The file could not be kept: {reason}. Nothing was added. Free some space and try again.")
    with in_words(DatasetError, text):
        folder.mkdir(parents=True)
        for name, file in zip(names, files, strict=True):
            (folder / name).write_bytes(file.getbuffer())
    return folder if len(files) > 1 else folder / names[0]


def _show_draft(draft: OwnDataset) -> None:
    """What is in something that was read, and whether it is to be added."""
    with st.container(border=True, key=f"own-draft-{draft.name}"):
        st.subheader(_("This is in it"), anchor=False)
        with explained():
            show_preview(draft, resources.dataset(draft.name))
        told = _told(draft)
        with st.container(horizontal=True), explained():
            if st.button(_("Add it"), type="primary", icon=":material/add:", key=f"own-take-{draft.name}"):
                people.maker()
                change(draft.name, people.actor(), is_draft=False, **told)
                EXPLORE_ADDRESS.set({**dict.fromkeys(OF_ONE_DATASET), DATASET: draft.name, PART: PART_NAME})
                st.rerun()
            if st.button(_("Throw it away"), icon=":material/delete:", key=f"own-drop-{draft.name}"):
                remove(draft.name, people.actor())
                resources.forget_dataset(draft.name)
                st.rerun()


def _told(own: OwnDataset) -> dict[str, str | bool]:
    """What there is to be said of a dataset, as the visitor says it."""
    with st.container(horizontal=True):
        title = st.text_input(_("Name"), own.title, LONGEST_TITLE, key=f"own-title-{own.name}")
        source = st.text_input(_("Who made it"), own.source, LONGEST_TEXT, key=f"own-source-{own.name}")
        licence = st.text_input(_("Licence"), own.licence, LONGEST_TEXT, key=f"own-licence-{own.name}")
    shared = st.toggle(
        _("Everybody here may see and use it"),
        own.is_shared,
        key=f"own-shared-{own.name}",
        help=_("A model that learned from it can be used by everybody in any case."),
    )
    return {"title": title, "source": source, "licence": licence, "is_shared": shared}


def _show_added() -> None:
    """The datasets that were added and that the visitor may see, and what can be done with each."""
    found = own_datasets(people.actor())
    if not found:
        return
    st.subheader(_("Added here"), anchor=False)
    for own in found:
        facts = _("{name}: {count} images").format(name=own.title, count=number(sum(own.findings.counts)))
        with st.expander(facts, icon=":material/group:" if own.is_shared else ":material/lock:"), explained():
            _show_one(own)


def _show_one(own: OwnDataset) -> None:
    """One dataset that was added."""
    may_change = people.may_change(own.owner)
    if may_change:
        told = _told(own)
    else:
        note_another(own.owner, _("Somebody else's, who has shared it. You can look at it, use it and take it away."))
        st.text(" · ".join(filter(None, (own.source, own.licence))))
    with st.container(horizontal=True):
        st.button(
            _("Look at it"),
            icon=":material/visibility:",
            key=f"own-show-{own.name}",
            on_click=EXPLORE_ADDRESS.set,
            args=({**dict.fromkeys(OF_ONE_DATASET), DATASET: own.name, PART: None},),
        )
        if may_change and st.button(_("Save"), icon=":material/save:", key=f"own-save-{own.name}"):
            change(own.name, people.actor(), **told)
            st.rerun()
        with st.popover(_("Take away"), icon=":material/download:", key=f"own-files-{own.name}"):
            words = {"npz": "NPZ", "csv": "CSV", "zip": _("ZIP: pictures")}
            files = {form: (label, partial(_file, own.name, form)) for form, label in words.items()}
            download_buttons(own.name, f"own-{own.name}", files)
        if may_change:
            _offer_removal(own)


def _file(name: str, form: str) -> bytes:
    """A dataset as a file; it is made outside of the visitor's run, when it is asked for."""
    return exported(load_dataset(name, download=False), form)


def _offer_removal(own: OwnDataset) -> None:
    """A way to remove a dataset, after a second look."""
    with st.popover(_("Remove"), icon=":material/delete:", key=f"own-remove-{own.name}"):
        st.write(_("It is deleted for good, with all maps of it. Models that learned from it stay."))
        if st.button(_("Remove it"), type="primary", key=f"own-remove-now-{own.name}"):
            remove_dataset(own.name, people.actor())
            resources.forget_dataset(own.name)
            if EXPLORE_ADDRESS.parameters.get(DATASET) == own.name:
                EXPLORE_ADDRESS.set({**dict.fromkeys(OF_ONE_DATASET), DATASET: None, PART: PART_NAME})
            st.rerun()
