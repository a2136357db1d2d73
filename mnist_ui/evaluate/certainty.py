"""How far to believe what a model states, and what it gains by passing on what it is not sure of."""

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import number
from mnist_core.readings.confusions import refusing
from mnist_core.readings.evaluation import Evaluation
from mnist_ui.figures.certainty import reliability_diagram, risk_coverage_curve
from mnist_ui.widgets import PLAIN

MOST_REFUSED = 30
FIRST_REFUSED = 2


def show_certainty(_name: str, evaluation: Evaluation) -> None:
    """The reliability diagram, and the risk-coverage curve with a share to refuse."""
    stated, refused = st.columns(2, gap="large")
    with stated:
        st.header(_("Is it as sure as it should be?"), anchor=False)
        st.write(
            _(
                "On average, what it states is **{points} points** of a percent from how often it is right (the "
                "expected calibration error)."
            ).format(points=number(100 * evaluation.calibration_error, 2))
        )
        figure = reliability_diagram(evaluation.reliability)
        st.plotly_chart(figure, key="reliability", config=PLAIN, alt=_("Reliability diagram"))
        st.caption(_("Below the dotted line it is too sure of itself. A point of few images says little."))
    with refused:
        st.header(_("What if it may pass?"), anchor=False)
        title = _("Share of the images that it passes on, the least sure ones")
        share = st.slider(title, 0, MOST_REFUSED, FIRST_REFUSED, format="%d %%", key="refused", persist_state="session")
        left = refusing(evaluation, share / 100)
        st.write(
            _(
                "Without the **{refused}** images that it is least sure of it reads **{wrong}** of the other "
                "{answered} wrong, in place of {all_wrong} of {images}."
            ).format(
                refused=number(left.refused),
                wrong=number(left.errors),
                answered=number(left.answered),
                all_wrong=number(evaluation.accuracy.errors),
                images=number(evaluation.accuracy.images),
            )
        )
        coverage, risk = evaluation.risk_coverage
        figure = risk_coverage_curve(coverage, risk, left.answered / (left.answered + left.refused))
        st.plotly_chart(figure, key="risk", config=PLAIN, alt=_("Risk-coverage curve"))
