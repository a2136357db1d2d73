"""Every page at addresses that version 0.6.1 understood: the same figures, keys and values, and the same address."""

import json

import pytest

from tests.compatibility.addresses import (
    ADDRESSES,
    EVERY_TIME,
    MEASURED_ANEW,
    READS_STROKES,
    REBUILT,
    SHOWS_SHIPPED,
    opened,
    shown,
)
from tests.compatibility.differences import differing, missing
from tests.compatibility.opening import APP, FIXTURES

RECORDED = json.loads((FIXTURES / "addresses_0_6_1.json").read_text(encoding="utf-8"))["addresses"]


@pytest.mark.usefixtures("home", "nothing_cached", "at_home")
@pytest.mark.parametrize(
    "address",
    [pytest.param(each, id=each.name, marks=[pytest.mark.slow] if each.is_slow else []) for each in ADDRESSES],
)
def test_an_address_of_0_6_1_shows_what_it_showed(address):
    found, expected = json.loads(json.dumps(shown(opened(address), address))), RECORDED[address.name]
    assert not found.get("exceptions")
    if address.name in MEASURED_ANEW or address.page in REBUILT:
        same = ("query", "errors", "warnings")
        found, expected = ({name: shown.get(name) for name in same} for shown in (found, expected))
    has_other_figures = address.name in (*READS_STROKES, *SHOWS_SHIPPED)
    if not has_other_figures:
        assert missing(expected.get("said", []), found.get("said", [])) == [], "figures that sentences had"
    if "widgets" in expected:
        found["widgets"] = with_fewer_choices(without_later(found["widgets"], expected["widgets"]), expected["widgets"])
    if address.page == "train":
        without_later_settings(found, expected)
    if "tables" in expected:
        found["tables"] = without_later(found["tables"], expected["tables"])
    if "html" in expected:
        found["html"], expected["html"] = (list(map(without_constant, each["html"])) for each in (found, expected))
    if address.name in SHOWS_SHIPPED:  # and what differs from its settings
        found.pop("tables", None)
        expected = {name: value for name, value in expected.items() if name != "tables"}
    if has_other_figures:
        found, expected = without_figures(found), without_figures(expected)
    for name in sorted((found.keys() | expected.keys()) - {"said"}):
        differences = list(differing(expected.get(name), found.get(name), name))
        assert not differences, "\n".join(differences)


def without_figures(shown):
    """What is shown, each figure as 0; whole numbers of widgets stay, as they are settings."""
    kept = {name: value for name, value in shown.items() if name != "said"}
    return {name: value if name == "widgets" else _blank(value) for name, value in kept.items()}


def _blank(value):
    if isinstance(value, list) and any(isinstance(each, list) for each in value):
        return [_blank(each) for each in value]
    if isinstance(value, list):
        return bool(value)
    if isinstance(value, dict):
        return {name: _blank(each) for name, each in value.items()}
    return 0 if isinstance(value, int | float) else value


def with_fewer_choices(found, expected):
    """Widgets with as many choices as they had, if a later version offers more."""
    most = {tuple(widget[:2]): widget[3] for widget in expected if len(widget) > 3}
    return [
        [*each[:3], min(each[3], most.get(tuple(each[:2]), each[3])), *each[4:]] if len(each) > 3 else each
        for each in found
    ]


def without_later(found, expected):
    """Widgets and tables, without those whose names or sizes version 0.6.1 had none of: a later one may offer more."""
    known = [each[:2] for each in expected]
    return [each for each in found if each[:2] in known]


def without_constant(numbers):
    """The figures of a piece of a page without "999 times in 1,000", which 0.6.1 said of every model alike."""
    at = next((index for index in range(len(numbers)) if numbers[index : index + 2] == [999.0, 1000.0]), None)
    return numbers if at is None else numbers[:at] + numbers[at + 2 :]


def without_later_settings(found, expected):
    """Leave out what settings that 0.6.1 had none of add to an address, and as lines to tables."""
    if "query" in expected:
        found["query"] = {name: value for name, value in found["query"].items() if name in expected["query"]}
    for table, before in zip(found.get("tables", []), expected.get("tables", []), strict=False):
        table[0] = min(table[0], before[0])


def test_every_page_of_0_6_1_has_addresses():
    assert len({address.page for address in ADDRESSES}) == 12
    assert {address.page for address in ADDRESSES} <= {path.stem for path in (APP.parent / "pages").glob("*.py")}
    assert set(EVERY_TIME) <= RECORDED.keys()
    assert RECORDED.keys() == {address.name for address in ADDRESSES}
