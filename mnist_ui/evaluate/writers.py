"""By writer: how mistakes spread over the people who wrote the digits, and what the digits of each look like."""

from itertools import starmap
from typing import Any

import streamlit as st

from mnist_core.datasets.registry import DATASETS, spec_of, title_of_tests
from mnist_core.installation import PROGRAM
from mnist_core.language import gettext as _
from mnist_core.language import number, percent
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.writers import (
    DEALS,
    ByWriter,
    Group,
    Spread,
    Writer,
    best_first,
    by_group,
    by_writer,
    misread_first,
    some_of_hand,
    worst_first,
    written_by,
)
from mnist_ui import resources
from mnist_ui.address import Parameter
from mnist_ui.evaluate.confusion import NO_PICTURES, show_images
from mnist_ui.evaluate.evaluation import EVALUATE_ADDRESS, WRITER
from mnist_ui.figures.digits import reading_grid
from mnist_ui.figures.writers import writer_points, writer_words
from mnist_ui.widgets import PLAIN

CHART = "writers"
# So many people are shown with so many of their digits, and so many who stand out are named.
PEOPLE, DIGITS, NAMED = 3, 10, 8
# More digits of one hand than so many are scrolled through.
MANY, ROOM = 35, 480
# A probability below is not told.
LEAST = 0.001


def show_writers(_name: str, evaluation: Evaluation) -> None:
    """How mistakes spread over people, who stands out, and all digits of the one who is chosen.

    Raises
    ------
    DatasetError
        If what tells who wrote the digits is damaged.
    """
    of = written_by(evaluation)
    if of is None:
        _say_unknown(evaluation.dataset)
        return
    with st.spinner(_("The mistakes are dealt at random, to see what chance would do…")):
        found = resources.made(("by-writer", evaluation.model, evaluation.dataset), lambda: by_writer(evaluation, of))
    chosen = _chosen(found)
    if not evaluation.accuracy.errors:
        st.success(_("It read every single one right."), icon=":material/check_circle:")
        _choose_hand(evaluation, found, chosen)
        return
    _show_spread(found, evaluation)
    points, hand = st.columns(2, gap="large")
    with hand:
        _choose_hand(evaluation, found, chosen)
    with points:
        _show_points(found, EVALUATE_ADDRESS.value(chosen))
    _show_ends(evaluation, found)


def _say_unknown(dataset: str) -> None:
    """Why nothing can be said of writers."""
    if spec_of(dataset).load_writers is None:
        titles = [title_of_tests(each) for each, spec in DATASETS.items() if spec.load_writers]
        sentence = _("It is not known here who wrote which of these digits. It is known of: {datasets}.")
        st.info(sentence.format(datasets=", ".join(titles)), icon=":material/person_off:")
        return
    sentence = _(
        "Who wrote which of these digits is told by a file that is not on this machine. `{program} fetch` gets it."
    )
    st.info(sentence.format(program=PROGRAM), icon=":material/person_off:")


def _chosen(found: ByWriter) -> Parameter[int]:
    """The parameter of who is looked at; at first the one who is read worst."""
    numbers = [each.number for each in worst_first(found.writers)]
    return EVALUATE_ADDRESS.tidied(Parameter.one_of(WRITER, numbers, numbers[0]))


def _show_spread(found: ByWriter, evaluation: Evaluation) -> None:
    """Whether mistakes lie more unevenly over people than chance would have it, and what each kind of people has."""
    spread = found.spread
    st.markdown(_chance_in_words(spread))
    people, errors = number(len(found.writers)), number(evaluation.accuracy.errors)
    low, high = map(number, spread.flawless_by_chance)
    flawless = _("Without a mistake: **{count}** of {people} writers; by chance it would be {low} to {high}.").format(
        count=number(spread.flawless), people=people, low=low, high=high
    )
    low, high = map(number, spread.worst_by_chance)
    worst = _(
        "Mistakes of the worst tenth of the writers ({people}): **{count}** of {errors}; by chance it would be {low} "
        "to {high}."
    ).format(people=number(spread.tenth), count=number(spread.worst), errors=errors, low=low, high=high)
    groups = by_group(found, spec_of(evaluation.dataset).writer_groups)
    st.markdown("".join(f"- {each}\n" for each in (flawless, worst, *starmap(_group_in_words, groups.items()))))
    st.caption(
        _(
            "By chance: if its mistakes fell on digits at random, whoever wrote them. They were dealt {deals} "
            "times in this way; 95 of 100 deals lie within the range."
        ).format(deals=number(DEALS))
    )


def _group_in_words(name: str, group: Group) -> str:
    """How many digits of one kind of people are misread."""
    return _("{group} ({people}): **{errors}** of {images} digits misread ({share}).").format(
        group=_(name),
        people=number(group.people),
        errors=number(group.errors),
        images=number(group.images),
        share=percent(group.errors / group.images, 2),
    )


