"""Worksheets and a teacher's notes, as HTML to print: of the same record as the lesson, for A4 and Letter, in black."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from mnist_core.errors import ConfigError
from mnist_core.foreign import in_html
from mnist_core.language import current
from mnist_core.language import gettext as _
from mnist_core.lessons.frameworks import AI4K12, COMPETENCES, DIGCOMP, IDEAS
from mnist_core.lessons.plan import LessonPlan, LessonStep

STYLE = Path(__file__).with_name("sheets.css")
# Width and height in millimetres.
PAPERS: Mapping[str, tuple[float, float]] = {"A4": (210, 297), "Letter": (215.9, 279.4)}
MARGIN_MM = 18


def worksheet(plan: LessonPlan, paper: str) -> str:
    """What pupils write on: the questions of a lesson with room for answers.

    Parameters
    ----------
    paper
        One of `PAPERS`.

    Raises
    ------
    ConfigError
        If there is no such paper.
    """
    asked = [step for step in plan.steps if step.paper or step.options]
    parts = [
        f"<header><h1>{in_html(plan.title)}</h1>",
        f'<p class="who">{in_html(_("Name:"))} <span></span> {in_html(_("Date:"))} <span></span></p></header>',
        *(_question(number, step) for number, step in enumerate(asked, 1)),
    ]
    return _page(plan.title, paper, parts)


def notes(plan: LessonPlan, paper: str) -> str:
    """All that a teacher needs beside the app, on paper.

    Parameters
    ----------
    paper
        One of `PAPERS`.

    Raises
    ------
    ConfigError
        If there is no such paper.
    """
    fits = [
        *(f"AI4K12 {number}. {_(IDEAS[number])}" for number in plan.ideas),
        *(f"DigComp {number} {_(COMPETENCES[number])}" for number in plan.competences),
    ]
    about = [
        (_("What they can do afterwards"), plan.goals),
        (_("Before the lesson"), plan.prepare),
        (_("What usually goes wrong"), plan.mistakes),
        (_("Where it fits"), fits),
    ]
    age = _("From {age} years").format(age=plan.age)
    minutes = _("{minutes} minutes").format(minutes=plan.minutes)
    parts = [
        f"<header><h1>{in_html(plan.title)}</h1><p>{in_html(age)} · {in_html(minutes)}</p>",
        f"<p>{in_html(plan.about)}</p></header>",
        *(_block(f"<h2>{in_html(title)}</h2>{_list(texts)}") for title, texts in about),
        *(_order(number, step) for number, step in enumerate(plan.steps, 1)),
        _block(f'<p class="source">{in_html(AI4K12)}. {in_html(DIGCOMP)}.</p>'),
    ]
    return _page(plan.title, paper, parts)


def _question(number: int, step: LessonStep) -> str:
    """A question with lines to write on, or with boxes to tick."""
    parts = [f"<h2>{number}. {in_html(step.title)}</h2>", f"<p>{_bold(step.paper or step.text)}</p>"]
    if step.options:
        parts.append("<ul class='ticks'>" + "".join(f"<li>{in_html(each)}</li>" for each in step.options) + "</ul>")
    else:
        parts.append("<div class='line'></div>" * step.lines)
    return _block("".join(parts))


def _order(number: int, step: LessonStep) -> str:
    """A step as a teacher gives it."""
    minutes = _("{minutes} min").format(minutes=step.minutes)
    said: list[tuple[Callable[[str], str], str]] = [
        (lambda words: words, step.todo or step.text),
        (lambda words: _("**Say:** {words}").format(words=words), step.say),
        (
            lambda words: _("**Right:** {words}").format(words=words),
            f"{step.options[step.right]} {step.because}" if step.options else "",
        ),
        (lambda words: _("**What comes out:** {words}").format(words=words), step.answer),
    ]
    texts = "".join(f"<p>{_bold(put(words))}</p>" for put, words in said if words)
    return _block(f"<h2>{number}. {in_html(step.title)} · {in_html(minutes)}</h2>{texts}")


def _block(content: str) -> str:
    """What stays together on one page."""
    return f"<section>{content}</section>"


def _list(texts: Iterable[str]) -> str:
    """Texts as a list."""
    return "<ul>" + "".join(f"<li>{_bold(text)}</li>" for text in texts) + "</ul>"


def _bold(text: str) -> str:
    """The only markup that lessons have, as HTML: **bold** and *slanted* words."""
    pieces = in_html(" ".join(text.split())).split("**")
    bold = "".join(f"<strong>{piece}</strong>" if place % 2 else piece for place, piece in enumerate(pieces))
    slanted = bold.split("*")
    return "".join(f"<em>{piece}</em>" if place % 2 else piece for place, piece in enumerate(slanted))


def _page(title: str, paper: str, parts: Iterable[str]) -> str:
    """A file of its own that asks nothing of any server."""
    if paper not in PAPERS:
        text = _("The papers are {papers}. Received: {received}.")
        raise ConfigError(text, papers=", ".join(PAPERS), received=f"{paper!r:.80}")
    width, height = PAPERS[paper]
    size = f"@page {{ size: {width}mm {height}mm; margin: {MARGIN_MM}mm; }}\n"
    return (
        f'<!doctype html>\n<html lang="{current()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{in_html(title)}</title>\n<style>\n{size}{STYLE.read_text('utf-8')}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )
