"""What the address of a page says, so that all that is shown is a link: each page has one `Address`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st

from mnist_core.language import gettext as _
from mnist_ui.session import of_session

T = TypeVar("T")

# Parameters of every page, which go on while a page's own change: `?model=my-model`, `?lang=de`, `?demo=1`.
MODEL, LANGUAGE, DEMO = "model", "lang", "demo"
OF_EVERY_PAGE = {MODEL, LANGUAGE, DEMO}
# Parameters that mean the same on several pages: `?part=Browse&dataset=mnist&page=2`, `?image=test-947`.
PART, DATASET, PAGE, IMAGE = "part", "dataset", "page", "image"


def write(changes: Mapping[str, str | None]) -> None:
    """Change some parameters of the address, None takes one away; an address that is right already is left alone."""
    before = st.query_params.to_dict()
    after = {name: value for name, value in before.items() if name not in changes}
    after |= {name: value for name, value in changes.items() if value is not None}
    if after != before:
        st.query_params.from_dict(after)


@dataclass(frozen=True)
class Parameter(Generic[T]):
    """One thing that an address says.

    Attributes
    ----------
    name
        As the address has it.
    default
        What holds while the address says nothing of it.
    parse
        The value of a text; raises ValueError for nonsense.
    format
        The text of a value.
    is_default_said
        Whether a visitor who chooses the default finds it in the address, too.
    """

    name: str
    default: T
    parse: Callable[[str], T]
    format: Callable[[T], str] = str
    is_default_said: bool = False

    @classmethod
    def one_of(cls, name: str, options: Iterable[T], default: T, *, is_default_said: bool = False) -> "Parameter[T]":
        """One of a few values, each said as its text."""
        possible = {str(option): option for option in options}

        def parse(text: str) -> T:
            if text not in possible:
                raise ValueError(text)
            return possible[text]

        return cls(name, default, parse, is_default_said=is_default_said)

    def said(self, value: T) -> str | None:
        """What the address says of a value; None if it goes without saying."""
        return None if value == self.default and not self.is_default_said else self.format(value)


@dataclass
class Shown:
    """What a page shows in one session, as the parameters of its address.

    Attributes
    ----------
    parameters
        As the visitor set them last, or as an address had them that was opened since.
    in_address
        Those that were written into the address last.
    is_changed
        Whether they were set since then.
    is_begun
        Whether the page was shown, or told what to show.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    in_address: Mapping[str, str] = field(default_factory=dict)
    is_changed: bool = False
    is_begun: bool = False

    def set(self, changes: Mapping[str, str | None]) -> None:
        """Change some parameters; None takes one away."""
        self.parameters = {name: value for name, value in {**self.parameters, **changes}.items() if value}
        self.is_changed = self.is_begun = True


@dataclass(frozen=True)
class Address:
    """The address of a page.

    Attributes
    ----------
    page
        The page's name, with which the keys of its widgets begin.
    names
        Its parameters besides those of every page; None for whatever there is.
    is_followed_once
        Whether only the address that the session began with is followed. A browser tells a little late what its address
        has become, and what is watched must not be lost by that.
    """

    page: str
    names: tuple[str, ...] | None = None
    is_followed_once: bool = False

    @property
    def shown(self) -> Shown:
        """What the page shows now."""
        return of_session(f"_{self.page}-address", Shown)

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the page shows now, as the parameters that its address has, or has from the next run on."""
        return self.shown.parameters

    def follow(self) -> None:
        """Have the page and its address say the same; to be called first in each run.

        A widget or a picture that the visitor has just used comes before the address. Otherwise an address that says
        something else than it did is one that was opened since: a link, or the browser's way back.
        """
        now, named = self.shown, self._named()
        is_old = now.is_changed or (self.is_followed_once and now.is_begun)
        if named and named != now.in_address and not is_old:
            now.parameters = named
        self.show(now.parameters)

    def set(self, changes: Mapping[str, str | None]) -> None:
        """Change some parameters, None takes one away; the address says so from the next run on."""
        self.shown.set(changes)

    def show(self, parameters: Mapping[str, str]) -> None:
        """Show this and nothing else, and say so in the address at once."""
        now = self.shown
        now.parameters = now.in_address = dict(parameters)
        now.is_changed, now.is_begun = False, True
        write({**dict.fromkeys(set(st.query_params) - OF_EVERY_PAGE), **parameters})

    def value(self, parameter: Parameter[T]) -> T:
        """The value of a parameter; its default if the address says nothing, or nonsense."""
        try:
            return parameter.parse(self.parameters[parameter.name])
        except (KeyError, ValueError):
            return parameter.default

    def nonsense(self, parameter: Parameter[Any]) -> str | None:
        """What the address says of a parameter, if that means nothing."""
        try:
            parameter.parse(self.parameters[parameter.name])
        except KeyError:
            return None
        except ValueError:
            return self.parameters[parameter.name]
        return None

    def tidied(self, parameter: Parameter[T]) -> Parameter[T]:
        """A parameter, after the address was rid of what it says in vain: nonsense, and what goes without saying."""
        said, others = parameter.said(self.value(parameter)), dict(self.parameters)
        if others.pop(parameter.name, None) != said:
            self.show(others if said is None else {**others, parameter.name: said})
        return parameter

    def bound(
        self,
        parameter: Parameter[T],
        key: str | None = None,
        *,
        forgets: Iterable[str] = (),
        on_change: Callable[[], object] = lambda: None,
    ) -> dict[str, Any]:
        """What a widget is given that is to show a parameter, and to change it: a key and what to do on a change.

        Parameters
        ----------
        key
            By default the names of page and parameter.
        forgets
            Other parameters that mean nothing any more once this has another value.
        on_change
            What else the widget does on a change.
        """
        key, value = key or f"{self.page}-{parameter.name}", self.value(parameter)
        st.session_state[key] = value

        def take() -> None:
            chosen = st.session_state[key]
            said = None if chosen is None else parameter.said(chosen)
            self.set({**dict.fromkeys(forgets), parameter.name: said})
            on_change()

        return {"key": key, "on_change": take}

    def choose_part(
        self,
        parts: Iterable[str],
        first: str | None = None,
        *,
        name: str = PART,
        label: str | None = None,
        key: str | None = None,
        is_first_said: bool = True,
        forgets: Iterable[str] = (),
    ) -> str:
        """The part of the page to look at.

        Parameters
        ----------
        parts
            Their names, in English, as the address says them in every language.
        first
            What is shown if the address names none, or none that there is; by default the first of them.
        label
            What is chosen, for who cannot see it.
        """
        options = list(parts)
        first = options[0] if first is None else first
        parameter = Parameter.one_of(name, options, first, is_default_said=is_first_said)
        if not is_first_said:
            self.tidied(parameter)
        chosen: str | None = st.segmented_control(
            label or _("What to look at"),
            options,
            format_func=_,
            required=True,
            wrap=True,
            label_visibility="collapsed",
            **self.bound(parameter, key, forgets=forgets),
        )
        return chosen or first

    def _named(self) -> dict[str, str]:
        """What the browser's address says of this page."""
        return {
            name: value
            for name, value in st.query_params.items()
            if (name not in OF_EVERY_PAGE if self.names is None else name in self.names)
        }
