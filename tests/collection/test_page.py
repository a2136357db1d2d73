"""The page of collected drawings: whose are shown, what can be done with them, and what is refused."""

import base64
import contextlib
import io
import re
import sqlite3
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
import streamlit as st

from mnist_core import load_recognizer
from mnist_core.collection import ALL, Filter, open_collection
from mnist_core.collection.database import Database
from mnist_core.collection.exporting import exported_bytes
from mnist_core.errors import CollectionError
from mnist_core.owners import KEEPER, new_token
from mnist_core.types import Drawing, Prediction
from mnist_ui.drawings import collected, drawing_files, keeper, shelf
from mnist_ui.drawings.query import DrawingQuery
from mnist_ui.figures.strokes import strokes_picture
from mnist_ui.state import drawings, guesses, people
from mnist_ui.state.answers import Answers
from mnist_ui.state.keyring import Keyring
from mnist_ui.state.limits import Limit
from mnist_ui.state.visitor import Visitor
from tests.pages import html
from tests.strokes import DIGITS

PAGE = "pages/drawings.py"
KEY = "a long enough key"


def prediction(digit, sure=0.95):
    probabilities = np.full(10, (1 - sure) / 9, np.float32)
    probabilities[digit] = sure
    return Prediction(probabilities, 0.1)


def keep(owner, digit, label, *, sure=0.95, **more):
    """Put a drawing into the collection."""
    drawing = Drawing.from_strokes([np.array(each) for each in DIGITS[digit]], pen_width=20, size=(400, 400))
    return open_collection().drawings.add(drawing, prediction(digit, sure), "default", owner, label=label, **more)


@pytest.fixture
def mine(app, fresh_home):
    """The page of a visitor with five drawings, in a collection with one of somebody else."""
    visitor = app.session_state["_visitor"] = Visitor(keeps=True)
    owner = visitor.token
    for digit, label, sure in ((7, 7, 0.95), (1, 7, 0.95), (4, None, 0.95), (3, 8, 0.4), (0, 0, 0.95)):
        keep(owner, digit, label, sure=sure)
    app.other = keep(new_token(), 5, 5)
    app.owner = owner
    return shown(app)


def shown(app, **asked):
    """The page, with what an address asks for."""
    app.switch_page(PAGE)
    app.query_params.clear()
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def press(app, key):
    next(each for each in app.button if each.key == key).click().run()
    assert not app.exception
    return app


def words(app):
    """All that the page says."""
    parts = (app.markdown, app.warning, app.error, app.info, app.success, app.caption)
    return " ".join(each.value for part in parts for each in part)


def pick(app, position):
    """What a click on a drawing does: by the id that the page has shown there."""
    found = open_collection().drawings.entries(Filter(owner=app.owner))[position]
    app.session_state["_drawings-address"].set({"drawing": found.id})
    app.run()
    assert not app.exception
    return found


def as_keeper(app, monkeypatch):
    monkeypatch.setenv(keeper.VARIABLE, KEY)
    monkeypatch.setattr(keeper, "wrong_keys", Limit(keeper.MOST_WRONG))
    shown(app)
    next(each for each in app.text_input if each.key == "keeper-key").set_value(KEY)
    next(each for each in app.button if each.label == "Enter").click().run()
    assert not app.exception
    return app


# ---- whose drawings ----


def test_one_sees_the_own_drawings_and_nobody_elses(mine):
    assert "**5** drawings" in words(mine)
    assert not [each for each in mine.selectbox if each.label == "Whose drawings"]
    assert mine.other.id not in str(mine.session_state["_drawings-address"])


def test_without_a_drawing_it_says_what_to_do(app, fresh_home):
    shown(app)
    assert "choose “Keep my drawings”" in words(app)
    app.session_state["_visitor"].keeps = True
    assert "say whether it was read right" in words(app.run())


def test_somebody_elses_drawing_is_refused_whatever_the_address_says(mine):
    shown(mine, drawing=mine.other.id)
    assert "it is somebody else's" in words(mine)
    assert not html(mine).count("<img")
    assert "drawing that you cannot see" in words(shown(mine, drawing="../../etc"))
    assert "for who runs this app" in words(shown(mine, of="all"))
    assert "**5** drawings" in words(mine)


