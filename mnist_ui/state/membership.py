"""A phone in a class: who it is there, which digit is called, and what was sent."""

import datetime
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mnist_core.collection import Entry, Filter, Group
from mnist_core.collection.records import NoClassError
from mnist_core.errors import DrawingError, LimitError
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.model.recognizer import Recognizer
from mnist_core.types import CLASSES, Drawing
from mnist_ui.state.guesses import guesser, pause
from mnist_ui.state.limits import DAY_S, MINUTE_S, OF_CLIENT, Limit, counted, network
from mnist_ui.state.sketch import Sketch

if TYPE_CHECKING:
    from mnist_core.collection import Collection

# Nobody draws a digit in less than a second and a half for a whole minute.
MOST_A_MINUTE = 40
TOO_FAST = N_("The class takes {count} digits a minute from you. Wait a moment, then send it.")
# In a minute; who types more wrong ones waits for the answer. Of a class of 30 each may err twice.
MOST_WRONG_CODES, MOST_WRONG_CODES_OF_CLIENT = 8, 60
# In a minute: a lecture hall of phones that share an address.
MOST_JOINS, MOST_JOINS_OF_CLIENT = 10, 600
# In a day, for all classes of one address, and beside what each class may have: ten classes of 30 with 130 digits each,
# and a fifth of what the collection holds. Thirty pupils may send 1,200 a minute, until their class has its 5,000.
MOST_SENT_OF_CLIENT = 40_000

wrong_codes_of_client = Limit(
    MOST_WRONG_CODES_OF_CLIENT, variable="MNIST_STUDIO_CLIENT_WRONG_CODES_A_MINUTE", of=guesser
)
joins_of_client = Limit(
    MOST_JOINS_OF_CLIENT, refusal=OF_CLIENT, variable="MNIST_STUDIO_CLIENT_JOINS_A_MINUTE", of=network
)
sent_of_client = Limit(
    MOST_SENT_OF_CLIENT, DAY_S, OF_CLIENT, variable="MNIST_STUDIO_CLIENT_CLASS_DRAWINGS_A_DAY", of=network
)


