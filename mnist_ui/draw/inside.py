"""Why a digit was read, from the inside: gradient and last layer, once somebody asks for them."""

import streamlit as st

from mnist_core.explanation.inside import InsideMaps, inside_disagreement, look_inside
from mnist_core.explanation.occlusion import OcclusionMap
from mnist_core.language import gettext as _
from mnist_core.types import DigitImage
from mnist_ui import resources
from mnist_ui.figures.inside import attention_map, saliency_map
from mnist_ui.session import latest
from mnist_ui.state import reader

LOOK = "look-inside"


def show_inside(heat: OcclusionMap, digit: int) -> None:
    """A switch, and where it is on two pictures beside what covering says, for one of the ten digits.

    Parameters
    ----------
    heat
        What covering says.
    digit
        Which digit is asked about.
    """
    if not st.toggle(_("Look inside the network, too"), key=LOOK, persist_state="session"):
        return
    inside = _inside(heat)
    least, last, both = st.columns(3, gap="large")
    with least:
        st.markdown(_("**What would the least change do?**"))
        st.html(saliency_map(inside, digit))
    with last:
        st.markdown(_("**Where does the last layer look?**"))
        st.html(attention_map(inside, digit))
    with both:
        st.markdown(_("**Do the three agree?**"))
        st.write(
            _(
                "Covering asks from outside: what happens without a patch of ink? These two look at the weights. That "
                "makes three questions, which may well have three answers, and none of them is a proof."
            )
        )
        apart = inside_disagreement(inside, heat, digit)
        for sentence in apart:
            st.warning(sentence, icon=":material/call_split:")
        if not apart:
            st.write(_("For {digit} they do not contradict each other here.").format(digit=digit))


def _inside(heat: OcclusionMap) -> InsideMaps:
    """What the weights say of the drawing; worked out once for all ten digits."""
    network = resources.gradients(reader.model_name())
    of = (id(network), heat.pixels.tobytes())
    return latest("_inside", of, lambda: look_inside(network, DigitImage(heat.pixels)))
