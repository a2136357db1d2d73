"""Words that nobody uses and words that nobody has are found."""

from checks.words import COMPOSED, map_faults, unsaid

HTML = '<button data-title="turn"></button><p data-text="help"></p>'
SCRIPT = 'say(word("axis")); pressed("spin", "stop"); show(words.far + words.language); const other = "grid";'
WORDS = {"turn", "help", "axis", "spin", "stop", "far", "grid", *COMPOSED}


def test_words_of_the_glossary_that_no_page_says():
    assert unsaid(["Epoch", "Accuracy", "Kernel"], "after three epochs\nthe Accuracies were") == ["Kernel"]


def test_the_map_asks_for_the_words_that_there_are():
    assert map_faults(HTML, SCRIPT, WORDS) == []


def test_each_fault_of_the_map_is_found():
    assert map_faults(HTML + "<p>Turn it</p>", SCRIPT, WORDS) == [
        "the HTML says 'Turn' itself",
        "the HTML says 'it' itself",
    ]
    for name in WORDS - {"grid"}:  # "grid" is put together by nobody: it is only there in case
        assert map_faults(HTML, SCRIPT, WORDS - {name}) == [f"there is no word {name!r}"]
    assert map_faults(HTML, SCRIPT, WORDS | {"near"}) == ["nobody asks for the word 'near'"]
