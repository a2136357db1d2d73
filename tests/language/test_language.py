"""Languages: what is spoken, how numbers are written, catalogues that are damaged, and what each of ours lacks."""

import threading

import pytest

from mnist_core import language, translation
from mnist_core.language import SOURCE, gettext, languages, ngettext, number, percent, pgettext, spoken

CATALOGUE = r"""
msgid ""
msgstr ""
"Language: it\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Good morning"
msgstr "Buongiorno"

msgid "one digit"
msgid_plural "{count} digits"
msgstr[0] "una cifra"
msgstr[1] "{count} cifre"

msgctxt "of a ship"
msgid "Port"
msgstr "Babordo"

msgid "{count} points"
msgstr "{numero} punti"

msgid "Not done"
msgstr ""
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of catalogues with an Italian one."""
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    (tmp_path / "it.po").write_text(CATALOGUE, "utf-8")
    return tmp_path


def test_a_language_is_added_by_adding_a_file(folder):
    assert languages() == (SOURCE, "it")
    with spoken("it"):
        assert gettext("Good morning") == "Buongiorno"
        assert [ngettext("one digit", "{count} digits", count) for count in (1, 2)] == ["una cifra", "{count} cifre"]
        assert pgettext("of a ship", "Port") == "Babordo"
    (folder / "fi.po").write_text(CATALOGUE.replace(": it", ": fi").replace("Buongiorno", "Hyvää huomenta"), "utf-8")
    assert languages() == (SOURCE, "fi", "it")
    with spoken("fi"):
        assert gettext("Good morning") == "Hyvää huomenta"
    assert gettext("Good morning") == "Good morning"


def test_what_is_not_translated_is_said_in_english(folder):
    with spoken("it"):
        assert [gettext(text) for text in ("Not done", "Unknown", "")] == ["Not done", "Unknown", ""]
        assert pgettext("of a computer", "Port") == "Port"
        assert ngettext("an eye", "{count} eyes", 2) == "{count} eyes"


def test_a_translation_that_cannot_be_filled_in_is_left_out(folder, caplog):
    with spoken("it"):
        assert gettext("{count} points").format(count=3) == "3 points"
    assert "other placeholders" in caplog.text


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'msgid "a"\nmsgstr "b', b"nonsense", b""])
def test_of_a_damaged_catalogue_english_is_spoken(folder, content):
    (folder / "it.po").write_bytes(content)
    with spoken("it"):
        assert gettext("Good morning") == "Good morning"
        assert ngettext("one digit", "{count} digits", 2) == "{count} digits"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["de"], "de"),
        (["de-CH"], "de"),
        (["zh-CN", "en"], "zh"),
        (["it", "fr-FR"], "fr"),
        (["en-US", "de"], "en"),
        (["../de", "", "x" * 100, "de-" * 50], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_there_is_is_spoken(wanted, found, monkeypatch):
    monkeypatch.setattr(language, "languages", lambda: ("en", "de", "es", "fr", "zh"))
    assert language.fitting(wanted) == found


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("de", ["de"]),
        ("en;q=0.5, de-CH, de;q=0.9", ["de-CH", "de", "en"]),
        ("de;q=0, en", ["en"]),
        ("", []),
        ("de;q=nonsense", []),
    ],
)
def test_a_browsers_wishes_are_taken_in_their_order(header, codes):
    assert language.accepted(header) == codes


def test_a_long_header_is_cut():
    assert len(language.accepted("de," * 1_000_000)) <= language.MOST_HEADER


def test_each_thread_speaks_its_own_language(folder):
    heard = []
    with spoken("it"):
        thread = threading.Thread(target=lambda: heard.append(gettext("Good morning")))
        thread.start()
        thread.join()
        heard.append(gettext("Good morning"))
    assert heard == ["Good morning", "Buongiorno"]


def test_a_block_within_a_block_ends_alone(folder):
    with spoken("it"):
        with spoken("en"):
            assert gettext("Good morning") == "Good morning"
        assert gettext("Good morning") == "Buongiorno"


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", ("60,000", "0.12", "99.4 %", "100 %")),
        ("de", ("60.000", "0,12", "99,4\N{NO-BREAK SPACE}%", "100\N{NO-BREAK SPACE}%")),
        ("zh", ("60,000", "0.12", "99.4%", "100%")),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(code, written):
    with spoken(code):
        assert (number(60_000), number(0.1234, 2), percent(0.9936), percent(0.999, 0)) == written


