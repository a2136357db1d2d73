"""A search on many machines: a chief that chooses values and collects scores, and workers that train.

All of it is Keras Tuner's own protocol. It knows no passwords: only trusted machines must be able to reach the chief's
port. What is added is that a worker gets the settings from the chief, tells that it is alive while it trains, and that
the chief gives the trial of a worker that was not heard of for a while to another one.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any
from unittest import mock

import grpc
import keras_tuner
from keras_tuner.engine.base_tuner import BaseTuner

from mnist_core.errors import ConfigError, MnistError, SearchError, TrainingError, in_words
from mnist_core.records import parsed_json
from mnist_core.training.examples import load_examples
from mnist_core.training.loop import never
from mnist_core.tuning.oracles import INVALID, SETTINGS, build_oracle, reason_of
from mnist_core.tuning.project import open_project
from mnist_core.tuning.results import RESULTS, Search, save_results
from mnist_core.tuning.search import DiskFull, SearchEnded, SearchTuner, reopened
from mnist_core.tuning.settings import SearchSettings, trial_config

log = logging.getLogger(__name__)

CHIEF = "chief"
SILENCE_S = 60.0
# How often a worker tells that it is alive, and how long it waits for a chief that is not there (yet, or any more).
BEAT_S = 2.0
REACH_S = 60.0
TURN_S = 0.5


def run_chief(
    settings: SearchSettings,
    address: str,
    folder: Path,
    told: Callable[[Search], object] = lambda _: None,
    silence_s: float = SILENCE_S,
) -> Search:
    """Choose values for the workers that ask, until the budget is spent; Ctrl-C ends it with what is known.

    Parameters
    ----------
    address
        "host:port" that workers reach this machine at.
    folder
        Where Keras Tuner keeps the search, and at the end its results: one that is there already is gone on with.
    told
        Called with the search so far whenever a trial began or ended.
    silence_s
        A worker that is not heard of for so long is given up, and its trial is given to another one.

    Raises
    ------
    ConfigError
        If that is no address.
    SearchError
        If the address cannot be listened at, or the folder has something else.
    TrainingError
        If the disk is full; what was kept before is whole.
    """
    host, port = parse_address(address)
    check_free(host, port)
    open_project(folder, settings)
    with chief_named(host, port, CHIEF):
        oracle = build_oracle(settings)
        tuner = reopened(lambda: SearchTuner(settings, oracle, folder, None, lambda *_, **__: None, never), folder)
        tuner.save()
        oracle.is_over = tuner.is_late
        try:
            serve_workers(tuner, told, silence_s)
            search = tuner.found(tuner.how_it_ended())
        except KeyboardInterrupt:
            oracle.save()
            search = tuner.found("stopped")
        tuner.check_kept()
    save_results(search, folder / RESULTS)
    return search


def run_worker(address: str, name: str, folder: Path, told: Callable[..., object] = lambda *_, **__: None) -> None:
    """Train what a chief chooses until it has nothing more; Ctrl-C gives the trial under way back.

    Parameters
    ----------
    address
        "host:port" of the chief.
    name
        Of this worker; each has another one.
    folder
        For checkpoints. With Hyperband, workers that share it go on with each other's trials; otherwise each begins
        them anew.
    told
        As `run_search`, without "searching" and "importance".

    Raises
    ------
    ConfigError
        If that is no address, or the name is none for a worker.
    SearchError
        If the chief is not there or goes away, answers by an error, or speaks of another version.
    DatasetError
        If the data cannot be had on this machine.
    """
    host, port = parse_address(address)
    if not name or CHIEF in name:
        raise ConfigError(f"A worker needs a name of its own, without {CHIEF!r} in it. Received: {name!r:.80}.")
    wait_for_chief(host, port)
    # Keras Tuner waits an hour for each answer.
    with chief_named(host, port, name), mock.patch("keras_tuner.src.distribute.oracle_client.TIMEOUT", REACH_S):
        try:
            _run_trials(host, port, folder, told)
        except grpc.RpcError as error:
            if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                raise _lost(host, port) from error
            raise SearchError(f"The chief at {host}:{port} answered by an error: {error.details()!r:.300}.") from error


def _run_trials(host: str, port: int, folder: Path, told: Callable[..., object]) -> None:
    """Train what a chief chooses, which is there."""
    settings = _asked_settings(folder)
    examples = load_examples(trial_config(settings, settings.space.corners()[0]))
    tuner = WorkerTuner(settings, build_oracle(settings), folder, examples, told, never)
    tuner.chief = host, port
    try:
        tuner.search()
    except SearchEnded as ended:
        raise _lost(host, port) from ended
    except DiskFull as full:
        tuner.give_back()
        raise TrainingError(str(full)) from full
    except KeyboardInterrupt:
        tuner.give_back()
        raise


def parse_address(text: str) -> tuple[str, int]:
    """Host and port.

    Raises
    ------
    ConfigError
        If it is no "host:port".
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ConfigError(f"An address is HOST:PORT, with a port from 1 to 65535. Received: {text!r:.80}.")
    return host, int(port)


