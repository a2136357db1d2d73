from mnist_ui.how.glossary import WORDS, glossary


def test_the_glossary_has_a_sentence_or_two_for_each_word():
    html = glossary()
    assert html.count("<dt>") == len(WORDS)
    assert all(1 <= text.count(".") <= 2 and len(text) < 140 for text in WORDS.values())
