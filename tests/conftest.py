"""What tests stand on: one embedded Postgres for all of them, made by the real migrations, and a transaction for each.

A test sees what it and the code under test have written, committed or not; at its end all of it is rolled back. Tests
that need several connections, or that are about the server itself, open a server of their own in `tmp_path`.
"""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.types import ASGIApp, Receive, Scope, Send

from app.db import Database, ReadSession, Sessions, WriteSession, migrate, open_database
from app.settings import Settings

# What SQLAlchemy says around each commit within the outer transaction; outside of tests there is none of it.
SAVEPOINT_WORDS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop for all tests, so that they can share the engine's connections."""
    return "asyncio"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Those of a fresh installation: the embedded server, even where the environment names another."""
    return Settings(database_url=None, home=tmp_path_factory.mktemp("home"))


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
async def client(settings: Settings, sessions: Sessions) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the whole application, whose sessions are the test's."""
    from app.main import create_app  # here, so that tests of single parts do not wait for it

    transport = httpx.ASGITransport(app=with_state(create_app(settings), sessions))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


def with_state(app: ASGIApp, sessions: Sessions) -> ASGIApp:
    """`app` as a server runs it that has started up with these sessions."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope | {"state": {"sessions": sessions}}, receive, send)

    return run


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
