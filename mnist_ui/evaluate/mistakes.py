"""The mistakes, worst first: what was confused, what else it thought of, and what it had learned from."""

import streamlit as st

from mnist_core.installation import PROGRAM
from mnist_core.jobs import Job
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number, pgettext
from mnist_core.readings.confusions import Confusion, by_kind, two_best
from mnist_core.readings.evaluation import Evaluation
from mnist_core.readings.neighbours import nearest
from mnist_core.readings.readings import DatasetReadings
from mnist_core.types import UInt8Array
from mnist_ui import resources
from mnist_ui.evaluate.confusion import NO_PICTURES
from mnist_ui.explore.exploring import address_of
from mnist_ui.figures.mistakes import ReadImage, mistakes
from mnist_ui.messages import explained

SHOWN = 36
NEAREST = 3

Nearest = list[tuple[UInt8Array, int]]


def show_mistakes(name: str, evaluation: Evaluation) -> None:
    """The worst mistakes, grouped by what was confused; or one by one, for the visitor to guess first."""
    indices = evaluation.mistakes
    if not len(indices):
        st.success(_("It read every single one right."), icon=":material/check_circle:")
        return
    shown = indices[:SHOWN]
    test = resources.test_images(evaluation)
    if test is None:
        st.info(_(NO_PICTURES).format(program=PROGRAM), icon=":material/image_not_supported:")
        _list(evaluation, by_kind(evaluation, shown))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        sentence = _("The {shown} worst of {count}:") if len(indices) > SHOWN else _("All {count}:")
        st.write(sentence.format(shown=len(shown), count=number(len(indices))))
        hidden = st.toggle(_("Let me guess first"), key="guess", persist_state="session")
    cards = dict(zip(shown.tolist(), _cards(name, evaluation, test.images, shown.tolist()), strict=True))
    if hidden:
        st.html(mistakes(list(cards.values()), hidden=True))
        return
    for kind in by_kind(evaluation, shown):
        confused = _("**{label} read as {read}**").format(label=kind.label, read=kind.digit)
        st.markdown(f"{confused} · {_times(len(kind.indices))}")
        st.html(mistakes([cards[index] for index in kind.indices.tolist()], hidden=False))


def _cards(name: str, evaluation: Evaluation, images: UInt8Array, indices: list[int]) -> list[ReadImage]:
    """What is known of some images."""
    neighbours = _neighbours(name, images[indices])
    return [
        ReadImage(
            index,
            images[index],
            int(evaluation.labels[index]),
            two_best(evaluation.probabilities[index]),
            near,
            address_of(evaluation.dataset, f"test-{index}"),
        )
        for index, near in zip(indices, neighbours, strict=True)
    ]


def _neighbours(name: str, images: UInt8Array) -> list[Nearest]:
    """The training images most like each of some images; none while the network has not read those."""
    found: DatasetReadings | Job | None = None
    with explained():
        found = resources.readings(name)
    if not isinstance(found, DatasetReadings):
        st.caption(_("The training images most like each will stand beside it once the network has read all of those."))
        return [[] for _image in images]
    message = _("Beside each: the {count} training images that the network finds most like it, and what they show.")
    st.caption(message.format(count=NEAREST))
    recognizer, _card = resources.model(name)
    known = found.dataset
    each = (nearest(found, features, NEAREST) for features in recognizer.features(images))
    return [[(known.images[i], int(known.labels[i])) for i in near.indices.tolist()] for near in each]


def _list(evaluation: Evaluation, kinds: list[Confusion]) -> None:
    """The mistakes without their pictures."""
    rows = []
    for kind in kinds:
        for index in kind.indices.tolist():
            (_first, stated), (second, less) = two_best(evaluation.probabilities[index])
            rows.append(
                {"image": index, "true digit": kind.label, "read as": kind.digit, "stated": stated}
                | {"second guess": second, "with": less}
            )
    titles = {
        "image": _("image"),
        "true digit": _("true digit"),
        "read as": _("read as"),
        "second guess": _("second guess"),
    }
    shares = {
        "stated": st.column_config.NumberColumn(_("stated"), format="percent"),
        "with": st.column_config.NumberColumn(pgettext("so much probability", "with"), format="percent"),
    }
    st.dataframe(rows, hide_index=True, column_config={**titles, **shares})


def _times(count: int) -> str:
    """How often."""
    return ngettext("once", "{count} times", count).format(count=count)
