from dataclasses import fields

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.ink import Recipe
from mnist_ui.draw.preparation import ALL_ON, WORDS


def page():
    import streamlit as st

    from mnist_ui.draw.preparation import preparation

    of_picture, is_clean = (st.session_state.get(name, False) for name in ("of_picture", "is_clean"))
    st.session_state["recipe"] = preparation(of_picture=of_picture, is_clean=is_clean)


def elsewhere():
    import streamlit as st

    if not st.checkbox("away"):
        from mnist_ui.draw.preparation import preparation

        st.session_state["recipe"] = preparation(of_picture=False)


def opened(of_picture=False):
    app = AppTest.from_function(page)
    app.session_state["of_picture"] = of_picture
    return app.run()


def switch(app, name):
    return next(toggle for toggle in app.toggle if toggle.label == WORDS[name][0])


def test_a_browser_that_forgot_a_switch_takes_it_for_on():
    assert all(toggle.proto.default for toggle in opened().toggle)


def test_there_are_words_for_each_step():
    assert list(WORDS) == [field.name for field in fields(Recipe)]


@pytest.mark.parametrize(("of_picture", "hidden"), [(False, "cleaning"), (True, "same_pen")])
def test_only_switches_that_do_something_are_shown_and_all_are_on(of_picture, hidden):
    app = opened(of_picture)
    assert not app.exception
    assert [toggle.label for toggle in app.toggle] == [label for name, (label, _) in WORDS.items() if name != hidden]
    assert all(toggle.value and toggle.help.endswith(".") for toggle in app.toggle)
    assert app.session_state["recipe"] == Recipe()
    assert not app.button


def test_what_is_clean_already_cannot_be_cleaned():
    app = AppTest.from_function(page)
    app.session_state["of_picture"] = app.session_state["is_clean"] = True
    app.run()
    assert [toggle.label for toggle in app.toggle] == [WORDS[name][0] for name in ("cropping", "box", "centring")]


@pytest.mark.parametrize("name", [name for name in WORDS if name != "cleaning"])
def test_a_step_is_left_out_and_taken_again(name):
    app = opened()
    switch(app, name).set_value(False).run()
    assert app.session_state["recipe"] == Recipe(**{name: False})
    assert [button.label for button in app.button] == [ALL_ON]
    switch(app, name).set_value(True).run()
    assert app.session_state["recipe"] == Recipe()
    assert not app.button


def test_one_button_puts_all_of_them_on():
    app = opened()
    for name in ("same_pen", "box", "centring"):
        switch(app, name).set_value(False).run()
    assert app.session_state["recipe"] == Recipe(same_pen=False, box=False, centring=False)
    app.button[0].click().run()
    assert not app.exception
    assert app.session_state["recipe"] == Recipe()
    assert all(toggle.value for toggle in app.toggle)


def test_a_hidden_switch_leaves_nothing_out_and_comes_back_as_it_was():
    app = opened()
    switch(app, "same_pen").set_value(False).run()
    switch(app, "centring").set_value(False).run()
    app.session_state["of_picture"] = True
    app.run()
    assert app.session_state["recipe"] == Recipe(centring=False)
    app.session_state["of_picture"] = False
    app.run()
    assert app.session_state["recipe"] == Recipe(same_pen=False, centring=False)


def test_the_switches_are_kept_while_the_visitor_is_elsewhere():
    app = AppTest.from_function(elsewhere).run()
    switch(app, "centring").set_value(False).run()
    app.checkbox[0].check().run()
    assert not app.toggle
    app.checkbox[0].uncheck().run()
    assert app.session_state["recipe"] == Recipe(centring=False)
