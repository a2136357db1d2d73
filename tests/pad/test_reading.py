"""Which pads may read by themselves."""

import pytest

from mnist_ui import routes
from mnist_ui.pad import reader_address


def test_the_shipped_model_is_read_by_the_browser_and_another_graph_has_another_address():
    path, _, query = reader_address("default").partition("?")
    assert path == routes.READER_RECORD
    assert "model=default&language=en&graph=" in query


@pytest.mark.parametrize("name", [f"taught-{7:032x}", "nobody", "../x"])
def test_what_only_the_server_may_read_has_no_address(name):
    assert reader_address(name) == ""
