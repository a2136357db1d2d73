"""The class's page: the teacher opens, watches, ends and deletes; phones join and draw."""

import json

import pytest
import streamlit as st

from mnist_core.collection import Filter, open_collection
from mnist_core.errors import CollectionError
from mnist_core.owners import new_token
from mnist_ui.classroom import address, classroom, joining
from mnist_ui.state import membership
from mnist_ui.state.limits import Limit
from tests.pages import as_strokes, html
from tests.strokes import DIGITS
from tests.visitors import SEVEN, reading

PAGE = "pages/classroom.py"
NASTY = "<script>alert(1)</script> [4b](//e.org)"


@pytest.fixture(autouse=True)
def own_limits(monkeypatch):
    monkeypatch.setattr(membership, "wrong_codes_of_client", Limit(1000))
    monkeypatch.setattr(classroom, "opened_of_client", Limit(1000))
    monkeypatch.setattr(classroom, "local_addresses", lambda: ["192.168.1.20"])
    known = st.get_option  # a class is held on a server that phones can reach
    monkeypatch.setattr(st, "get_option", lambda name: "0.0.0.0" if name == "server.address" else known(name))
    monkeypatch.delenv(address.VARIABLE, raising=False)


@pytest.fixture
def page(app, fresh_home):
    app.run()
    return app.switch_page(PAGE).run()


@pytest.fixture
def opened(page):
    """The page of a teacher who has opened a class."""
    page.text_input(key="class-name").input(NASTY)
    return press(page, "Open the class")


def press(app, label):
    next(each for each in app.button if each.label == label).click().run()
    assert not app.exception
    return app


def ring(app):
    return app.session_state["_keyring"]


def components(app, name):
    return [json.loads(each.proto.json)[0] for each in app.get("bidi_component") if name in each.proto.component_name]


def sent(code, *pairs):
    """A member of a class who has sent digits that were read so."""
    collection, owner = open_collection(), new_token()
    alias = collection.classes.join(code, owner)
    group = collection.classes.group(code).id
    return [
        collection.drawings.add(SEVEN, reading(read), "default", owner, label, group, alias) for label, read in pairs
    ]


def phone(app, code):
    app.query_params["join"] = code
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def texts(app):
    return " ".join([*(each.value for each in (*app.markdown, *app.warning, *app.info, *app.caption, *app.error))])


def test_a_class_is_opened_and_shows_its_code(opened):
    code = ring(opened).code
    shown = html(opened)
    assert code in shown
    assert "192.168.1.20" in shown
    assert "data:image/svg+xml" in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    key = ring(opened).keys[code]
    assert open_collection().classes.holds_key(code, key)
    assert key not in shown
    assert key not in str(opened.query_params)
    (kept,) = (each["value"] for each in components(opened, "browser") if each["name"] == "classes")
    assert kept == {code: key}


def test_a_name_that_is_none_is_refused(page):
    press(page, "Open the class")
    assert "1 to 60 characters" in texts(page)
    assert ring(page).keys == {}


def test_thirty_classes_of_somebody_else_keep_no_teacher_out(page, monkeypatch):
    who = ["192.0.2.1"]
    limit = Limit(30, classroom.DAY_S, classroom.OF_CLIENT, of=lambda: who[0])
    monkeypatch.setattr(classroom, "opened_of_client", limit)
    for _ in range(30):
        limit.take()
    page.text_input(key="class-name").input("5a")
    press(page, "Open the class")
    assert "done as often as it may be: 30 times within a day" in texts(page)
    assert ring(page).keys == {}
    who[0] = "192.0.2.2"
    press(page, "Open the class")
    assert len(ring(page).keys) == 1


def test_who_makes_keys_up_learns_no_name_and_not_which_classes_there_are(page):
    there, gone = open_collection().classes.open("Class of Ms Secret")[0].code, "AAAAAA"
    seen = []
    for code in (there, gone):
        known = ring(page)
        known.keys = {"CCCCCC": new_token(), code: new_token()}
        page.run()
        assert not page.exception
        shown = f"{texts(page)} {[each.label for each in page.button]} {html(page)}"
        assert "Secret" not in shown
        seen.append(shown.replace(code, "CODE"))
        known.keys = {code: new_token(), "CCCCCC": new_token()}
        page.run()
        assert "Secret" not in f"{texts(page)} {[each.label for each in page.button]}"
    assert seen[0] == seen[1]
    assert "There is no class CODE any more" in seen[0]


def test_digits_come_in_newest_first_and_one_can_be_removed(opened):
    code = ring(opened).code
    first, second = sent(code, (4, 9), (7, 7))
    opened.run()
    (wall,) = components(opened, "wall")
    assert [tile["id"] for tile in wall["tiles"]] == [second.id, first.id]
    assert "<b>1</b> has joined" in html(opened)
    assert "<b>2</b> digits" in html(opened)
    classroom_remove(opened, first.id, code)
    assert open_collection().drawings.count(Filter(group=open_collection().classes.group(code).id)) == 1


def classroom_remove(app, id, code):
    open_collection().drawings.delete([id], ring(app).keys[code])


