"""The one place that knows the session's keys and the address's parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SafeSessionState
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core import language as languages
from mnist_core.analysis.query import PARAMETERS, Query
from mnist_core.analysis.teaching import Taught, note_use
from mnist_core.collection import Keeper
from mnist_core.ink import read_picture
from mnist_core.jobs import Job
from mnist_core.jobs.runs import Progress
from mnist_core.jobs.searches import settings_of
from mnist_core.language import gettext as _
from mnist_core.model.bundle import is_taught, model_names, standard_model
from mnist_core.training.config import PRESETS, TrainingConfig
from mnist_core.tuning.results import Search
from mnist_core.types import Dataset, Drawing
from mnist_ui.answers import Answers
from mnist_ui.challenge import Challenge
from mnist_ui.identity import Visitor
from mnist_ui.keyring import Keyring
from mnist_ui.membership import Membership
from mnist_ui.sketch import Sketch

T = TypeVar("T")

PEN = "pen"
ASKED = "asked"
STEP = "step"
WHICH = "which"
# The first of the sources.
PAD = "Draw"
PRESET = "preset"
SKETCH = "_sketch"
# A parameter of the address, too: `?source=Photo`.
SOURCE = "source"
# Parameters of the address, too: `?part=Mistakes&dataset=Pen+strokes`.
PART = "part"
DATASET = "dataset"
# Row and column of the confusion matrix whose images are shown.
LABEL = "label"
READ = "read"
# What Explore shows is all in its address: `?dataset=mnist&part=Browse&labels=4&sort=loss&page=2&image=test-947`.
PAGE, IMAGE = "page", "image"
# Its parts besides Browse have choices of their own: `?part=Odd+ones+out&method=forest&digit=4&above=2.5`.
OTHER, METHOD, DIGIT, ABOVE = "with", "method", "digit", "above"
AMONG, SHOW_AS, LIST_PAGE = "among", "as", "list-page"
REBUILT, COMPONENTS = "rebuilt", "components"

# A parameter of the address, too: `?model=my-model`.
_MODEL = "model"
# A parameter of the address, too: `?lang=de`. Then what is spoken, whether that was chosen, what the address said.
LANGUAGE = "lang"
_LANGUAGE, _IS_LANGUAGE_CHOSEN, _LANGUAGE_NAMED = "_language", "_is_language_chosen", "_language_named"
# The browser keeps under this name which language was chosen.
LANGUAGE_COOKIE = "mnist-studio-language"
# A parameter of the address: `?demo=1`.
DEMO = "demo"
# A parameter of the address: `?join=ACD349`, the code of a class.
JOIN = "join"
_LONGEST_CODE = 60
# What an address goes on to say while the page's own parameters change.
_KEPT = {_MODEL, LANGUAGE, DEMO}
# A parameter of the address, too: `?run=20261121-150213-684457`.
_RUN = "run"
# A parameter of the address, too, of the page for searches: `?search=20261121-150213-684457`.
_SEARCH = "search"
_FOUND = "_found"
_CHOSEN_TRIALS = "_chosen_trials"
_LAST_SOURCE = "_last_source"
_PAGE = "_page"
_DEMO_SKETCH = "_demo_sketch"
_CHALLENGE = "_challenge"
_PICTURE = "_picture"
_LESSON = "_lesson"
_PROGRESS = "_progress"
_EXPLORATION = "_exploration"
_QUIZ = "_quiz"
_CHOICES = (OTHER, METHOD, DIGIT, ABOVE, AMONG, SHOW_AS, LIST_PAGE, REBUILT, COMPONENTS)
_EXPLORED = (DATASET, PART, PAGE, IMAGE, *_CHOICES, *PARAMETERS)
# What the Map page shows: `?map=umap&image=test-947`; an image of another dataset than the map's is named with that.
MAP, VIEW = "map", "view"
_CHART = "_chart"
_CHARTED = (MAP, VIEW, DATASET, IMAGE)
# What the page of collected drawings shows: `?of=mine&said=3,none&right=no&page=2`. It names no person.
OF, SAID, RIGHT, SINCE, CODE, DRAWING = "of", "said", "right", "since", "code", "drawing"
_COLLECTED, _CHOSEN_DRAWINGS, _TESTED = "_collected", "_chosen_drawings", "_tested"
_IN_COLLECTED = (OF, PART, SAID, READ, RIGHT, SINCE, CODE, PAGE, DRAWING)
_KEEPER = "_keeper"
_VISITOR = "_visitor"
_ANSWERS = "_answers"
_TRIAL = "_trial"
_KEYRING, _MEMBERSHIP = "_keyring", "_membership"


def sketch() -> Sketch:
    """What the visitor has drawn."""
    if SKETCH not in st.session_state:
        st.session_state[SKETCH] = Sketch()
    return st.session_state[SKETCH]


def change_source() -> None:
    """Show the drawing on another kind of paper, and on the same one after a visit to another page."""
    st.session_state[_LAST_SOURCE] = st.session_state[SOURCE]
    _show_source(st.session_state[SOURCE])
    sketch().restart(sketch().strokes)


def take_source(possible: Sequence[str]) -> None:
    """Begin with the source that the address names, the last one or the first; to be called before its widget is shown.

    The address names it in English in every language, so that a link works in all of them.
    """
    if SOURCE not in st.session_state:
        named = st.query_params.get(SOURCE) or st.session_state.get(_LAST_SOURCE, "")
        st.session_state[SOURCE] = st.session_state[_LAST_SOURCE] = named if named in possible else possible[0]
        _show_source(st.session_state[SOURCE])


def _show_source(source: str | None) -> None:
    """Name the source in the address; the pad, which is first, goes without saying."""
    _show_in_address({SOURCE: source} if source and source != PAD else {}, {SOURCE})


def picture(upload: UploadedFile) -> Drawing:
    """The picture in a file that was uploaded; it is decoded once.

    Raises
    ------
    DrawingError
        If there is none in it that can be read.
    """
    known = st.session_state.get(_PICTURE)
    if known is None or known[0] != upload.file_id:
        known = upload.file_id, read_picture(upload)
        st.session_state[_PICTURE] = known
    drawing: Drawing = known[1]
    return drawing


def open_page(path: str) -> None:
    """Note which page is shown; after a switch the drawing is shown again, and the address says again what it said."""
    if st.session_state.get(_PAGE) != path:
        st.session_state[_PAGE] = path
        sketch().restart(sketch().strokes)
        choose_model(model_name())


def language() -> str | None:
    """The language of the visitor's session; None outside of one, or before it is known."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    spoken = _spoken.get(context.session_state)
    if spoken is None and _LANGUAGE in st.session_state:
        spoken = _spoken[context.session_state] = st.session_state[_LANGUAGE]
    return spoken


