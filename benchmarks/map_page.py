"""The same points in the map's component, in Plotly and in deck.gl, one of them as the address says."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pydeck
import streamlit as st

from mnist_ui import routes
from mnist_ui.figures.palette import DIGIT_COLOURS
from mnist_ui.space import Colouring, Layout, SpaceView, space

HEIGHT = 560


@st.cache_resource
def points(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten clouds: coordinates float32 (n, 3) and labels uint8 (n,)."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    middles = 4 * rng.normal(size=(10, 3))
    return (middles[labels] + rng.normal(size=(count, 3))).astype(np.float32), labels


@st.cache_resource
def view(count: int, painter: str) -> SpaceView:
    """What the map's component shows."""
    coordinates, labels = points(count)
    colouring = Colouring.of_digits("Label", labels)
    return SpaceView((Layout("Clouds", coordinates),), labels, (colouring,), dataset="mnist", painter=painter)


def show_plotly(count: int) -> None:
    """Plotly's 3D scatter."""
    coordinates, labels = points(count)
    x, y, z = coordinates.T
    marker = {"size": 3, "color": np.array(DIGIT_COLOURS)[labels]}
    figure = go.Figure(go.Scatter3d(x=x, y=y, z=z, mode="markers", marker=marker))
    st.plotly_chart(figure.update_layout(height=HEIGHT), key="map")


def show_deck(count: int) -> None:
    """deck.gl's point cloud in an orbit view."""
    coordinates, labels = points(count)
    colours = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in DIGIT_COLOURS])[labels]
    table = pd.DataFrame(np.hstack([coordinates, colours]), columns=["x", "y", "z", "r", "g", "b"])
    layer = pydeck.Layer(
        "PointCloudLayer",
        table,
        get_position=["x", "y", "z"],
        get_color=["r", "g", "b"],
        point_size=2,
        coordinate_system=pydeck.types.String("cartesian"),
    )
    view = pydeck.View(type="OrbitView", controller=True)
    state = pydeck.ViewState(target=[0, 0, 0], zoom=4, rotation_x=20, rotation_orbit=30)
    deck = pydeck.Deck(layers=[layer], views=[view], initial_view_state=state, map_provider=None)
    st.pydeck_chart(deck, height=HEIGHT, key="map")


def show() -> None:
    """What the address asks for."""
    st.set_page_config(layout="wide")
    count = int(st.query_params.get("count", "10000"))
    match st.query_params.get("what", "ours"):
        case "plotly":
            show_plotly(count)
        case "deck.gl":
            show_deck(count)
        case "ours, WebGL":
            space(view(count, "webgl"), "map")
        case _:
            space(view(count, "auto"), "map")
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    st.button("Rerun")
    st.write(f"Run {st.session_state['runs']}")


if __name__ == "__main__":
    show()
else:
    app = st.App(__file__, routes=routes.routes())
