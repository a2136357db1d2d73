"""Who is here: the visitor, what was said and taught, the class that is drawn for, and the keeper."""

from typing import TYPE_CHECKING

import streamlit as st

from mnist_core import owners
from mnist_core.owners import KEEPER, AtHome, By, Keeper, is_own
from mnist_ui import client
from mnist_ui.address import write
from mnist_ui.session import of_session
from mnist_ui.state.answers import Answers
from mnist_ui.state.keyring import Keyring
from mnist_ui.state.membership import Membership
from mnist_ui.state.visitor import Visitor

if TYPE_CHECKING:
    from mnist_core.teaching.teach import Taught

# A parameter of the address: `?join=ACD349`, the code of a class.
JOIN = "join"
_LONGEST_CODE = 60
_KEEPER = "_keeper"
_TRIAL = "_trial"


def visitor() -> Visitor:
    """Who is here, as far as the app knows."""
    return of_session("_visitor", Visitor)


def owner() -> str:
    """The visitor's secret token: what is kept under it is this visitor's."""
    return visitor().token


def actor() -> By:
    """Whoever is here, as what is done to jobs, models and maps needs it."""
    if keeper():
        return KEEPER
    return AtHome(owner()) if client.is_at_home() else owner()


def maker() -> By:
    """Whoever is here and makes something now, which the browser remembers to be theirs."""
    if not keeper() and not visitor().is_owner:
        visitor().change(is_owner=True)
    return actor()


def is_mine(owner: str) -> bool:
    """Whether what has this owner was made by whoever is here."""
    return is_own(owner, actor())


def may_change(owner: str) -> bool:
    """Whether whoever is here may stop, rename or delete what has this owner."""
    return owners.may_change(owner, actor())


def answers() -> Answers:
    """What the visitor has said of digits."""
    return of_session("_answers", Answers)


def trial() -> "Taught | None":
    """What was just taught, while the visitor decides whether to keep it."""
    return st.session_state.get(_TRIAL)


def try_out(taught: "Taught | None") -> None:
    """Have the visitor decide about this, or about nothing any more."""
    st.session_state[_TRIAL] = taught


def joined_code() -> str:
    """The code of the class that this phone draws for, as the address names it; empty for none."""
    return st.query_params.get(JOIN, "")[:_LONGEST_CODE]


def join_class(code: str) -> None:
    """Draw for the class of a code from now on."""
    write({JOIN: code})


def membership() -> Membership:
    """What this session knows of the class that it draws for."""
    return of_session("_membership", Membership)


def keyring() -> Keyring:
    """The classes whose keys this browser has."""
    return of_session("_keyring", Keyring)


def keeper() -> Keeper | None:
    """Whoever runs the app, if that is who is here."""
    known = st.session_state.get(_KEEPER)
    return known if isinstance(known, Keeper) else None


def be_keeper(keeper: Keeper | None) -> None:
    """Have whoever runs the app be here, or leave; in this session only."""
    st.session_state[_KEEPER] = keeper
