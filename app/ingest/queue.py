"""Jobs, put on the queue in the very transaction that stores what they are about, and taken off it again."""

from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DEFAULT_QUEUE, Job
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.types import JSONDict
from sqlalchemy import update

from app.db import WriteSession
from app.errors import Conflict, DatabaseUnavailable
from app.extract import VERSION
from app.schemas import JobKind
from app.tables import jobs

EXTRACT: JobKind = "extract"
REFRESH: JobKind = "refresh"
# What comes in goes before what is only brought up to date: somebody may wait for it.
ARRIVAL, BACKGROUND = 0, -10

# Never opened: every statement goes over the connection of the session at hand.
_manager = JobManager(PsycopgConnector())


def extraction_of(revision_id: int, priority: int = ARRIVAL) -> Job:
    """The job to extract what a stored revision says; it keeps in mind which version was to do so."""
    arguments: JSONDict = {"revision_id": revision_id, "version": VERSION}
    return Job(
        queue=DEFAULT_QUEUE, lock=None, queueing_lock=None, task_name=EXTRACT, task_kwargs=arguments, priority=priority
    )


def refreshment(below: int | None = None) -> Job:
    """The job to find what is behind, among revisions with ids under `below`; one runs at a time."""
    arguments: JSONDict = {} if below is None else {"below": below}
    return Job(queue=DEFAULT_QUEUE, lock=REFRESH, queueing_lock=None, task_name=REFRESH, task_kwargs=arguments)


async def enqueue(session: WriteSession, *orders: Job) -> list[int]:
    """The ids of `orders`, which workers see as soon as the caller's transaction is committed."""
    if not orders:
        return []
    connection = await (await session.connection()).get_raw_connection()
    try:
        stored = await _manager.batch_defer_jobs_async(list(orders), connection=connection.driver_connection)
    except ConnectorException as error:
        raise DatabaseUnavailable from error
    return [job.id for job in stored if job.id is not None]


async def retry(session: WriteSession, job_id: int) -> None:
    """Have a job that failed or was cancelled done after all, with as many attempts as a new one.

    Raises `Conflict` where it is waiting, running or done.
    """
    statement = (
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status.in_(["failed", "cancelled", "aborted"]))
        .values(status="todo", attempts=0, abort_requested=False, worker_id=None, scheduled_at=None)
        .returning(jobs.c.id)
    )
    if await session.scalar(statement) is None:
        raise Conflict("Only a job that has failed or was cancelled can be tried again: this one has not.")


async def cancel(session: WriteSession, job_id: int) -> None:
    """Have a job not done: at once if it waits, as soon as its worker hears of it if it runs.

    Raises `Conflict` where it has ended already.
    """
    connection = await (await session.connection()).get_raw_connection()
    try:
        cancelled = await _manager.cancel_job_by_id_async(job_id, abort=True, connection=connection.driver_connection)
    except ConnectorException as error:
        raise DatabaseUnavailable from error
    if not cancelled:
        raise Conflict("The job has ended already: there is nothing left to cancel.")
