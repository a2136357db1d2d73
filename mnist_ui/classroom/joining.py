"""A phone's page: join a class, draw the digits that are called, send them."""

import streamlit as st

from mnist_core.collection import Group, alias_in_words, open_collection
from mnist_core.collection.aliases import EXAMPLE
from mnist_core.collection.records import CODE_LENGTH, NoClassError
from mnist_core.errors import CollectionError
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.types import NOVEL
from mnist_ui import resources
from mnist_ui.classroom.presence import HERE, SAYS_EVERY_S
from mnist_ui.classroom.wall import reading_words
from mnist_ui.figures.classroom import class_name
from mnist_ui.messages import explained, noted, told
from mnist_ui.pad import Call, pad
from mnist_ui.state import people, reader
from mnist_ui.state.membership import Membership

# A digit is sent by a button, so the page need not hear of a drawing while a hand may still go on.
REST_MS = 500
_SEND, _BACK = "class-send", "class-back"


def show_phone(code: str) -> None:
    """Draw for the class of a code, or join it first."""
    st.html('<div class="joining"></div>')
    member = people.membership()
    try:
        group = member.find(open_collection(), code, people.owner())
    except CollectionError as error:
        member.group = None
        st.title(_("A class together"), anchor=False)
        st.warning(told(error), icon=":material/search_off:")
        ask_code()
        return
    if member.alias and group.is_open:
        _draw()
    else:
        _show_entrance(member, group)
    if member.alias:
        _stay(group)


@st.fragment(run_every=SAYS_EVERY_S)
def _stay(group: Group) -> None:
    """Say that the phone is there, and look whether the class was ended or goes on again."""
    HERE.note(group.id, people.owner())
    try:
        is_other = open_collection().classes.group(group.code).is_open != group.is_open
    except NoClassError:
        is_other = True
    except CollectionError:  # it is looked again soon
        is_other = False
    if is_other:
        st.rerun()


def ask_code() -> None:
    """A field for the code of a class."""
    with st.form("class-code", border=False):
        code = st.text_input(_("The code of your class"), max_chars=CODE_LENGTH + 2, key="class-code-typed")
        if st.form_submit_button(_("Join"), key="class-code-join", type="primary") and code.strip():
            people.join_class(code.strip().upper())
            st.rerun()


def _show_entrance(member: Membership, group: Group) -> None:
    """What is kept, and the way in; or that the class is over."""
    if group.is_open or member.alias:
        st.html(class_name(group.name))
    if not group.is_open:
        member.trouble = ""  # it was that the class is closed
        _show_end(member)
        return
    _tell(member)
    with st.container(key="class-entrance"):
        _ask_consent()


def _ask_consent() -> None:
    """What is kept, and the button that agrees to it."""
    st.markdown(
        _(
            "You draw the digits that are called, and a network reads them. **What you draw is kept** under this "
            "class's name, on the computer that runs this app: **nothing about you**. You get a made-up name, such as "
            "“{alias}”, under which your digits are seen on the class's screen. You can delete them here."
        ).format(alias=in_markdown(alias_in_words(EXAMPLE)))
    )
    st.button(_("Agree and join"), key="class-join", type="primary", width="stretch", on_click=_join)


def _join() -> None:
    """Become a member; a callback."""
    member = people.membership()
    with noted(member):
        member.join(open_collection(), people.owner())
        people.visitor().change(is_member=True)


def _show_end(member: Membership) -> None:
    """Thanks to a member; else that the class takes no more."""
    if not member.alias:
        st.info(_("This class is closed: it takes no more digits."), icon=":material/lock:")
        return
    with st.container(key="class-thanks"):
        st.header(_("Thank you, {alias}!").format(alias=in_markdown(alias_in_words(member.alias))), anchor=False)
        sent = ngettext("You sent **{count} digit**.", "You sent **{count} digits**.", sum(member.drawn))
        over = _("This class is closed: it takes no more digits. Look at the class's screen.")
        st.markdown(f"{sent.format(count=number(sum(member.drawn)))} {over}")
    _offer_deletion(member)


@st.fragment
def _draw() -> None:
    """The digit that is called, the pad, and the way to send it."""
    member = people.membership()
    _take_press(member)
    assert member.group
    assert member.called is not None
    who = _("{alias} · {name}").format(alias=alias_in_words(member.alias or ""), name=member.group.name)
    with explained():
        pad(
            REST_MS,
            key="class-paper",
            sketch=member.sketch,
            remembers=False,
            arrangement="phone",
            call=Call(member.called, who),
        )
    with st.container(horizontal=True, key="class-send-row"):
        st.button(_("Send it"), key=_SEND, type="primary", icon=":material/send:", width="stretch", shortcut="Enter")
        st.button(_("Take back the last one"), key=_BACK, icon=":material/undo:", disabled=not sum(member.drawn))
    _tell(member)
    _show_last(member)
    _offer_deletion(member)


def _take_press(member: Membership) -> None:
    """Do what was pressed; by now the pad has told the drawing that the press belongs to, in a callback."""
    with noted(member):
        if st.session_state.get(_SEND):
            _send(member)
        if st.session_state.get(_BACK):
            member.take_back(open_collection(), people.owner())


def _send(member: Membership) -> None:
    """Keep what is drawn; where the class is closed meanwhile, the page says so."""
    name = reader.model_name()
    try:
        member.send(open_collection(), resources.model(name)[0], name, people.owner())
    except CollectionError as error:
        member.trouble = told(error)
        st.rerun()


def _tell(member: Membership) -> None:
    """Say once what did not work."""
    if member.trouble:
        st.warning(member.trouble, icon=":material/warning:")
        member.trouble = ""


def _show_last(member: Membership) -> None:
    """What became of the digit that was sent last, and how many there are."""
    count = sum(member.drawn)
    sent = ngettext("{count} sent so far.", "{count} sent so far.", count).format(count=number(count))
    last = member.last
    if last is None:
        st.caption(sent)
        return
    said = _("Sent. {reading} {sent}").format(reading=reading_words(last), sent=sent)
    if last.novelty >= NOVEL:
        said = _("Sent, and marked: it looks unlike any digit that the network knows. {sent}").format(sent=sent)
    st.caption(said)


def _offer_deletion(member: Membership) -> None:
    """Away with all that the visitor has drawn for the class."""
    if not sum(member.drawn):
        return
    with st.popover(_("Delete my digits"), type="tertiary", icon=":material/delete:", key="class-own"):
        st.write(_("All that you have drawn for this class is deleted, and cannot be had back."))
        st.button(_("Yes, delete all of it"), key="class-own-delete", on_click=_delete)


def _delete() -> None:
    """Delete all that the visitor has drawn for the class; a callback."""
    member = people.membership()
    with noted(member):
        member.delete_all(open_collection(), people.owner())
