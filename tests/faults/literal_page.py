"""A page with hostile texts in every kind of place of Streamlit's that shows Markdown, for the test of `foreign`."""

import streamlit as st

from mnist_core.foreign import in_html, in_markdown
from tests.faults.hostile import ALL_AT_ONCE, PIECES, mixed

TEXTS = [*PIECES, *mixed(150)]


def show_texts() -> None:
    """Each text alone, bold after a word and before one, and in a table."""
    for number, text in enumerate(TEXTS):
        shown = in_markdown(text)
        with st.container(key=f"text-{number}"):
            st.markdown(shown)
        if "\n" not in text:
            with st.container(key=f"bold-{number}"):
                st.markdown(f"模型**{shown}**有 **{shown}** x")
            with st.container(key=f"cell-{number}"):
                st.markdown(f"| a |\n|---|\n| {shown} |")


def show_places() -> None:
    """One text in each kind of place."""
    shown = in_markdown(ALL_AT_ONCE)
    for number, show in enumerate((st.title, st.header, st.subheader, st.caption, st.write)):
        with st.container(key=f"place-{number}"):
            show(shown)
    for number, show in enumerate((st.error, st.warning, st.info, st.success)):
        with st.container(key=f"alert-{number}"):
            show(shown)
    with st.container(key="labels"):
        st.button(shown, help=shown)
        st.download_button(shown, "x", key="download")
        st.page_link(PAGES[0], label=shown)
        st.checkbox(shown, help=shown)
        st.toggle(shown)
        st.radio(shown, [1, 2], captions=[shown, shown], format_func=lambda _: shown)
        st.segmented_control(shown, [1, 2], format_func=lambda _: shown)
        st.pills(shown, [1, 2], format_func=lambda _: shown)
        st.selectbox(shown, [1, 2], format_func=lambda _: ALL_AT_ONCE)
        st.multiselect(shown, [1, 2], [1], format_func=lambda _: ALL_AT_ONCE)
        st.slider(shown, 0, 1, key="slider")
        st.text_input(shown, ALL_AT_ONCE, placeholder=ALL_AT_ONCE)
        st.metric(shown, shown, shown)
        st.progress(0.5, shown)
        st.expander(shown).write(shown)
        st.popover(shown).write(shown)
        st.tabs([shown, shown])
        st.file_uploader(shown)
        st.menu_button(shown, [1], format_func=lambda _: shown)
        st.table([{"a": shown}])
        st.dataframe([{ALL_AT_ONCE: ALL_AT_ONCE}])
        st.code(ALL_AT_ONCE, language=None)
        st.html(f'<p title="{in_html(ALL_AT_ONCE)}">{in_html(ALL_AT_ONCE)}</p>')
        st.toast(shown)


def show_charts() -> None:
    """The names of a figure's curves."""
    import plotly.graph_objects as go

    name = in_html(ALL_AT_ONCE)
    figure = go.Figure(go.Scatter(x=[1], y=[1], name=name, text=[name], mode="markers+text"))
    figure.update_layout(title=name, showlegend=True)
    st.plotly_chart(figure)
    rows = {"x": [1], "y": [1], "name": [ALL_AT_ONCE]}
    colour = {"field": "name", "type": "nominal"}
    st.vega_lite_chart(
        rows, {"mark": {"type": "point", "tooltip": True}, "encoding": {"x": {"field": "x"}, "color": colour}}
    )


if __name__ == "__main__":
    PAGES = [st.Page(show_texts, default=True), st.Page(show_places), st.Page(show_charts)]
    st.navigation(PAGES).run()