@dataclass
class Membership:
    """What a session knows of the class that it draws for.

    Attributes
    ----------
    group
        The class; None before its code was found.
    alias
        The visitor's name in it, in English; None before joining.
    called
        The digit to be drawn; None before the first.
    drawn
        How many of each digit the visitor has drawn for it.
    last
        What was sent last, in this session.
    sketch
        What is drawn; another edition of it for each digit.
    trouble
        What is to be said once of what did not work.
    asked
        The code that was asked for last.
    wrong_codes
        Codes that this session asked for in vain.
    joins
        How often this session joined a class.
    sent
        How often it sent a digit, under whatever name.
    """

    group: Group | None = None
    alias: str | None = None
    called: int | None = None
    drawn: list[int] = field(default_factory=lambda: [0] * CLASSES)
    last: Entry | None = None
    sketch: Sketch = field(default_factory=Sketch)
    trouble: str = ""
    asked: str = ""
    wrong_codes: Limit = field(default_factory=lambda: Limit(MOST_WRONG_CODES))
    joins: Limit = field(default_factory=lambda: Limit(MOST_JOINS))
    sent: Limit = field(default_factory=lambda: Limit(MOST_A_MINUTE, refusal=TOO_FAST))

    def find(self, collection: "Collection", code: str, owner: str) -> Group:
        """Look at a class, and at who the visitor is in it.

        Raises
        ------
        CollectionError
            If there is no such class; who asks for many that are none is told so after a pause.
        """
        group = self._group(collection, code)
        alias = collection.classes.alias(group.code, owner)
        is_other = self.group is None or self.group.id != group.id or alias != self.alias
        self.group, self.alias = group, alias
        if is_other:
            self.last = None
            self.sketch.clear()
            self.count(collection, owner)
        return group

    def join(self, collection: "Collection", owner: str) -> None:
        """Become a member of the class.

        Raises
        ------
        CollectionError
            If it is closed, full or gone.
        LimitError
            If the session or its client joins too often.
        """
        assert self.group
        with counted(self.joins, joins_of_client):
            self.alias = collection.classes.join(self.group.code, owner)
        self.count(collection, owner)

    def count(self, collection: "Collection", owner: str) -> None:
        """Count what the visitor has drawn for the class, and call the next digit."""
        self.drawn = [0] * CLASSES
        if self.group and self.alias:
            for entry in collection.drawings.entries(Filter(owner=owner, group=self.group.id), limit=None):
                if entry.label is not None:
                    self.drawn[entry.label] += 1
        self.call()

    def call(self, chance: random.Random | None = None) -> None:
        """Call one of the digits that the visitor has drawn least often; another than the last one, if possible."""
        fewest = [digit for digit in range(CLASSES) if self.drawn[digit] == min(self.drawn)]
        others = [digit for digit in fewest if digit != self.called]
        self.called = (chance or random.SystemRandom()).choice(others or fewest)

    def send(self, collection: "Collection", recognizer: Recognizer, model: str, owner: str) -> Entry:
        """Keep what is drawn as the digit that was called, and call the next one.

        Raises
        ------
        DrawingError
            If nothing is drawn, or the browser sent something that is no drawing; that is then cleared away.
        CollectionError
            If the class does not take it.
        LimitError
            If more is sent than a hand can draw, or than one client may.
        """
        assert self.group
        drawing = self._drawing()
        self._check_pace(collection, owner)
        prediction = recognizer.predict(drawing)
        with counted(self.sent, sent_of_client):
            entry = collection.drawings.add(drawing, prediction, model, owner, self.called, self.group.id, self.alias)
        if entry.label is not None:
            self.drawn[entry.label] += 1
        self.last = entry
        self.sketch.clear()
        self.call()
        return entry

    def take_back(self, collection: "Collection", owner: str) -> Entry | None:
        """Delete what the visitor sent last, and call that digit again; None if there is nothing.

        Raises
        ------
        CollectionError
            If the database cannot be written.
        """
        assert self.group
        newest = collection.drawings.entries(Filter(owner=owner, group=self.group.id), limit=1)
        if not newest:
            return None
        collection.drawings.delete([newest[0].id], owner)
        self.last = None
        self.count(collection, owner)
        self.called = newest[0].label
        return newest[0]

    def delete_all(self, collection: "Collection", owner: str) -> int:
        """Delete all that the visitor has drawn for the class, and say how many that were.

        Raises
        ------
        CollectionError
            If the database cannot be written.
        """
        assert self.group
        gone = collection.drawings.delete_all(Filter(owner=owner, group=self.group.id), owner)
        self.last = None
        self.count(collection, owner)
        return gone

    def _group(self, collection: "Collection", code: str) -> Group:
        """The class of a code; each code that is none counts once, and has to be waited for."""
        is_new, self.asked = code != self.asked, code
        try:
            return collection.classes.group(code)
        except NoClassError:
            if is_new:
                pause(self.wrong_codes, wrong_codes_of_client)
            raise

    def _drawing(self) -> Drawing:
        """What is drawn; what is none is not kept in memory either."""
        try:
            drawing = self.sketch.drawing()
        except DrawingError:
            self.sketch.clear()
            raise
        if drawing is None:
            raise DrawingError(_("Nothing is drawn yet. Draw the digit that is called, then send it."))
        return drawing

    def _check_pace(self, collection: "Collection", owner: str) -> None:
        """Refuse more drawings than a hand can make, in whatever sessions they were made."""
        assert self.group
        since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=MINUTE_S)
        if collection.drawings.count(Filter(owner=owner, group=self.group.id, since=since)) >= MOST_A_MINUTE:
            raise LimitError(_(TOO_FAST), count=MOST_A_MINUTE)
