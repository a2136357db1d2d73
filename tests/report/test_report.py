"""A model's report in one file."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from mnist_core import load_dataset
from mnist_core.errors import DatasetError
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder, read_card
from mnist_core.readings import writers
from mnist_core.readings.comparison import compare, comparison_words
from mnist_core.readings.evaluation import accuracy_of
from mnist_core.readings.writers import by_writer
from mnist_core.report.charts import Axis, Line, errors, line_chart, shares
from mnist_core.report.report import html_report, percent
from mnist_core.robustness.corruption import CORRUPTIONS
from mnist_core.robustness.dials import DIALS
from mnist_core.robustness.robustness import Robustness
from tests.readings.test_comparison import evaluation

VOID = {"meta", "img", "br", "circle", "path"}


class Document(HTMLParser):
    """Every tag is closed by its own; texts and attributes are kept."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.words, self.attributes, self.tags = [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub("[ \n]+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def card():
    return read_card(model_folder(SHIPPED))


@pytest.fixture(scope="module")
def found():
    return evaluation(np.arange(700) % 23 > 0, stated=0.95, dataset="drawings")


@pytest.fixture(scope="module")
def spoilt():
    """How a model does with images that are harder to read: the same with each kind."""
    score = accuracy_of(15, 20)
    dials = {name: (score,) * len(dial.values) for name, dial in DIALS.items()}
    return Robustness(20, accuracy_of(19, 20), dials, dict.fromkeys(CORRUPTIONS, score))


@pytest.fixture(scope="module")
def pictured():
    """An evaluation of images that are on this machine, of which it reads number 7 wrong."""
    labels = load_dataset("uci-digits").split("test").labels
    return evaluation(np.arange(len(labels)) != 7, labels=labels, dataset="uci-digits")


def test_a_report_is_whole_and_asks_nothing_of_any_server(card, found, pictured):
    text = html_report(SHIPPED, card, [found, pictured])
    document = Document(text)
    assert {"svg", "table", "style", "title"} <= set(document.tags)
    assert not {"script", "link", "iframe", "object"} & set(document.tags)
    assert "http" not in text
    assert "url(" not in text
    assert "@import" not in text
    (source,) = [value for name, value in document.attributes if name in ("src", "href", "srcset")]
    picture = base64.b64decode(source.removeprefix("data:image/png;base64,"), validate=True)
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(image, load_dataset("uci-digits").split("test").images[7].repeat(3, 0).repeat(3, 1))


def test_its_words_say_what_was_done(card, found, spoilt):
    text = html_report(SHIPPED, card, [found], compare(found, found), spoilt, other="quick")
    titles = re.findall("<h([123])>(.*?)</h", text)
    assert titles == [
        ("1", "How well default reads"),
        ("2", "Drawings of visitors"),
        ("3", "What is taken for what"),
        ("3", "Each digit"),
        ("3", "How sure, and how rightly so"),
        ("3", "The worst mistakes"),
        ("2", "How it learned"),
        ("2", "Compared with quick"),
        ("2", "How much it bears"),
        ("2", "How to read this"),
    ]
    document = Document(text)
    for sentence in (
        f"A network with {card.parameters:,} parameters that learned from {' and '.join(card.data_hashes)} in "
        f"{card.epochs} epochs. None of the images below was among those that it learned from.",
        "31 of 700 wrong: 95.57\xa0% are read right.",
        "Rows: what it is. Columns: what is read. The deeper the colour, the more, on a logarithmic scale.",
        "digit precision recall F1 images",
        "macro average 95.57\xa0% 95.57\xa0% 95.57\xa0% 700",
        "What it says and how often it is right differ by 0.57\xa0% on average (expected calibration error).",
        "stated probability share right Right as often as it says? On the dashed line it would be.",
        "share answered, the surest first share wrong How much is wrong if it may refuse what it is least sure of.",
        "images stated right 700 95.00\xa0% 95.57\xa0%",
        "epoch loss Loss (lower is better) training validation",
        "epoch accuracy Accuracy (higher is better) training validation",
        "On the 700 images of Drawings of visitors: ",
        "Only default reads 0 of them, only quick 0.",
        "default quick difference 95 % interval read right 95.57 % 95.57 % +0.00",
        "Of 20 images as they are, 95.00\xa0% are read right; of the same ones spoilt in fifteen ways, 25.00\xa0% are "
        "read wrong on average (mean corruption error).",
        "spoilt by right 95 % interval shot noise 75.00\xa0% 53.13\xa0% to 88.81\xa0%",
        "The interval of a share is Wilson's, with 95 % confidence; the loss is the mean cross-entropy in nats.",
        f"Model made {card.created}; SHA-256 of its LiteRT graph {card.files[GRAPH]} . Written by MNIST Studio.",
    ):
        assert sentence in document.text