def test_a_crafted_change_of_somebody_elses_drawing_changes_nothing(mine, monkeypatch):
    said = Answers()
    monkeypatch.setattr(people, "answers", lambda: said)
    monkeypatch.setattr(drawings, "chosen", dict)
    own = shelf.Shelf(shelf.MINE, mine.owner, Filter(owner=mine.owner))
    first = open_collection().drawings.entries(own.filter)[0]
    before = {each.id: each.label for each in open_collection().drawings.entries()}
    collected.relabel(own, mine.other.id, 3)
    assert "it is somebody else's" in said.trouble
    said.trouble = ""
    collected.delete(own, [first.id, mine.other.id])
    assert "it is somebody else's" in said.trouble
    collected.relabel(own, first.id, 11)
    assert "A label is a digit from 0 to 9. Received: int 11." in said.trouble
    assert before == {each.id: each.label for each in open_collection().drawings.entries()}


def test_a_class_is_shown_to_who_has_its_key(mine):
    group, key = open_collection().classes.open("5b <b>*Maths*</b>")
    keep(new_token(), 2, 2, group=group.id)
    ring = mine.session_state["_keyring"]
    ring.is_met = True
    assert f"“{group.code}”, whose key this browser does not have" in words(shown(mine, of=group.code))
    ring.keys[group.code] = new_token()
    assert "whose key this browser does not have" in words(shown(mine, of=group.code))
    ring.keys[group.code] = key
    shown(mine, of=group.code)
    assert "**1** drawing" in words(mine)
    chosen = next(each for each in mine.selectbox if each.label == "Whose drawings")
    assert chosen.options == ["My own", "Class 5b <b>*Maths*</b>"]
    open_collection().classes.delete(group.code, key)
    assert "**5** drawings" in words(shown(mine))


# ---- the keeper ----


def test_the_keeper_sees_and_may_change_everything(mine, monkeypatch):
    as_keeper(mine, monkeypatch)
    assert "**6** drawings" in words(mine)
    assert "You are here as the keeper" in words(mine)
    shown(mine, of="all", drawing=mine.other.id)
    press(mine, "drawing-label-3")
    assert open_collection().drawings.entry(mine.other.id, KEEPER).label == 3
    press(mine, "keeper-leave")
    assert "**5** drawings" in words(mine)
    assert "Nobody else's is shown" in words(mine)
    assert "for who runs this app" in words(shown(mine, of="all"))


def test_wrong_keys_are_refused_after_a_while_and_the_right_one_always_gets_in(mine, monkeypatch):
    monkeypatch.setattr(keeper, "wrong_keys", Limit(keeper.MOST_WRONG, clock=lambda: 0.0))
    monkeypatch.setenv(keeper.VARIABLE, KEY)
    entered, pauses = [], []
    monkeypatch.setattr(people, "be_keeper", entered.append)
    monkeypatch.setattr(guesses.time, "sleep", pauses.append)
    for wrong in ["", "x", KEY + "x", KEY.upper(), KEY[:-1], "é", "\ud800", *map(str, range(keeper.MOST_WRONG))]:
        with pytest.raises(CollectionError, match="not the key"):
            keeper.enter(wrong)
    assert pauses == [0.0] * keeper.MOST_WRONG + [guesses.LONGEST_PAUSE_S] * 7
    assert entered == []
    keeper.enter(KEY)
    assert (entered, len(pauses)) == ([KEEPER], keeper.MOST_WRONG + 7)


def test_a_key_of_any_signs_is_compared(monkeypatch):
    monkeypatch.setattr(people, "be_keeper", lambda _: None)
    monkeypatch.setattr(guesses.time, "sleep", lambda _: None)
    for key, other in ((f"{KEY}\udce9", f"{KEY}?"), ("schlüssel der schule", "schl?ssel der schule")):
        monkeypatch.setattr(keeper.os, "environ", {keeper.VARIABLE: key})
        keeper.enter(key)
        with pytest.raises(CollectionError, match="not the key"):
            keeper.enter(other)


@pytest.mark.parametrize("key", ["", "short"])
def test_without_a_safe_key_nobody_is_the_keeper(fresh_home, monkeypatch, key):
    monkeypatch.setenv(keeper.VARIABLE, key)
    with pytest.raises(CollectionError, match="12 characters or more"):
        keeper.enter(key)


