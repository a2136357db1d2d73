"""The table that every benchmark adds rows to."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure beside its baseline.

    Attributes
    ----------
    ours, baseline
        In `unit`, less is better.
    target
        What `ours` should not exceed, in `unit`; None where only the ratio counts.
    """

    name: str
    ours: float
    baseline_name: str
    baseline: float
    unit: str
    target: float | None = None


def show(rows: Sequence[Row]) -> None:
    """Print rows as a Markdown table."""
    print("| what | ours | baseline | baseline / ours | target |")
    print("| --- | --- | --- | --- | --- |")
    for row in rows:
        if row.target is None:
            met = ""
        else:
            met = f"{row.target:g} {row.unit}: {'met' if row.ours <= row.target else 'MISSED'}"
        print(
            f"| {row.name} | {row.ours:.3g} {row.unit} | {row.baseline:.3g} {row.unit} ({row.baseline_name}) "
            f"| {row.baseline / row.ours:.2f} | {met} |",
            flush=True,
        )


def median_ms(call: Callable[[], object], repeats: int, warm_up: int = 5) -> float:
    """Median time of a call in milliseconds."""
    for _ in range(warm_up):
        call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)
