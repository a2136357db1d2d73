"""`python -m benchmarks`: print every figure beside its baseline."""

from benchmarks import inference, page, process
from benchmarks.table import show
from tests.browser.driver import chromium


def main() -> None:
    """Measure and print; without Chromium, all but the page."""
    rows = [*process.rows(), *inference.rows()]
    if chromium():
        rows += page.rows()
    else:
        print("No Chromium is found, so the page is not measured.")
    show(rows)


if __name__ == "__main__":
    main()
