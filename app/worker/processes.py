"""Worker processes: started, kept running, and told to stop."""

import asyncio
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Thread

from structlog import get_logger

from app.db import Database
from app.extract import load_models
from app.extract.tagger import UnusableWeights
from app.logs import configure_logs
from app.settings import Settings
from app.worker import work

# Threads and locks of the parent do not survive a fork.
SPAWN = multiprocessing.get_context("spawn")
# How soon after its start one is replaced at most, so that what cannot start does not take the machine.
LEAST_LIFE_S = 5.0
log = get_logger()


@dataclass(frozen=True, slots=True)
class _Hand:
    process: SpawnProcess
    started: float


@contextmanager
def running_workers(database: Database, settings: Settings, count: int) -> Iterator[None]:
    """Have `count` worker processes beside the caller.

    One that ends is replaced. At the end all are told to stop, and finish or return their jobs; if the caller is killed,
    they do the same by themselves.
    """
    ours, theirs = SPAWN.Pipe()
    keeper = Thread(target=_keep_running, args=(database, settings, count, theirs), name="workers")
    keeper.start()
    try:
        yield
    finally:
        ours.close()
        keeper.join()
        theirs.close()


def _keep_running(database: Database, settings: Settings, count: int, stopping: Connection) -> None:
    crew = [_start(database, settings) for _ in range(count)]
    while stopping not in wait([stopping, *(hand.process.sentinel for hand in crew)]):
        for place, hand in enumerate(crew):
            if not hand.process.is_alive():
                log.warning("a worker has ended and is replaced", exit_code=hand.process.exitcode)
                wait([stopping], timeout=max(0.0, hand.started + LEAST_LIFE_S - time.monotonic()))
                crew[place] = _start(database, settings)
    for hand in crew:
        hand.process.terminate()
    for hand in crew:
        hand.process.join()


def _start(database: Database, settings: Settings) -> _Hand:
    process = SPAWN.Process(target=_run, args=(database, settings), name="worker")
    process.start()
    return _Hand(process, time.monotonic())


def _run(database: Database, settings: Settings) -> None:
    configure_logs()
    try:
        load_models(settings.threads)
    except UnusableWeights as error:
        raise SystemExit(f"onrecord: {error}") from error
    asyncio.run(_work_until_told(database, settings))


async def _work_until_told(database: Database, settings: Settings) -> None:
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    parent = multiprocessing.parent_process()
    if parent is not None:
        loop.add_reader(parent.sentinel, stopping.set)
    await work(database, settings, stopping)
    # An article whose job went back on the queue may still be read by a thread, which would hold up any other way out.
    os._exit(0)
