"""What each kind of job does, which failures may pass, and what is kept of those that do not."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import AbortReason
from procrastinate.jobs import Job
from procrastinate.utils import utcnow
from procrastinate.worker import Worker
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError
from structlog import get_logger

from app.db import Sessions
from app.errors import DatabaseUnavailable, OnRecordError
from app.ingest.queue import EXTRACT, REFRESH
from app.ingest.refresh import plan_refresh, read_revision
from app.tables import failures

ATTEMPTS = 5
FIRST_DELAY_S, GROWTH = 2, 4
# Of a message of an error that is not ours.
MAX_DETAIL = 500
log = get_logger()


async def extract(context: JobContext, revision_id: int, version: str) -> None:
    """Read a stored revision; `version` is what was to read it when the job was made, and may be older than we are."""
    await read_revision(context.additional_context["sessions"], revision_id)


async def refresh(context: JobContext, below: int | None = None) -> None:
    """Make jobs of what is behind."""
    sessions: Sessions = context.additional_context["sessions"]
    async with sessions.writing() as session:
        await plan_refresh(session, below)


class Patience(BaseRetryStrategy):
    """Another attempt, later each time, at what may pass: a database that is away or torn between two, a lack of memory.

    A job that its worker had to leave is no failure. Whatever else goes wrong would go wrong again.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, if at all."""
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_at=utcnow())
        if not isinstance(exception, DatabaseUnavailable | DBAPIError | MemoryError) or job.attempts + 1 >= ATTEMPTS:
            return None
        return RetryDecision(retry_at=utcnow() + timedelta(seconds=FIRST_DELAY_S * GROWTH**job.attempts))


def make_app(connector: BaseConnector) -> App:
    """The kinds of jobs there are, over `connector`."""
    app = App(connector=connector)
    for name, function in ((EXTRACT, extract), (REFRESH, refresh)):
        app.task(name=name, pass_context=True, retry=Patience())(function)
    return app


async def report(process: Callable[[], Awaitable[object]], context: JobContext, worker: Worker) -> object:
    """Do a job, say so in the log, and keep why it failed if it does."""
    about = {"job": context.job.id, "kind": context.job.task_name, "attempt": context.job.attempts + 1}
    began = time.monotonic()
    try:
        result = await process()
    except asyncio.CancelledError:
        if context.abort_reason() is AbortReason.USER_REQUEST:
            raise JobAborted from None
        raise
    except Exception as error:
        log.error("job failed", **about, exc_info=error)
        await _keep_failure(context, error)
        raise
    log.info("job done", **about, seconds=round(time.monotonic() - began, 3))
    return result


async def _keep_failure(context: JobContext, error: Exception) -> None:
    code, detail = _described(error)
    row = {"job_id": context.job.id, "attempt": context.job.attempts + 1, "code": code, "detail": detail}
    statement = upsert(failures).values(row)
    kept = {name: statement.excluded[name] for name in ("code", "detail", "at")}
    statement = statement.on_conflict_do_update(index_elements=["job_id", "attempt"], set_=kept)
    sessions: Sessions = context.additional_context["sessions"]
    try:
        async with sessions.writing() as session:
            await session.execute(statement)
    except DatabaseUnavailable as away:
        log.warning("the failure of a job could not be kept", job=context.job.id, reason=away.detail)


def _described(error: Exception) -> tuple[str, str]:
    if isinstance(error, OnRecordError):
        return error.code, error.detail
    if isinstance(error, DBAPIError):
        # No more than the first line: the others show statements, with the words of the article.
        return "database-error", _storable(str(error.orig).partition("\n")[0])
    return "internal-error", _storable(f"{type(error).__name__}: {error}")


def _storable(message: str) -> str:
    plain = message.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    return plain if len(plain) <= MAX_DETAIL else plain[: MAX_DETAIL - 1] + "…"
