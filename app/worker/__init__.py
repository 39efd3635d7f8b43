"""What takes jobs off the queue: one at a time in each process, any number of processes on any number of machines."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, LiteralString

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException, ProcrastinateException
from procrastinate.worker import Worker
from psycopg import Error as DriverError
from structlog import get_logger

from app.db import Database, Sessions, open_sessions
from app.errors import DatabaseUnavailable
from app.ingest.queue import enqueue, refreshment
from app.settings import Settings
from app.worker.housekeeping import keep_house
from app.worker.tasks import make_app, report

# Containers are killed ten seconds after they are told to stop: what is not done by then goes back on the queue.
GRACE_S = 8.0
# New jobs are announced; those that are put off, or tried again by hand, are found by looking.
LOOK_EVERY_S = 2.0
PAUSE_S = 1.0
log = get_logger()


class Connector(PsycopgConnector):
    """The queue's connections; `lost` is set when something could not be written.

    What has become of a job may then be known to nobody, and as long as this worker gives signs of life, nobody else
    would take it over: so it begins anew, under another id.
    """

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo=conninfo, min_size=1, max_size=3)
        self.lost = asyncio.Event()

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:  # noqa: ANN401 - as inherited
        """Run a statement that gives nothing back."""
        try:
            await super().execute_query_async(query, **arguments)
        except ConnectorException:
            self.lost.set()
            raise


async def work(database: Database, settings: Settings, stopping: asyncio.Event) -> None:
    """Do jobs until `stopping` is set; a database that is away is waited for.

    What the record needs for a newer extractor or for topics that it has not been judged on is made a job first.
    """
    async with open_sessions(database) as sessions:
        while not stopping.is_set():
            try:
                await _begin(sessions)
                await _work_connected(database, sessions, settings, stopping)
            except (ProcrastinateException, DriverError, DatabaseUnavailable) as error:
                log.warning("waiting for the database", reason=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), PAUSE_S)


async def work_off(database: Database, settings: Settings) -> None:
    """Bring the record up to date and do every job that is due, then return; others may do some of them."""
    async with open_sessions(database) as sessions:
        await _begin(sessions)
        async with make_app(PsycopgConnector(conninfo=database.conninfo)).open_async() as app:
            await keep_house(sessions, settings, rounds=1)
            await worker_of(app, sessions, settings, wait=False).run()  # type: ignore[no-untyped-call]


def worker_of(app: App, sessions: Sessions, settings: Settings, *, wait: bool = True) -> Worker:
    """One that does the jobs of `app` one at a time; unless it is to `wait`, until none is due."""
    return Worker(
        app,
        wait=wait,
        listen_notify=wait,
        concurrency=1,
        fetch_job_polling_interval=LOOK_EVERY_S,
        abort_job_polling_interval=LOOK_EVERY_S,
        shutdown_graceful_timeout=GRACE_S,
        update_heartbeat_interval=settings.stalled_after_s / 5,
        stalled_worker_timeout=settings.stalled_after_s,
        install_signal_handlers=False,
        additional_context={"sessions": sessions},
        worker_middleware=[report],
    )


async def _work_connected(database: Database, sessions: Sessions, settings: Settings, stopping: asyncio.Event) -> None:
    connector = Connector(database.conninfo)
    async with make_app(connector).open_async() as app:
        worker = worker_of(app, sessions, settings)
        housekeeping = asyncio.create_task(keep_house(sessions, settings))
        reasons = [housekeeping, *(asyncio.create_task(reason.wait()) for reason in (stopping, connector.lost))]
        ending = asyncio.create_task(_stop_when(worker, reasons))
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            for task in (ending, *reasons):
                task.cancel()
            await asyncio.wait([ending, *reasons])
        if not housekeeping.cancelled():
            housekeeping.result()


async def _stop_when(worker: Worker, reasons: Iterable[asyncio.Task[Any]]) -> None:
    await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
    worker.stop()  # type: ignore[no-untyped-call]


async def _begin(sessions: Sessions) -> None:
    async with sessions.writing() as session:
        await enqueue(session, refreshment())
