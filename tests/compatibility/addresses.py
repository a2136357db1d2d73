"""Addresses of every page, as version 0.6.1 understood them, and what can be compared of a page that is shown.

Words are left out, as they are rewritten. What stays are figures, the keys and values of widgets, what charts and
tables hold, and what the address says afterwards.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from tests.compatibility.opening import APP, JOBS, KNOWN, be

MAPS = {name: known["id"] for name, known in KNOWN["found"]["maps"].items()}
COLLECTION = KNOWN["collection"]
CODE = COLLECTION["class"]["code"]
TINY = {"model": "tiny"}
UCI = {"dataset": "uci-digits", **TINY}
SCANS = {"dataset": "Coarse scans", **TINY}

# What is longer is compared by how many numbers it has and by their sum.
LONG = 12
# What stands for words that a widget has for its value, unless an address names them.
WORDS = "words"
# What the browser keeps is asked for by one component now. Version 0.6.1 had one for each, under names of their own in
# the browser's storage, which stay: "mnist-studio-drawing", "mnist-studio-classes".
# Shows nothing, and came later.
SIGHT = "mnist-studio-sight"
BROWSER = "mnist-studio-browser"
KEPT_BY = {
    "drawing": ["mnist-studio-memory", "memory", None],
    "classes": ["mnist-studio-class-keys", "class-keys", None],
}
# Parallel coordinates are a component of our own now. Version 0.6.1 had a chart of Plotly's in their place.
PARALLEL, PARALLEL_OF_PLOTLY = "mnist-studio-parallel", [["parcoords"]]
# Numbers of so many figures are none that a sentence has in itself.
FIGURES = 3
# Those that are opened each time; together they show every page and every part of it.
EVERY_TIME = """
    draw-german draw-tiny-drawing draw-mine-taught how-tiny-drawing
    explore-overview explore-filtered explore-image explore-odd explore-suspects explore-quiz explore-shape
    map-first map-flat map-image map-film map-making
    train-lesson train-run_done train-run_failed tune-search tune-search_half
    evaluate-confusion evaluate-digits evaluate-mistakes evaluate-sure evaluate-robust evaluate-learned evaluate-two
    evaluate-all model-tiny classroom-phone classroom-watching-teacher challenge-first demo-first
    drawings-sought-owner drawings-second-teacher
""".split()  # noqa: SIM905  (a list of words reads better so)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# What depends on the clock.
_CHANGING = {"train": {"progress"}, "tune": {"progress"}}


# Where it is shown how strokes are read. Another rule draws them since 0.7, and the shipped model is another one:
# the figures of these pages are not compared, but how many there are, and all else.
READS_STROKES = """
    draw-default-drawing draw-tiny-drawing draw-camera-drawing draw-mine-taught how-first how-tiny-drawing
    drawings-test-owner
