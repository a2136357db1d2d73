"""What is in something that was brought: sixty of its digits, what was detected, and what there is to say of it."""

import numpy as np
import streamlit as st

from mnist_core.datasets.own import OwnDataset
from mnist_core.datasets.own.form import BLACK_ON_WHITE
from mnist_core.datasets.own.inspection import Findings
from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import ngettext, number
from mnist_core.types import CLASSES, Dataset
from mnist_ui.gallery import gallery

SHOWN = 60


def show_preview(own: OwnDataset, dataset: Dataset) -> None:
    """Sixty images, how many there are of each digit, and what was found out."""
    rows = some_of_all(dataset.labels)
    gallery(
        dataset.images[rows],
        [str(label) for label in dataset.labels[rows]],
        key=f"own-preview-{own.name}",
        title=_("{count} of the digits, with their labels").format(count=number(len(rows))),
        side=56,
    )
    found = own.findings
    st.markdown(" · ".join(f"**{digit}:** {number(count)}" for digit, count in enumerate(found.counts)))
    st.markdown("\n".join(f"- {line}" for line in [_detected(found), _split(found)]))
    for line in _warnings(found):
        st.warning(line, icon=":material/warning:")
    if found.refused:
        _show_refused(found)


def some_of_all(labels: np.ndarray) -> np.ndarray:
    """Places of sixty images at most, as many of each digit as there are of it, spread over all."""
    each = SHOWN // CLASSES
    rows = []
    for digit in range(CLASSES):
        places = np.flatnonzero(labels == digit)
        rows.append(places[np.unique(np.linspace(0, len(places) - 1, min(each, len(places))).astype(int))])
    return np.concatenate(rows)


def _detected(found: Findings) -> str:
    """What the images were like."""
    seen = found.detected
    if not seen.polarity:
        return _("{form}: each picture was prepared as a drawing is.").format(form=seen.form)
    polarity = _("black on white") if seen.polarity == BLACK_ON_WHITE else _("white on black")
    height, width = seen.size
    size = f"{height} × {width}" if height else _("several sizes")
    taken = (
        _("They are taken as they are.")
        if (height, width) == (28, 28)
        else _("What is not 28 × 28 was prepared as a drawing is.")
    )
    text = _("{form}: {size}, {polarity}, shades from 0 to {top}.")
    return f"{text.format(form=seen.form, size=size, polarity=polarity, top=seen.top)} {taken}"


def _split(found: Findings) -> str:
    """Which images are learned from and which are tested with."""
    if found.is_proposed:
        text = _(
            "{train} to learn from and {test} to test with. The file says nothing of that: this is a proposal, in "
            "which no image is on both sides."
        )
    else:
        text = _("{train} to learn from and {test} to test with, as the file has it.")
    return text.format(train=number(found.train), test=number(found.test))


def _warnings(found: Findings) -> list[str]:
    """What its owner should know."""
    lines = []
    if found.in_mnist_test:
        lines.append(
            ngettext(
                "{count} image is a test digit of MNIST. It is only tested with: what learned from it could no longer "
                "be measured on MNIST.",
                "{count} images are test digits of MNIST. They are only tested with: what learned from them could no "
                "longer be measured on MNIST.",
                found.in_mnist_test,
            ).format(count=number(found.in_mnist_test))
        )
    if found.in_mnist_test is None:
        lines.append(_("MNIST is not on this machine, so nobody could look whether its test digits are among these."))
    if found.duplicates:
        text = ngettext(
            "{count} image is there before, pixel for pixel; with another label: {other}.",
            "{count} images are there before, pixel for pixel; with another label: {other}.",
            found.duplicates,
        )
        lines.append(text.format(count=number(found.duplicates), other=number(found.contradictory)))
    if found.moved and not found.is_proposed:
        text = _("Moved from learning to testing, as the same images are tested with: {count}.")
        lines.append(text.format(count=number(found.moved)))
    return lines


def _show_refused(found: Findings) -> None:
    """What was left out, and why."""
    count = sum(each for __, each in found.refused.values())
    st.markdown(ngettext("{count} is left out:", "{count} are left out:", count).format(count=number(count)))
    lines = [
        _("{count}: {reason}. The first: {first}").format(
            count=number(each), reason=_(reason), first=in_markdown(first)
        )
        for reason, (first, each) in found.refused.items()
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
