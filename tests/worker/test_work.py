"""A worker told to stop, and one told that nobody wants its job: in this process, where what it reads can be held up."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select

import app.worker as worker
from app.api.endings import announced_endings
from app.extract.document import Document, Extraction
from app.ingest import refresh
from app.ingest.acceptance import accept
from app.ingest.clean import Article
from app.ingest.queue import cancel, retry
from app.tables import failures, jobs, queue_workers, quotes, revisions
from app.worker import work, work_off
from tests.worker.conftest import Served

pytestmark = pytest.mark.anyio


class HeldUp:
    """A reading that has begun and does not go on."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.begun = asyncio.Event()
        self.go_on = threading.Event()

    def extract(self, _document: Document) -> Extraction:
        self.loop.call_soon_threadsafe(self.begun.set)
        self.go_on.wait(60)
        return Extraction((), (), (), (), ())


@asynccontextmanager
async def working_on(served: Served, held: HeldUp, words: str) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A worker that has begun to read an article: its job, and what tells the worker to stop."""
    stopping = asyncio.Event()
    task = asyncio.create_task(work(served.database, served.settings, stopping))
    try:
        async with served.sessions.writing() as session:
            stored = await accept(session, Article(words))
            job = await session.scalar(select(revisions.c.job_id).where(revisions.c.id == stored.revision_id))
        await asyncio.wait_for(held.begun.wait(), 60)
        yield job or 0, stopping
    finally:
        stopping.set()
        await asyncio.wait_for(task, 60)
        held.go_on.set()


async def state(served: Served, job: int) -> str | None:
    async with served.sessions.reading() as session:
        return await session.scalar(select(jobs.c.status).where(jobs.c.id == job))


async def test_a_worker_told_to_stop_gives_back_what_it_cannot_finish(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldUp()
    monkeypatch.setattr(worker, "GRACE_S", 0.1)
    with monkeypatch.context() as patched:
        patched.setattr(refresh, "extract", held.extract)
        async with working_on(served, held, "“It is over,” said Ines Falk.") as (job, stopping):
            stopping.set()
    assert await state(served, job) == "todo"
    async with served.sessions.reading() as session:
        assert await session.scalar(select(func.count()).select_from(queue_workers)) == 0
        assert await session.scalar(select(func.count()).select_from(failures)) == 0
    await work_off(served.database, served.settings)
    assert await state(served, job) == "succeeded"
    async with served.sessions.reading() as session:
        assert await session.scalar(select(func.count()).select_from(quotes)) == 1


async def test_a_job_that_is_called_off_while_it_runs_has_no_effect(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldUp()

    async def is_over() -> bool:
        return await state(served, job) == "aborted"

    with monkeypatch.context() as patched:
        patched.setattr(refresh, "extract", held.extract)
        async with working_on(served, held, "“It rained,” said Ines Falk.") as (job, _):
            async with served.sessions.writing() as session:
                await cancel(session, job)
            async with announced_endings(served.database.conninfo) as endings:
                assert await endings.until(is_over, 60, job)
    await work_off(served.database, served.settings)
    assert await state(served, job) == "aborted"
    async with served.sessions.writing() as session:
        await retry(session, job)
    await work_off(served.database, served.settings)
    assert await state(served, job) == "succeeded"