# Each text on a page asks for the language, and Streamlit's own state takes a hundred times as long to answer.
_spoken: WeakKeyDictionary[SafeSessionState, str] = WeakKeyDictionary()
languages.ask(language)


def _speak(code: str, *, is_chosen: bool) -> None:
    """Speak this language in the session."""
    st.session_state[_LANGUAGE], st.session_state[_IS_LANGUAGE_CHOSEN] = code, is_chosen
    context = get_script_run_ctx()
    if context:
        _spoken[context.session_state] = code


def find_language() -> None:
    """Find out which language to speak; to be called first in each run.

    It is what the address has said since the last run, what the visitor chose, here or on an earlier visit, or what the
    browser asks for, in this order.
    """
    named = st.query_params.get(LANGUAGE)
    if named != st.session_state.get(_LANGUAGE_NAMED) and named in languages.languages():
        _speak(named, is_chosen=True)
    elif _LANGUAGE not in st.session_state:
        _speak(languages.fitting(_wanted_languages()), is_chosen=False)
    st.session_state[_LANGUAGE_NAMED] = named


def choose_language(code: str) -> None:
    """Speak this language from now on, and name it in the address."""
    _speak(code, is_chosen=True)
    st.session_state[_LANGUAGE_NAMED] = code
    _show_in_address({LANGUAGE: code}, {LANGUAGE})


def is_language_chosen() -> bool:
    """Whether the visitor or an address chose the language, so that the browser shall keep it."""
    return bool(st.session_state.get(_IS_LANGUAGE_CHOSEN))


def _wanted_languages() -> list[str]:
    """The languages that the visitor's browser asks for, most wanted first."""
    kept, first = st.context.cookies.get(LANGUAGE_COOKIE), st.context.locale
    return [*filter(None, (kept, first)), *languages.accepted(st.context.headers.get("Accept-Language") or "")]