def test_a_compared_figure_has_both_its_values_and_their_difference(card, found):
    compared = compare(found, evaluation(np.arange(700) % 11 > 0, dataset="drawings"))
    text = Document(html_report(SHIPPED, card, [found], compared, other="quick")).text
    assert "Only default reads 61 of them, only quick 28." in text
    assert "read right 95.57 % 90.86 % +4.71 +2.09 to +7.41" in text
    assert re.search(r"loss 0\.2790 0\.5071 -0\.2281 -0\.\d{4} to -0\.\d{4} ", text)
    assert re.search(r"calibration error 0\.57 % 0\.86 % -0\.29 -\d\.\d\d to \+\d\.\d\d ", text)


def test_its_numbers_are_the_evaluations(card, found):
    text = Document(html_report(SHIPPED, card, [found])).text
    assert f"{found.accuracy.errors} of 700 wrong" in text
    assert f"{found.loss:.4f}" in text
    assert percent(found.accuracy.low) in text
    assert percent(found.calibration_error) in text
    for score in found.report:
        assert f"{score.label} {percent(score.precision)} {percent(score.recall)} {percent(score.f1)}" in text


def test_its_table_has_a_column_for_each_dataset(card, found):
    other = evaluation(np.ones(20), stated=0.5, dataset="pen-digits")
    text = Document(html_report(SHIPPED, card, [found, other])).text
    assert (
        "Drawings of visitors Pen strokes of other people images 700 20 wrong 31 0 right 95.57\xa0% 100.00\xa0%" in text
    )
    assert "right when 90 % sure or more 95.57\xa0% never that sure calibration error" in text
    assert "Of 700 images it is at least 90 % sure, and 95.57\xa0% of these it reads right." in text
    assert "It is never 90 % sure." in text


def test_its_confusion_matrix_has_every_count(card, found):
    text = html_report(SHIPPED, card, [found])
    cells = re.findall(r'<td class="(?:right|wrong)" style="[^"]*">([\d,]*)</td>', text)
    assert [int(cell.replace(",", "") or 0) for cell in cells] == np.asarray(found.confusion).ravel().tolist()


def test_the_worst_mistakes_stand_in_it(card, found):
    text = Document(html_report(SHIPPED, card, [found])).text
    index = int(found.mistakes[0])
    assert f"image {index}" in text
    assert "The worst mistakes" not in html_report(SHIPPED, card, [evaluation(np.ones(20), dataset="drawings")])


def test_at_most_24_mistakes_are_shown_the_worst_first(card, found):
    items = re.findall(r"<li>(.*?)</li>", html_report(SHIPPED, card, [found]))
    assert len(items) == 24 < found.accuracy.errors
    shown = [int(re.search(r"image (\d+)$", item)[1]) for item in items]
    assert shown == found.mistakes[:24].tolist()
    first = shown[0]
    assert items[0].startswith(
        f"a <strong>{found.labels[first]}</strong>, read as <strong>{found.digits[first]}</strong> (95"
    )


def test_a_deeper_shade_is_a_higher_count(card, found):
    cells = re.findall(
        r'<td class="(right|wrong)" style="--shade:([\d.]+)">([\d,]*)</td>', html_report(SHIPPED, card, [found])
    )
    assert [kind for kind, _shade, _count in cells] == [
        "right" if row == column else "wrong" for row in range(10) for column in range(10)
    ]
    highest = found.confusion.max()
    for (_kind, shade, _count), count in zip(cells, found.confusion.ravel(), strict=True):
        assert float(shade) == pytest.approx(0.6 * np.log1p(count) / np.log1p(highest), abs=0.006)


