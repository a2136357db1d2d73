"""A process that reads an older state of a collection's file for a while: until a line comes on stdin.

`python -m tests.faults.reader FILE`
"""

import sqlite3
import sys


def main(file: str) -> None:
    """Read, say so, and let go when told to."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN")
    print(connection.execute("SELECT count(*) FROM drawings").fetchone()[0], flush=True)
    sys.stdin.readline()
    connection.execute("COMMIT")
    print("let go", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1])