def model_name() -> str:
    """Name of the model that the visitor chose, or that the address named at first."""
    if _MODEL not in st.session_state:
        named = st.query_params.get(_MODEL, standard_model())
        # No address opens what a visitor has taught: its name is the visitor's secret.
        st.session_state[_MODEL] = standard_model() if is_taught(named) else named
    name: str = st.session_state[_MODEL]
    return name


def choose_model(name: str) -> None:
    """Read with this model from now on, and name it in the address."""
    st.session_state[_MODEL] = name
    uses = bool(name) and name == visitor().taught
    if uses != visitor().is_taught_used:
        visitor().change(is_taught_used=uses)
    _show_in_address(model_in_address(), {_MODEL})


def model_in_address() -> dict[str, str]:
    """The visitor's model and language as an address names them, and whether it is a demo.

    The standard model and one that was taught are not named.
    """
    name = model_name()
    model = {} if name == standard_model() or is_taught(name) else {_MODEL: name}
    demo = {DEMO: "1"} if is_demo() else {}
    return model | demo | ({LANGUAGE: st.session_state[_LANGUAGE]} if is_language_chosen() else {})


def models_to_choose() -> list[str]:
    """Names of the models that the visitor may choose from: all visitors', the one in use, and the own one."""
    return [name for name in dict.fromkeys([*model_names(), model_name(), visitor().taught]) if name]


def shown_name(model: str) -> str:
    """A model's name as it is shown: that of a model that was taught is a secret."""
    return _("Taught by you") if is_taught(model) else model


def visitor() -> Visitor:
    """Who is here, as far as the app knows."""
    if _VISITOR not in st.session_state:
        st.session_state[_VISITOR] = Visitor()
    known: Visitor = st.session_state[_VISITOR]
    return known


def owner() -> str:
    """The visitor's secret token: what is kept under it is this visitor's."""
    return visitor().token


def answers() -> Answers:
    """What the visitor has said of digits."""
    if _ANSWERS not in st.session_state:
        st.session_state[_ANSWERS] = Answers()
    said: Answers = st.session_state[_ANSWERS]
    return said


def trial() -> Taught | None:
    """What was just taught, while the visitor decides whether to keep it."""
    return st.session_state.get(_TRIAL)


def try_out(taught: Taught | None) -> None:
    """Have the visitor decide about this, or about nothing any more."""
    st.session_state[_TRIAL] = taught


def use_taught() -> None:
    """Read with the model that the visitor has taught, where it is there and in use; after `Visitor.take`."""
    now = visitor()
    if now.taught and not note_use(now.taught):
        now.change(taught="", is_taught_used=False)
    if now.is_taught_used and _MODEL not in st.query_params:
        st.session_state[_MODEL] = now.taught
    elif is_taught(model_name()) and model_name() != now.taught:
        st.session_state[_MODEL] = standard_model()
    answers().is_restored = False


def is_demo() -> bool:
    """Whether the app is shown to a room, or stands in one: the address says so."""
    return st.query_params.get(DEMO) == "1"


def joined_code() -> str:
    """The code of the class that this phone draws for, as the address names it; empty for none."""
    return st.query_params.get(JOIN, "")[:_LONGEST_CODE]


def join_class(code: str) -> None:
    """Draw for the class of a code from now on."""
    _show_in_address({JOIN: code}, {JOIN})


def membership() -> Membership:
    """What this session knows of the class that it draws for."""
    if _MEMBERSHIP not in st.session_state:
        st.session_state[_MEMBERSHIP] = Membership()
    now: Membership = st.session_state[_MEMBERSHIP]
    return now


def keyring() -> Keyring:
    """The classes whose keys this browser has."""
    if _KEYRING not in st.session_state:
        st.session_state[_KEYRING] = Keyring()
    ring: Keyring = st.session_state[_KEYRING]
    return ring


def begin_demo() -> None:
    """Show the app as a demo from now on."""
    _show_in_address({DEMO: "1"}, {DEMO})


def end_demo() -> None:
    """Show the app as usual again."""
    _show_in_address({}, {DEMO})


def begin_again() -> None:
    """Forget what the last visitor of a demo has drawn; the best challenge of the session stays."""
    demo_sketch().clear()
    challenge().leave()