def test_whose_digits_are_misread_is_told_where_it_is_known(card, found, monkeypatch):
    assert "By writer" not in html_report(SHIPPED, card, [found])
    monkeypatch.setattr(writers, "writers_of", lambda _name: (np.arange(70_000) // 100).astype(np.int16))
    seen = evaluation(np.arange(10_000) % 100 > np.arange(10_000) // 1000)
    text = html_report(SHIPPED, card, [seen])
    worst = by_writer(seen, writers.written_by(seen)).spread.worst
    assert "100 people wrote these digits. 0 of them have no mistake" in text
    assert f"(10) has {worst} of the 550 mistakes" in text


def test_the_mistakes_images_are_shown_where_they_are_on_this_machine(card, pictured):
    document = Document(html_report(SHIPPED, card, [pictured]))
    assert [value for name, value in document.attributes if name == "alt"] == [f"image 7, a {pictured.labels[7]}"]


def test_markup_in_names_stays_text(card, found):
    name = '<script>alert("1")</script>&'
    other = evaluation(np.arange(700) % 31 > 0, dataset="drawings")
    text = html_report(name, replace(card, created=name), [found], compare(found, other), other="<b>x</b>")
    assert "<script" not in text
    assert "<b>" not in text
    assert name in Document(text).text


def test_a_comparison_is_told_and_tabled(card, found):
    compared = compare(found, evaluation(np.arange(700) % 11 > 0, dataset="drawings"))
    text = Document(html_report(SHIPPED, card, [found], compared, other="quick")).text
    assert "Compared with quick" in text
    assert comparison_words(compared, SHIPPED, "quick") in text


def test_curves_are_drawn_where_they_are_known(card, found):
    history = {"loss": [0.5, 0.2], "accuracy": [0.8, 0.9], "val_loss": [0.3, 0.4], "val_accuracy": [0.85, 0.8]}
    text = html_report("nobody", card, [found], history=history)
    assert "lowest after epoch 1 of 2" in text
    assert "How it learned" not in html_report("nobody", card, [found])
    assert "How it learned" in html_report(SHIPPED, card, [found])


@pytest.mark.parametrize(
    ("epochs", "ticks"), [(1, "1 2"), (2, "1 2"), (6, "1 2 3 4 5 6"), (7, "1 3 5 7"), (30, "1 7 13 19 25 31")]
)
def test_epochs_are_marked_from_the_first_to_the_last(card, found, epochs, ticks):
    curve = np.linspace(0.2, 0.1, epochs).tolist()
    history = {
        "loss": curve,
        "accuracy": [1 - each for each in curve],
        "val_loss": curve,
        "val_accuracy": [0.9] * epochs,
    }
    text = html_report("nobody", card, [found], history=history)
    chart = text[text.index("How it learned") :]
    marked = re.findall(r'text-anchor="middle">([\d.]+)</text>', chart)
    assert " ".join(marked[: len(ticks.split())]) == ticks
    assert f"lowest after epoch {epochs} of {epochs}" in text


def test_axes_of_the_curves_hold_every_value_and_no_tick_more_than_needed(card, found):
    history = {"loss": [0.5, 0.05], "accuracy": [0.95, 0.99], "val_loss": [0.2, 0.1], "val_accuracy": [0.98, 0.98]}
    text = html_report("nobody", card, [found], history=history)
    ticks = re.findall(r'text-anchor="end">([^<]+)</text>', text[text.index("How it learned") :])
    assert ticks[:4] == ["0.05", "0.1", "0.2", "0.5"]
    assert ticks[4:10] == [f"{share}.0\xa0%" for share in range(95, 101)]


@pytest.mark.parametrize(
    ("losses", "ticks"),
    [
        ([0.00001, 30.0], "0.001 0.002 0.005 0.01 0.02 0.05 0.1 0.2 0.5 1 2 5 10"),
        ([0.1, 0.1], "0.1 0.2"),
        ([0.5, 2.0], "0.5 1 2"),
        ([0.51, 1.9], "0.5 1 2"),
    ],
)
def test_an_axis_of_losses_begins_below_the_lowest_and_ends_above_the_highest(card, found, losses, ticks):
    history = {"loss": losses, "val_loss": losses, "accuracy": [0.99, 0.99], "val_accuracy": [0.99, 0.99]}
    text = html_report("nobody", card, [found], history=history)
    marked = re.findall(r'text-anchor="end">([^<]+)</text>', text[text.index("How it learned") :])
    assert " ".join(marked[: len(ticks.split()) + 1]) == f"{ticks} 99.0\xa0%"


@pytest.mark.parametrize(
    ("lowest", "first"), [(0.3, 0), (0.5, 50), (0.79, 50), (0.8, 80), (0.9, 90), (0.95, 95), (0.98, 98), (0.995, 99)]
)
def test_an_axis_of_accuracies_begins_at_a_round_share_below_the_lowest(card, found, lowest, first):
    history = {"loss": [1.0, 0.9], "val_loss": [1.0, 0.9], "accuracy": [lowest, 1.0], "val_accuracy": [1.0, 1.0]}
    text = html_report("nobody", card, [found], history=history)
    marked = re.findall(r'text-anchor="end">([\d.]+)\xa0%</text>', text[text.index("How it learned") :])
    assert list(map(float, marked)) == pytest.approx([first + (100 - first) * step / 5 for step in range(6)])


def test_ticks_of_a_dial_stand_apart(card, found, spoilt):
    text = html_report(SHIPPED, card, [found], robustness=spoilt)
    marked = re.findall(r'text-anchor="middle">([^<]+)</text>', text[text.index("How much it bears") :])
    charts = " ".join(marked).split("share right")
    assert charts[0].strip() == "-3 px -1.5 px 0 px 2 px 4 px 6 px stroke thickness"
    assert charts[1].strip() == "-90° -60° -30° 0° 30° 60° 90° rotation"
    assert charts[4].strip() == "0 px 2 px 4 px 6 px 8 px 10 px 12 px 14 px occlusion"
    assert charts[7].strip() == "0 % 8 % 15 % 25 % 40 % noise"


def test_robustness_is_told_and_drawn(card, found, spoilt):
    text = html_report(SHIPPED, card, [found], robustness=spoilt)
    assert "25.00\xa0% are read wrong on average" in Document(text).text
    assert all(f">{dial.name}</text>" in text for dial in DIALS.values())
    assert all(f"<td>{kind}</td><td>75.00\xa0%</td>" in text for kind in CORRUPTIONS)


@pytest.mark.parametrize(
    ("right", "words"),
    [
        ([1], "0 of 1 wrong: 100.00\xa0%"),
        ([0], "1 of 1 wrong: 0.00\xa0%"),
        (np.ones(30), "0 of 30 wrong: 100.00\xa0%"),
        (np.zeros(30), "30 of 30 wrong: 0.00\xa0%"),
    ],
)
def test_extremes_are_reported_too(card, right, words):
    assert words in Document(html_report(SHIPPED, card, [evaluation(right, dataset="drawings")])).text


def test_without_an_evaluation_there_is_no_report(card):
    with pytest.raises(DatasetError, match="none"):
        html_report(SHIPPED, card, [])


def test_a_chart_has_all_points_in_its_frame():
    chart = line_chart([Line("a", [(0.0, 0.5), (2.0, -1.0)], has_dots=True)], shares("x"), shares("y"), "both")
    assert re.findall(r'c[xy]="([\d.]+)"', chart) == ["62.0", "123.0", "396.0", "234.0"]


def test_a_chart_has_a_grid_numbers_titles_and_a_legend():
    lines = [Line("<a>", [(0.0, 1.0), (1.0, 4.0)]), Line("b", [(0.5, 3.0)])]
    up = Axis("up", [(0.0, "none"), (1.0, "<few>"), (4.0, "all")])
    chart = line_chart(lines, shares("across", 2), up, "both & more", has_diagonal=True).replace(".0", "")
    assert re.findall('<path class="grid" d="([^"]*)"', chart) == [
        *["M62 234V12", "M229 234V12", "M396 234V12"],
        *["M62 234H396", "M62 178.5H396", "M62 12H396"],
    ]
    assert re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]*)<', chart) == [
        *[("62", "249", "middle", "0 %"), ("229", "249", "middle", "50 %"), ("396", "249", "middle", "100 %")],
        *[("56", "238", "end", "none"), ("56", "182.5", "end", "&lt;few&gt;"), ("56", "16", "end", "all")],
        ("229", "270", "middle", "across"),
    ]
    assert '<text transform="translate(13 123) rotate(-90)" text-anchor="middle">up</text>' in chart
    assert '<path class="aid" d="M62 234L396 12"/>' in chart
    assert re.findall('<g class="(line-.)"><path class="line" d="([^"]*)"', chart) == [
        ("line-0", "M62 178.5L396 12"),
        ("line-1", "M229 67.5"),
    ]
    assert "<circle" not in chart
    assert '<li class="line-0">&lt;a&gt;</li><li class="line-1">b</li>' in chart
    assert 'viewBox="0 0 420 280" role="img" aria-label="both &amp; more"' in chart
    assert "<figcaption>both &amp; more<ul" in chart