@pytest.mark.parametrize("thousandths", range(0, 1001, 7))
def test_shares_in_english_are_those_of_python(thousandths):
    share = thousandths / 1000
    assert percent(share) == f"{share:.1%}".replace("%", " %")


def test_each_language_has_its_own_name():
    names = {code: language.own_name(code) for code in languages()}
    ours = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "zh": "中文"}
    assert names.items() >= ours.items()


# ---- what there is to translate ----


@pytest.fixture(scope="module")
def template():
    return translation.extracted()


def code(tmp_path, text):
    """A catalogue of what is marked in some code."""
    (tmp_path / "code.py").write_text(text, "utf-8")
    return translation.extracted(tmp_path, ["code.py"])


def ids(catalogue):
    return {message.id for message in catalogue if message.id}


def test_marked_texts_are_found_wherever_they_stand(tmp_path):
    found = code(
        tmp_path, """A = N_("a")\nB = f"<p>{escape(_('b' 'c'))}</p>"\nngettext("d", "e", 2); pgettext("f", "g")"""
    )
    assert ids(found) == {"a", "bc", ("d", "e"), "g"}
    assert found.get("g", "f") is not None


def test_a_variable_is_marked_elsewhere_and_a_text_with_values_in_it_is_refused(tmp_path):
    assert ids(code(tmp_path, "_(name); _(NAMES[name]); _(each.name)")) == set()
    for text in ('_(f"{count} digits")', '_("a" + name)', 'N_(f"{a}")', "N_(name)"):
        with pytest.raises(translation.MarkError, match="literal text"):
            code(tmp_path, text)


def test_an_update_keeps_what_is_translated_and_drops_what_is_gone(tmp_path):
    path = tmp_path / "it.po"
    path.write_text(CATALOGUE, "utf-8")
    wanted = code(tmp_path, '_("Good morning"); _("New")\nngettext("one digit", "{count} digits", 3)')
    translation.update(path, wanted)
    catalogue = translation.read(path)
    assert ids(catalogue) == {"Good morning", "New", ("one digit", "{count} digits")}
    assert catalogue.get("Good morning").string == "Buongiorno"
    assert catalogue.get("one digit").string == ("una cifra", "{count} cifre")
    first = path.read_bytes()
    translation.update(path, wanted)
    assert path.read_bytes() == first
    assert translation.faults(path, wanted) == ["missing: 'New'"]


FAULTS = {
    'msgid "a"\nmsgstr ""': "missing: 'a'",
    'msgid "a"\nmsgstr "x"\n\nmsgid "z"\nmsgstr "x"': "not used any more: 'z'",
    '#, fuzzy\nmsgid "a"\nmsgstr "x"': "fuzzy: 'a'",
    'msgid "a"\nmsgstr " x"': "spaces at the beginning or the end: 'a'",
    'msgid "a"\nmsgstr "**x**"': "other Markdown or HTML: 'a'",
    'msgid "{b}"\nmsgstr "{c}"': "unknown placeholders ['c']: '{b}'",
    'msgid "{b}"\nmsgstr "x"': "placeholders [] and not ['b']: '{b}'",
    'msgid "d"\nmsgid_plural "{e}"\nmsgstr[0] "x"\nmsgstr[1] "x"': "placeholders [] and not ['e']: 'd'",
    'msgid "d"\nmsgid_plural "{e}"\nmsgstr[0] "x"\nmsgstr[1] ""': "missing: 'd'",
}


@pytest.mark.parametrize("entry", FAULTS)
def test_each_fault_of_a_catalogue_is_named(tmp_path, entry):
    path = tmp_path / "it.po"
    path.write_text(CATALOGUE[: CATALOGUE.index("msgid", 8)] + entry + "\n", "utf-8")
    assert FAULTS[entry] in translation.faults(path, code(tmp_path, '_("a"); _("{b}"); ngettext("d", "{e}", 1)'))


def test_a_catalogue_without_a_fault_has_none_and_a_damaged_one_says_so(tmp_path):
    path = tmp_path / "it.po"
    path.write_text(CATALOGUE[: CATALOGUE.index("msgid", 8)] + 'msgid "a"\nmsgstr "x"\n', "utf-8")
    assert translation.faults(path, code(tmp_path, '_("a")')) == []
    path.write_text('msgid "a', "utf-8")
    assert "cannot be read" in translation.faults(path, code(tmp_path, '_("a")'))[0]
