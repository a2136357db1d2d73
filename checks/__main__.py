"""`python -m checks`: look for texts without a mark, texts that could be markup, and words that nobody uses or has."""

import sys

from checks import foreign, marks, words


def main() -> None:
    """Print each fault; exit status 1 where there is one."""
    faults = [*marks.faults(), *foreign.faults(), *words.faults()]
    print(*faults, sep="\n" if faults else "")
    sys.exit(f"{len(faults)} to mend." if faults else 0)


if __name__ == "__main__":
    main()
