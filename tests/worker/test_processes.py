"""Worker processes that are killed, cut off from the database, and told to stop: what they had to do is done once."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select, text

from app.api.endings import announced_endings
from app.db import Sessions
from app.ingest.acceptance import accept
from app.ingest.clean import Article
from app.tables import failures, jobs, queue_workers, quotes
from app.worker import processes
from app.worker.processes import running_workers
from tests.records import is_consistent
from tests.worker.conftest import Served

pytestmark = pytest.mark.anyio

SAID = "“The tram will stay,” said Mayor Lena Holt on day {}. Councillor Ana Ruiz (Labour) said it had to go.\n\n"
# Takes seconds to read: time enough to be interrupted.
LONG = "".join(SAID.format(day) for day in range(60))


async def post(sessions: Sessions, words: str) -> int:
    async with sessions.writing() as session:
        await accept(session, Article(words))
        return await session.scalar(select(func.max(jobs.c.id))) or 0


def is_in(sessions: Sessions, job_id: int, *states: str) -> Callable[[], Awaitable[bool]]:
    async def reached() -> bool:
        async with sessions.reading() as session:
            return await session.scalar(select(jobs.c.status).where(jobs.c.id == job_id)) in states

    return reached


async def begun(sessions: Sessions, job_id: int) -> None:
    async with asyncio.timeout(60):
        while not await is_in(sessions, job_id, "doing", "succeeded")():
            pass


async def test_what_a_killed_worker_had_to_do_is_done_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LEAST_LIFE_S", 0)
    async with announced_endings(served.database.conninfo) as endings:
        with running_workers(served.database, served.settings, 1):
            job = await post(served.sessions, LONG)
            await begun(served.sessions, job)
            (worker,) = multiprocessing.active_children()
            assert worker.pid
            os.kill(worker.pid, signal.SIGKILL)
            assert await endings.until(is_in(served.sessions, job, "succeeded", "failed"), 90, job)
            # One that is cut off from the database begins anew.
            async with served.sessions.writing() as session:
                await session.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query <> ''"
                    )
                )
            other = await post(served.sessions, SAID.format("X"))
            assert await endings.until(is_in(served.sessions, other, "succeeded"), 90, other)
            # One that is told to stop gives back what it cannot finish, or finishes it.
            last = await post(served.sessions, LONG + "Again.")
            await begun(served.sessions, last)
    async with served.sessions.reading() as session:
        states = {row.id: row.status for row in await session.execute(select(jobs.c.id, jobs.c.status))}
        lost = (await session.execute(select(failures.c.job_id, failures.c.code))).all()
        found = await session.scalar(select(func.count()).select_from(quotes).where(quotes.c.text.contains("stay")))
        # Who was killed and who was cut off cannot sign off: others strike them off in time. The rest have.
        assert await session.scalar(select(func.count()).select_from(queue_workers)) <= 2
        assert await is_consistent(session)
    assert (states[job], states[other]) == ("succeeded", "succeeded")
    assert states[last] in ("todo", "succeeded")
    assert (job, "worker-lost") in lost
    assert found == 60 + 1 + (60 if states[last] == "succeeded" else 0)