def test_one_line_needs_no_legend_and_no_diagonal():
    chart = line_chart([Line("a", [(0.0, 0.0)])], shares("x"), shares("y"), "one")
    assert "<li" not in chart
    assert 'class="aid"' not in chart
    assert 'class="line-0"' not in line_chart([Line("a", [])], shares("x"), shares("y"), "none")


def test_a_long_line_is_thinned_and_keeps_its_ends():
    points = [(step / 1000, step / 1000) for step in range(1001)]
    (path,) = re.findall('class="line" d="M([^"]*)"', line_chart([Line("a", points)], shares("x"), shares("y"), ""))
    kept = path.split("L")
    assert len(kept) == 168  # every sixth of 1,000, and the last
    assert (kept[0], kept[1], kept[-1]) == ("62.0 234.0", "64.0 232.7", "396.0 12.0")


def test_axes_of_shares_and_errors_have_even_steps():
    assert shares("x").ticks == [(0, "0 %"), (0.2, "20 %"), (0.4, "40 %"), (0.6, "60 %"), (0.8, "80 %"), (1, "100 %")]
    ticks = errors("wrong", 0.04).ticks
    assert [text for _, text in ticks] == ["0 %", "1 %", "2 %", "3 %", "4 %", "5 %"]
    assert [value for value, _ in ticks] == pytest.approx([0, 0.01, 0.02, 0.03, 0.04, 0.05])


