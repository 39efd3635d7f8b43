"""Waiting for the end of jobs, which Postgres announces (LISTEN/NOTIFY) whichever process brought it about."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Protocol

from psycopg import AsyncConnection
from psycopg import Error as DriverError
from structlog import get_logger

CHANNEL = "onrecord_job_ended"
# Announcements may be missed: where the connection was lost, or by PgBouncer, which passes none on.
LOOK_EVERY_S = 2.0
# One that waits for many jobs looks at most this often.
REST_S = 0.1
PAUSE_S = 1.0
log = get_logger()


class Endings(Protocol):
    """What a request can wait for."""

    async def until(self, reached: Callable[[], Awaitable[bool]], seconds: float, job_id: int | None = None) -> bool:
        """Whether `reached` came true within `seconds`: asked when that job has ended, or any if none is named."""


class AnnouncedEndings:
    """Endings as Postgres announces them on one connection of a process."""

    def __init__(self) -> None:
        self._waiting: defaultdict[int | None, set[asyncio.Event]] = defaultdict(set)

    async def until(self, reached: Callable[[], Awaitable[bool]], seconds: float, job_id: int | None = None) -> bool:
        """Whether `reached` came true within `seconds`: asked when that job has ended, or any if none is named."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        with self._event(job_id) as announced:
            while not await reached():
                left = end - loop.time()
                if left <= 0:
                    return False
                with suppress(TimeoutError):
                    await asyncio.wait_for(announced.wait(), min(left, LOOK_EVERY_S))
                if job_id is None:
                    await asyncio.sleep(min(left, REST_S))
                announced.clear()
        return True

    @contextmanager
    def _event(self, job_id: int | None) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._waiting[job_id].add(event)
        try:
            yield event
        finally:
            self._waiting[job_id].discard(event)
            if not self._waiting[job_id]:
                del self._waiting[job_id]

    async def listen(self, conninfo: str) -> None:
        """Pass announcements on until cancelled; a database that is away is waited for."""
        while True:
            try:
                async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    async for notice in connection.notifies():
                        self._announce(int(notice.payload))
            except DriverError as error:
                log.warning("waiting for the database", reason=str(error))
            await asyncio.sleep(PAUSE_S)

    def _announce(self, job_id: int) -> None:
        for event in self._waiting.get(job_id, set()) | self._waiting.get(None, set()):
            event.set()


@asynccontextmanager
async def announced_endings(conninfo: str) -> AsyncIterator[Endings]:
    """Endings that are listened to as long as the context lasts."""
    endings = AnnouncedEndings()
    listening = asyncio.create_task(endings.listen(conninfo))
    try:
        yield endings
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