def _chance_in_words(spread: Spread) -> str:
    """Whether that may be chance, and how often it is, with the test's name for who wants to know."""
    if not spread.is_rare:
        return _(
            "**It may well be that it reads everybody alike.** If its mistakes fell on digits at random, they would "
            "lie at least so unevenly over people in {share} of all cases (Pearson's chi-squared test)."
        ).format(share=percent(spread.p_value, 0))
    share = percent(max(spread.p_value, LEAST), 1)
    return _(
        "**It does not read everybody alike.** If its mistakes fell on digits at random, they would lie so unevenly "
        "over people in {share} of all cases (Pearson's chi-squared test)."
    ).format(share=share if spread.p_value >= LEAST else _("less than {share}").format(share=share))


def _show_points(found: ByWriter, chosen: int) -> None:
    """Everybody as a point; one that is clicked is looked at."""
    st.header(_("Who stands out"), anchor=False)
    st.markdown(_outstanding_in_words(found))
    st.plotly_chart(
        writer_points(found.writers, found.limits, chosen),
        key=CHART,
        on_select=_take_click,
        selection_mode="points",
        config=PLAIN,
        alt=_("Share misread of each writer, by how many digits there are of them"),
    )
    st.caption(
        _(
            "Each point is a person, equal ones beside each other; click one to see their digits. Where somebody wrote "
            "few digits, one mistake is a large share: what counts is the dashed line. If mistakes fell at random, "
            "anybody at all would reach it in fewer than 5 of 100 cases."
        )
    )


def _take_click() -> None:
    """Look at whoever was clicked."""
    points: list[dict[str, Any]] = st.session_state[CHART].selection.points
    if points:
        EVALUATE_ADDRESS.set({WRITER: str(points[0]["customdata"][0])})


def _outstanding_in_words(found: ByWriter) -> str:
    """Who stands out, above and below."""
    rare = [each for each in found.writers if each.is_rare]
    worse, better = ([each for each in rare if (each.more < each.fewer) == is_worse] for is_worse in (True, False))
    said = []
    if worse:
        said.append(
            _("Writers misread more often than chance allows: **{writers}**.").format(
                writers=_named(worst_first(worse))
            )
        )
    if better:
        said.append(
            _("Writers misread less often than chance allows: **{writers}**.").format(
                writers=_named(best_first(better))
            )
        )
    return " ".join(said) or _("No single writer is misread more or less often than chance allows.")


def _named(writers: list[Writer]) -> str:
    """Some writers by their numbers, and how many more there are."""
    named = ", ".join(str(each.number) for each in writers[:NAMED])
    more = len(writers) - NAMED
    return _("{these} and {count} more").format(these=named, count=number(more)) if more > 0 else named


def _show_ends(evaluation: Evaluation, found: ByWriter) -> None:
    """Those who are read worst and those who are read best, with some of their digits."""
    worst, best = st.columns(2, gap="large")
    with worst:
        st.header(_("Read worst"), anchor=False)
        _show_people(evaluation, found, worst_first(found.writers)[:PEOPLE])
        st.caption(_("Ordered by how seldom chance alone would misread so many of their digits."))
    with best:
        st.header(_("Read best"), anchor=False)
        _show_people(evaluation, found, best_first(found.writers)[:PEOPLE])
        st.caption(
            _(
                "Ordered by how seldom chance alone would misread so few of their digits: of people without a mistake, "
                "those who wrote the most come first."
            )
        )


def _show_people(evaluation: Evaluation, found: ByWriter, writers: list[Writer]) -> None:
    """Some people, each with some of their digits, the misread ones first."""
    test = resources.test_images(evaluation)
    for writer in writers:
        st.markdown(f"**{writer_words(writer)}**  \n{_share_in_words(writer)}")
        if test is not None:
            shown = some_of_hand(evaluation, found.images_of(writer.number), DIGITS)
            read = evaluation.digits[shown].tolist()
            st.html(reading_grid(test.images[shown], evaluation.labels[shown].tolist(), read))


def _share_in_words(writer: Writer) -> str:
    """Which share of somebody's digits is misread, with its interval."""
    read = writer.read
    return _("{share} misread (95 % interval: {low} to {high})").format(
        share=percent(1 - read.accuracy), low=percent(1 - read.high), high=percent(1 - read.low)
    )


def _choose_hand(evaluation: Evaluation, found: ByWriter, chosen: Parameter[int]) -> None:
    """All digits of one person, those that are misread first."""
    st.header(_("All digits of one hand"), anchor=False)
    writers = {each.number: each for each in worst_first(found.writers)}
    looked_at = st.selectbox(
        _("Writer, those who are read worst first"),
        list(writers),
        format_func=lambda each: writer_words(writers[each]),
        **EVALUATE_ADDRESS.bound(chosen),
    )
    st.markdown(_share_in_words(writers[looked_at]))
    test = resources.test_images(evaluation)
    if test is None:
        st.info(_(NO_PICTURES).format(program=PROGRAM), icon=":material/image_not_supported:")
        return
    shown = misread_first(evaluation, found.images_of(looked_at)).tolist()
    captions = ["" if evaluation.is_right[index] else _read_as(evaluation, index) for index in shown]
    title = writer_words(writers[looked_at])
    show_images(
        evaluation, test, shown, captions, key="hand", title=title, height=ROOM if len(shown) > MANY else "content"
    )


def _read_as(evaluation: Evaluation, index: int) -> str:
    """What an image shows, and what it was taken for."""
    return _("{label} as {read}").format(label=evaluation.labels[index], read=evaluation.digits[index])