def challenge() -> Challenge:
    """The visitor's challenge."""
    if _CHALLENGE not in st.session_state:
        st.session_state[_CHALLENGE] = Challenge()
    now: Challenge = st.session_state[_CHALLENGE]
    return now


def demo_sketch() -> Sketch:
    """What is drawn in the demo; whoever began it finds the own drawing again afterwards."""
    if _DEMO_SKETCH not in st.session_state:
        st.session_state[_DEMO_SKETCH] = Sketch()
    drawn: Sketch = st.session_state[_DEMO_SKETCH]
    return drawn


@dataclass
class Lesson:
    """What training starts from: a preset, or what an address fixes.

    Attributes
    ----------
    edition
        Number of times that the visitor went back to the preset; another one has new widgets.
    """

    preset: str
    config: TrainingConfig
    edition: int = 0

    def base(self, preset: str) -> TrainingConfig:
        """The config that the widgets of a preset begin with."""
        return self.config if preset == self.preset else PRESETS[preset]

    def forget(self) -> None:
        """Begin with the presets from now on."""
        self.preset = ""
        self.edition += 1


def lesson() -> Lesson:
    """The lesson that the address named when the session began; the first preset if it named none.

    Raises
    ------
    ConfigError
        If the address names something impossible; the next call gives the first preset.
    """
    if _LESSON not in st.session_state:
        first = next(iter(PRESETS))
        st.session_state[_LESSON] = Lesson(first, PRESETS[first])
        if PRESET in st.query_params:
            config = TrainingConfig.from_parameters(
                {k: v for k, v in st.query_params.items() if k not in (*_KEPT, _RUN)}
            )
            st.session_state[_LESSON] = Lesson(st.query_params[PRESET], config)
    return st.session_state[_LESSON]


def show_lesson(preset: str, config: TrainingConfig) -> None:
    """Name a preset and what was changed of it in the address, so that the address is a lesson."""
    _show_in_address(config.to_parameters(preset), set(st.query_params) - _KEPT)


def plan_lesson(preset: str, config: TrainingConfig) -> None:
    """Have the Train page offer this next, whatever it showed before."""
    st.session_state[_LESSON] = Lesson(preset, config, lesson().edition + 1)
    st.session_state[PRESET] = preset
    st.session_state[_RUN] = None


def run_id() -> str | None:
    """Which training run the visitor watches, or the address named at first."""
    if _RUN not in st.session_state:
        st.session_state[_RUN] = st.query_params.get(_RUN)
    return st.session_state[_RUN]


def watch_run(run_id: str | None) -> None:
    """Watch this training run from now on, or none; the address names it, so that a reload finds it again."""
    st.session_state[_RUN] = run_id
    _show_in_address({_RUN: run_id} if run_id else {}, set(st.query_params) - _KEPT)


def run_in_address() -> dict[str, str]:
    """The training run that is watched, and the visitor's model and language, as an address names them."""
    run = run_id()
    return model_in_address() | ({_RUN: run} if run else {})


def search_id() -> str | None:
    """Which search the visitor watches, or the address named at first."""
    if _SEARCH not in st.session_state:
        st.session_state[_SEARCH] = st.query_params.get(_SEARCH)
    return st.session_state[_SEARCH]


def watch_search(search_id: str | None) -> None:
    """Watch this search from now on, or none; the address names it, so that a reload finds it again."""
    st.session_state[_SEARCH] = search_id
    _show_in_address({_SEARCH: search_id} if search_id else {}, set(st.query_params) - _KEPT)


def found_so_far(job: Job) -> Search:
    """How far a search is that has not ended; only what is new since the last call is read.

    Raises
    ------
    ConfigError
        If the job is no search.
    """
    known = st.session_state.get(_FOUND)
    if known is None or known[0] != job.id:
        known = job.id, Search(settings_of(job)), 0
    job_id, search, offset = known
    events, offset = job.events(offset)
    search.take(events)
    st.session_state[_FOUND] = job_id, search, offset
    return search


def chosen_trials() -> dict[str, str]:
    """Ids of the trials that the visitor looks at, by the id of their search's job."""
    chosen: dict[str, str] = st.session_state.setdefault(_CHOSEN_TRIALS, {})
    return chosen


