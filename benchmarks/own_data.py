"""Adding 70,000 digits as CSV, beside pandas reading the same file, each in a process of its own."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.table import Row
from mnist_core import load_dataset, paths
from mnist_core.datasets.own.exporting import export
from mnist_core.errors import DatasetError

WAIT_S = 900
TARGET_S, TARGET_MB = 60, 1_500

_MEASURED = """
import json, resource, sys, time
from pathlib import Path
{imports}
start = time.perf_counter()
{work}
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6]))
"""
_OURS = (
    "from mnist_core.datasets.own.job import read_into\nfrom mnist_core.owners import KEEPERS",
    'read_into(Path(sys.argv[1]), "digits", KEEPERS)',
)
_PANDAS = ("import pandas as pd", "pd.read_csv(sys.argv[1])")


def rows() -> list[Row]:
    """Seconds, and megabytes at most: read, each row checked, duplicates looked for, written; and read by pandas."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "digits.csv")
        export(load_dataset("mnist", download=False), table, "csv")
        ours, pandas = _measured(*_OURS, table), _measured(*_PANDAS, table)
    return [
        Row("70,000 digits as CSV, added", ours[0], "pandas, read alone", pandas[0], "s", TARGET_S),
        Row("memory for that", ours[1], "pandas, read alone", pandas[1], "MB", TARGET_MB),
    ]


def _measured(imports: str, work: str, table: Path) -> tuple[float, float]:
    """Seconds and megabytes of some work with a table; what is imported takes part in the memory alone."""
    run = subprocess.run(
        [sys.executable, "-c", _MEASURED.format(imports=imports, work=work), str(table)],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        cwd=Path(__file__).resolve().parents[1],
        env={**os.environ, paths.HOME_VARIABLE: str(table.parent)},
    )
    if run.returncode:
        raise DatasetError(f"It failed: {run.stderr[-500:]}")
    seconds, megabytes = json.loads(run.stdout)
    return seconds, megabytes
