"""The page as one file with the network in it: it is opened from anywhere and asks nobody for anything."""

import base64
import gzip
import json
from functools import lru_cache
from string import Template

from mnist_core import language
from mnist_core.model.bundle import GRAPH, is_taught, model_folder, read_card, read_file
from mnist_core.reader.modules import one_script
from mnist_core.reader.page.shell import ICON, shell, text
from mnist_core.reader.record import record

ENTRY = "home.js"

# The preview of a file may run no script and all the same not be a browser without scripts.
_NOTE = """  <p class="note" id="plain">{no_script}</p>
  <script>document.getElementById("plain").hidden = true;</script>"""


def home_page(name: str) -> str:
    """The page with a model in it, in all languages; first in the one that is spoken.

    Parameters
    ----------
    name
        Of the model. That of a taught one is its visitor's secret, and is not in the page.

    Raises
    ------
    BundleError
        If there is no such model, or it is damaged.
    """
    folder = model_folder(name)
    card = read_card(folder)
    graph = read_file(folder, card, GRAPH)
    spoken = language.current()
    records = {}
    for code in language.languages():
        with language.spoken(code):
            told = record(card, "" if is_taught(name) else name, card.files[GRAPH], "")
        records[told["language"]] = told
    packed = {"code": one_script(ENTRY, "reader"), "records": records}
    scripts = Template(text("home.html")).substitute(code=_packed(json.dumps(packed).encode()), graph=_packed(graph))
    icon = base64.b64encode(text(ICON).encode()).decode()
    head = f'<link rel="icon" href="data:image/svg+xml;base64,{icon}">'
    return shell(records[spoken.replace("_", "-")], _NOTE, head=head, more="", scripts=scripts)


@lru_cache(maxsize=8)
def _packed(content: bytes) -> str:
    """Bytes as text for a script that is none: smaller, and then in letters."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
