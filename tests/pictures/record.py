"""All pictures of README and the documentation: their names, what is on them in words, and how they are taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tests.pictures import scenes
from tests.pictures.film import Frames
from tests.pictures.stage import Stage

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
# A picture beyond this loses what eyes hardly see; those below are kept to the pixel.
LOSSLESS_BYTES = 110_000
QUALITY = 84


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes
    ----------
    name
        The file's, without its ending.
    alt
        What is to be seen on it, for who does not see it.
    scene
        Sets it up and takes it.
    """

    name: str
    alt: str
    scene: Callable[[Stage], Frames]

    @property
    def path(self) -> Path:
        """Its file."""
        return FOLDER / f"{self.name}.webp"

    def take(self, stage: Stage) -> None:
        """Set it up, take it and write it in place of the one before."""
        self.path.write_bytes(encoded(self.scene(stage)))


# Whatever moves by itself for more than five seconds needs a way to stop it (WCAG 2.2, 2.2.2): it plays once.
PLAYED = 1


def encoded(frames: Frames) -> bytes:
    """One screen as a picture, several as a film: WebP."""
    lossless = _webp(frames, lossless=True)
    return lossless if len(lossless) <= LOSSLESS_BYTES else min(lossless, _webp(frames, quality=QUALITY), key=len)


def _webp(frames: Frames, **how: bool | int) -> bytes:
    file = BytesIO()
    images, times = zip(*frames, strict=True)
    more = {"save_all": True, "append_images": images[1:], "duration": times, "loop": PLAYED} if len(images) > 1 else {}
    images[0].save(file, "WEBP", method=4, **more, **how)
    return file.getvalue()


PICTURES: Sequence[Picture] = (
    Picture(
        "draw",
        "A pencil draws a three on the pad; while it does, the bars beside it move and the answer becomes a two and "
        "then a three.",
        scenes.draw,
    ),
    Picture(
        "draw-dark",
        "The Draw page in the dark: a three on white paper, the answer 3, ten bars, and the question whether it was "
        "right.",
        scenes.draw_dark,
    ),
    Picture(
        "phone", "The Draw page on a phone: a four on the pad, and below it the answer 4 with its bars.", scenes.phone
    ),
    Picture(
        "steps",
        "How it sees your drawing: four pictures of a three, as drawn, drawn again with one pen, shrunk to 20 pixels, "
        "and centred in 28 x 28, with a switch for each step.",
        scenes.steps,
    ),
    Picture(
        "why",
        "Why this answer: the ink that speaks for a three is marked, the eight training digits most like it are shown, "
        "and the piece of ink without which it would be read as another digit.",
        scenes.why,
    ),
    Picture(
        "how",
        "How it works, second step: nine pixels of a three times the nine weights of a filter make one number, and "
        "below it the pictures that filters make of the whole three.",
        scenes.how,
    ),
    Picture(
        "explore",
        "Explore: the fours of MNIST that are least like the average four, with ready-made questions, labels, filters "
        "and order above them.",
        scenes.explore,
    ),
    Picture(
        "map",
        "The map: 10,000 digits as dots in ten coloured islands, one for each digit, and a drawn three among the "
        "threes, with lines to the eight digits most like it.",
        scenes.map_of_digits,
    ),
    Picture(
        "map-dark",
        "The map in the dark: ten coloured islands of dots, and a drawn three among the threes.",
        scenes.map_dark,
    ),
    Picture(
        "recipes",
        "Train: seven recipes for a network, each with the time it takes on this machine, and the button that starts "
        "the training.",
        scenes.recipes,
    ),
    Picture(
        "train",
        "A network that learns, in its fourth epoch of five: curves of loss and accuracy, twenty test digits with what "
        "it reads, and how it reads a drawn three.",
        scenes.train,
    ),
    Picture(
        "tune",
        "A search that has ended: the best values found, the score of each of ten trials, the curve of the best one, "
        "and a table of all.",
        scenes.tune,
    ),
    Picture(
        "tune-lines",
        "Each trial of a search as a line through its values to its accuracy, and below it bars for how much each "
        "hyperparameter counts.",
        scenes.tune_lines,
    ),
    Picture(
        "evaluate",
        "Evaluate: 99.55 % of the MNIST test digits are read right; the table of what is confused with what, and the "
        "seven twos that were read as sevens.",
        scenes.evaluate,
    ),
    Picture(
        "model",
        "Model: how many weights the network has, how often it is right on three kinds of test digits, and how it "
        "reads other pens and places.",
        scenes.model,
    ),
    Picture(
        "class",
        "A class on the projector: the QR code to join by, and 18 digits from two phones, each with what was read and "
        "the alias of who drew it.",
        scenes.classroom,
    ),
    Picture(
        "class-phone",
        "A pupil's phone: the digit that is called, a drawing of it on the pad, what is read, and the button that "
        "sends it.",
        scenes.class_phone,
    ),
    Picture(
        "drawings",
        "Drawings: the 18 digits that a class has drawn, with filters above them.",
        scenes.drawings,
    ),
    Picture(
        "challenge",
        "Challenge: the fifth of ten digits is called, the time runs out along the pad's upper edge, and four digits "
        "have been read right.",
        scenes.challenge,
    ),
    Picture(
        "demo",
        "The demo fills a projector's screen: an example draws itself on a large pad, beside it the answer 3 and ten "
        "bars.",
        scenes.demo,
    ),
)
