"""How a model learned, with the curves of others laid over it."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.model.bundle import model_folder, model_names, read_history
from mnist_core.readings.evaluation import Evaluation
from mnist_ui import resources
from mnist_ui.figures.curves import History, best_epoch, compared_curves, marked, training_curve
from mnist_ui.messages import explained
from mnist_ui.widgets import PLAIN


def show_learned(name: str, _evaluation: Evaluation) -> None:
    """Loss and accuracy of each epoch, and where it was best.

    Raises
    ------
    BundleError
        If the model's history is damaged.
    """
    possible = [each for each in model_names() if each != name]
    others = st.multiselect(_("Lay over it"), possible, key=f"over-{name}", placeholder=_("Other models"))
    histories: dict[str, History] = {name: _history(name)}
    for other in others:
        with explained():
            histories[other] = _history(other)
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        is_alone = len(histories) == 1
        figure = training_curve(histories[name], measure) if is_alone else compared_curves(histories, measure)
        column.plotly_chart(marked(figure, histories, measure), key=f"learned-{measure}", config=PLAIN)
    st.caption(
        _(
            "One epoch shows it every training image once. After epoch {epoch} the loss on the validation images was "
            "lowest; the weights of then were kept. Where that loss rises again while the other still falls, it only "
            "learns its training images by heart (overfitting)."
        ).format(epoch=best_epoch(histories[name]))
    )


def _history(name: str) -> History:
    """Loss and accuracy of each epoch of a model."""
    _recognizer, card = resources.model(name)
    return read_history(model_folder(name), card)
