import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import paths


@pytest.fixture
def app():
    return AppTest.from_file(str(paths.SHIPPED_MODELS.parent / "streamlit_app.py"), default_timeout=60)
