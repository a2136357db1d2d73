"""The page on architecture names modules that there are, and its picture the rooms in the order of their imports."""

import ast
import re
import tomllib
from xml.etree import ElementTree

from tests.docs.pages import DOCS, ROOT, Page

PAGE = Page(DOCS / "build/architecture.md")
PICTURE = DOCS / "build" / "rooms.svg"
SVG = "{http://www.w3.org/2000/svg}"
# What the server never loads.
HEAVY = {"keras", "keras_tuner", "tensorflow", "umap", "numba", "pyod", "cleanlab"}
CODE = ROOT / "mnist_core"


def elements(tag, *classes):
    """The elements of the picture that are of a class."""
    return [each for each in ElementTree.parse(PICTURE).iter(SVG + tag) if each.get("class") in classes]


def rooms():
    """The rooms of the picture by name, each with the element that is drawn round it."""
    boxes = elements("rect", "door", "pages", "core", "heavy")
    found = {}
    for text in elements("text", "room"):
        x, y = float(text.get("x")), float(text.get("y"))
        (found[text.text],) = (box for box in boxes if is_within(box, x, y))
    return found


def is_within(box, x, y):
    left, top, width, height = (float(box.get(name)) for name in ("x", "y", "width", "height"))
    return left <= x <= left + width and top <= y <= top + height


def of_library():
    """The rooms within the library."""
    return {name: box for name, box in rooms().items() if box.get("class") in ("core", "heavy")}


def test_every_module_that_the_page_names_is_there():
    named = set(re.findall(r"`([\w/]+\.(?:py|toml|yml))`", PAGE.text))
    places = [ROOT, CODE, ROOT / "mnist_ui"]
    gone = [name for name in named if not any((place / name).is_file() for place in places)]
    assert len(named) > 25
    assert not gone, f"{PAGE} names {', '.join(sorted(gone))}, which is not there"


def test_every_room_of_the_tree_is_there():
    (tree,) = (block.text for block in PAGE.blocks if not block.language)
    folders = re.findall(r"(?<![\w./])([a-z_]+)/(?= |$|\s)", tree, re.MULTILINE)
    places = [ROOT, CODE, ROOT / "mnist_ui", ROOT / "tests"]
    assert len(folders) > 40
    assert [name for name in folders if not any((place / name).is_dir() for place in places)] == []


def test_every_room_of_the_picture_is_there():
    assert all((ROOT / name).exists() for name in rooms().keys() - of_library().keys())
    for name in of_library():
        assert (CODE / name / "__init__.py").is_file() or (CODE / f"{name}.py").is_file(), f"there is no {name}"


def test_every_package_of_the_library_is_in_the_picture():
    packages = {path.parent.name for path in CODE.glob("*/__init__.py")}
    assert packages - of_library().keys() == set()


def test_the_rooms_lie_as_they_may_import_each_other():
    """The contract in pyproject.toml has the layers from the top; the last ones share a line of the picture."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["name"] == "Imports point one way")
    place = {name: float(box.get("y")) for name, box in rooms().items()}
    lines = []
    for layer in layers:
        names = [name.strip().removeprefix("mnist_core.") for name in re.split(r"[:|]", layer)]
        heights = {place[name] for name in names if name in place}
        assert len(heights) <= 1, f"{', '.join(names)} are one layer, and lie on several lines"
        lines += heights
    assert len(lines) > 12
    assert lines == sorted(lines)
    assert place["streamlit_app.py"] == place["pages"] < place["mnist_ui"] == lines[0]


def test_the_coloured_rooms_are_those_that_load_heavy_libraries():
    loading = {
        path.relative_to(CODE).parts[0].removesuffix(".py") for path in CODE.rglob("*.py") if HEAVY & imported(path)
    }
    assert {name for name, box in rooms().items() if box.get("class") == "heavy"} == loading


def imported(path):
    """The packages that a file imports, at its top or within a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_the_picture_says_what_it_shows_and_is_on_the_page():
    root = ElementTree.parse(PICTURE).getroot()
    assert root.find(f"{SVG}title").text
    assert root.find(f"{SVG}desc").text
    assert f"]({PICTURE.name})" in PAGE.text


def test_the_picture_asks_nothing_of_other_hosts():
    assert set(re.findall(r"https?://[^\"')\s]+", PICTURE.read_text("utf-8"))) == {"http://www.w3.org/2000/svg"}
