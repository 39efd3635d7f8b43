"""What goes on in the background: keeping the record up to date with new topics and a newer extractor."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from structlog import get_logger

from app.db import Sessions
from app.errors import DatabaseUnavailable
from app.ingest.refresh import catch_up

# How long new work waits at most when nobody is at it: not urgent, since POST /v1/topics does the first part itself.
IDLE_S = 15.0
log = get_logger()


async def work(sessions: Sessions) -> None:
    """Catch up again and again until cancelled; a database that is away is waited for, any other failure logged."""
    while True:
        try:
            if done := await catch_up(sessions):
                log.info("caught up", revisions=done)
        except DatabaseUnavailable as error:
            log.warning("waiting for the database", reason=error.detail)
        except Exception as error:
            log.error("the record could not be brought up to date", exc_info=error)
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
