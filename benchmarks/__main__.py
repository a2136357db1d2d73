"""`python -m benchmarks`: print every figure beside its baseline."""

from benchmarks import handwriting, inference, page, process
from benchmarks.table import show
from mnist_core.errors import DatasetError
from tests.browser.driver import chromium


def main() -> None:
    """Measure and print; without Chromium all but the page, without the pen strokes all but the handwriting."""
    rows = [*process.rows(), *inference.rows()]
    if chromium():
        rows += page.rows()
    else:
        print("No Chromium is found, so the page is not measured.")
    try:
        rows += handwriting.rows()
    except DatasetError as error:
        print(f"Handwriting is not measured: {error}")
    show(rows)


if __name__ == "__main__":
    main()