def test_only_the_keeper_imports_and_a_round_trip_is_whole(mine, monkeypatch):
    content = exported_bytes(open_collection(), ALL, "npz")
    before = [(each.id, each.label) for each in open_collection().drawings.entries()]
    monkeypatch.setattr(people, "keeper", lambda: None)
    with pytest.raises(CollectionError, match="Only who runs this app"):
        drawing_files.take_in(content, "a.npz")
    monkeypatch.setattr(people, "keeper", lambda: KEEPER)
    assert drawing_files.take_in(content, "a.npz") == 0
    open_collection().drawings.delete([each for each, _label in before[:4]], KEEPER)
    assert drawing_files.take_in(content, "a.npz") == 4
    assert [(each.id, each.label) for each in open_collection().drawings.entries()] == before
    with pytest.raises(CollectionError, match=r"“evil\.npz” cannot be imported") as refused:
        drawing_files.take_in(content[:-200], "evil.npz")
    assert "/" not in str(refused.value)


# ---- filters ----


def test_a_filter_in_the_address_is_a_filter(mine):
    for asked, count in (
        ({"said": "7"}, 2),
        ({"said": "none"}, 1),
        ({"said": "7,none"}, 3),
        ({"read": "doubt"}, 1),
        ({"read": "4,7"}, 2),
        ({"right": "yes"}, 2),
        ({"right": "no"}, 2),
        ({"said": "7", "right": "no", "since": "hour"}, 1),
    ):
        shown(mine, **asked)
        assert f"**{count}** drawing" in words(mine), asked
        assert {name: mine.query_params[name] for name in asked} == asked


def test_nonsense_in_the_address_is_said_and_left_out(mine):
    shown(mine, said="3,11,<b>", read="x", right="perhaps", since="1970", page="nan", part="[x](//e)")
    assert "said=11, said=\\<b>, read=x, right=perhaps, since=1970" in words(mine)
    assert "No drawing is like that" in words(mine)
    press(mine, "drawings-clear")
    assert "**5** drawings" in words(mine)


def test_every_filter_comes_back_from_its_address():
    query = DrawingQuery(("3", "none"), ("doubt",), "no", "week", "ACD349")
    assert DrawingQuery.from_parameters(query.to_parameters()) == (query, [])


# ---- one drawing ----


def test_one_drawing_is_shown_with_its_strokes_and_both_readings(mine):
    entry = pick(mine, 0)
    assert html(mine).count("<img") == 2
    assert "reads it now as" in words(mine)
    assert html(mine).count('class="bars"') == 1
    press(mine, "drawing-label-9")
    assert open_collection().drawings.entry(entry.id, mine.owner).label == 9
    press(mine, "drawing-label-None")
    assert open_collection().drawings.entry(entry.id, mine.owner).label is None
    press(mine, "delete-drawing-yes")
    assert open_collection().drawings.count(Filter(owner=mine.owner)) == 4
    assert "**4** drawings" in words(mine)


def test_what_is_deleted_here_is_no_answer_any_more(mine):
    shown(mine)
    answers = mine.session_state["_answers"]
    assert {each.label for each in answers.said.values()} == {7, 8, 0}
    entry = next(each for each in open_collection().drawings.entries(Filter(owner=mine.owner)) if each.label == 8)
    shown(mine, drawing=entry.id)
    press(mine, "delete-drawing-yes")
    assert {each.label for each in mine.session_state["_answers"].said.values()} == {7, 0}


