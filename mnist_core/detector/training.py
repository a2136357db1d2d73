"""Trains the network that finds digits on pictures: `make train-detector`.

It goes on where it was cut off, and says how long each part took.
"""

import argparse
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

import cv2
import keras
import numpy as np
import tensorflow as tf  # type: ignore[import-untyped]

from mnist_core.detector.batches import BATCH, NEW, Batches
from mnist_core.detector.network import as_graph, build_detector
from mnist_core.detector.shards import PAGES, draw_shards
from mnist_core.detector.targets import loss_of
from mnist_core.files import written_file
from mnist_core.numbers.finding import GRAPH
from mnist_core.paths import data_home

SEED = 22
STEPS = 40_000
RATE, DECAY, CLIP = 2e-3, 1e-4, 10.0
WARM_UP = 300
# Steps between lines, and between checkpoints.
TOLD, KEPT = 50, 250
# Batches that are made ahead.
AHEAD = 6


def main(arguments: list[str] | None = None) -> int:
    """Train the detector, or go on with it."""
    options = _parser().parse_args(arguments)
    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    cv2.setNumThreads(1)
    keras.utils.set_random_seed(options.seed)
    start = time.perf_counter()
    with drawn_beside(options.work / "pages", -(-options.steps * NEW // PAGES), options.seed, options.drawers):
        network = train(options.work, options.steps, options.seed, options.minutes)
    print(f"Learning: {(time.perf_counter() - start) / 60:.1f} minutes", flush=True)
    with written_file(options.output) as file:
        file.write_bytes(as_graph(network))
    return 0


@contextmanager
def drawn_beside(folder: Path, shards: int, seed: int, processes: int) -> Iterator[None]:
    """Have shards of pages to learn from drawn by processes of their own, as long as the block lasts."""
    spawning = multiprocessing.get_context("spawn")
    drawers = [
        spawning.Process(target=draw_shards, args=(folder, "train", seed, first, shards, processes), daemon=True)
        for first in range(processes)
    ]
    for drawer in drawers:
        drawer.start()
    try:
        yield
    finally:
        for drawer in drawers:
            drawer.terminate()
            drawer.join()


def train(work: Path, steps: int, seed: int, minutes: float | None = None) -> keras.Model:
    """The network after so many steps, or as far as it comes in some minutes; it goes on from its last checkpoint."""
    network = build_detector()
    optimizer = keras.optimizers.AdamW(RATE, weight_decay=DECAY, global_clipnorm=CLIP)
    optimizer.build(network.trainable_variables)
    done = tf.Variable(0, dtype=tf.int64, trainable=False)
    checkpoint = tf.train.Checkpoint(network=network, optimizer=optimizer, done=done)
    kept = tf.train.CheckpointManager(checkpoint, str(work / "checkpoints"), max_to_keep=2)
    if kept.latest_checkpoint:
        checkpoint.restore(kept.latest_checkpoint).assert_existing_objects_matched()
        print(f"Goes on after step {int(done)}", flush=True)

    @tf.function
    def step(pictures: tf.Tensor, *targets: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            losses = tf.stack(loss_of(network(tf.cast(pictures, tf.float32), training=True), *targets))
            loss = tf.reduce_sum(losses)
        optimizer.apply_gradients(
            zip(tape.gradient(loss, network.trainable_variables), network.trainable_variables, strict=True)
        )
        return losses

    end = time.monotonic() + 60 * (minutes if minutes is not None else float("inf"))
    told, start = [], time.perf_counter()
    for number, batch in _ahead(Batches(work / "pages", seed), int(done), steps):
        optimizer.learning_rate.assign(rate_at(number, steps))
        told.append(step(*batch).numpy())
        done.assign(number + 1)
        is_over = number + 1 == steps or time.monotonic() > end
        if (number + 1) % TOLD == 0 or is_over:
            missed, named, boxed = np.mean(told, axis=0)
            milliseconds = 1000 * (time.perf_counter() - start) / len(told) / BATCH
            print(
                f"{number + 1} of {steps}: places {missed:.3f}, names {named:.3f}, boxes {boxed:.3f}; "
                f"{milliseconds:.0f} ms a picture",
                flush=True,
            )
            told, start = [], time.perf_counter()
        if (number + 1) % KEPT == 0 or is_over:
            kept.save()
        if is_over:
            break
    return network


def rate_at(number: int, steps: int) -> float:
    """The learning rate of a step: soon high, then along a cosine to nothing."""
    warm = min(1.0, (number + 1) / WARM_UP)
    return RATE * warm * 0.5 * (1 + float(np.cos(np.pi * min(1.0, number / steps))))


def _ahead(batches: Batches, first: int, last: int) -> Iterator[tuple[int, tuple[np.ndarray, ...]]]:
    """Batches in order, made by a thread while the network learns."""
    ready: Queue[tuple[int, tuple[np.ndarray, ...]]] = Queue(AHEAD)

    def make() -> None:
        for number in range(first, last):
            ready.put((number, batches.batch(number)))

    Thread(target=make, daemon=True).start()
    for _ in range(first, last):
        yield ready.get()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m mnist_core.detector.training", description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help=f"of {BATCH} pictures each (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="(%(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="that learn (%(default)s)")
    parser.add_argument("--drawers", type=int, default=1, help="processes that draw pages (%(default)s)")
    parser.add_argument("--minutes", type=float, help="stop after so many, and go on another time")
    parser.add_argument("--output", type=Path, default=GRAPH, help="the file to be written (%(default)s)")
    parser.add_argument(
        "--work", type=Path, default=data_home() / "detector", help="pages and checkpoints (%(default)s)"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
