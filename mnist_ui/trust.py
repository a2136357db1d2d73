"""How far the maps of an atlas can be trusted, for a visitor and for who wants the figures."""

import streamlit as st

from mnist_core.analysis.embedding import Quality
from mnist_ui.atlas import Atlas

_HEAD = (
    "| Map | Trustworthiness | Continuity | Right label, in the map | Right label, before |",
    "|---|---:|---:|---:|---:|",
)


def show_trust(atlas: Atlas) -> None:
    """What was measured of the maps."""
    known = {name: info.quality for name, info in atlas.layouts.items() if info.quality}
    if atlas.flat and atlas.flat.quality:
        known["Flat"] = atlas.flat.quality
    if not known:
        return
    st.markdown(in_words(atlas))
    with st.expander("How far can this map be trusted?", icon=":material/straighten:"):
        st.write(
            "A map squeezes many numbers a digit into two or three, and something is always lost. *Trustworthiness*: "
            "are points that are close together in the map really alike? *Continuity*: are digits that are alike "
            "close together in the map? Both are 1 at best. Distances between far groups, and their sizes, say little."
        )
        st.markdown("\n".join([*_HEAD, *(_line(name, quality) for name, quality in known.items())]))
        some = next(iter(known.values()))
        st.caption(
            f"Measured on {some.sample:,} points chosen at random, with their {some.neighbours} nearest. The last two "
            "columns: how often these nearest points would vote for the right label, in the map and in the numbers "
            "that it was made of."
        )


def in_words(atlas: Atlas) -> str:
    """How far the digits are apart, in a sentence for a visitor."""
    known = [(name, info.quality.map_accuracy) for name, info in atlas.layouts.items() if info.quality]
    parts = [f"**{_of_hundred(share)}** in *{name}*" for name, share in known]
    return f"Of 100 dots, so many have mostly their own digit around them: {', '.join(parts)}."


def _of_hundred(share: float) -> str:
    """A share of 100, with a decimal where it is near all."""
    return f"{100 * share:.1f}" if share >= 0.9 else f"{100 * share:.0f}"


def _line(name: str, quality: Quality) -> str:
    """A line of the table, as Markdown: a table of Streamlit's would load pandas for it."""
    figures = (quality.trustworthiness, quality.continuity, quality.map_accuracy, quality.input_accuracy)
    return f"| {name.replace('|', ' ')} | {' | '.join(f'{figure:.3f}' for figure in figures)} |"
