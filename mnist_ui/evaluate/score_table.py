"""The classification report: a table that can be sorted and taken away."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import streamlit as st

from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.bundle import is_taught
from mnist_core.readings.evaluation import ClassScore, Evaluation

if TYPE_CHECKING:
    import pandas as pd

SHARES = (N_("precision"), N_("recall"), "f1")
HELP = {
    "precision": N_("Of the images that it read as this digit, the share that are this digit."),
    "recall": N_("Of the images of this digit, the share that it read as this digit."),
    "f1": N_("The harmonic mean of both."),
}
DECIMALS = 4


def show_report(name: str, evaluation: Evaluation) -> None:
    """Precision, recall and F1 of each digit, and the table as files."""
    table = as_table(evaluation.report)
    percent = {
        share: st.column_config.ProgressColumn(
            _(share), help=_(HELP[share]), min_value=0.0, max_value=100.0, format="%.2f %%"
        )
        for share in SHARES
    }
    support = st.column_config.NumberColumn(_("images"), format="localized")
    st.dataframe(
        table.assign(label=table["label"].map(_), **{share: 100 * table[share] for share in SHARES}),
        hide_index=True,
        height="content",
        column_config={"label": _("digit"), **percent, "support": support},
    )
    st.caption(
        _(
            "**Precision**: how far to believe it when it says this digit. **Recall**: how many of these digits it "
            "finds. **F1** is the harmonic mean of both. The macro average counts each digit the same, the weighted "
            "one each image. A click on a column's head sorts."
        )
    )
    st.markdown(_("Take the table away:"))
    with st.container(horizontal=True):
        for kind, (suffix, mime, written) in FILES.items():
            st.download_button(
                kind,
                written(table),
                f"{'taught' if is_taught(name) else name}-{evaluation.dataset}.{suffix}",
                mime,
                on_click="ignore",
                icon=":material/download:",
            )


def as_table(report: Sequence[ClassScore]) -> "pd.DataFrame":
    """The report as a table of label, precision, recall, f1 and support, one row a class or average."""
    import pandas as pd

    return pd.DataFrame([asdict(score) for score in report])


def as_csv(table: "pd.DataFrame") -> str:
    """The table with all digits that there are."""
    return table.to_csv(index=False)


def as_latex(table: "pd.DataFrame") -> str:
    """The table for LaTeX with the booktabs package."""
    return table.to_latex(index=False, float_format=f"%.{DECIMALS}f")


def as_markdown(table: "pd.DataFrame") -> str:
    """The table as GitHub shows it, numbers to the right."""
    rows = [[f"{cell:.{DECIMALS}f}" if isinstance(cell, float) else str(cell) for cell in row] for row in _rows(table)]
    lines = [list(table.columns), ["---", *["---:"] * (len(table.columns) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rows(table: "pd.DataFrame") -> list[list[object]]:
    """The cells, row by row."""
    return [list(row) for row in table.itertuples(index=False)]


FILES = {
    "CSV": ("csv", "text/csv", as_csv),
    "LaTeX": ("tex", "application/x-tex", as_latex),
    "Markdown": ("md", "text/markdown", as_markdown),
}
