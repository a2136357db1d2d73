"""How much a digit can be changed before it is misread: measured on test images, and live on the visitor's own."""

import numpy as np
import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.model.bundle import is_taught
from mnist_core.model.doubt import verdict
from mnist_core.model.recognizer import Recognizer
from mnist_core.readings.evaluation import Evaluation
from mnist_core.robustness.corruption import CORRUPTIONS, corrupted
from mnist_core.robustness.dials import DIALS, Dial, generator, turned
from mnist_core.robustness.finding import ROBUSTNESS
from mnist_core.robustness.robustness import LIMIT, Robustness
from mnist_core.types import Dataset, DigitImage, UInt8Array
from mnist_ui import resources, waiting
from mnist_ui.figures.robustness import as_title, changed_digits, corruption_bars, dial_curve, large_digit
from mnist_ui.messages import explained
from mnist_ui.state import paper
from mnist_ui.widgets import PLAIN, one_of

UNSPOILT = N_("nothing more")
FIRST = "rotation"
DIAL, SPOILT = "robust-dial", "robust-spoilt"


def show_robustness(model: str, evaluation: Evaluation | None = None) -> None:
    """The measured curves, or how to have them; and dials for the visitor's own digit.

    Parameters
    ----------
    model
        Name of the model.
    evaluation
        How well it reads the images that are looked at; without it, or where those are not on this machine, MNIST's
        or those that came with the app are used.
    """
    with explained():
        dataset = _images(evaluation)
        recognizer, _card = resources.model(model)
        st.header(_("How much can a digit be changed?"), anchor=False)
        digit, shown = _example(recognizer, dataset)
        found = _measured(model, dataset)
        if found:
            _show_summary(found, dataset)
            _show_dial(found, recognizer, digit, shown)
            _show_corruptions(found, recognizer, digit, shown)
        st.header(_("Change one yourself"), anchor=False)
        _show_live(model, dataset)


def _images(evaluation: Evaluation | None) -> Dataset:
    """The images that the curves are of."""
    if evaluation is None:
        return resources.known_images()
    if resources.has_images(evaluation.dataset):
        return resources.dataset(evaluation.dataset)
    known = resources.known_images()
    sentence = _("The images of {dataset} are not on this machine; these are of {other}.")
    st.info(sentence.format(dataset=in_markdown(evaluation.dataset), other=in_markdown(known.name)))
    return known


def _example(recognizer: Recognizer, dataset: Dataset) -> tuple[UInt8Array, int]:
    """The digit that is changed, uint8 (28, 28), and what it is: the visitor's last one as read, or a test image."""
    drawn = paper.sketch().digit()
    if drawn is not None:
        return drawn, recognizer.predict(_as_digit(drawn)).digit
    test = dataset.split("test")
    return np.asarray(test.images[0]), int(test.labels[0])


def _show_summary(found: Robustness, dataset: Dataset) -> None:
    """What the curves are of, and the mean over the fifteen corruptions."""
    values = {
        "right": number(100 * found.clean.accuracy, 1),
        "dataset": in_markdown(dataset.name),
        "images": number(found.images),
        "available": number(found.available),
    }
    as_they_are = (
        _(
            "It reads **{right}%** of the test images of {dataset} right as they are ({images} of the {available}, "
            "evenly spread)."
        )
        if found.images < found.available
        else _("It reads **{right}%** of the test images of {dataset} right as they are.")
    )
    spoilt = _(
        "Spoilt in fifteen ways, on average **{wrong}%** are read wrongly (the mean corruption error), in place of "
        "{clean}%."
    )
    wrong, clean = (number(100 * share, 1) for share in (found.mean_corruption_error, 1 - found.clean.accuracy))
    st.write(f"{as_they_are.format(**values)} {spoilt.format(wrong=wrong, clean=clean)}")


def _show_dial(found: Robustness, recognizer: Recognizer, digit: UInt8Array, shown: int) -> None:
    """The curve of one dial, and a digit at each of its values."""
    label = _("What is changed")
    name = one_of(label, DIALS, FIRST, DIAL, format_func=as_title, wrap=True, label_visibility="collapsed")
    dial = DIALS[name]
    st.write(_(dial.sentence))
    figure = dial_curve(dial, found.dials[name])
    st.plotly_chart(figure, key=f"curve-{name}", config=PLAIN, alt=_("Accuracy against {dial}").format(dial=_(name)))
    st.html(_at_each_value(dial, recognizer, digit, shown))
    st.caption(
        _(
            "The band is the 95 % interval, the dotted upright line marks images as they are. Below the curve, one "
            "digit at each of the values, and what is read in it; where its frame is dashed, it is misread."
        )
    )


def _at_each_value(dial: Dial, recognizer: Recognizer, digit: UInt8Array, shown: int) -> str:
    """A digit at each value of a dial, as HTML."""
    images = np.concatenate([dial(digit[np.newaxis], value, generator(dial.name)) for value in dial.values])
    captions = [dial.label(value) for value in dial.values]
    label = _("A digit and its {dial}").format(dial=_(dial.name))
    return changed_digits(images, captions, _read(recognizer, images), shown, label)