def test_strokes_are_drawn_where_they_are():
    drawing = Drawing.from_strokes(
        [np.array([(10, 20), (30, 40)]), np.array([(50, 60)])], pen_width=12, size=(100, 100)
    )
    picture = strokes_picture(drawing, '"><script>')
    assert "<script>" not in picture
    svg = base64.b64decode(re.search('base64,([^"]+)', picture)[1]).decode()
    root = ElementTree.fromstring(svg)
    lines = [each.get("points") for each in root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert lines == ["10.0,20.0 30.0,40.0", "50.0,60.0 50.0,60.0"] * 2
    assert root.get("viewBox") == "-4.0 -4.0 108.0 108.0"


# ---- several, files, test set ----


def test_several_are_deleted_after_a_second_thought(mine):
    next(each for each in mine.toggle if each.key == "drawings-choosing").set_value(True).run()
    press(mine, "choose-all")
    assert open_collection().drawings.count(Filter(owner=mine.owner)) == 5
    press(mine, "delete-chosen-yes")
    assert open_collection().drawings.count() == 1
    assert open_collection().drawings.entries()[0].id == mine.other.id
    assert "5 drawings are deleted" in "".join(each.value for each in mine.toast)


def test_files_hold_what_was_found_and_nothing_else(mine):
    own = Filter(owner=mine.owner, labels=(7,))
    arrays = np.load(io.BytesIO(drawing_files.file_of(own, "npz", "en")))
    assert arrays["labels"].tolist() == [7, 7]
    names = zipfile.ZipFile(io.BytesIO(drawing_files.file_of(own, "zip", "de"))).namelist()
    assert sorted(name.split("/")[0] for name in names) == ["7", "7", "drawings.csv"]
    assert mine.owner.encode() not in drawing_files.file_of(own, "csv", "en")


def test_the_test_set_has_the_accuracy_of_the_model_on_what_was_said(mine, monkeypatch):
    shown_next = []
    shown(mine, part="A test set of these")
    entries = [each for each in open_collection().drawings.entries(Filter(owner=mine.owner)) if each.label is not None]
    recognizer = load_recognizer()
    right = sum(recognizer.predict(each.drawing).digit == each.label for each in entries)
    assert f"<dd>{100 * right / 4:.1f} %</dd>" in html(mine)
    assert "too few to tell" in words(mine)
    monkeypatch.setattr(st, "switch_page", lambda page: shown_next.append(page))
    press(mine, "drawings-train")
    assert shown_next == ["pages/train.py"]
    assert "drawings" in mine.session_state["_plan"].config.data


def test_without_the_collection_the_page_says_so_and_loses_nothing(mine, monkeypatch):
    def refuse(*_arguments, **_named):
        raise CollectionError("The disk is full.")

    entry = pick(mine, 0)
    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", refuse)
        press(mine, "drawing-label-9")
        assert "The disk is full." in words(mine)
    assert open_collection().drawings.entry(entry.id, mine.owner).label == entry.label


def test_a_damaged_collection_is_said(app, fresh_home):
    fresh_home.mkdir(parents=True, exist_ok=True)
    (fresh_home / "collection.sqlite3").write_bytes(b"no database at all" * 500)
    shown(app)
    assert "The collection is damaged" in words(app)
    assert (fresh_home / "collection.sqlite3").read_bytes() == b"no database at all" * 500


def damage(file, *ids):
    """Spoil the strokes of drawings, as a failing disk may."""
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.executemany("UPDATE drawings SET strokes = 'gone' WHERE id = ?", [(id,) for id in ids])
        connection.commit()


def test_damaged_drawings_are_told_of_hide_no_others_and_can_be_deleted(mine, fresh_home):
    own = open_collection().drawings.entries(Filter(owner=mine.owner))
    damage(fresh_home / "collection.sqlite3", own[0].id, own[2].id, mine.other.id)
    shown(mine)
    assert "2 drawings here are damaged" in mine.warning[0].value
    press(mine, "delete-damaged")
    assert not mine.exception
    assert not mine.warning
    assert {each.id for each in open_collection().drawings.entries()} == {own[1].id, own[3].id, own[4].id}
    assert open_collection().drawings.found(ALL).damaged == 1  # somebody else's


def test_where_all_are_damaged_nothing_else_is_said(mine, fresh_home):
    own = open_collection().drawings.entries(Filter(owner=mine.owner))
    damage(fresh_home / "collection.sqlite3", *[each.id for each in own])
    for part in ("Drawings", "A test set of these"):
        shown(mine, part=part)
        assert "5 drawings here are damaged" in mine.warning[0].value or "4 drawings here" in mine.warning[0].value
        assert not mine.error
        assert not mine.info


def test_what_was_kept_comes_back_as_soon_as_the_collection_can_be_used(app, fresh_home, monkeypatch):
    """Meanwhile the visitor is told once."""
    visitor = app.session_state["_visitor"] = Visitor(keeps=True)
    keep(visitor.token, 7, 7)
    plain = Database.reading

    def broken(_self):
        raise CollectionError("The collection's database does not answer.")

    monkeypatch.setattr(Database, "reading", broken)
    app.switch_page("pages/draw.py").run()
    assert "does not answer" in app.error[0].value
    app.run()
    assert not app.error
    monkeypatch.setattr(Database, "reading", plain)
    app.run()
    assert not app.exception
    assert len(app.session_state["_answers"].said) == 1


def test_a_collection_that_cannot_be_used_is_no_reason_to_refuse_a_class(app, fresh_home, monkeypatch):
    """It is said that it cannot be used, not that the key is missing."""
    group, key = open_collection().classes.open("5a")
    app.session_state["_keyring"] = Keyring(keys={group.code: key}, is_met=True)

    def broken(_self):
        raise CollectionError("The collection's database does not answer.")

    monkeypatch.setattr(Database, "reading", broken)
    shown(app, of=group.code)
    assert "does not answer" in app.error[0].value
    assert not app.warning