def test_a_logarithmic_axis_gives_equal_ways_to_equal_factors():
    axis = Axis("loss", [(0.01, "0.01"), (1.0, "1")], is_logarithmic=True)
    assert [axis.place(value) for value in (0, 0.01, 0.1, 1, 5)] == pytest.approx([0, 0, 0.5, 1, 1])


@pytest.mark.parametrize(("highest", "last"), [(0, "0.01 %"), (0.003, "0.5 %"), (0.04, "5 %"), (0.6, "100 %")])
def test_an_axis_of_errors_ends_at_a_plain_number(highest, last):
    assert errors("wrong", highest).ticks[-1][1] == last


# What holds other elements, and no text of its own.
HOLDERS = {"html", "head", "body", "main", "section", "div", "figure", "svg", "g", "table", "thead", "tbody", "tr"}


class Placed(Document):
    """What stands where no text belongs."""

    def __init__(self, text):
        self.stray = []
        super().__init__(text)

    def handle_data(self, data):
        if data.strip() and (not self.open or self.open[-1] in HOLDERS):
            self.stray.append(data)


def test_no_text_stands_between_the_parts_of_a_report(card, found):
    score = accuracy_of(15, 20)
    dials = {name: (score,) * len(dial.values) for name, dial in DIALS.items()}
    measured = Robustness(20, accuracy_of(19, 20), dials, dict.fromkeys(CORRUPTIONS, score))
    compared = compare(found, evaluation(np.arange(700) % 11 > 0, dataset="drawings"))
    whole = html_report(SHIPPED, card, [found], compared, other="quick", robustness=measured)
    bare = html_report("nobody", card, [evaluation(np.ones(20), dataset="drawings")])
    assert (Placed(whole).stray, Placed(bare).stray) == ([], [])


def test_the_only_diagonal_is_where_stated_and_right_agree(card, found):
    history = {"loss": [0.5, 0.2], "accuracy": [0.8, 0.9], "val_loss": [0.3, 0.4], "val_accuracy": [0.85, 0.8]}
    charts = re.findall("<figure>.*?</figure>", html_report("nobody", card, [found], history=history))
    assert ["stated probability" in chart for chart in charts] == ['class="aid"' in chart for chart in charts]
    assert sum("stated probability" in chart for chart in charts) == 1


def test_curves_have_dots_below_ten_epochs_and_their_own_measure(card, found):
    for epochs in (9, 10):
        falling, rising = np.linspace(0.5, 0.1, epochs).tolist(), np.linspace(0.8, 0.9, epochs).tolist()
        history = {"loss": falling, "val_loss": rising, "accuracy": rising, "val_accuracy": rising}
        text = html_report("nobody", card, [found], history=history)
        charts = re.findall("<figure>.*?</figure>", text[text.index("How it learned") :])
        assert [chart.count("<circle") for chart in charts] == ([4 * 9 // 2] * 2 if epochs == 9 else [0, 0])
        assert "lowest after epoch 1 of" in text


def test_a_dial_is_marked_at_its_ends_and_where_there_is_room(card, found):
    score = accuracy_of(15, 20)
    dials = {name: (score,) * len(dial.values) for name, dial in DIALS.items()}
    measured = Robustness(20, accuracy_of(19, 20), dials, dict.fromkeys(CORRUPTIONS, score))
    text = html_report(SHIPPED, card, [found], robustness=measured)
    marked = {
        re.findall(r'text-anchor="middle">([^<]*)</text>', chart)[-2]: re.findall(
            r'y="249" text-anchor="middle">([^<]*)</text>', chart
        )
        for chart in re.findall("<figure>.*?</figure>", text[text.index("How much it bears") :])
    }
    assert marked["rotation"] == ["-90°", "-60°", "-30°", "0°", "30°", "60°", "90°"]
    assert marked["blur"] == ["0 px", "0.5 px", "1 px", "1.5 px", "2 px", "2.5 px", "3 px"]
    assert marked["noise"] == ["0 %", "8 %", "15 %", "25 %", "40 %"]
