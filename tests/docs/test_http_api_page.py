"""The page on the HTTP API says what the server's own description says, and its examples get answers from a server."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator

import jsonschema
import pytest
import uvicorn
from starlette.applications import Starlette

from mnist_ui import routes
from tests.docs.pages import DOCS, Page, all_pages

PAGE = Page(DOCS / "build/http-api.md")
DESCRIPTION = routes.description()
READ = DESCRIPTION["paths"][routes.READ]["post"]
SERVER = "http://localhost:8501"
# The description does not describe itself.
DESCRIBES_ITSELF = f"GET {routes.DESCRIPTION}"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server of the routes."""
    running = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes.routes()), host="127.0.0.1", port=0, log_level="warning")
    )
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join()


def schema(name):
    return {"$ref": f"#/components/schemas/{name}", "components": DESCRIPTION["components"]}


def fields(described, prefix=""):
    """The fields of an object that JSON schema describes, those of objects in lists with `[].` before."""
    described = resolved(described)
    for name, each in described["properties"].items():
        yield prefix + name
        items = resolved(resolved(each).get("items", {}))
        if "properties" in items:
            yield from fields(items, f"{prefix}{name}[].")


def resolved(described):
    """What a reference refers to."""
    return (
        DESCRIPTION["components"]["schemas"][described["$ref"].rsplit("/", 1)[-1]] if "$ref" in described else described
    )


def first_column(heading):
    return [row[0].strip("`") for row in PAGE.tables(heading)]


@pytest.mark.parametrize(("heading", "name"), [("What is sent", "Strokes"), ("What is answered", "Reading")])
def test_the_page_names_the_fields_of_the_description_and_no_others(heading, name):
    assert sorted(first_column(heading)) == sorted(fields(DESCRIPTION["components"]["schemas"][name]))


def test_the_page_names_the_errors_of_the_description_and_no_others():
    assert set(first_column("When it cannot be answered")) == set(READ["responses"]) - {"200"}


def test_the_page_names_the_routes_of_the_description_and_no_others():
    described = {f"{method.upper()} {path}" for path, methods in DESCRIPTION["paths"].items() for method in methods}
    assert set(first_column("All routes")) == {*described, DESCRIBES_ITSELF}


def test_the_description_has_the_routes_of_the_server_and_no_others():
    served = {re.sub(r":\w+}", "}", route.path) for route in routes.routes() if route.include_in_schema}
    assert {*DESCRIPTION["paths"], routes.DESCRIPTION} == served


def test_the_page_has_the_limits_of_the_code():
    for limit in (f"{routes.MAX_BODY_BYTES:,} bytes", "at most 300", "5,000 points"):
        assert limit in PAGE.text


CURLS = [each for page in all_pages() for each in page.commands() if each.program == "curl" and SERVER in each.line]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("command", CURLS, ids=lambda command: command.place)
def test_curl_gets_an_answer(command, server, mnist, tmp_path):
    line = [
        command.program,
        *(each.replace(SERVER, server) for each in command.arguments),
        "--silent",
        "--fail-with-body",
    ]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, timeout=30)
    assert done.returncode == 0, f"{command.place}: `{command.line}` gives {done.stdout.decode()}"
    if routes.READ in command.line:
        answer = json.loads(done.stdout)
        jsonschema.validate(answer, schema("Reading"))
        assert [digit["digit"] for digit in answer["digits"]] == [7]


def test_the_first_image_is_a_five(mnist):
    assert mnist.labels[0] == 5


def test_the_example_in_python_prints_what_it_says(server):
    (block,) = (each for each in PAGE.blocks if each.language == "python")
    code = block.text.replace(SERVER, server)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    (said,) = re.findall(r"# (.+)$", block.text, re.MULTILINE)
    assert done.stdout.strip() == said, done.stderr
