"""`python -m checks`: look for texts without a mark, texts that could be markup, words that nobody uses or has, and
for what the reader in JavaScript is held to and is stale.
"""

import sys

from checks import foreign, marks, reader, words


def main() -> None:
    """Print each fault; exit status 1 where there is one."""
    faults = [*marks.faults(), *foreign.faults(), *words.faults(), *reader.faults()]
    print(*faults, sep="\n" if faults else "")
    sys.exit(f"{len(faults)} to mend." if faults else 0)


if __name__ == "__main__":
    main()