""".split()  # noqa: SIM905
# What shows figures of the model that comes with the app: that is another one since 0.7.
SHOWS_SHIPPED = "train-lesson train-run_done train-run_failed evaluate-two evaluate-all".split()  # noqa: SIM905
# Pages that were built anew for 0.7: an address still leads there with all that it says, but other widgets stand there.
REBUILT = ("draw", "how", "model", "classroom")
# What is measured again since 0.7, as it is measured in another way: these pages offer to do so.
MEASURED_ANEW = ("evaluate-robust",)


@dataclass(frozen=True)
class Address:
    """A page, the parameters of its address, and who looks at it."""

    name: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)
    who: str = ""

    @property
    def is_slow(self) -> bool:
        """Whether only `make test-all` opens it: another address shows most of what it shows."""
        return self.name not in EVERY_TIME


def _several(page: str, who: str = "", /, **queries: Mapping[str, str]) -> list[Address]:
    return [Address(f"{page}-{name}" + (f"-{who}" if who else ""), page, query, who) for name, query in queries.items()]


ADDRESSES = [
    *_several(
        "draw",
        first={},
        photo={"source": "Photo"},
        canvas={"source": "Plain canvas"},
        nonsense={"source": "Nonsense", "lang": "xx"},
        german={"lang": "de"},
        demo={"demo": "1"},
        gone={"model": "gone"},
    ),
    *_several("draw", "drawing", default={}, tiny=TINY, camera={"source": "Camera", **TINY}),
    *_several("draw", "taught", mine={}),
    *_several("how", first={}),
    *_several("how", "drawing", tiny={**TINY, "lang": "fr"}),
    *_several(
        "explore",
        first={},
        overview={**UCI, "part": "Overview"},
        browse={**UCI, "part": "Browse", "page": "3"},
        filtered={**UCI, "part": "Browse", "split": "test", "labels": "3,5,8", "right": "no", "sort": "loss"},
        doubtful={**UCI, "part": "Browse", "suspects": "yes", "sort": "probability", "order": "descending"},
        novel={**UCI, "part": "Browse", "novelty": "0.2,0.9", "probability": "0.5,1", "read": "1,7"},
        like={**UCI, "part": "Browse", "like": "test-12", "sort": "likeness"},
        nonsense={**UCI, "part": "Browse", "labels": "eleven", "sort": "beauty", "page": "9999"},
        image={**UCI, "image": "test-47"},
        image_beside={**UCI, "image": "train-3", "with": "test-5"},
        odd={**UCI, "part": "Odd ones out", "method": "forest", "digit": "4"},
        odd_above={**UCI, "part": "Odd ones out", "method": "pca", "digit": "4", "above": "60"},
        odd_novelty={**UCI, "part": "Odd ones out", "method": "novelty"},
        odd_agreed={**UCI, "part": "Odd ones out", "method": "agreement"},
        suspects={**UCI, "part": "Wrong labels?", "among": "test"},
        suspects_page={**UCI, "part": "Wrong labels?", "among": "train", "list-page": "2", "lang": "es"},
        quiz={**UCI, "part": "Wrong labels?", "as": "quiz"},
        shape={**UCI, "part": "Shape of the data", "components": "12", "rebuilt": "4"},
    ),
    *_several(
        "map",
        first={},
        pca={"map": "pca"},
        umap={"map": MAPS["umap"], **TINY},
        flat={"map": MAPS["flat"]},
        image={"map": MAPS["umap"], "image": "test-3", **TINY},
        other_image={"map": MAPS["umap"], "dataset": "uci-digits", "image": "train-3", **TINY},
        gone={"map": "0123456789abcdef"},
        film={"view": "Through training", **TINY},
        making={"view": "Make a map", **TINY},
    ),
    *_several(
        "train",
        first={},
        lesson={"preset": "quick", "epochs": "3", "data": "uci-digits", "augmentation.rotation": "20"},
        layers={"preset": "classic", "architecture.filters": "8", "optimizer": "sgd", "learning_rate": "0.02"},
        nonsense={"preset": "quick", "epochs": "many"},
        unknown={"preset": "no such"},
        gone={"run": "20200101-000000-000000"},
        **{name: {"run": JOBS[name]} for name in ("run_done", "run_stopped", "run_failed", "run_half", "run_waits")},
    ),
    *_several(
        "tune",
        first={},
        gone={"search": "20200101-000000-000000"},
        **{name: {"search": job} for name, job in JOBS.items() if name.startswith("search")},
    ),
    *_several(
        "evaluate",
        first={},
        confusion={**SCANS, "part": "What it confuses"},
        digits={**SCANS, "part": "Digit by digit"},
        mistakes={**SCANS, "part": "Mistakes", "lang": "zh"},
        sure={**SCANS, "part": "How sure"},
        robust={**SCANS, "part": "How robust"},
        learned={**SCANS, "part": "How it learned"},
        two={**SCANS, "part": "Two models"},
        all={**SCANS, "part": "Size and speed"},
        mnist={"dataset": "MNIST test digits", "part": "Mistakes"},
        pens={"dataset": "Pen strokes", "part": "How sure"},
    ),
    *_several("evaluate", "taught", mine={"dataset": "Coarse scans"}),
    *_several("model", first={}, tiny=TINY),
    *_several("model", "taught", mine={}),
    *_several(
        "classroom", first={}, phone={"join": CODE}, wrong={"join": "NOSUCH"}, closed={"join": COLLECTION["closed"]}
    ),
    *_several("classroom", "teacher", watching={}),
    *_several("challenge", first={}),
    *_several("demo", first={"demo": "1"}),
    *_several("drawings", first={}, refused={"of": "all"}),
    *_several(
        "drawings",
        "owner",
        mine={},
        sought={"said": "3,7", "read": "7,doubt", "right": "no"},
        one={"drawing": COLLECTION["entries"][-1]["id"]},
        test={"part": "A test set of these", **TINY},
    ),
    *_several("drawings", "teacher", all={"of": CODE}, second={"of": CODE, "page": "2", "right": "yes"}),
    *_several(
        "drawings", "keeper", all={"of": "all", "since": "eternity", "code": CODE}, said={"of": "all", "said": "none"}
    ),
]


def opened(address: Address) -> AppTest:
    """The app at an address, in the home that is in use."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    be(app, address.who)
    for name, value in address.query.items():
        app.query_params[name] = value
    return app.switch_page(f"pages/{address.page}.py").run()


def shown(app: AppTest, address: Address) -> dict[str, Any]:
    """What can be compared of the page that an app shows."""
    elements = list(_elements(app.main))
    found = {
        "query": {name: values[0] if len(values) == 1 else values for name, values in _query(app).items()},
        "widgets": sorted(filter(None, (_widget(app, each, address) for each in elements)), key=json.dumps),
        "charts": [_chart(each.proto) for each in elements if each.type == "plotly_chart" or _is_parallel(each)],
        "other charts": sum(each.type in ("vega_lite_chart", "arrow_vega_lite_chart") for each in elements),
        "tables": [_table(each.value) for each in elements if each.type in ("arrow_data_frame", "dataframe", "table")],
        "metrics": [_numbers(each.proto.body) for each in elements if each.type == "metric"],
        "html": [numbers for each in elements if each.type == "html" if (numbers := _numbers(_text(each.proto.body)))],
        "said": figures(" ".join(each.value for each in elements if each.type in ("markdown", "caption"))),
        "components": sorted(filter(None, (_component(each) for each in elements)), key=json.dumps),
        "progress": [each.proto.value for each in elements if each.type == "progress"],
        "errors": sum(_is_alert(each, "error") for each in elements),
        "warnings": sum(_is_alert(each, "warning") for each in elements),
        "exceptions": [each.message for each in app.exception],
    }
    return {name: value for name, value in found.items() if value and name not in _CHANGING.get(address.page, ())}


