"""How far to believe what a model states, and what it gains by passing on what it is not sure of."""

import streamlit as st

from mnist_core.analysis.confusions import refusing
from mnist_core.analysis.evaluation import Evaluation
from mnist_ui.figures.certainty import reliability_diagram, risk_coverage_curve

PLAIN = {"displayModeBar": False}
MOST_REFUSED = 30
FIRST_REFUSED = 2


def show_certainty(_name: str, evaluation: Evaluation) -> None:
    """The reliability diagram, and the risk-coverage curve with a share to refuse."""
    stated, refused = st.columns(2, gap="large")
    with stated:
        st.subheader("Is it as sure as it should be?", anchor=False)
        st.write(
            f"On average, what it states is **{100 * evaluation.calibration_error:.2f} points** of a percent from how "
            "often it is right (the expected calibration error)."
        )
        figure = reliability_diagram(evaluation.reliability)
        st.plotly_chart(figure, key="reliability", config=PLAIN, alt="Reliability diagram")
        st.caption("Below the dotted line it is too sure of itself. A point of few images says little.")
    with refused:
        st.subheader("What if it may pass?", anchor=False)
        share = st.slider("Share of the images that it passes on, the least sure ones", 0, MOST_REFUSED, FIRST_REFUSED,
                          format="%d %%", key="refused", persist_state="session")  # fmt: skip
        left = refusing(evaluation, share / 100)
        st.write(
            f"Without the **{left.refused:,}** images that it is least sure of it reads **{left.errors:,}** of the "
            f"other {left.answered:,} wrong, in place of {evaluation.accuracy.errors:,} of "
            f"{evaluation.accuracy.images:,}."
        )
        coverage, risk = evaluation.risk_coverage
        figure = risk_coverage_curve(coverage, risk, left.answered / (left.answered + left.refused))
        st.plotly_chart(figure, key="risk", config=PLAIN, alt="Risk-coverage curve")
