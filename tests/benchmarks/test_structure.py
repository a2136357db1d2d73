"""The measures of the code's structure, on small trees that were counted by hand."""

import textwrap
from pathlib import Path

import pytest

from benchmarks.structure import Structure, show, structure


def written(folder, files):
    """A checkout of these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")
    return folder


def measured(folder, files, *roots):
    """The structure of a checkout of these files."""
    return structure(written(folder, {f"{root}/__init__.py": "" for root in roots} | files), roots)


def test_code_lines_are_those_without_blanks_comments_and_docstrings(tmp_path):
    files = {
        "app/__init__.py": '"""Docstring."""\n\nVERSION = 1  # counts\n',
        "app/maps/__init__.py": "",
        "app/maps/film.py": '''
            """Docstring
            of two lines."""
            # A comment.

            class Film:
                """What it is."""

                frames = 3
                text = """A text
                is no docstring."""

                def turned(self):
                    """Turned."""
                    # Nothing yet.
                    return (
                        self.frames

                        + 1
                    )
            ''',
        "app/types.py": "A = 1\nB = 2\n",
    }
    found = measured(tmp_path, files, "app")
    assert found.packages == {"app": 1, "app.maps": 9, "app.types": 2}


def test_a_function_has_the_lines_from_def_to_its_end(tmp_path):
    files = {
        "app/one.py": '''
            @cached
            def outer():
                """Docstring."""

                def inner():
                    return 1

                return inner


            async def waiting(): ...
            ''',
    }
    assert sorted(measured(tmp_path, files, "app").functions) == [1, 2, 7]


def test_floors_are_the_longest_chain_of_packages(tmp_path):
    files = {
        "app/low.py": "",
        "app/mid/__init__.py": "",
        "app/mid/one.py": "from app import low",
        "app/mid/two.py": "from app.mid import one",
        "app/high.py": "import app.low\nfrom app.mid.two import one",
        "ui/page.py": "def shown():\n    from app.high import one\n    return one",
        "ui/alone.py": "import json",
    }
    found = measured(tmp_path, files, "app", "ui")
    assert found.floors == 4  # low, mid, high, page; a package that imports itself is no floor more
    assert found.circles == ()


def test_a_circle_is_one_floor_and_its_imports_are_named(tmp_path):
    files = {
        "app/low.py": "",
        "app/a.py": "from app import b, low",
        "app/b/__init__.py": "",
        "app/b/deep.py": "import app.c",
        "app/c.py": "from app.a import b\nfrom app.b import deep",
        "app/high.py": "from app import a",
        "app/x.py": "from app import y",
        "app/y.py": "from app import x",
    }
    found = measured(tmp_path, files, "app")
    assert found.circles == (
        (("app.a", "app.b"), ("app.b", "app.c"), ("app.c", "app.a"), ("app.c", "app.b")),
        (("app.x", "app.y"), ("app.y", "app.x")),
    )
    assert found.floors == 3  # low, the circle of a, b and c, high


OWN = '''
    """What a test may do."""

    from app.maps import film

    _PATH = "app.maps._film"


    class Reader:
        _kind = "own"

        def __init__(self):
            self._read = 0

        def _turned(self):
            return self._read


    def _made():
        reader = Reader()
        point._replace(x=1)._asdict()
        os._exit(3)
        return reader._read + reader._turned() + _made.__wrapped__ + Reader._kind


    def test_gettext(_):
        assert _made() == "_film" == film.words["_film"]
    '''

OTHERS = {
    "film._frames()": ["_frames"],
    "film._frames = 3": ["_frames"],
    "film.reader._frames._times": ["_frames", "_times"],
    "from app.maps.film import _frames, _times as times": ["_frames", "_times"],
    "from app._maps.film import frames": ["_maps"],
    "import app.maps._film": ["_film"],
    "monkeypatch.setattr(film, '_frames', 3)": ["_frames"],
    "monkeypatch.setattr('app.maps.film._frames', 3)": ["_frames"],
    "getattr(film, '_frames')": ["_frames"],
    "patch.object(film, '_frames')": ["_frames"],
    "with patch('app._maps.film'): pass": ["_maps"],
    "class Film:\n    def turned(self):\n        _frames = film._frames": ["_frames"],
}


@pytest.mark.parametrize(("line", "names"), OTHERS.items())
def test_private_names_of_others_are_found(tmp_path, line, names):
    found = measured(tmp_path, {"tests/maps/test_film.py": f"from app import film\n{line}\n"}, "app")
    assert sorted(found.private) == [f"tests/maps/test_film.py:{1 + len(line.splitlines())} {name}" for name in names]


def test_a_tests_own_private_names_do_not_count(tmp_path):
    assert measured(tmp_path, {"tests/test_film.py": OWN}, "app").private == ()


def test_a_module_that_python_cannot_read_is_no_empty_one(tmp_path):
    with pytest.raises(SyntaxError):
        measured(tmp_path, {"app/broken.py": "def"}, "app")


def test_the_table_shows_what_was_found(tmp_path, capsys):
    files = {
        "mnist_core/__init__.py": "",
        "mnist_core/maps.py": "def film():\n    return 1\n",
        "mnist_ui/__init__.py": "",
        "mnist_ui/map.py": "from mnist_core import maps\nSHOWN = maps\n",
        "mnist_ui/page.py": "from mnist_ui import map\nfrom mnist_ui import part\n",
        "mnist_ui/part.py": "from mnist_ui import page\nprint(\n    page\n)\n",
        "tests/test_map.py": "from mnist_ui.map import _shown\n",
    }
    show([str(written(tmp_path, files)), "--all"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:11] == [
        "| code lines | 10 |",
        "| code lines of mnist_core | 2 |",
        "| code lines of mnist_ui | 8 |",
        "| largest package | mnist_ui.part: 4, 40.0% |",
        "| import floors | 3 |",
        "| packages in circles | 2 |",
        "| imports within circles | 2 |",
        "| private names of others in tests | 1 |",
        "| functions | 1 |",
    ]
    assert "    mnist_ui.page imports mnist_ui.part" in lines
    assert "    tests/test_map.py:1 _shown" in lines


def test_the_median_and_the_90th_percentile_of_functions(tmp_path, capsys):
    functions = "\n".join(f"def f{lines}():\n" + "    pass\n" * lines for lines in range(1, 11))
    files = {"mnist_core/__init__.py": functions, "mnist_ui/__init__.py": ""}
    show([str(written(tmp_path, files))])
    assert "| lines of a function, median and 90th percentile | 6.5 and 10.1 |" in capsys.readouterr().out


@pytest.mark.slow
def test_this_checkout_can_be_measured():
    found = structure(Path(__file__).parents[2])
    assert isinstance(found, Structure)
    assert found.packages["mnist_core.types"] > 100
