"""What goes on in the background: keeping the record up to date with new topics and a newer extractor."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from structlog import get_logger

from app.db import Sessions
from app.errors import DatabaseUnavailable
from app.ingest.refresh import refresh_next

# How long new work waits at most when nobody is at it: not urgent, since POST /v1/topics does the first part itself.
IDLE_S = 15.0
log = get_logger()


async def catch_up(sessions: Sessions) -> int:
    """Extract anew every revision that is behind, each in its own transaction; how many there were."""
    done = 0
    while True:
        async with sessions.writing() as session:
            if await refresh_next(session) is None:
                return done
        done += 1


async def work(sessions: Sessions) -> None:
    """Catch up again and again until cancelled; a database that is away is waited for."""
    while True:
        try:
            if done := await catch_up(sessions):
                log.info("caught up", revisions=done)
        except DatabaseUnavailable as error:
            log.warning("waiting for the database", reason=error.detail)
        await asyncio.sleep(IDLE_S)


@asynccontextmanager
async def working(sessions: Sessions) -> AsyncIterator[None]:
    """Have the work done beside whatever the caller does; what is cut off at the end is rolled back and done again."""
    task = asyncio.create_task(work(sessions))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
