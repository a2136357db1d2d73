"""Why a trial failed: kept as a text and its figures, put into words where it is shown."""

import json

from mnist_core.language import noop as N_
from mnist_core.language import sentence
from mnist_core.records import DamagedError, decoding, parsed_json

NOT_A_NUMBER = N_("The loss grew beyond all numbers in epoch {epoch}.")
OUT_OF_MEMORY = N_("It needs more memory than there is.")
DIED = N_("The process that trained it died {times} times: it may need more memory than there is.")
NOT_HEARD = N_("Its worker was not heard of any more.")
UNKNOWN = N_("It failed on its worker, whose log says why.")


def told(reason: str, **figures: float) -> str:
    """A reason and what its placeholders stand for, in a line, as Keras Tuner takes it along."""
    return json.dumps([reason, figures])


def reason_words(line: str) -> str:
    """A reason that was told, in the language that is spoken; other errors as they are."""
    try:
        with decoding():
            reason, figures = parsed_json(line)
            return sentence(str(reason), dict(figures))
    except DamagedError:
        return sentence(line, {})
