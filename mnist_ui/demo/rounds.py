"""A round of the challenge on the page: the start, the digit that is called, and how it went."""

import datetime
from functools import partial

import streamlit as st

from mnist_core.collection import open_collection
from mnist_core.collection.records import LONGEST_MS
from mnist_core.errors import CollectionError, LimitError, MnistError
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number, percent
from mnist_core.language import noop as N_
from mnist_core.model.doubt import UNKNOWN, verdict_of_number
from mnist_core.types import CLASSES
from mnist_ui import resources
from mnist_ui.figures.challenge import results
from mnist_ui.figures.facts import facts
from mnist_ui.messages import explained
from mnist_ui.pad import Call, Told, timed_pad
from mnist_ui.state import demo, people, reader
from mnist_ui.state.challenge import Challenge, ChallengeScore
from mnist_ui.state.letters import letter
from mnist_ui.state.limits import DAY_S, Limit, counted, network
from mnist_ui.widgets import one_of

# A digit is read once the hand has rested so long: a 4 or a 5 is often begun with what is a digit, too.
REST_MS = 500
# What was not read goes so long after that, so that one can try again.
CLEAR_AFTER_S = 3
# In a day and from one address: 30 pupils with six rounds of ten digits in each of five lessons, and some.
MOST_ATTEMPTS_OF_CLIENT = 10_000
attempts_of_client = Limit(MOST_ATTEMPTS_OF_CLIENT, DAY_S, variable="MNIST_STUDIO_CLIENT_ATTEMPTS_A_DAY", of=network)
LIMITS: dict[str, float | None] = {N_("20 seconds for each digit"): 20, N_("No time limit"): None}
_LIMIT = "challenge-limit"


def show_round(challenge: Challenge) -> None:
    """The digit that is called, or the start with how the last round went."""
    if challenge.called is None:
        show_start(challenge)
    else:
        _show_call(challenge, challenge.called)


def show_start(challenge: Challenge) -> None:
    """What the challenge is, or how the last one went, and the way into a new one."""
    if challenge.is_over:
        _show_score(challenge)
    else:
        st.write(
            _(
                "All ten digits are called in any order. Draw each as it is called: the next one comes as soon as "
                "yours is read right. How many can it read, and how fast are you?"
            )
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        label, icon = _("Once more") if challenge.is_over else _("Start"), ":material/play_arrow:"
        st.button(label, type="primary", key="challenge-start", icon=icon, on_click=challenge.start)
        one_of(_("Time limit"), LIMITS, next(iter(LIMITS)), _LIMIT, format_func=_, label_visibility="collapsed")
    show_hardest()
    if people.visitor().keeps is not False:
        st.caption(
            _(
                "For that, the called digit, what was read and the time of each attempt are counted: no drawing, and "
                "nothing about you."
            )
        )


def show_hardest() -> None:
    """Which digit is read least often today, over all visitors."""
    try:
        hardest = open_collection().attempts.hardest_digit(datetime.datetime.now().astimezone().date())
    except CollectionError:
        st.caption(_("The hardest digit of the day is not known: the visitors' collection cannot be used just now."))
        return
    if hardest is None:
        st.caption(_("The hardest digit of the day: nobody has drawn enough of them yet."))
        return
    said = ngettext(
        "**The hardest digit of the day is {digit}**: of {count} attempt by all visitors, {share} was read right.",
        "**The hardest digit of the day is {digit}**: of {count} attempts by all visitors, {share} were read right.",
        hardest.attempts,
    )
    st.markdown(said.format(digit=hardest.digit, count=number(hardest.attempts), share=percent(hardest.share, 0)))


def drawn(challenge: Challenge, told: Told) -> None:
    """Go on to the next digit if what is drawn is read as the one that is called, or the time for it is over."""
    if challenge.called is None:
        return
    try:
        read = read_now(challenge)
    except MnistError:
        if not told.is_over:
            return
        read = None
    if read == challenge.called or told.is_over:
        note(challenge, read, told.milliseconds)


def read_now(challenge: Challenge) -> int | None:
    """The digit that is read in what is drawn; None for nothing, doubt, or several digits.

    Raises
    ------
    MnistError
        If the drawing or the model cannot be used.
    """
    drawing = challenge.sketch.drawing()
    found = resources.model(reader.model_name())[0].read(drawing) if drawing else []
    sign = verdict_of_number(found, 0).sign if found else UNKNOWN
    return int(sign) if len(sign) == 1 and sign != UNKNOWN else None


def note(challenge: Challenge, read: int | None, milliseconds: int | None = None) -> None:
    """Note what became of a digit, for the visitor and, unless the visitor wants nothing kept, for the day.

    What is counted for the day can be traced to nobody: it is without the drawing and without the visitor's token.
    """
    attempt = challenge.note(read, milliseconds)
    if people.visitor().keeps is False:
        return
    took = min(attempt.milliseconds, LONGEST_MS)
    try:
        with counted(attempts_of_client):
            open_collection().attempts.add(attempt.digit, attempt.read, took, challenge.player)
    except (CollectionError, LimitError):
        return  # the start page says that the collection cannot be used; and one more of so many says nothing new


def skip(challenge: Challenge) -> None:
    """Go on to the next digit."""
    try:
        read = read_now(challenge)
    except MnistError:
        read = None
    note(challenge, read)


def _show_call(challenge: Challenge, digit: int) -> None:
    """The pad and the digit to draw on it."""
    place = _("{place} of {count}").format(place=number(len(challenge.attempts) + 1), count=number(CLASSES))
    with explained():
        timed_pad(
            REST_MS,
            key="challenge-pad",
            sketch=challenge.sketch,
            remembers=False,
            arrangement="hall" if demo.is_demo() else "beside",
            clear_after_s=CLEAR_AFTER_S,
            call=Call(digit, place),
            limit_s=LIMITS[st.session_state.get(_LIMIT) or next(iter(LIMITS))],
            on_drawn=lambda told: drawn(challenge, told),
        )
    with st.container(horizontal=True, vertical_alignment="center", key="challenge-ways"):
        go_on, icon = partial(skip, challenge), ":material/skip_next:"
        st.button(_("Skip it"), key="challenge-skip", icon=icon, on_click=go_on, shortcut=letter("s"))
        st.button(_("Give up"), key="challenge-leave", on_click=challenge.leave, type="tertiary")
        st.html(results(challenge.attempts))


def _show_score(challenge: Challenge) -> None:
    """How it went."""
    score = challenge.score()
    if challenge.is_best:
        st.markdown(_("## A new best of this session!"))
    values = {_("Read right"): _of_ten(score), _("Time"): _seconds(score)}
    if challenge.best:
        values[_("Best of this session")] = f"{_of_ten(challenge.best)}, {_seconds(challenge.best)}"
    st.html(facts(values))
    st.html(results(challenge.attempts))


def _of_ten(score: ChallengeScore) -> str:
    """How many were read right."""
    return _("{count} of {all}").format(count=number(score.right), all=number(CLASSES))


def _seconds(score: ChallengeScore) -> str:
    """How long it took."""
    return _("{seconds} s").format(seconds=number(score.seconds, 1))
