"""What workers do for each other: jobs of lost ones, and what is over."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from app.db import WriteSession
from app.ingest.acceptance import accept, accept_once
from app.ingest.clean import Article
from app.ingest.idempotency import IdempotencyKey
from app.tables import failures, idempotency_keys, job_events, jobs, queue_workers, revisions
from app.worker.housekeeping import LOST, forget, rescue
from app.worker.tasks import ATTEMPTS

pytestmark = pytest.mark.anyio


async def running(session: WriteSession, silent_for_s: float | None, **also: object) -> int:
    """The id of a job that runs on a worker of which nothing has been heard for so long; `None`: on one that left."""
    await accept(session, Article(f"It is over. {await session.scalar(select(func.count()).select_from(jobs))}"))
    job_id = await session.scalar(select(func.max(jobs.c.id)))
    worker_id = None
    if silent_for_s is not None:
        await session.execute(text("SELECT procrastinate_register_worker_v1()"))
        worker_id = await session.scalar(select(func.max(queue_workers.c.id)))
        heard = func.now() - timedelta(seconds=silent_for_s)
        await session.execute(update(queue_workers).where(queue_workers.c.id == worker_id).values(last_heartbeat=heard))
    await session.execute(update(jobs).where(jobs.c.id == job_id).values(status="doing", worker_id=worker_id, **also))
    return job_id or 0


@pytest.mark.parametrize(
    ("silent_for_s", "also", "rescued", "state"),
    [
        (0.5, {}, 0, "doing"),
        (31, {}, 1, "todo"),
        (None, {}, 1, "todo"),
        (31, {"attempts": ATTEMPTS - 1}, 1, "failed"),
        (31, {"abort_requested": True}, 1, "aborted"),
    ],
)
async def test_jobs_of_lost_workers_are_done_by_others_unless_they_cost_too_many(
    write_session: WriteSession, silent_for_s: float | None, also: dict[str, object], rescued: int, state: str
) -> None:
    job_id = await running(write_session, silent_for_s, **also)
    assert await rescue(write_session, 30) == rescued
    assert await rescue(write_session, 30) == 0
    assert await write_session.scalar(select(jobs.c.status).where(jobs.c.id == job_id)) == state
    kept = (await write_session.execute(select(failures.c.job_id, failures.c.code))).all()
    assert kept == [(job_id, LOST)] * rescued


async def test_what_is_over_is_forgotten_after_its_time_and_what_failed_never(write_session: WriteSession) -> None:
    kept = {}
    for state, days in (("succeeded", 8), ("cancelled", 8), ("failed", 8), ("todo", 8), ("succeeded", 6)):
        kept[state, days] = job_id = await running(write_session, None)
        await write_session.execute(update(jobs).where(jobs.c.id == job_id).values(status=state))
        happened = job_events.c.at - timedelta(days=days)
        await write_session.execute(update(job_events).where(job_events.c.job_id == job_id).values(at=happened))
    await write_session.execute(insert(failures).values(job_id=kept["succeeded", 8], attempt=1, code="x", detail="x"))
    await forget(write_session, 7)
    left = set((await write_session.scalars(select(jobs.c.id))).all())
    assert left == {kept["failed", 8], kept["todo", 8], kept["succeeded", 6]}
    assert await write_session.scalar(select(func.count()).select_from(revisions)) == 5


async def test_keys_are_forgotten_after_a_day(write_session: WriteSession) -> None:
    for number, hours in enumerate((23, 25)):
        await accept_once(write_session, Article(f"It is over. {number}"), IdempotencyKey("POST /x", str(number), b""))
        sent = func.now() - timedelta(hours=hours)
        same = idempotency_keys.c.key == str(number)
        await write_session.execute(update(idempotency_keys).where(same).values(created_at=sent))
    await forget(write_session, 7)
    assert (await write_session.scalars(select(idempotency_keys.c.key))).all() == ["0"]
