"""Texts from outside that pass nothing are found, and nothing else is."""

import ast

import pytest

from checks import foreign

LINES = {
    'st.write(f"**{job.title}** is done")': ["job.title"],
    'st.write(f"**{in_markdown(job.title)}** is done")': [],
    'st.markdown(_("{model} reads").format(model=reader.shown_name(name)))': ["reader.shown_name(name)"],
    'st.markdown(_("{model} reads").format(model=in_markdown(reader.shown_name(name))))': [],
    'label = f"<p>{in_html(group.name)}</p>"': [],
    'label = f"<p>{group.name}</p>"': ["group.name"],
    "st.error(job.error, icon=icon)": ["job.error"],
    'st.error(in_markdown(job.error or ""))': [],
    "st.selectbox(label, names, format_func=lambda name: shown_name(infos[name]))": [],
    "st.code(job.error)": [],
    "raise MapError(message.format(map=shown_name(info)))": [],
    'st.button(label, key=f"again-{job.title}")': [],
    "try: do()\nexcept MnistError as error: st.error(str(error))": ["error"],
    "try: do()\nexcept MnistError as error: st.error(in_markdown(error))": [],
    'try: do()\nexcept OSError as error: raise JobError(f"No: {error}") from error': [],
}


@pytest.mark.parametrize(("line", "texts"), LINES.items())
def test_a_text_that_passes_nothing_is_found(line, texts):
    assert [text for _line, text in sorted(foreign.bare(ast.parse(line)))] == texts


def test_what_need_not_pass_is_no_longer_than_it_must_be(tmp_path):
    for name in ("pages/draw.py", "mnist_ui/drawings/shelf.py", "streamlit_app.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text('title = f"{shelf.title} {job.title}"')
    found = foreign.faults(tmp_path)
    assert "mnist_ui/drawings/shelf.py:1: job.title has to pass in_markdown or in_html" in found
    assert not any("shelf.py:1: shelf.title" in each for each in found)
    assert "pages/draw.py:1: shelf.title has to pass in_markdown or in_html" in found
    assert (
        "mnist_ui/drawings/collected.py: alias_in_words(entry.alias) need not be in checks.foreign.SHOWN_AS_IT_IS"
        in found
    )


def test_no_page_has_one():
    assert foreign.faults() == []
