"""How far the maps of an atlas can be trusted, for a visitor and for who wants the figures."""

import streamlit as st

from mnist_core.foreign import in_markdown
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.maps.embedding import Quality
from mnist_ui.map.atlas import Atlas, layout_words

_HEAD = (
    N_("Map"),
    N_("Trustworthiness"),
    N_("Continuity"),
    N_("Right label, in the map"),
    N_("Right label, before"),
)
_RULE = "|---|---:|---:|---:|---:|"


def show_trust(atlas: Atlas) -> None:
    """What was measured of the maps."""
    known = {layout_words(name, info): info.quality for name, info in atlas.layouts.items() if info.quality}
    if atlas.flat and atlas.flat.quality:
        known[_("Flat")] = atlas.flat.quality
    if not known:
        return
    st.markdown(trust_words(atlas))
    with st.expander(_("How far can this map be trusted?"), icon=":material/straighten:"):
        st.write(
            _(
                "A map squeezes many numbers a digit into two or three, and something is always lost. "
                "*Trustworthiness*: are points that are close together in the map really alike? *Continuity*: are "
                "digits that are alike close together in the map? Both are 1 at best. Distances between far groups, "
                "and their sizes, say little."
            )
        )
        head = f"| {' | '.join(_(each).replace('|', ' ') for each in _HEAD)} |"
        st.markdown("\n".join([head, _RULE, *(_line(name, quality) for name, quality in known.items())]))
        some = next(iter(known.values()))
        st.caption(
            _(
                "Measured on {count} points chosen at random, with their {nearest} nearest. The last two columns: how "
                "often these nearest points would vote for the right label, in the map and in the numbers that it was "
                "made of."
            ).format(count=number(some.sample), nearest=some.neighbours)
        )


def trust_words(atlas: Atlas) -> str:
    """How far the digits are apart, in a sentence for a visitor."""
    measured = {layout_words(name, info): info.quality for name, info in atlas.layouts.items()}
    known = {name: quality.map_accuracy for name, quality in measured.items() if quality}
    # With a decimal where it is near all.
    counts = {name: number(100 * share, 1 if share >= 0.9 else 0) for name, share in known.items()}
    parts = [_("**{count}** in *{map}*").format(count=count, map=in_markdown(name)) for name, count in counts.items()]
    message = _("Of 100 dots, so many have mostly their own digit around them: {counts}.")
    return message.format(counts=", ".join(parts))


def _line(name: str, quality: Quality) -> str:
    """A line of the table, as Markdown: a table of Streamlit's would load pandas for it."""
    figures = (quality.trustworthiness, quality.continuity, quality.map_accuracy, quality.input_accuracy)
    return f"| {in_markdown(name)} | {' | '.join(number(figure, 3) for figure in figures)} |"
