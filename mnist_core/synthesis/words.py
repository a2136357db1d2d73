"""Words and short texts as people write them, which are no numbers: letters by one hand, apart or joined."""

import numpy as np

from mnist_core.synthesis.letters import FORMS, pen_letter
from mnist_core.synthesis.styles import Strokes
from mnist_core.types import Float32Array

# Short ones that people type or write where a number is asked for, greetings, names, and a few that are long.
WORDS = (
    "ok", "OK", "no", "yes", "hi", "Hi", "my", "me", "we", "he", "is", "it", "if", "in", "on", "an", "am", "at", "by",
    "mm", "hm", "ah", "ha", "xy", "ab", "abc", "ABC", "AI", "PC", "TV", "UK", "EU", "NEW", "cat", "dog", "fun", "sun",
    "mum", "dad", "Tom", "Anna", "Max", "Eva", "Ben", "Kim", "hello", "Hello", "HELLO", "hallo", "hola", "test", "Test",
    "love", "name", "help", "what", "why", "good", "nice", "mnist", "digit", "thanks", "school", "Mathe", "bonjour",
    "ja", "nein", "oui", "non", "si", "wow", "cool", "the", "and", "end", "start", "stop", "draw", "pen", "a b", "I am",
)  # fmt: skip

# How high a capital letter is, in pixels of a drawing, and the share of words whose letters are joined.
LEAST_HEIGHT, MOST_HEIGHT = 60.0, 180.0
JOINED = 0.3
# In units of `letters`: what ends as low and as far right as this is joined to a small letter that begins as far left.
LOW, RIGHT, LEFT = 4.4, 2.0, 1.3
# Units between letters, and for a space between words.
LEAST_GAP, MOST_GAP, SPACE = 0.5, 1.8, 2.5


def written(word: str, rng: np.random.Generator) -> Strokes:
    """A word by one hand: its letters side by side on a line.

    Parameters
    ----------
    word
        Letters from a to z and A to Z, and spaces.

    Returns
    -------
    Strokes in the order of writing, float32 (n, 2) in pixels of a drawing, x and y from about 20.

    Raises
    ------
    ValueError
        If there is another sign in the word, or no letter.
    """
    if not word.strip() or not set(word) <= {*FORMS, " "}:
        raise ValueError(f"A word has letters from a to z and A to Z, and spaces. Received: {word!r}.")
    forms = {letter: int(rng.integers(len(FORMS[letter]))) for letter in sorted(set(word) - {" "})}
    is_joined = rng.random() < JOINED
    gap = float(rng.uniform(LEAST_GAP, MOST_GAP))
    strokes: Strokes = []
    right, end = 0.0, np.zeros(2, np.float32)
    for letter in word:
        if letter == " ":
            right, end = right + SPACE, np.zeros(2, np.float32)
            continue
        form = pen_letter(letter, forms[letter])
        placed = _placed(_by_hand(form, rng), right, rng)
        begins = letter.islower() and form[0][0, 0] < LEFT
        if is_joined and begins and end[0] > RIGHT and end[1] > LOW:
            placed = [np.concatenate([strokes.pop(), placed[0]]), *placed[1:]]
        strokes += placed
        right = float(np.concatenate(placed)[:, 0].max()) + gap * float(rng.uniform(0.7, 1.3))
        end = form[-1][-1]
    return _on_the_canvas(strokes, rng)


def _by_hand(letter: tuple[Float32Array, ...], rng: np.random.Generator) -> Strokes:
    """A letter that is a little different each time."""
    size, stretch = np.exp(rng.normal(0, 0.06)), np.exp(rng.normal(0, 0.08))
    middle = np.array([2.0, 6.0])
    moved = [(stroke - middle) * (size * stretch, size) + middle for stroke in letter]
    waves, phase, push = rng.normal(0, 0.15, 2), rng.uniform(0, 2 * np.pi), rng.normal(0, 0.15, 2)
    return [
        (stroke + np.sin(2 * np.pi * stroke @ waves + phase)[:, None] * push).astype(np.float32) for stroke in moved
    ]


def _placed(letter: Strokes, right: float, rng: np.random.Generator) -> Strokes:
    """A letter whose left edge is at a place of the line."""
    left = float(np.concatenate(letter)[:, 0].min())
    move = np.array([right - left, rng.normal(0, 0.12)], np.float32)
    return [stroke + move for stroke in letter]


def _on_the_canvas(strokes: Strokes, rng: np.random.Generator) -> Strokes:
    """A line of letters slanted, a little uphill or downhill, and in pixels."""
    slant, rise = rng.normal(0.08, 0.15), rng.normal(0, 0.02)
    scale = float(rng.uniform(LEAST_HEIGHT, MOST_HEIGHT)) / 6
    matrix = np.array([[1, rise], [-slant, 1]]) * scale
    turned = [stroke @ matrix for stroke in strokes]
    low = np.concatenate(turned).min(axis=0)
    return [(stroke - low + 20).astype(np.float32) for stroke in turned]
