"""A page with nothing but a map, for the browser tests: UCI's digits stand in for pictures, their places are random."""

import numpy as np
import streamlit as st

from mnist_ui import routes

COUNT = 1200


def show() -> None:
    """The map that the address asks for, and what comes back from it."""
    from mnist_ui.space import Colouring, Layout, SpaceView, You, space

    rng = np.random.default_rng(1)
    flat = rng.normal(size=(COUNT, 2)).astype(np.float32)
    labels = (np.arange(COUNT) % 10).astype(np.uint8)
    first = rng.normal(size=(COUNT, 3)) + 2 * rng.normal(size=(10, 3))[labels]
    is_film = "film" in st.query_params
    layouts = (Layout("First", first), Layout("Second", rng.normal(size=(COUNT, 3))))
    if is_film:
        layouts = (Layout("Epoch 1", flat), Layout("Epoch 2", flat[::-1].copy()))
    has_drawing = bool(st.session_state.get("drawn"))
    side = None if is_film else Layout("Side", flat)
    places = (*(layout.coordinates[5] for layout in layouts), *([] if is_film else [flat[5]]))
    view = SpaceView(
        layouts,
        labels,
        (Colouring.of_digits("Label", labels), Colouring.of_scale("Novelty", rng.random(COUNT), "like", "unlike")),
        dataset="uci-digits",
        read=labels,
        sure=np.full(COUNT, 0.93),
        flat=side,
        is_film=is_film,
        you=You(places, range(8)) if has_drawing else None,
        painter=st.query_params.get("painter", "auto"),
    )
    st.set_page_config(layout="wide")
    picked = space(view, "map")
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    st.button("Rerun")
    st.button("Draw", key="drawn")
    st.write(f"runs={st.session_state['runs']} ")
    st.write(f"point={picked.point} selected={len(picked.selected)} sum={picked.selected.sum()}")


if __name__ == "__main__":
    show()
else:
    app = st.App(__file__, routes=routes.routes())