@dataclass
class Exploration:
    """What the Explore page or the Map page shows, as the parameters of its address.

    Attributes
    ----------
    parameters
        As the visitor set them last, or as an address had them that was opened since.
    in_address
        Those that were written into the address last.
    is_changed
        Whether they were set since then.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    in_address: Mapping[str, str] = field(default_factory=dict)
    is_changed: bool = False

    def set(self, **changes: str | None) -> None:
        """Change some parameters; None takes one away."""
        self.parameters = {name: value for name, value in {**self.parameters, **changes}.items() if value}
        self.is_changed = True

    def ask(self, query: Query, dataset: Dataset) -> None:
        """Ask another question of a dataset, and show the first page of what is found."""
        nothing: dict[str, None] = dict.fromkeys((*PARAMETERS, PAGE, IMAGE))
        self.set(**{**nothing, DATASET: dataset.name, **query.to_parameters(dataset)})


def exploration() -> Exploration:
    """What the Explore page shows now."""
    return _exploration(_EXPLORATION)


def chart() -> Exploration:
    """What the Map page shows now."""
    return _exploration(_CHART)


def _exploration(key: str) -> Exploration:
    """What is kept of a page for the session."""
    if key not in st.session_state:
        st.session_state[key] = Exploration()
    now: Exploration = st.session_state[key]
    return now


def follow_address() -> None:
    """Have Explore and its address say the same; to be called first in each run.

    A widget or a picture that the visitor has just used comes before the address. Otherwise an address that says
    something else than it did is one that was opened since: a link, or the browser's way back.
    """
    _follow(exploration(), _EXPLORED)


def follow_map_address() -> None:
    """Have the Map page and its address say the same, as `follow_address`."""
    _follow(chart(), _CHARTED)


def collected() -> Exploration:
    """What the page of collected drawings shows now."""
    return _exploration(_COLLECTED)


def follow_drawings_address() -> None:
    """Have the page of collected drawings and its address say the same, as `follow_address`."""
    _follow(collected(), _IN_COLLECTED)


def chosen_drawings() -> dict[str, None]:
    """Ids of the collected drawings that the visitor has chosen, in that order, to do something with all of them."""
    chosen: dict[str, None] = st.session_state.setdefault(_CHOSEN_DRAWINGS, {})
    return chosen


def tested(key: str, test: Callable[[], T]) -> T:
    """What a model makes of drawings; tested again only when `key` says that it would be another test.

    It is kept for this session alone, as it is of drawings that not everybody may see.
    """
    if _TESTED not in st.session_state or st.session_state[_TESTED][0] != key:
        st.session_state[_TESTED] = key, test()
    found: T = st.session_state[_TESTED][1]
    return found


def keeper() -> Keeper | None:
    """Whoever runs the app, if that is who is here."""
    known = st.session_state.get(_KEEPER)
    return known if isinstance(known, Keeper) else None


def be_keeper(keeper: Keeper | None) -> None:
    """Have whoever runs the app be here, or leave; in this session only."""
    st.session_state[_KEEPER] = keeper


def _follow(now: Exploration, names: Sequence[str]) -> None:
    """Have a page and its address say the same."""
    named = {name: value for name, value in st.query_params.items() if name in names}
    if named and named != now.in_address and not now.is_changed:
        now.parameters = named
    now.in_address, now.is_changed = dict(now.parameters), False
    _show_in_address(now.in_address, set(st.query_params) - _KEPT)


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


def quiz(images: str) -> Quiz:
    """The visitor's quiz on some images."""
    quizzes: dict[str, Quiz] = st.session_state.setdefault(_QUIZ, {})
    return quizzes.setdefault(images, Quiz())


def progress(job: Job) -> Progress:
    """How far a job is; only what is new since the last call is read."""
    known = st.session_state.get(_PROGRESS)
    if known is None or known[0] != job.id:
        known = job.id, Progress(), 0
    job_id, so_far, offset = known
    events, offset = job.events(offset)
    so_far.take(events)
    st.session_state[_PROGRESS] = job_id, so_far, offset
    return so_far


def _show_in_address(parameters: dict[str, str], instead_of: set[str]) -> None:
    """Put parameters into the address in the place of others; an address that is right already is left alone."""
    before = st.query_params.to_dict()
    after = {name: value for name, value in before.items() if name not in instead_of} | parameters
    if after != before:
        st.query_params.from_dict(after)
