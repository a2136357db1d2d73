"""Text that came from outside, on its way into Markdown or HTML: shown as it is, whatever it says.

Names of maps, models, classes, runs and searches, what an address or a file says, what an error or a log repeats: any
of them may have been written by somebody who wants another visitor's browser to fetch a picture, open a link or run a
script. Each passes one of the two functions here, and nothing else.
"""

import re
from html import escape

# Shows nothing and has no width. It parts what Markdown would join: a backslash cannot, as links of bare addresses,
# emojis, icons and arrows are found in the text that is left when all backslashes are gone.
JOINER = "\N{WORD JOINER}"

# What a visitor has taught has a secret name: others may look at the screen.
_SECRET = re.compile(r"taught-[0-9a-f]{32}")
# What no font shows and what turns the text after it around.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# A bare address or one for mail, a directive, an icon or an emoji: parted after what begins it, before what goes on.
_BEGINNINGS = re.compile(r"https?(?=://)|www(?=\.)|(?=@)|(?<=:)(?=[^\W\d]|[\w+-]+:)", re.IGNORECASE)
_ARROWS = re.compile(r"(?<!\S)(<(?=-)|-(?=[>-])|[<>~](?==))(?=(?:->|>|-|=)(?!\S))")
# Within a word an underscore means nothing.
_MARKS = re.compile(rf"[\\`*~\[\]<$&|]|(?<![^\W_])_|_(?![^\W_])|:(?={JOINER})")
# What begins a list at the beginning of a line; whatever else means something there is a sign.
_NUMBER_FIRST = re.compile(r"\A(\d+)(?=[.)](?:\s|\Z))")
# Signs at the ends are parted from what stands around them: asterisks beside a sign would not make the text bold.
_SIGN_FIRST, _SIGN_LAST = re.compile(r"[^\w\s]|_"), re.compile(r"(?:[^\w\s.]|_)\Z")


def in_markdown(text: object) -> str:
    """Text from outside as Markdown that shows it literally, line by line, in any place: also bold, or in a table.

    Examples
    --------
    >>> print(in_markdown("Win [all](//example.org) for $0."))
    Win \\[all\\](//example.org) for \\$0.
    >>> print(in_markdown("No space left for taught/taught-0123456789abcdef0123456789abcdef."))
    No space left for taught/taught.
    >>> in_markdown("www.example.org")
    'www\\u2060.example.org'
    """
    lines = (" ".join(line.split()) for line in _seen(text).splitlines())
    return "  \n".join(_line(line) for line in lines if line)


def in_html(text: object) -> str:
    """Text from outside as HTML that shows it literally: in an element, in an attribute, or in a figure of Plotly's.

    Plotly takes some HTML in its texts and knows only these names of characters.

    Examples
    --------
    >>> in_html("<b title='x'>")
    '&lt;b title=&#x27;x&#x27;&gt;'
    """
    return escape(_seen(text)).replace("&quot;", "&#x22;")


def _seen(text: object) -> str:
    """A text with nothing in it that is a secret, that cannot be sent, or that changes how the rest is shown."""
    sendable = str(text).encode("utf-8", "replace").decode("utf-8")
    return _SECRET.sub("taught", _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", sendable))


def _line(text: str) -> str:
    """One line, which is not empty."""
    parted = _ARROWS.sub(rf"\g<0>{JOINER}", _BEGINNINGS.sub(rf"\g<0>{JOINER}", text))
    marked = _NUMBER_FIRST.sub(r"\g<1>\\", _MARKS.sub(r"\\\g<0>", parted))
    before = JOINER if _SIGN_FIRST.match(text) else ""
    after = JOINER if _SIGN_LAST.search(text) else ""
    return f"{before}{marked}{after}"
