"""A link past the navigation: with the keyboard the pad is three keys away from wherever a page begins."""

from mnist_core.language import gettext as _
from mnist_ui.component import registered, script

_link = registered("skipping", js=script(__file__, "skipping.js"), isolate_styles=False)


def show_link() -> None:
    """The link, which only who has come to it by the keyboard sees."""
    _link(key="skipping", data={"pad": _("Skip to the drawing area"), "page": _("Skip to the page itself")})
