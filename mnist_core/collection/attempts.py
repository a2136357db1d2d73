"""Attempts at the challenge, of which a month is kept."""

import datetime
import time

import sqlalchemy as sa

from mnist_core.collection import checked
from mnist_core.collection.database import Database, row_count
from mnist_core.collection.records import LONGEST_MS, Hardest, check_digit, check_whole, microseconds
from mnist_core.collection.tables import attempts
from mnist_core.errors import CollectionError
from mnist_core.language import gettext as _
from mnist_core.owners import token_hash
from mnist_core.types import CLASSES, describe

KEPT_DAYS = 31
MOST_OF_OWNER_A_DAY = 1_000

# A digit that was tried less often says little.
FEWEST_ATTEMPTS = 3

_DAY_US = 86_400_000_000


class Attempts:
    """The part of a collection that holds attempts at the challenge."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, digit: int, read: int | None, milliseconds: int, owner: str) -> None:
        """Keep how an attempt went.

        Parameters
        ----------
        digit
            What was asked for.
        read
            What was read; None in doubt.
        milliseconds
            From the call to the last stroke.
        owner
            The visitor's token.

        Raises
        ------
        CollectionError
            If something of it is impossible, or there is no room for more.
        """
        now = time.time_ns() // 1000
        row = {
            "created": now,
            "owner": token_hash(owner),
            "digit": check_digit(digit),
            "read": None if read is None else check_digit(read),
            "milliseconds": check_whole("milliseconds", milliseconds, LONGEST_MS),
        }
        today = attempts.c.owner == row["owner"], attempts.c.created > now - _DAY_US
        with self._database.writing() as connection:
            if row_count(connection, attempts, *today) >= MOST_OF_OWNER_A_DAY:
                raise CollectionError(_("That is enough for one day. Come again tomorrow."))
            connection.execute(sa.delete(attempts).where(attempts.c.created < now - KEPT_DAYS * _DAY_US))
            connection.execute(sa.insert(attempts), row)

    def hardest_digit(self, day: datetime.date) -> Hardest | None:
        """The digit that was read least often on a day of this machine's time.

        Returns
        -------
        None if no digit was tried at least `FEWEST_ATTEMPTS` times. Of equally hard digits the one tried more often.

        Raises
        ------
        CollectionError
            If the database cannot be read, or the day is none.
        """
        if not isinstance(day, datetime.date) or isinstance(day, datetime.datetime):
            raise CollectionError(_("A day is wanted. Received: {value}."), value=describe(day))
        first, last = (
            microseconds(datetime.datetime.combine(each, datetime.time()).astimezone())
            for each in (day, day + datetime.timedelta(days=1))
        )
        asked = [each for each in checked.columns(attempts) if each.name in ("digit", "read")]
        query = (
            sa.select(*asked, sa.func.count().label("attempts"))
            .where(attempts.c.created >= first, attempts.c.created < last)
            .group_by(attempts.c.digit, attempts.c.read)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        found, _damaged = checked.whole(attempts, rows, lambda row: (*checked.attempt(row), int(row["attempts"])))
        counts, right = [0] * CLASSES, [0] * CLASSES
        for digit, read, count in found:
            counts[digit] += count
            right[digit] += count if read == digit else 0
        tried = [Hardest(digit, right[digit] / n, n) for digit, n in enumerate(counts) if n >= FEWEST_ATTEMPTS]
        return min(tried, key=lambda each: (each.share, -each.attempts, each.digit), default=None)
