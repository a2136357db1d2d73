"""The figure of a map that is taken away."""

import numpy as np
import plotly.graph_objects as go
import pytest

from mnist_core.maps.library import MapInfo
from mnist_ui.figures.palette import DIGIT_COLOURS
from mnist_ui.figures.point_cloud import point_cloud
from mnist_ui.map.files import as_page
from tests.small_maps import POINTS, small_map


@pytest.mark.parametrize(("dimensions", "kind"), [(3, go.Scatter3d), (2, go.Scattergl)])
def test_each_digit_has_its_points_in_its_colour(dimensions, kind):
    embedding = small_map(dimensions=dimensions)
    texts = [f"point {row}" for row in range(POINTS)]
    figure = point_cloud(embedding.coordinates, embedding.labels, texts, "A map")
    assert [type(trace) for trace in figure.data] == [kind] * 10
    for digit, trace in enumerate(figure.data):
        rows = np.flatnonzero(embedding.labels == digit)
        assert np.allclose(trace.x, embedding.coordinates[rows, 0], atol=1e-3)
        assert np.allclose(trace.z if dimensions == 3 else trace.y, embedding.coordinates[rows, -1], atol=1e-3)
        assert list(trace.text) == [texts[row] for row in rows]
        assert trace.marker.color == DIGIT_COLOURS[digit]


def test_the_page_to_take_away_needs_no_network(fresh_home):
    embedding = small_map()
    page = as_page(MapInfo("x", "Mine <1>", embedding.config, POINTS, None), embedding, None)
    assert "Plotly.newPlot" in page
    assert "<script src" not in page
    assert "Test image 17" in page
