"""`python -m tests.pictures [NAME...]`: take the pictures of the documentation, all or some; `--list`: their words."""

import argparse
import sys

from mnist_core.errors import MnistError
from tests.pictures.record import FOLDER, PICTURES
from tests.pictures.stage import stage


def main() -> None:
    """Take pictures, or list them."""
    names = [each.name for each in PICTURES]
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description="Take the documentation's pictures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(names)}; all if none is named")
    parser.add_argument("--list", action="store_true", help="print the names and what is to be seen, and take none")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"there is no picture {', '.join(sorted(unknown))}. There are: {', '.join(names)}")
    if options.list:
        for each in PICTURES:
            print(f"![{each.alt}](pictures/{each.path.name})")
        return
    try:
        _take(options.names or names)
    except (MnistError, RuntimeError) as error:
        sys.exit(f"error: {error}")


def _take(names: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with stage() as set_up:
        for each in PICTURES:
            if each.name in names:
                each.take(set_up)
                print(f"{each.path.name}  {each.path.stat().st_size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
