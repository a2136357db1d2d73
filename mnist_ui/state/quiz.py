"""The quiz on doubtful labels."""

from dataclasses import dataclass, field

from mnist_ui.session import of_session


@dataclass
class Quiz:
    """A visitor's way through doubtful labels, round by round.

    Attributes
    ----------
    said
        What the visitor said of an image, by its place in the whole dataset; -1 for one who cannot tell.
    start
        Where in the list of doubtful labels this round begins.
    at
        Which question of the round it is; as many as there are once the round is over.
    """

    said: dict[int, int] = field(default_factory=dict)
    start: int = 0
    at: int = 0

    def answer(self, index: int, digit: int) -> None:
        """Say what an image is."""
        self.said[index] = digit

    def go_on(self) -> None:
        """Go to the next question, or to the end of the round."""
        self.at += 1

    def play_on(self, questions: int) -> None:
        """Begin the next round."""
        self.start, self.at = self.start + questions, 0

    def restart(self) -> None:
        """Forget all answers and begin with the first round."""
        self.said.clear()
        self.start = self.at = 0


def quiz_on(images: str) -> Quiz:
    """The visitor's quiz on some images."""
    return of_session("_quiz", dict[str, Quiz]).setdefault(images, Quiz())
