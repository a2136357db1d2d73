"""`python -m benchmarks`: print speed and size beside baselines; `python -m benchmarks handwriting`: how it reads."""

import sys

from benchmarks import handwriting, inference, page, process
from benchmarks.table import show
from mnist_core.errors import MnistError
from tests.browser.driver import chromium


def main() -> None:
    """Measure and print; without Chromium all but the page."""
    if sys.argv[1:] == ["handwriting"]:
        try:
            handwriting.show()
        except MnistError as error:
            sys.exit(f"Handwriting cannot be measured: {error}")
        return
    rows = [*process.rows(), *inference.rows()]
    if chromium():
        rows += page.rows()
    else:
        print("No Chromium is found, so the page is not measured.")
    show(rows)


if __name__ == "__main__":
    main()
