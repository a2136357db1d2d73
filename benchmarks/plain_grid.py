"""Sixty digits as Streamlit shows images without more: what the gallery is measured against."""

import numpy as np
import streamlit as st

from mnist_core import load_dataset

IN_PAGE = 60


@st.cache_resource
def images() -> np.ndarray:
    """All images, read once."""
    return load_dataset("mnist").images


page = st.pagination(len(images()) // IN_PAGE)
st.image([np.asarray(image) for image in images()[(page - 1) * IN_PAGE : page * IN_PAGE]], width=84)