def test_the_end_is_the_classs_own_test_set(opened):
    code = ring(opened).code
    sent(code, (4, 9), (4, 4), (4, 9), (7, 7))
    sent(code, (4, 9), (1, 1))
    press(opened, "End the collecting")
    shown = html(opened)
    assert "50.0 %" in shown
    assert shown.count("→ 9") == 3
    assert "2 of 3" in shown
    words = texts(opened)
    assert "hardest digit was the 4" in words
    assert "1 of 4 were read" in words
    assert "MNIST's test images" in words
    assert any(each.value == "Whose 4s can it not read?" for each in opened.subheader)
    with pytest.raises(CollectionError, match="closed"):
        sent(code)
    press(opened, "Reopen")
    assert open_collection().classes.group(code).is_open


def test_an_empty_class_ends_too(opened):
    press(opened, "End the collecting")
    assert "Nobody has sent a digit" in texts(opened)


def test_the_digits_can_be_taught(opened, idle_workers):
    sent(ring(opened).code, (4, 9))
    press(press(opened, "End the collecting"), "Teach it with our digits")
    assert opened.title[0].value == "Teach a network"
    assert "drawings" in opened.session_state["_plan"].config.data


def test_a_class_is_deleted_for_good(opened):
    code = ring(opened).code
    sent(code, (4, 9), (7, 7))
    id = open_collection().classes.group(code).id
    press(opened, "End the collecting")
    delete = next(each for each in opened.button if each.key == "class-delete")
    assert delete.disabled
    opened.checkbox(key="class-delete-sure").check().run()
    next(each for each in opened.button if each.key == "class-delete").click().run()
    assert not opened.exception
    assert open_collection().drawings.count(Filter(group=id)) == 0
    with pytest.raises(CollectionError):
        open_collection().classes.group(code)
    assert ring(opened).keys == {}
    assert opened.title[0].value == "A class together"


def test_without_the_key_nothing_is_seen(opened, app):
    code = ring(opened).code
    sent(code, (4, 9))
    ring(opened).keys[code] = new_token()
    opened.run()
    assert f"There is no class {code} any more, or it is not the one whose key this browser has" in texts(opened)
    assert components(opened, "wall") == []
    assert code not in html(opened)


def test_a_phone_agrees_draws_and_sends(app, fresh_home):
    group, _ = open_collection().classes.open(NASTY)
    phone(app, group.code)
    assert "nothing about you" in texts(app)
    assert "<script>" not in html(app)
    assert open_collection().classes.member_count(group.id) == 0
    press(app, "Agree and join")
    member = app.session_state["_membership"]
    assert app.session_state["_visitor"].kept()["member"] is True
    (pad,) = components(app, "pad")
    assert f'data-called="{member.called}"' in pad["call"]
    assert "<script>" not in pad["call"]
    called = member.called
    member.sketch.update(as_strokes(DIGITS[called]))
    press(app, "Send it")
    (entry,) = open_collection().drawings.entries(Filter(group=group.id))
    assert (entry.label, entry.digit, entry.alias) == (called, called, member.alias)
    assert "1 sent so far" in texts(app)
    press(app, "Take back the last one")
    assert open_collection().drawings.count(Filter(group=group.id)) == 0
    assert member.called == called


def test_what_is_unlike_any_digit_is_sent_and_marked(app, fresh_home):
    group, _ = open_collection().classes.open("4b")
    press(phone(app, group.code), "Agree and join")
    scribble = [[((x * 137) % 400, (x * 211) % 400) for x in range(60)]]
    app.session_state["_membership"].sketch.update(as_strokes(scribble))
    press(app, "Send it")
    assert open_collection().drawings.entries(Filter(group=group.id))[0].digit is None
    assert "marked" in texts(app)


def test_a_crafted_drawing_is_refused_clearly(app, fresh_home):
    group, _ = open_collection().classes.open("4b")
    press(phone(app, group.code), "Agree and join")
    app.session_state["_membership"].sketch.update([{"width": 20, "points": [[float("nan"), 1]]}])
    press(app, "Send it")
    assert app.warning
    assert open_collection().drawings.count(Filter(group=group.id)) == 0
    press(app, "Send it")
    assert "Nothing is drawn yet" in texts(app)


def test_a_wrong_code_and_a_closed_class_are_said(app, fresh_home):
    group, key = open_collection().classes.open("4b")
    phone(app, "<b>ZZZZ</b>")
    assert "There is no class with this code" in texts(app)
    open_collection().classes.close(group.code, key)
    phone(app, group.code)
    assert "This class is closed" in texts(app)
    assert "4b" not in html(app)
    assert not any(each.label == "Agree and join" for each in app.button)


def test_without_the_collection_it_is_said(page, monkeypatch):
    def refuse():
        raise CollectionError("The disk is full.")

    monkeypatch.setattr(classroom, "open_collection", refuse)
    monkeypatch.setattr(joining, "open_collection", refuse)
    page.text_input(key="class-name").input("4b")
    press(page, "Open the class")
    assert "The disk is full." in texts(page)
    phone(page, "ACD349")
    assert "The disk is full." in texts(page)
