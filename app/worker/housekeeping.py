"""What any worker does for all of them: giving on the jobs of those that are gone, and forgetting what is over."""

import asyncio
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import ColumnElement, Interval, case, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from structlog import get_logger

from app.db import Sessions, WriteSession
from app.errors import DatabaseUnavailable
from app.ingest.idempotency import KEPT
from app.settings import Settings
from app.tables import failures, idempotency_keys, job_events, jobs, queue_workers
from app.worker.tasks import ATTEMPTS

LOST = "worker-lost"
LOST_DETAIL = "The worker that had the job stopped without a word: it was killed, or what it read was too much for it."
# Jobs that are forgotten by one statement, so that none takes long.
BATCH = 10_000
ROUNDS_TO_FORGET = 60
log = get_logger()


async def keep_house(sessions: Sessions, settings: Settings, rounds: int | None = None) -> None:
    """Rescue and forget again and again, for ever or as many `rounds`; a database that is away is waited for."""
    for number in count() if rounds is None else range(rounds):
        if number:
            await asyncio.sleep(settings.stalled_after_s / 3)
        try:
            await _round(sessions, settings, with_forgetting=number % ROUNDS_TO_FORGET == 0)
        except DatabaseUnavailable as error:
            log.warning("waiting for the database", reason=error.detail)


async def _round(sessions: Sessions, settings: Settings, *, with_forgetting: bool) -> None:
    async with sessions.writing() as session:
        rescued = await rescue(session, settings.stalled_after_s)
    if rescued:
        log.warning("jobs of lost workers taken over", jobs=rescued)
    if with_forgetting:
        async with sessions.writing() as session:
            await forget(session, settings.keep_jobs_days)


async def rescue(session: WriteSession, stalled_after_s: float) -> int:
    """Put the jobs of workers that have given no sign of life for so many seconds back on the queue; how many.

    One that has cost as many workers as it may have attempts fails: it would cost another.
    """
    stale = select(queue_workers.c.id).where(queue_workers.c.last_heartbeat < _ago(timedelta(seconds=stalled_after_s)))
    attempts = jobs.c.attempts + 1
    ending = case((jobs.c.abort_requested, "aborted"), (attempts >= ATTEMPTS, "failed"), else_="todo")
    statement = (
        update(jobs)
        .where(jobs.c.status == "doing", or_(jobs.c.worker_id.is_(None), jobs.c.worker_id.in_(stale)))
        .values(status=ending.cast(jobs.c.status.type), attempts=attempts, abort_requested=False, worker_id=None)
        .returning(jobs.c.id, jobs.c.attempts)
    )
    lost = (await session.execute(statement)).all()
    if lost:
        rows = [{"job_id": row.id, "attempt": row.attempts, "code": LOST, "detail": LOST_DETAIL} for row in lost]
        await session.execute(insert(failures).on_conflict_do_nothing(), rows)
    return len(lost)


async def forget(session: WriteSession, keep_jobs_days: float) -> None:
    """Delete jobs that were done or cancelled so many days ago, and keys of requests that nobody will repeat."""
    over = select(jobs.c.id).where(jobs.c.status.in_(["succeeded", "cancelled", "aborted"])).order_by(jobs.c.id)
    recent = select(job_events.c.id).where(
        job_events.c.job_id == jobs.c.id, job_events.c.at >= _ago(timedelta(days=keep_jobs_days))
    )
    oldest = over.limit(BATCH).subquery("oldest")
    await session.execute(delete(jobs).where(jobs.c.id.in_(select(oldest.c.id)), ~recent.exists()))
    await session.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < _ago(KEPT)))


def _ago(time: timedelta) -> ColumnElement[datetime]:
    return func.now() - literal(time, Interval)
