"""The teacher's page: open a class, show its code, and watch its digits come in."""

from functools import partial

import streamlit as st

from mnist_core.collection import Filter, Group, alias_in_words, open_collection
from mnist_core.collection.records import LONGEST_NAME
from mnist_core.errors import CollectionError
from mnist_core.foreign import in_markdown
from mnist_core.installation import TO_NETWORK
from mnist_core.language import gettext as _
from mnist_ui.address import MODEL
from mnist_ui.classroom.address import VARIABLE, PhoneAddress, find_address, local_addresses
from mnist_ui.classroom.class_ending import close, show_ending
from mnist_ui.classroom.joining import ask_code
from mnist_ui.classroom.presence import HERE
from mnist_ui.classroom.presenting import show_presenting
from mnist_ui.classroom.wall import MOST_SHOWN, reading_words, wall
from mnist_ui.figures.classroom import class_name, joined, sign
from mnist_ui.messages import explained, noted, told
from mnist_ui.state import people, reader
from mnist_ui.state.limits import DAY_S, OF_CLIENT, Limit, counted, network

_REVEALED = "class-revealed"
# The wall looks so often whether there are new digits.
LOOKS_EVERY_S = 1.5
# In a day and for one address: every lesson of a large school.
MOST_OPENED_OF_CLIENT = 60
opened_of_client = Limit(
    MOST_OPENED_OF_CLIENT, DAY_S, OF_CLIENT, variable="MNIST_STUDIO_CLIENT_CLASSES_A_DAY", of=network
)


def show_classroom() -> None:
    """The class that is shown, or the way to open or join one."""
    ring = people.keyring()
    if ring.trouble:
        st.error(ring.trouble, icon=":material/error:")
        ring.trouble = ""
    code = ring.code
    if not code:
        _show_entrance()
        return
    try:
        _show_known(code)
    except CollectionError as error:
        st.error(told(error), icon=":material/error:")
    with st.container(key="class-foot"):
        _offer_others(code)


def _show_known(code: str) -> None:
    """Show the class of a code, with the key that the browser has."""
    group = open_collection().classes.of_key(code, people.keyring().keys[code])
    if group is None:
        # The key is not thrown away: a copy of the collection may bring the class back. And whoever made the key up is
        # not told which of the two it is.
        text = _("There is no class {code} any more, or it is not the one whose key this browser has.")
        st.warning(text.format(code=code), icon=":material/search_off:")
    elif group.is_open:
        _show_collecting(group)
    else:
        show_ending(group)


def _show_entrance() -> None:
    """Open a class, or join one."""
    st.title(_("A class together"), anchor=False)
    st.write(
        _(
            "Everybody draws on a phone, and the digits come in on the teacher's screen: how many are read, and whose "
            "fours are not? Nothing about anybody is kept, only the digits, under made-up names."
        )
    )
    # On a phone the first comes first, and nearly all phones are pupils'.
    pupil, teacher = st.columns(2, gap="large")
    with pupil, st.container(border=True):
        st.header(_("Join a class"), anchor=False)
        ask_code()
    with teacher, st.container(border=True):
        st.header(_("For the teacher"), anchor=False)
        _ask_name()


def _ask_name() -> None:
    """A field for the name of a new class."""
    with st.form("class-open", border=False), explained():
        name = st.text_input(_("Name of the class"), max_chars=LONGEST_NAME, key="class-name")
        st.caption(_("This browser keeps the key of the class: only here can it be ended, exported or deleted."))
        if st.form_submit_button(_("Open the class"), key="class-open-now", type="primary"):
            _open(name)
            st.rerun()


def _open(name: str) -> None:
    """Open a class and show it.

    Raises
    ------
    CollectionError
        If the name is none, or there are too many classes.
    LimitError
        If the session or its client opens too many.
    """
    ring = people.keyring()
    with counted(ring.opened, opened_of_client):
        group, key = open_collection().classes.open(name)
    ring.add(group.code, key)


