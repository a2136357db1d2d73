"""How much memory real runs take at most, each in a process of its own, beside what was expected of them."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.table import Row
from mnist_core.errors import TrainingError
from mnist_core.model.architecture import Architecture
from mnist_core.training.config import TrainingConfig
from mnist_core.training.memory import memory_expected

MEGABYTE = 1_000_000
WAIT_S = 1_800

RUNS = (
    ("quick", None, 1_000, 128),
    ("quick", None, 60_000, 128),
    ("vgg", Architecture(32, dense=64), 2_048, 512),
    ("vgg", Architecture(32, dense=64, batch_normalization=True), 2_048, 512),
    ("vgg", Architecture(64, dense=64, batch_normalization=True), 2_300, 1_024),
    ("resnet", Architecture(64, dense=0, batch_normalization=True), 1_100, 512),
    ("classic", Architecture(128, blocks=2, dense=64), 1_500, 1_024),
    ("classic", Architecture(64, blocks=1, dense=1_024), 512, 128),
)

ONE_RUN = """
import json, resource, sys, tempfile
from pathlib import Path
from mnist_core.training.config import TrainingConfig
from mnist_core.training.trained_model import train_model
with tempfile.TemporaryDirectory() as folder:
    train_model(TrainingConfig.from_json(json.loads(sys.argv[1])), Path(folder) / "model")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def rows() -> list[Row]:
    """The highest resident memory of one epoch of each network, with all that is done before and after."""
    found = []
    for network, architecture, images, batch in RUNS:
        config = TrainingConfig(
            network=network, architecture=architecture, data=("mnist",), limit=images, batch_size=batch, epochs=1
        )
        name = f"{network}, {architecture.filters} filters" if architecture else network
        title = f"{name}, {images:,} images, batches of {batch}"
        found.append(Row(title, _peak(config) / MEGABYTE, "expected", (memory_expected(config) or 0) / MEGABYTE, "MB"))
    return found


def _peak(config: TrainingConfig) -> float:
    """Bytes that a run took at most."""
    run = subprocess.run(
        [sys.executable, "-c", ONE_RUN, json.dumps(config.to_json())],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        cwd=Path(__file__).resolve().parents[1],
    )
    if run.returncode:
        raise TrainingError(f"A run failed: {run.stderr[-500:]}")
    return float(run.stdout.split()[-1])
