"""The app in a browser under its own content security policy, which forbids nothing that the app needs."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import ROOT, serving

pytestmark = pytest.mark.slow

PAGES = [
    *(
        "",
        "?source=Photo",
        "?source=Camera",
        "?source=Plain%20canvas",
        "how",
        "watch",
        "explore",
        "map",
        "train",
        "tune",
    ),
    *("evaluate", "model", "class", "challenge", "demo", "drawings"),
]
# Every kind of figure that the app draws, and what Streamlit loads when it is needed. Plotly's Parcoords and Scattergl
# are none of them: they compile text as scripts, which the policy forbids. `mnist_ui.parallel` draws the former itself,
# and maps with the latter, or with Scatter3d, are files to take away, which no policy is sent with.
FIGURES = """
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

x = np.arange(50.0)
shown = [go.Scatter(x=x, y=x), go.Heatmap(z=np.eye(5)), go.Bar(y=x)]
for number, each in enumerate(shown):
    st.plotly_chart(go.Figure(each), key=f"figure-{number}")
axis = {"field": "x", "type": "quantitative", "axis": {"labelExpr": "datum.value + '!'"}}
line = {"mark": "line", "encoding": {"x": axis, "y": {"field": "z", "type": "quantitative"}}}
double = [{"calculate": "2 * datum.x", "as": "z"}]
st.vega_lite_chart(pd.DataFrame({"x": x}), {**line, "transform": double})
st.dataframe(pd.DataFrame({"x": x}))
st.code("import this")
st.latex("x^2")
st.image(np.zeros((20, 20), np.uint8))
st.download_button("Take away", b"x")
st.text("All is here.")
"""
DOOR = """
import streamlit as st
from mnist_ui.server.stack import middleware

app = st.App({script!r}, middleware=middleware())
"""


class Witness:
    """A page whose browser is asked what it refused, and whom it asked for something."""

    def __init__(self, browser, url):
        self.url, self.refused, self.elsewhere = url, [], []
        self.page = browser.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.refused.append(str(error)))
        self.page.on("request", self._see)

    def _hear(self, message):
        if "Content Security Policy" in message.text or "Permissions" in message.text:
            self.refused.append(message.text)

    def _see(self, request):
        if not request.url.startswith((self.url, "blob:", "data:")):
            self.elsewhere.append(request.url)


@pytest.fixture(scope="module")
def url(browser):
    with serving() as (url, _):
        yield url


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_under_the_policy(browser, url, path):
    seen = Witness(browser, url)
    seen.page.goto(f"{url}/{path}")
    seen.page.get_by_test_id("stAppViewContainer").wait_for()
    expect(seen.page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=60_000)
    seen.page.wait_for_timeout(1500)
    seen.page.close()
    assert seen.refused == []
    assert seen.elsewhere == []


def test_every_kind_of_figure_is_drawn_under_the_policy(browser, tmp_path, monkeypatch):
    (tmp_path / "figures.py").write_text(FIGURES)
    (tmp_path / "door.py").write_text(DOOR.format(script=str(tmp_path / "figures.py")))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with serving((str(tmp_path / "door.py"),)) as (url, _):
        seen = Witness(browser, url)
        seen.page.goto(url)
        seen.page.get_by_text("All is here.").wait_for(timeout=60_000)
        expect(seen.page.locator(".js-plotly-plot .main-svg").first).to_be_attached(timeout=60_000)
        expect(seen.page.locator(".js-plotly-plot")).to_have_count(3, timeout=60_000)
        expect(seen.page.locator(".vega-embed canvas, .vega-embed svg")).not_to_have_count(0, timeout=60_000)
        seen.page.wait_for_timeout(2000)
        seen.page.close()
    assert seen.refused == []
    assert seen.elsewhere == []


def test_what_the_policy_forbids_is_refused(browser, url):
    seen = Witness(browser, url)
    seen.page.goto(url)
    seen.page.get_by_test_id("stAppViewContainer").wait_for()
    seen.page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.2:1/spy.png'}))")
    seen.page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.run = 1'}))"
    )
    seen.page.wait_for_timeout(500)
    assert len(seen.refused) == 2
    assert seen.page.evaluate("window.run") is None
    seen.page.close()


def test_another_site_cannot_frame_the_app(browser, url):
    page = browser.new_page()
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.set_content(f'<iframe src="{url}"></iframe>')
    page.wait_for_timeout(2000)
    page.close()
    assert any("frame-ancestors" in text for text in told)
