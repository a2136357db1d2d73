"""Texts as somebody would write them who wants another visitor's browser to do something."""

import random
from collections.abc import Sequence

# A host that nobody has: whoever asks for it was made to.
HOST = "evil.example"

# What Markdown, Streamlit and HTML make something of, one thing each.
PIECES: Sequence[str] = (
    f"![x](http://{HOST}/i.png)",
    f"![x](//{HOST}/i.png)",
    f"[x](http://{HOST})",
    f"[x]: http://{HOST}",
    f"<http://{HOST}>",
    f"http://{HOST}/a?b=c",
    f"HTTPS://{HOST}",
    f"www.{HOST}",
    f"WWW.{HOST}",
    f"me@{HOST}",
    f"<img src=//{HOST}/i.png onerror=window.hacked=1>",
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    f'"><a href="http://{HOST}">x</a>',
    f"<a href='http://{HOST}'>x</a>",
    "<b>b</b><!-- c -->",
    ":material/star:",
    ":material_star:",
    ":red[red]",
    ":blue-background[x]",
    ":small[x]",
    ":color[x]{background=red}",
    ":help[x]",
    ":x{y=z}",
    ":streamlit:",
    ":smile:",
    ":+1:",
    ":100:",
    "::leaf[x]",
    ":::container",
    "$x^2$",
    "$$y$$",
    "**b**",
    "*i*",
    "__b__",
    "_i_",
    "a_b_c",
    "~~s~~",
    "`c`",
    "```mermaid",
    "~~~",
    "# h",
    "## h",
    "- l",
    "+ l",
    "* l",
    "1. l",
    "2) l",
    "> q",
    "===",
    "---",
    "***",
    "- [ ] t",
    "a | b",
    "|-|-|",
    "[^1]",
    "[^1]: note",
    "&lt;b&gt;",
    "&#42;",
    "\\*",
    "\\[x]",
    "\\",
    "-> x",
    "<-",
    "<->",
    "--",
    ">=",
    "x <= y",
    "~=",
    "C:\\x\\y_z",
    "12:34:56",
    "%{x} {0} {name}",
    "“quoted” (2)",
)

# One text that holds most of it, for places where only one can stand.
ALL_AT_ONCE = (
    f"![x](http://{HOST}/i.png) <img src=//{HOST}/j.png onerror=window.hacked=1> www.{HOST} [l](http://{HOST}) :red[r] "
    ":material/star: :smile: $x$ **b** `c`"
)
# The same in fewer letters, for names that may have no more than so many.
IN_SHORT = f"![x](//{HOST}/k) <img src=//{HOST}/m> www.{HOST}"
# What even the names of models and runs can be.
AS_A_NAME = f"www.{HOST}"


def mixed(count: int, seed: int = 20) -> list[str]:
    """Pieces beside each other in all ways, with and without spaces and lines between; the same ones each time."""
    chance = random.Random(seed)
    between = ("", "", " ", " ", "\n", "x")
    return ["".join(chance.choice(PIECES) + chance.choice(between) for _ in range(5)).strip() for _ in range(count)]