def _show_corruptions(found: Robustness, recognizer: Recognizer, digit: UInt8Array, shown: int) -> None:
    """The error for each of the fifteen kinds, and a digit in each."""
    st.header(_("Fifteen ways to spoil it"), anchor=False)
    bars, pictures = st.columns(2, gap="large")
    figure = corruption_bars(found.corruptions, found.clean)
    alt = _("Share read wrongly for each kind of corruption")
    bars.plotly_chart(figure, key="corruptions", config=PLAIN, alt=alt)
    images = np.concatenate([corrupted(kind, digit[np.newaxis], generator(kind)) for kind in CORRUPTIONS])
    kinds, label = [_(kind) for kind in CORRUPTIONS], _("A digit spoilt in each way")
    pictures.html(changed_digits(images, kinds, _read(recognizer, images), shown, label, 6))
    st.caption(
        _(
            "The kinds of MNIST-C (Mu and Gilmer, 2019), made here as its authors' code makes them; only the "
            "random numbers differ from those of their files. The dotted line is what is read wrongly of the images as "
            "they are; the pictures say what is now read."
        )
    )


def _measured(model: str, dataset: Dataset) -> Robustness | None:
    """The curves; or a button that has them measured, how far that is, or why it came to nothing."""
    if is_taught(model) and ROBUSTNESS.known(model, dataset) is None:  # measuring is everybody's to see
        st.info(_("The curves are measured of models that everybody uses. A model that you taught is yours alone."))
        return None
    saying = _("The test images are changed and read in about a hundred ways.")
    return waiting.found(ROBUSTNESS, model, dataset, saying=saying, offer=_offer, can_stop=True)


def _offer() -> bool:
    """What the measuring is, and a button to begin it."""
    st.write(
        _(
            "Up to {count} test images are turned, moved, blurred and spoilt in about a hundred ways, and read each "
            "time. It takes half a minute or a little more, once for each model, and you can go on meanwhile."
        ).format(count=number(LIMIT))
    )
    return st.button(_("Measure it"), icon=":material/speed:")


@st.fragment
def _show_live(model: str, dataset: Dataset) -> None:
    """The visitor's digit, dials to change it with, and what is read in it."""
    recognizer, card = resources.model(model)
    digit, _shown = _example(recognizer, dataset)
    is_own = paper.sketch().digit() is not None
    st.write(
        _("This is your last drawing as the network sees it.")
        if is_own
        else _("This is a test image. Draw a digit on the first page, and it will be yours.")
    )
    dials, picture, answer = st.columns([5, 2, 3], gap="large")
    with dials:
        values = _choose_values()
        spoilt = st.selectbox(
            _("Spoil it with"), [UNSPOILT, *CORRUPTIONS], format_func=_, key=SPOILT, persist_state="session"
        )
        st.button(_("As it was"), icon=":material/restart_alt:", on_click=_reset)
    changed = _changed(digit, values, spoilt)
    told = verdict(recognizer.predict(_as_digit(changed)), card.digits, card.reliability)
    with picture:
        st.html(large_digit(changed, _("The changed digit: {sign}").format(sign=told.sign)))
        if spoilt != UNSPOILT:
            st.caption(_(CORRUPTIONS[spoilt].sentence))
    answer.metric(_("It reads"), told.sign)
    answer.write(f"**{told.headline}.** {told.reason}")


def readings_around(model: str) -> tuple[str, str]:
    """What is read in the visitor's digit as it was, and as the dials have it now; "?" where it is in doubt.

    Raises
    ------
    BundleError
        If there is no such model or it is damaged.
    """
    recognizer, card = resources.model(model)
    digit, _shown = _example(recognizer, resources.known_images())
    values = {name: float(st.session_state.get(_key(dial), dial.neutral)) for name, dial in DIALS.items()}
    changed = _changed(digit, values, st.session_state.get(SPOILT, UNSPOILT))
    before, after = (verdict(recognizer.predict(_as_digit(each)), card.digits).sign for each in (digit, changed))
    return before, after


def _changed(digit: UInt8Array, values: dict[str, float], spoilt: str) -> UInt8Array:
    """A digit as the dials have it, uint8 (28, 28)."""
    changed = turned(digit[np.newaxis], values)
    return np.asarray(changed[0] if spoilt == UNSPOILT else corrupted(spoilt, changed, generator(spoilt))[0])


def _choose_values() -> dict[str, float]:
    """A slider for each dial; what they are set to."""
    values = {}
    columns = st.columns(2)
    for index, (name, dial) in enumerate(DIALS.items()):
        # A default of the slider's own would be at odds with one that the button has put back.
        st.session_state.setdefault(_key(dial), float(dial.neutral))
        values[name] = columns[index % 2].slider(
            as_title(name),
            float(dial.values[0]),
            float(dial.values[-1]),
            step=float(dial.step),
            format=dial.label(0).replace("%", "%%").replace("0", "%g", 1),
            key=_key(dial),
            persist_state="session",
        )
    return values


def _reset() -> None:
    """Turn all dials back."""
    for dial in DIALS.values():
        st.session_state[_key(dial)] = float(dial.neutral)
    st.session_state[SPOILT] = UNSPOILT


def _key(dial: Dial) -> str:
    """The key of a dial's slider."""
    return f"robust-{dial.name}"


def _as_digit(image: UInt8Array) -> DigitImage:
    """An image of bytes as what a model reads."""
    return DigitImage(image.astype(np.float32) / np.float32(255))


def _read(recognizer: Recognizer, images: UInt8Array) -> list[int]:
    """The digit that is read in each image."""
    digits: list[int] = recognizer.readings(images).digits.tolist()
    return digits