def _show_collecting(group: Group) -> None:
    """The code for the phones, and the wall."""
    st.html(class_name(group.name))
    port, listens_at = st.get_option("server.port"), st.get_option("server.address")
    address = find_address(st.context.url, port, listens_at, local_addresses())
    # The phones' digits are read by the teacher's model; a private one is not named.
    url = address.of_class(group.code, **{k: v for k, v in reader.model_in_address().items() if k == MODEL})
    left, right = st.columns([2, 5], gap="large")
    with left, st.container(key="class-sign"):
        st.html(sign(url, group.code))
        if address.is_local:
            _warn_of_loopback()
    with right, st.container(key="class-wall"):
        show_presenting()
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="class-tools"):
            if st.button(_("Larger code"), key="class-larger", icon=":material/qr_code:"):
                st.dialog(_("Join the class"), width="large")(lambda: st.html(sign(url, group.code, is_large=True)))()
            _offer_help(address, url)
            _offer_end(group.code)
            st.toggle(_("Show the readings"), value=True, key=_REVEALED)
        _show_wall(group)


def _offer_end(code: str) -> None:
    """The end of the collecting, after a second thought."""
    with st.popover(_("End the collecting"), icon=":material/flag:", key="class-end-box"):
        st.markdown(
            _("The phones say thanks and take no more digits. This screen shows the result. You can reopen the class.")
        )
        st.button(_("Yes, end it"), key="class-end", type="primary", on_click=partial(close, code))


@st.fragment(run_every=LOOKS_EVERY_S)
def _show_wall(group: Group) -> None:
    """The digits that have come in; looks again and again."""
    with explained():
        collection = open_collection()
        drawings, everything = collection.drawings, Filter(group=group.id)
        entries = drawings.entries(everything, limit=MOST_SHOWN)
        drawn, right = drawings.count(everything), drawings.count(Filter(group=group.id, right=True))
        is_revealed = st.session_state.get(_REVEALED, True)
        here, members = HERE.count(group.id), collection.classes.member_count(group.id)
        st.html(joined(here, members, drawn, right if is_revealed else None))
        picked = wall(entries, key="class-tiles", is_revealed=is_revealed)
        found = next((entry for entry in entries if entry.id == picked), None)
        if found:
            with st.container(horizontal=True, vertical_alignment="center", key="class-picked"):
                who = in_markdown(alias_in_words(found.alias)) if found.alias else ""
                st.markdown(f"**{who}** {reading_words(found) if is_revealed else ''}", width="content")
                remove = partial(_remove, found.id, group.code)
                st.button(_("Remove it"), key="class-remove", icon=":material/delete:", on_click=remove)


def _remove(id: str, code: str) -> None:
    """Delete one drawing; a callback."""
    with noted(people.keyring()):
        open_collection().drawings.delete([id], people.keyring().keys[code])


def _warn_of_loopback() -> None:
    """That phones cannot reach the server as it is."""
    st.warning(
        _(
            "Phones cannot reach this server: it answers this computer alone, or the computer is in no network. Start "
            "it with `{command}`."
        ).format(command=TO_NETWORK),
        icon=":material/wifi_off:",
    )


def _offer_help(address: PhoneAddress, url: str) -> None:
    """What to do if phones do not find the page."""
    with st.popover(_("Does it not open?"), icon=":material/help:", key="class-help"):
        st.markdown(
            _(
                "- Phones must be in the same network as this computer; guest networks often keep devices apart.\n"
                "- The computer's firewall must let the port through.\n"
                "- Another address can be given to the server in `{variable}`."
            ).format(variable=VARIABLE)
        )
        st.code(url, language=None, wrap_lines=True)
        if address.others:
            st.markdown(_("Further addresses of this computer:"))
            st.code("\n".join(address.others), language=None)


def _offer_others(code: str) -> None:
    """The teacher's other classes, and a new one."""
    ring = people.keyring()
    with st.popover(_("Other classes"), icon=":material/groups:", type="tertiary", key="class-others"):
        for other in reversed([each for each in ring.keys if each != code]):
            with explained():
                st.button(_name(other), key=f"class-show-{other}", on_click=ring.choose, args=(other,), width="stretch")
        _ask_name()
        st.button(
            _("Forget this class in this browser"),
            key="class-forget",
            type="tertiary",
            on_click=ring.forget,
            args=(code,),
            help=_("Its digits stay; but nobody can end, export or delete the class from here any more."),
        )


def _name(code: str) -> str:
    """The name of a class whose key the browser has, as plain text for a button; else its code."""
    try:
        group = open_collection().classes.of_key(code, people.keyring().keys[code])
    except CollectionError:
        return in_markdown(code)
    return in_markdown(group.name if group else code)
