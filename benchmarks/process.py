"""What the web process loads, against the same process with TensorFlow in it."""

import json
import subprocess
import sys

from benchmarks.table import Row

# The first import after an installation also compiles byte code: it is not counted.
RUNS = 3

PROBE = """
import json, sys, time
start = time.perf_counter()
{imports}
from mnist_core import Drawing, load_recognizer
from mnist_ui import resources
load_recognizer().predict(Drawing.from_strokes([[(100, 100), (100, 300)]]))
import psutil
print(json.dumps([time.perf_counter() - start, psutil.Process().memory_info().rss / 2**20]))
"""


def rows() -> list[Row]:
    """Time until the first prediction and memory after it."""
    seconds, memory = _measured("")
    seconds_with, memory_with = _measured("import tensorflow")
    return [
        Row("import to first prediction", seconds, "with TensorFlow imported", seconds_with, "s"),
        Row("memory after first prediction", memory, "with TensorFlow imported", memory_with, "MiB", 300),
    ]


def _measured(imports: str) -> tuple[float, float]:
    """Seconds and MiB of a fresh process, the quickest of some runs."""
    command = [sys.executable, "-c", PROBE.format(imports=imports)]
    outputs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(RUNS)]
    seconds, memory = min(json.loads(output.splitlines()[-1]) for output in outputs)
    return seconds, memory