class WorkerTuner(SearchTuner):
    """Runs the trials that a chief hands out; its oracle is a client of the chief's, and knows no other trials."""

    chief: tuple[str, int]
    trial: Any = None
    _is_waiting = False
    last_heard = 0.0

    def is_late(self) -> bool:
        """Only the chief looks at the clock."""
        return False

    def pre_create_trial(self) -> None:
        """Wait a moment before asking again, if there was nothing to do; see whether the chief is there."""
        if self._is_waiting:
            time.sleep(TURN_S)
        self._is_waiting = True
        if not is_there(*self.chief):
            raise SearchEnded("stopped")

    def on_trial_begin(self, trial: Any) -> None:
        """There is something to do."""
        self.trial, self._is_waiting = trial, False

    def run_trial(self, trial: Any) -> Any:
        """Train, and tell now and then that this worker is alive."""
        self.last_heard = time.monotonic()
        over = threading.Event()
        thread = threading.Thread(target=self.beat, args=(trial.trial_id, over), daemon=True)
        thread.start()
        self.stop = lambda: time.monotonic() - self.last_heard > REACH_S
        try:
            return super().run_trial(trial)
        finally:
            over.set()

    def _run_and_update_trial(self, trial: Any, *arguments: Any, **settings: Any) -> None:
        """Train and tell the chief; that it has gone, or knows of no such trial, is no failure of the trial."""
        try:
            super()._run_and_update_trial(trial, *arguments, **settings)
        except grpc.RpcError as error:
            raise SearchEnded("stopped") from error

    def give_back(self) -> None:
        """Have the chief give the trial under way to another worker."""
        if self.trial is not None and is_there(*self.chief):
            self.trial.status = INVALID
            self.oracle.end_trial(self.trial)

    def beat(self, trial_id: str, over: threading.Event) -> None:
        """Ask for the trial now and then: the chief then knows that its worker is alive."""
        while not over.wait(BEAT_S):
            with suppress(grpc.RpcError):  # it may be there again at the next beat
                self.oracle.get_trial(trial_id)
                self.last_heard = time.monotonic()

    def tell_start(self, trial: Any) -> None:
        """Tell which values are tried: of time and of other trials a worker knows nothing."""
        self.told("trial", trial={"id": trial.trial_id, "values": self.values(trial)})

    def tell_end(self, trial: Any) -> None:
        """Tell the score of a trial, or why it has none."""
        known = self.oracle.get_trial(trial.trial_id)
        self.trial = None
        reason = reason_of(trial.message) if trial.message else ""
        self.told("trial ended", trial={"id": trial.trial_id, "score": known.score, "reason": reason})


def serve_workers(tuner: SearchTuner, told: Callable[[Search], object], silence_s: float) -> None:
    """Answer workers in another thread, and look after them, until all is done."""
    failures: list[BaseException] = []

    def serve() -> None:
        try:
            tuner.search()
        except Exception as error:
            failures.append(error)

    server, before = threading.Thread(target=serve, daemon=True), None
    server.start()
    oracle = tuner.clock
    while server.is_alive():
        for name in oracle.give_up_silent(silence_s):
            log.warning("The worker %s was not heard of for %g s: its trial is given to another one.", name, silence_s)
        state = oracle.state_of_trials()
        if state != before:
            before = state
            told(tuner.found(with_importance=False))
        if (oracle.is_done or oracle.is_at_end) and not oracle.ongoing_trials and not oracle.tuner_ids:
            return
        time.sleep(TURN_S)
    if failures:
        text = "The chief ended by an error: {error!r:.300}. Start it again to go on."
        raise SearchError(text, error=failures[0]) from failures[0]


def _asked_settings(folder: Path) -> SearchSettings:
    """The settings of the chief's search."""
    oracle = keras_tuner.oracles.RandomSearchOracle(objective=keras_tuner.Objective("val_loss", "min"))
    client = BaseTuner(oracle, directory=str(folder.parent), project_name=folder.name).oracle
    try:
        text = next(each.value for each in client.get_space().space if each.name == SETTINGS)
        return SearchSettings.from_json(parsed_json(text))
    except (StopIteration, ValueError, AttributeError) as error:
        reason = str(error) if isinstance(error, MnistError) else "it sends no settings that are understood here."
        raise SearchError(
            f"The chief's search is of another version: {reason} Use the same on all machines."
        ) from error


def chief_named(host: str, port: int, name: str) -> AbstractContextManager[object]:
    """Tell Keras Tuner where the chief is and who this is."""
    found = {
        "KERASTUNER_ORACLE_IP": host,
        "KERASTUNER_ORACLE_PORT": str(port),
        "KERASTUNER_TUNER_ID": name,
    }
    return mock.patch.dict(os.environ, found)


def check_free(host: str, port: int) -> None:
    """Refuse an address that something else listens at, or that is none of this machine."""
    text = "The chief cannot listen at {host}:{port}: {error}. Choose an address of this machine and a free port."
    with in_words(SearchError, text, host=host, port=port):
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as each:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            each.bind(where)


def wait_for_chief(host: str, port: int) -> None:
    """Wait until the chief is there."""
    end = time.monotonic() + REACH_S
    while not is_there(host, port):
        if time.monotonic() > end:
            raise _lost(host, port)
        time.sleep(TURN_S)


def is_there(host: str, port: int) -> bool:
    """Whether something listens at an address."""
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


def _lost(host: str, port: int) -> SearchError:
    """The chief is not there."""
    return SearchError(
        f"There is no chief at {host}:{port}, or it has gone. Start it, see that this machine can reach it, and start "
        "this worker again; what the chief has is not lost."
    )
