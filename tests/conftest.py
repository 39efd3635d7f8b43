"""What tests stand on: one embedded Postgres for all of them, made by the real migrations, and a transaction for each.

A test sees what it and the code under test have written, committed or not; at its end all of it is rolled back. Tests
that need several connections, or that are about the server itself, open a server of their own in `tmp_path`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from procrastinate import PsycopgConnector
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.endings import Endings
from app.db import Database, ReadSession, Sessions, WriteSession, migrate, open_database
from app.logs import configure_logs
from app.settings import Settings
from app.worker import worker_of
from app.worker.tasks import make_app

# What SQLAlchemy says around each commit within the outer transaction; outside of tests there is none of it.
SAVEPOINT_WORDS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop for all tests, so that they can share the engine's connections."""
    return "asyncio"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Those of a fresh installation: the embedded server, even where the environment names another, on loopback alone."""
    return Settings(database_url=None, home=tmp_path_factory.mktemp("home"), writing="loopback")


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[Database]:
    """A migrated database with no rows but those of the migrations."""
    with open_database(settings) as database:
        migrate(database)
        yield database


@pytest.fixture(scope="session")
async def engine(database: Database, anyio_backend: str) -> AsyncIterator[AsyncEngine]:
    """The engine of requests."""
    engine = database.create_async_engine()
    yield engine
    await engine.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """In a transaction that the end of the test rolls back."""
    async with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        await transaction.rollback()


@pytest.fixture
def sessions(connection: AsyncConnection) -> Sessions:
    """Sessions that commit into the test's transaction."""
    return Sessions.of_connection(connection)


@pytest.fixture
async def read_session(sessions: Sessions) -> AsyncIterator[ReadSession]:
    """For queries."""
    async with sessions.reading() as session:
        yield session


@pytest.fixture
async def write_session(sessions: Sessions) -> AsyncIterator[WriteSession]:
    """For what stores."""
    async with sessions.writing() as session:
        yield session


@pytest.fixture
async def client(settings: Settings, sessions: Sessions, endings: "WorkedOff") -> AsyncIterator[httpx.AsyncClient]:
    """Asks the whole application, whose sessions are the test's, on the machine that it runs on.

    It waits for what it asks, unless told otherwise.
    """
    async with asking(settings, sessions, "http://localhost", endings=endings) as client:
        yield client


@asynccontextmanager
async def asking(
    settings: Settings, sessions: Sessions, base_url: str, host: str = "127.0.0.1", *, endings: "WorkedOff"
) -> AsyncIterator[httpx.AsyncClient]:
    """A client at the address `host` of the whole application with these settings."""
    from app.main import create_app  # here, so that tests of single parts do not wait for it

    served = with_state(create_app(settings), sessions, endings)
    transport = httpx.ASGITransport(app=served, client=(host, 40_000))
    waiting = {"Prefer": "wait=60"}
    async with httpx.AsyncClient(transport=transport, base_url=base_url, headers=waiting) as client:
        yield client


def with_state(app: ASGIApp, sessions: Sessions, endings: Endings) -> ASGIApp:
    """`app` as a server runs it that has started up with these."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope | {"state": {"sessions": sessions, "endings": endings}}, receive, send)

    return run


@dataclass(frozen=True, slots=True)
class WorkedOff:
    """Whoever waits for a job does what is due, over the test's own connection: no other one would see its jobs."""

    connection: AsyncConnection
    settings: Settings

    async def until(self, reached: Callable[[], Awaitable[bool]], seconds: float, job_id: int | None = None) -> bool:
        if seconds and not await reached():
            await self.work()
        return await reached()

    async def work(self) -> None:
        raw = (await self.connection.get_raw_connection()).driver_connection
        async with make_app(PsycopgConnector()).open_async(OneConnection(raw)) as app:
            await worker_of(app, Sessions.of_connection(self.connection), self.settings, wait=False).run()


@dataclass(frozen=True, slots=True)
class OneConnection:
    """A pool that lends one connection, in whose transaction everything stays."""

    lent: object

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[object]:
        yield self.lent


@pytest.fixture
def endings(connection: AsyncConnection, settings: Settings) -> WorkedOff:
    """What a request waits for is done when it waits; `work()` does it when nobody does."""
    configure_logs()
    return WorkedOff(connection, settings)


@pytest.fixture
def statements(engine: AsyncEngine) -> Iterator[list[str]]:
    """The SQL sent so far in this test; `clear()` it to count from there."""
    sent: list[str] = []

    def record(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(SAVEPOINT_WORDS):
            sent.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", record)
    yield sent
    event.remove(engine.sync_engine, "before_cursor_execute", record)
