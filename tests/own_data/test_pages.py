"""Own datasets on the pages: brought, added, used, and seen by nobody else."""

import pytest

from mnist_core import paths
from mnist_core.datasets.own import job, own_datasets, read_own, shelf
from mnist_core.jobs import all_jobs
from mnist_core.owners import KEEPER, KEEPERS, new_token, owner_of
from tests.own_data.digits import csv, npz


@pytest.fixture
def visit(app, fresh_home, idle_workers, unremembered):
    """Opens a page of somebody who sits at the machine."""

    def open_page(name, **parameters):
        app.run()
        for key, value in parameters.items():
            app.query_params[key] = value
        page = app.switch_page(f"pages/{name}.py").run()
        assert not page.exception
        return page

    return open_page


@pytest.fixture
def draft(fresh_home, tmp_path):
    """Something that the keeper had read."""
    return job.read_into(npz(tmp_path), "our digits", KEEPERS)


def widget(page, kind, label):
    return next(each for each in page.get(kind) if each.label == label)


def test_a_draft_is_shown_and_added(visit, draft):
    page = visit("explore", dataset="uci-digits", part="Your own")
    assert not page.error
    said = "\n".join(each.value for each in page.markdown)
    assert "NPZ: 28 × 28, white on black, shades from 0 to 255. They are taken as they are." in said
    assert "this is a proposal" in said
    widget(page, "text_input", "Name").set_value("Class 4b")
    page = widget(page, "button", "Add it").click().run()
    assert not page.exception
    (own,) = own_datasets(KEEPER)
    assert (own.title, own.name, own.is_draft) == ("Class 4b", draft, False)
    assert "Class 4b" in widget(page, "selectbox", "Images").options


def test_a_draft_is_thrown_away(visit, draft):
    page = visit("explore", dataset="uci-digits", part="Your own")
    widget(page, "button", "Throw it away").click().run()
    assert not list(paths.own_datasets_folder().glob("own-*"))


def test_a_file_in_the_incoming_folder_is_read_by_a_job(visit):
    csv(paths.incoming_folder())
    page = visit("explore", dataset="uci-digits", part="Your own")
    assert widget(page, "selectbox", "In the folder “incoming” of the data home").value == "digits.csv"
    page.button(key="own-read-incoming").click().run()
    assert [each.kind for each in all_jobs() if each.kind == job.KIND] == [job.KIND]


def test_files_of_any_name_can_be_brought_but_none_in_the_place_of_another(visit):
    page = visit("explore", dataset="uci-digits", part="Your own")
    uploader = widget(page, "file_uploader", "Files with digits and their labels")
    assert not uploader.proto.type  # "train-images-idx3-ubyte" has no ending
    uploader.set_value([(name, b"1,2", "text/csv") for name in ("a.csv", "b.csv", "a.csv")]).run()
    page = page.button(key="own-read").click().run()
    assert "Several of the files are called a.csv" in page.error[0].value
    assert not list(paths.brought_folder().glob("*"))


def test_it_is_offered_wherever_images_are_chosen(visit, draft):
    shelf.change(draft, KEEPER, is_draft=False)
    title = "our digits"
    assert f"{title} ({read_own(draft).findings.train})" in widget(visit("train"), "multiselect", "Learn from").options
    assert title in widget(visit("tune"), "multiselect", "Learn from").options
    assert title in widget(visit("map", view="Make a map"), "selectbox", "Digits").options
    assert title in widget(visit("evaluate"), "selectbox", "Images that it has not learned from").options
    page = visit("explore", dataset=draft, part="Overview")
    assert widget(page, "selectbox", "Images").value == draft


def test_anothers_is_not_offered_and_not_shown(visit, tmp_path):
    other = job.read_into(npz(tmp_path), "secret digits", owner_of(new_token()))
    shelf.change(other, KEEPER, is_draft=False)
    page = visit("explore", dataset=other)
    assert widget(page, "selectbox", "Images").value != other
    assert any("nobody knows" in each.value for each in page.warning)
    for name, kind, label in (("train", "multiselect", "Learn from"), ("tune", "multiselect", "Learn from")):
        assert not [each for each in widget(visit(name), kind, label).options if "secret" in each]


def test_it_is_renamed_and_removed(visit, draft):
    shelf.change(draft, KEEPER, is_draft=False)
    page = visit("explore", dataset=draft, part="Your own")
    page.text_input(key=f"own-title-{draft}").set_value("Renamed")
    page = page.button(key=f"own-save-{draft}").click().run()
    assert read_own(draft).title == "Renamed"
    page = page.button(key=f"own-remove-now-{draft}").click().run()
    assert not page.exception
    assert own_datasets(KEEPER) == []
    assert not list(paths.own_datasets_folder().glob("own-*"))
