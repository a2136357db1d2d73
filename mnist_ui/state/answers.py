"""What a visitor has said of the digits of this session, and which of it the collection keeps."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from mnist_core import ink
from mnist_core.collection import Entry
from mnist_core.language import noop as N_
from mnist_core.model.doubt import UNKNOWN, verdict
from mnist_core.teaching.lesson import MOST_CORRECTIONS, Lesson
from mnist_core.types import Drawing, Float32Array, Prediction, UInt8Array
from mnist_ui.state.limits import DAY_S, MINUTE_S, OF_CLIENT, Limit, counted, network

if TYPE_CHECKING:
    from mnist_core.collection import Collection

MOST_A_MINUTE = 60
# In a day and from one address, beside what is drawn for classes: 30 pupils with all the 200 that a lesson takes, and
# as much again for others. It is a twentieth of what the collection holds.
MOST_STORED_OF_CLIENT = 10_000
MOST_TEACHINGS = 10
TOO_OFTEN = N_("At most {count} answers are kept in a minute. This one was not kept; wait a moment.")

stored_of_client = Limit(
    MOST_STORED_OF_CLIENT, DAY_S, OF_CLIENT, variable="MNIST_STUDIO_CLIENT_DRAWINGS_A_DAY", of=network
)


@dataclass(frozen=True, eq=False)
class Answer:
    """What a visitor said of one digit; in the form of the collection's entries, for whoever takes either.

    Attributes
    ----------
    image
        What the network saw, uint8 (28, 28).
    label
        What the visitor said it is; None for no digit, which is neither taught nor kept.
    prediction
        What was read.
    model
        Name of the model that read it.
    created
        When it was said first.
    drawing
        The digit's strokes; None for a piece of a picture, which is never kept.
    id
        Of the collection's entry; empty while there is none.
    """

    image: UInt8Array
    label: int | None
    prediction: Prediction
    model: str
    created: datetime
    drawing: Drawing | None = None
    id: str = ""

    @property
    def strokes(self) -> tuple[Float32Array, ...]:
        """The drawing's; none for a piece of a picture."""
        return self.drawing.strokes if self.drawing else ()

    @property
    def digit(self) -> int | None:
        """What was read; None where it was in doubt."""
        return None if verdict(self.prediction, 0).sign == UNKNOWN else self.prediction.digit

    @property
    def probability(self) -> float:
        """Of the most probable digit."""
        return self.prediction.probability

    @property
    def novelty(self) -> float:
        """How unlike the training digits it is."""
        return self.prediction.novelty

    @property
    def is_right(self) -> bool:
        """Whether it was read as what it is."""
        return self.label == self.digit


@dataclass
class Answers:
    """All that a visitor has said, the newest last.

    Attributes
    ----------
    said
        Answers and the entries of earlier visits, each by its image.
    is_restored
        Whether what was kept on earlier visits is among them.
    is_told
        Whether it was asked for before, and so was told should that have failed.
    edition
        Number of times that something was said.
    tried
        The edition that a model was taught of last, kept or not.
    taught
        The edition that a model was taught and kept of.
    trouble, news
        What went wrong and what was done since it was told last; empty for nothing.
    stored
        How often something was put into the collection.
    teachings
        How often a model was taught.
    """

    said: dict[str, Answer | Entry] = field(default_factory=dict)
    is_restored: bool = False
    is_told: bool = False
    edition: int = 0
    tried: int = 0
    taught: int = 0
    trouble: str = ""
    news: str = ""
    stored: Limit = field(default_factory=lambda: Limit(MOST_A_MINUTE, MINUTE_S, TOO_OFTEN))
    teachings: Limit = field(default_factory=lambda: Limit(MOST_TEACHINGS))

    def of(self, image: UInt8Array) -> Answer | Entry | None:
        """What was said of a digit, if it was; uint8 (28, 28)."""
        return self.said.get(_name(image))

    def say(self, drawing: Drawing, prediction: Prediction, label: int | None, model: str, *, can_keep: bool) -> None:
        """Say what a digit is, or change one's mind about it.

        Parameters
        ----------
        drawing
            The one digit, as `prediction` read it.
        label
            None if it is none.
        can_keep
            Whether it is the visitor's own hand: strokes, and no example.
        """
        image = ink.digit_pixels(drawing)
        before = self.of(image)
        self.edition += 1
        if before:
            self._put(replace(before, label=label))
            return
        own = drawing if can_keep and drawing.pixels is None else None
        bare = Prediction(prediction.probabilities, prediction.novelty)
        self._put(Answer(image, label, bare, model, datetime.now(UTC), own))

    def keep(
        self, open_collection: "Callable[[], Collection]", owner: str, label: int | None, image: UInt8Array
    ) -> None:
        """Put what was said of a digit into the collection, or change it there; of what is none only the latter.

        Raises
        ------
        CollectionError
            If the collection cannot be used.
        LimitError
            If more is said in a minute than one person can mean, or in a day than one client may.
        """
        answer = self.of(image)
        if answer is None or not answer.strokes or (label is None and not answer.id):
            return
        self.stored.take()
        if answer.id:
            open_collection().drawings.relabel(answer.id, label, owner)
        else:
            self._store(open_collection(), answer, owner)

    def keep_all(self, open_collection: "Callable[[], Collection]", owner: str) -> None:
        """Put all into the collection that is not there yet and may be.

        Raises
        ------
        CollectionError
            If the collection cannot be used.
        LimitError
            If more is said in a day than one client may.
        """
        for answer in [each for each in self.own() if not each.id]:
            self._store(open_collection(), answer, owner)

    def restore(self, entries: Iterable[Entry]) -> None:
        """Take in what the collection has of earlier visits.

        Parameters
        ----------
        entries
            The visitor's own, the newest first.
        """
        now = dict(self.said)
        self.said = {_name(each.image): each for each in reversed([*entries]) if each.label is not None}
        self.said.update(now)
        self._drop_oldest()

    def forget(self) -> None:
        """Forget everything."""
        self.said.clear()
        self.taught = self.edition

    def lesson(self) -> Lesson:
        """All that was said, as a lesson.

        Raises
        ------
        ConfigError
            If nothing was said.
        """
        return Lesson.of(reversed(self.said.values()))

    def own(self) -> Sequence[Answer | Entry]:
        """The digits that the visitor drew, the newest first."""
        return [each for each in reversed(self.said.values()) if each.strokes and each.label is not None]

    @property
    def can_teach(self) -> bool:
        """Whether there is something to learn from that was not learned yet."""
        return self.wrong > 0 and self.edition != self.taught

    @property
    def wrong(self) -> int:
        """How many digits were read wrong, or in doubt."""
        return sum(each.label is not None and not each.is_right for each in self.said.values())

    def _store(self, collection: "Collection", answer: Answer | Entry, owner: str) -> None:
        """Make an entry of an answer."""
        assert isinstance(answer, Answer)
        assert answer.drawing is not None
        with counted(stored_of_client):
            entry = collection.drawings.add(answer.drawing, answer.prediction, answer.model, owner, label=answer.label)
        self._put(replace(answer, id=entry.id))

    def _put(self, answer: Answer | Entry) -> None:
        """Note an answer in its place, or as the newest one."""
        self.said[_name(answer.image)] = answer
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        """Hold no more than a lesson can."""
        while len(self.said) > MOST_CORRECTIONS:
            del self.said[next(iter(self.said))]


def _name(image: UInt8Array) -> str:
    """What an image is known by."""
    return sha256(image.tobytes()).hexdigest()
