"""The page of the reader as the server gives it, and as one file."""

import base64
import gzip
import hashlib
import json
import re

import pytest
from starlette.applications import Starlette

from mnist_core import language
from mnist_core.model.bundle import GRAPH, SHIPPED, model_folder, read_card
from mnist_core.reader.modules import MODULES, modules, modules_version, needed, one_script
from mnist_core.reader.page.home import home_page
from mnist_ui import routes
from tests.server.asking import ask

APP = Starlette(routes=routes.routes())
CARD = read_card(model_folder(SHIPPED))


def packed(page, name):
    """What is packed in the one file."""
    found = re.search(rf'<script id="{name}" type="application/octet-stream">([^<]*)</script>', page)
    return gzip.decompress(base64.b64decode(found[1]))


def test_the_page_speaks_the_language_that_is_asked_for_then_chosen_then_accepted():
    for query, cookie, accepted, expected in [
        ("?language=de", "es", "fr", "Zeichne eine Ziffer"),
        ("", "es", "fr", "Dibuja un dígito"),
        ("", "", "fr", "Dessinez un chiffre"),
        ("?language=xx", "", "", "Draw a digit"),
    ]:
        headers = {"cookie": f"mnist-studio-language={cookie}", "accept-language": accepted}
        assert expected in ask(APP, f"/reader/{query}", headers=headers).text


def test_the_page_names_only_what_is_served():
    page = ask(APP, "/reader/").text
    addresses = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert {f"{modules_version()}/{each}" for each in ("page.js", "element.js", "source.js")} <= set(addresses)
    for address in set(addresses) - {"../"}:
        assert ask(APP, f"/reader/{address.replace('&amp;', '&')}").status == 200, address


def test_the_worker_keeps_only_what_is_served():
    worker = ask(APP, "/reader/service-worker.js").text
    files = json.loads(re.search(r"const FILES = (.*);", worker)[1])
    assert f"models/{CARD.files[GRAPH]}.tflite" in files
    assert len([each for each in files if each.startswith("record?")]) == len(language.languages())
    for file in files:
        assert ask(APP, f"/reader/{file.removeprefix('./')}").status == 200, file


def test_a_browser_can_install_it():
    manifest = ask(APP, "/reader/manifest.webmanifest").json()
    assert {"192x192", "512x512"} < {each["sizes"] for each in manifest["icons"]}
    assert all(ask(APP, f"/reader/{each['src']}").status == 200 for each in manifest["icons"])


def test_without_its_slash_it_leads_there():
    answer = ask(APP, "/reader?language=de")
    assert (answer.status, answer.headers["location"]) == (308, "reader/?language=de")


@pytest.mark.parametrize("path", ["", "home.html"])
@pytest.mark.parametrize("name", ["nobody", f"taught-{7:032x}", "..", "<b>"])
def test_a_model_that_is_not_there_or_not_for_all_is_a_sentence(path, name):
    answer = ask(APP, f"/reader/{path}?model={name}")
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/plain")


def test_the_file_has_the_graph_and_all_languages_and_asks_for_nothing():
    with language.spoken("fr"):
        page = home_page(SHIPPED)
    assert len(page.encode()) <= 450_000
    # Of whatever network there may be so much beside its graph.
    assert len(page.encode()) - len(re.search(r'id="graph"[^>]*>([^<]*)<', page)[1]) <= 100_000
    assert hashlib.sha256(packed(page, "graph")).hexdigest() == CARD.files[GRAPH]
    records = json.loads(packed(page, "code"))["records"]
    assert set(records) == set(language.languages())
    assert '<html lang="fr">' in page
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "99,55" in records["de"]["about"][1]


def test_the_file_is_offered_to_be_kept():
    answer = ask(APP, "/reader/home.html?language=de")
    assert answer.headers["content-disposition"] == 'attachment; filename="mnist-studio.html"'
    assert '<html lang="de">' in answer.text


def test_one_script_has_every_module_and_no_import():
    script = one_script("home.js", "reader")
    assert not re.search(r"^(import|export)\b|import\.meta", script, re.MULTILINE)
    assert needed("home.js")[-1] == "home.js"
    assert set(needed("home.js")) < set(MODULES)
    assert all(f"modules['{name}'] = (() => {{" in script for name in needed("home.js"))


@pytest.mark.parametrize("name", MODULES)
def test_every_import_of_a_module_is_known_to_be_needed(name):
    imported = re.findall(r'from "\./([^"]+)"|^import "\./([^"]+)"', modules()[name].decode(), re.MULTILINE)
    assert {one or other for one, other in imported} <= set(needed(name))