def _elements(block):
    """What is in a block, in order, within others too."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _elements(child)
        else:
            yield child


def _query(app: AppTest) -> dict[str, list[str]]:
    return {name: list(values) if isinstance(values, list) else [values] for name, values in app.query_params.items()}


def _is_alert(element, kind: str) -> bool:
    return element.type == kind


def _is_parallel(element) -> bool:
    return element.type == "bidi_component" and element.proto.component_name == PARALLEL


def _widget(app: AppTest, element, address: Address) -> list[Any] | None:
    """Kind, key, value and number of options of what a visitor can change; a value that is words is only named."""
    if element.type in ("html", "bidi_component", "plotly_chart", "progress") or not getattr(element.proto, "id", ""):
        return None
    key = getattr(element, "key", None) or _key_of(element.proto.id)
    if element.type in ("button", "download_button", "link_button", "page_link"):
        return [element.type, _lasting(key)]
    value = getattr(element, "value", None)
    if value is None and key and key in app.session_state:
        value = app.session_state[key]
    if isinstance(value, str) and " " in value and value not in address.query.values():
        value = WORDS
    options = len(getattr(element.proto, "options", ()))
    return [element.type, _lasting(key), _plain(value), options]


def _key_of(widget_id: str) -> str:
    """The key in a widget's id."""
    key = widget_id.removeprefix("$$ID-").partition("-")[2]
    return "" if key == "None" else key


def _lasting(key: str) -> str:
    """A key without what is random in it."""
    return re.sub(r"[0-9a-f]{32}|\d{8}-\d{6}-[0-9a-f]{6}", "*", key or "")


def _plain(value: Any) -> Any:
    """A value that JSON can hold."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, str | int | float | bool | None) else type(value).__name__


def _chart(proto) -> list[Any]:
    """Kind, length and sums of each trace of a chart."""
    if getattr(proto, "component_name", "") == PARALLEL:
        return PARALLEL_OF_PLOTLY
    figure = json.loads(proto.spec or proto.figure.spec)
    return [
        [trace.get("type", "scatter"), *(_summary(trace[axis]) for axis in ("x", "y", "z", "values") if axis in trace)]
        for trace in figure["data"]
    ]


def _summary(values: Any) -> list[float]:
    """How many values there are, and the sum of those that are numbers."""
    if isinstance(values, Mapping):
        values = np.frombuffer(base64.b64decode(values["bdata"]), np.dtype(values["dtype"])).tolist()
    flat = [each for row in values for each in (row if isinstance(row, list) else [row])]
    numbers = [each for each in flat if isinstance(each, int | float) and np.isfinite(each)]
    return [len(flat), float(sum(numbers))]


def _table(frame) -> list[Any]:
    """Rows, columns and the sums of the columns that are numbers."""
    return [*frame.shape, *(float(frame[each].sum()) for each in frame.select_dtypes("number"))]


def _component(element) -> list[Any] | None:
    """Name, key and how many things a component of our own shows."""
    if element.type != "bidi_component" or _is_parallel(element) or element.proto.component_name == SIGHT:
        return None
    data = json.loads(element.proto.json or "{}")
    data = data[0] if isinstance(data, list) else data
    counted = data.get("count") if isinstance(data, dict) else None
    if element.proto.component_name == BROWSER:
        return KEPT_BY.get(data["name"], [BROWSER, data["name"], None])
    return [element.proto.component_name, _lasting(_key_of(element.proto.id)), counted]


def _text(html: str) -> str:
    """What HTML says, without styles and marks."""
    return unescape(re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL))


def _numbers(text: str) -> list[float]:
    """The numbers in a text; of many, how many there are and their sum."""
    numbers = [_value(each) for each in _NUMBER.findall(text)]
    return [len(numbers), round(sum(numbers), 4)] if len(numbers) > LONG else numbers


def figures(text: str) -> list[float]:
    """The numbers in sentences that are none of the sentences' own."""
    return sorted(_value(each) for each in _NUMBER.findall(text) if sum(map(str.isdigit, each)) >= FIGURES)


def _value(number: str) -> float:
    """A number as it is written in English or in another language."""
    head, mark, tail = re.fullmatch(r"(.*?)(?:([.,])(\d+))?", number).groups(default="")
    is_group = mark and len(tail) == FIGURES and head not in ("", "0")
    return float(re.sub(r"[.,]", "", head) + ("" if is_group or not mark else ".") + tail)
