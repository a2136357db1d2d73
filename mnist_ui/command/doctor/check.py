"""What a check finds: a record, and what stands for how it is."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is, in the word that stands before it."""

    OK = "ok"
    NOTE = "note"
    TROUBLE = "trouble"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name
        What it is, in a word or two.
    state
        Whether all is well, something is worth knowing, or something keeps the app from working as it should.
    found
        What was found, in sentences.
    advice
        What to do, in a sentence; empty where there is nothing to do.
    """

    name: str
    state: State
    found: str
    advice: str = ""

    def to_json(self) -> dict[str, str]:
        """The same for a program."""
        return asdict(self)


def ok(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, State.OK, found)


def note(name: str, found: str, advice: str = "") -> Check:
    """Something is worth knowing."""
    return Check(name, State.NOTE, found, advice)


def trouble(name: str, found: str, advice: str) -> Check:
    """Something keeps the app from working as it should."""
    return Check(name, State.TROUBLE, found, advice)


def of_error(name: str, error: Exception | str) -> Check:
    """What an error of the library says: its last sentence is what to do."""
    said = " ".join(str(error).split()) or type(error).__name__
    found, _stop, advice = said.rstrip(".").rpartition(". ")
    return trouble(name, f"{found}.", f"{advice}.") if found else trouble(name, f"{said.rstrip('.')}.", "")
