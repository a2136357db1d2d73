"""What the address of a page says: followed, written, left out, and chosen by one part chooser."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_ui.address import Parameter


def page():
    """A page with a part to look at, and a number that the part makes meaningless."""
    import streamlit as st

    from mnist_ui.address import Address, Parameter

    once = st.session_state["is_followed_once"]
    address = Address("toy", ("part", "above"), is_followed_once=once)
    address.follow()
    part = address.choose_part(["First", "Second"], forgets=["above"], is_first_said=False)
    above = Parameter("above", 3, int)
    st.number_input("Above", 0, 9, **address.bound(above))
    if st.button("Show the second"):
        address.show({"part": "Second"})
    st.write(f"{part} {address.value(above)} {address.nonsense(above)!r}")


@pytest.fixture
def toy():
    """The page, not run yet."""
    app = AppTest.from_function(page)
    app.session_state["is_followed_once"] = False
    return app


def opened(app, **parameters):
    """The page, after an address was opened."""
    app.query_params.clear()
    app.query_params.update(parameters)
    app.run()
    assert not app.exception
    return app


def address(app):
    """The parameters of the address."""
    return {name: value[-1] if isinstance(value, list) else value for name, value in app.query_params.items()}


def said(app):
    return app.markdown[0].value


def part(app):
    return app.segmented_control[0] if app.get("segmented_control") else app.get("button_group")[0]


def test_a_page_shows_what_its_address_says_and_the_rest_goes_without_saying(toy):
    assert said(opened(toy)) == "First 3 None"
    assert address(toy) == {}
    assert said(opened(toy, part="Second", above="5")) == "Second 5 None"
    assert toy.number_input[0].value == 5
    assert address(toy) == {"part": "Second", "above": "5"}


def test_what_is_no_parameter_of_the_page_leaves_the_address_but_those_of_every_page_stay(toy):
    opened(toy, part="Second", foo="1", lang="de", demo="1", model="mine")
    assert address(toy) == {"part": "Second", "lang": "de", "demo": "1", "model": "mine"}


def test_a_choice_is_in_the_address_until_it_is_the_default_and_forgets_what_it_makes_meaningless(toy):
    opened(toy, above="5")
    part(toy).set_value("Second").run()
    assert address(toy) == {"part": "Second"}
    assert said(toy) == "Second 3 None"
    toy.number_input[0].set_value(4).run()
    assert address(toy) == {"part": "Second", "above": "4"}
    part(toy).set_value("First").run()
    assert address(toy) == {}


def test_nonsense_is_the_default_and_can_be_told(toy):
    assert said(opened(toy, part="Third", above="many")) == "First 3 'many'"
    assert said(opened(toy, above="")) == "First 3 ''"


def test_a_part_that_there_is_not_or_that_is_the_first_leaves_the_address(toy):
    opened(toy, part="Third", above="5", lang="de")
    assert address(toy) == {"above": "5", "lang": "de"}
    opened(toy, part="First", above="5")
    assert address(toy) == {"above": "5"}


def test_an_address_without_parameters_leaves_what_was_shown_and_says_it_again(toy):
    opened(toy, part="Second")
    assert said(opened(toy)) == "Second 3 None"
    assert address(toy) == {"part": "Second"}


@pytest.mark.parametrize(("is_followed_once", "shown"), [(False, "First 3 None"), (True, "Second 3 None")])
def test_a_browser_that_is_late_with_its_address_does_not_undo_what_is_watched(toy, is_followed_once, shown):
    toy.session_state["is_followed_once"] = is_followed_once
    opened(toy, above="5")
    next(iter(toy.button)).click().run()
    assert address(toy) == {"part": "Second"}
    assert said(opened(toy, part="First")) == shown


def test_a_value_goes_into_the_address_and_comes_out_of_it():
    digits = Parameter.one_of("digit", range(10), 0)
    assert [digits.said(digit) for digit in (0, 7)] == [None, "7"]
    assert digits.parse("7") == 7
    with pytest.raises(ValueError, match="10"):
        digits.parse("10")
    assert Parameter.one_of("digit", range(10), 0, is_default_said=True).said(0) == "0"
