"""Curves of runs, whose names somebody else may have given."""

from mnist_ui.figures.curves import compared_curves, marked

HISTORY = {"loss": [0.5, 0.2], "accuracy": [0.8, 0.9], "val_loss": [0.4, 0.3], "val_accuracy": [0.85, 0.91]}
NAME = '<a href="http://evil.example">mine</a>'
SHOWN = "&lt;a href=&#x22;http://evil.example&#x22;&gt;mine&lt;/a&gt;"


def test_a_name_is_no_markup_in_a_legend_nor_where_one_points():
    histories = {NAME: HISTORY, "other": HISTORY}
    figure = marked(compared_curves(histories, "loss"), histories, "loss")
    assert [each.name for each in figure.data[:2]] == [SHOWN, "other"]
    assert list(figure.data[2].customdata) == [SHOWN, "other"]
    assert NAME not in figure.to_json()
