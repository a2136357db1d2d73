"""The glossary: whole in every language, and a translation that uses another word is found."""

import pytest

from mnist_core import glossary
from mnist_core.language import SOURCE, languages

OTHERS = [language for language in languages() if language != SOURCE]

ENGLISH = """
loss = { meaning = "How wrong it is." }
digit = {}
"network (of computers)" = { words = ["same network"] }
"""

ITALIAN = r"""
never = ['\w \?']
loss = { term = "perdita", avoid = ["loss", "costo"] }
digit = { term = "cifra", avoid = ["numero"], unless = ["or a number"] }
"network (of computers)" = { term = "rete locale", avoid = ["rete neurale"] }
"""


@pytest.fixture
def italian(tmp_path):
    """An Italian glossary of three terms."""
    (tmp_path / "en.toml").write_text(ENGLISH, "utf-8")
    (tmp_path / "it.toml").write_text(ITALIAN, "utf-8")
    return glossary.load("it", tmp_path)


@pytest.mark.parametrize(
    ("text", "translation", "words"),
    [
        ("The loss grew", "La loss cresceva", ["'loss' for 'loss'"]),
        ("The losses grew", "I costi e le Loss", ["'loss' for 'loss'"]),
        ("The loss grew", "La perdita cresceva", []),
        ("It is lost", "La loss cresceva", []),
        ("{loss} and more", "La loss cresceva", []),
        ("The loss grew", "{loss} cresceva", []),
        ("The loss grew", "Un colosso cresceva", []),
        ("Two digits", "Due numeros", ["'numero' for 'digit'"]),
        ("A digit or a number", "Una cifra o un numero", []),
        ("A network", "Una rete neurale", []),
        ("The same network", "La stessa rete neurale", ["'rete neurale' for 'network (of computers)'"]),
        ("Loss", "Perdita", []),
        ("Digit", "Segno", ["'Segno', where the glossary has 'cifra'"]),
        ("Is it?", "Lo è ?", ["typography"]),
    ],
)
def test_a_word_to_avoid_is_found_where_its_term_is_meant(italian, text, translation, words):
    found = list(italian.faults([text], [translation]))
    assert len(found) == len(words)
    assert all(word in fault for word, fault in zip(words, found, strict=True))


def test_every_form_of_a_text_is_looked_at(italian):
    assert list(italian.faults(["1 thing", "{count} digits"], ["1 cifra", "{count} numeri"])) == []
    assert len(list(italian.faults(["1 thing", "{count} digits"], ["1 cifra", "{count} numero"]))) == 1


def test_in_chinese_a_word_is_found_within_a_sentence(tmp_path):
    (tmp_path / "en.toml").write_text("loss = {}", "utf-8")
    (tmp_path / "zh.toml").write_text('loss = { term = "损失", avoid = ["代价"] }', "utf-8")
    assert len(list(glossary.load("zh", tmp_path).faults(["The loss grew"], ["训练代价增长"]))) == 1


def test_a_glossary_says_what_it_lacks_and_a_language_without_one_has_no_faults(tmp_path):
    (tmp_path / "en.toml").write_text(ENGLISH, "utf-8")
    (tmp_path / "it.toml").write_text('loss = "perdita"\nlayer = "strato"', "utf-8")
    gaps = glossary.load("it", tmp_path).gaps
    assert [name in gap for name, gap in zip(("digit", "network", "layer"), gaps, strict=True)] == [True] * 3
    assert list(glossary.load("fi", tmp_path).faults(["The loss grew"], ["Loss"])) == []


@pytest.mark.parametrize("language", OTHERS)
def test_each_of_our_languages_has_all_terms_and_avoids_none_of_them(language):
    ours = glossary.load(language)
    assert len(ours.terms) > 100
    assert ours.gaps == ()
    for term in ours.terms:
        assert f"for {term.english!r}" not in " ".join(ours.faults([term.words[-1]], [term.name])), term


@pytest.mark.parametrize("language", OTHERS)
def test_each_word_that_a_language_avoids_is_found(language):
    ours = glossary.load(language)
    for term in ours.terms:
        for word in term.avoid:
            said = " ".join(ours.faults([term.words[-1]], [word]))
            assert f"{word!r} for {term.english!r}" in said, term
