"""Engines and sessions, on the embedded server or a given one, and the migrations."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NewType

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, func, make_url, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from app.embedded import shared_server
from app.errors import DatabaseUnavailable
from app.settings import Settings

OLDEST_POSTGRES = 16
DRIVER = "postgresql+psycopg"
MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"

# Any number that no other program locks in the same database: "onrecord" in ASCII.
_MIGRATION_LOCK = int.from_bytes(b"onrecord")
_CONNECT_TIMEOUT_S = 10
_POOL_TIMEOUT_S = 10
_QUERY_CANCELED = "57014"

ReadSession = NewType("ReadSession", AsyncSession)
"""What may read: the database refuses it any write, and all of its statements see the same moment."""

WriteSession = NewType("WriteSession", AsyncSession)
"""What may write: all of it is committed where `Sessions.writing` ends, or none."""


@dataclass(frozen=True, slots=True)
class Database:
    """A Postgres that answered, and how to work with it."""

    url: URL
    pool_size: int
    statement_timeout_ms: int

    @property
    def conninfo(self) -> str:
        """The address as libpq takes it, for what talks to Postgres without SQLAlchemy."""
        _, parameters = PGDialect_psycopg().create_connect_args(self.url)  # type: ignore[no-untyped-call]
        return make_conninfo(**parameters)

    def create_engine(self) -> Engine:
        """For migrations and jobs, which take the time that they take; connections are not kept."""
        return create_engine(self.url.set(drivername=DRIVER), poolclass=NullPool)

    def create_async_engine(self) -> AsyncEngine:
        """For requests: at most `pool_size` connections, and no statement longer than the time-out."""
        engine = create_async_engine(
            self.url,
            pool_size=self.pool_size,
            max_overflow=0,
            pool_timeout=_POOL_TIMEOUT_S,
            pool_pre_ping=True,  # a restart of the server costs no request
        )
        if self.statement_timeout_ms:
            _limit_statements(engine, self.statement_timeout_ms)
        return engine


def _limit_statements(engine: AsyncEngine, timeout_ms: int) -> None:
    # Said anew in each transaction, for 0.2 ms: PgBouncer refuses it among the options of a connection, and where it
    # pools by transaction, a setting of the session would stay with a connection that others get.
    @event.listens_for(engine.sync_engine, "begin")
    def set_timeout(connection: Connection) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(f"SET LOCAL statement_timeout = {timeout_ms}")
        cursor.close()


@dataclass(frozen=True, slots=True)
class Sessions:
    """Makes sessions that raise `DatabaseUnavailable` where the database does not answer, or not in time."""

    readers: async_sessionmaker[AsyncSession]
    writers: async_sessionmaker[AsyncSession]

    @classmethod
    def of_engine(cls, engine: AsyncEngine) -> "Sessions":
        """Each session on a connection of the pool, taken with its first statement."""
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return cls(
            async_sessionmaker(reading, expire_on_commit=False),
            async_sessionmaker(engine, expire_on_commit=False),
        )

    @classmethod
    def of_connection(cls, connection: AsyncConnection) -> "Sessions":
        """All within the one transaction that `connection` is in: what they commit, it can still roll back."""
        maker = async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        return cls(maker, maker)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """A session for one request or task."""
        with _answers():
            async with self.readers() as session:
                yield ReadSession(session)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[WriteSession]:
        """A session for one request or task: committed at the end, rolled back on any error."""
        with _answers():
            async with self.writers.begin() as session:
                yield WriteSession(session)


@asynccontextmanager
async def open_sessions(database: Database) -> AsyncIterator[Sessions]:
    """Sessions on a pool of their own, which is closed at the end."""
    engine = database.create_async_engine()
    try:
        yield Sessions.of_engine(engine)
    finally:
        await engine.dispose()


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the Postgres of `database_url`, or else an embedded one that runs while any process has it open.

    Raises `DatabaseUnavailable`, saying why, where there is none to be had or it is older than Postgres 16.
    """
    with _server(settings) as url:
        yield Database(url, settings.pool_size, settings.statement_timeout_ms)


@contextmanager
def _server(settings: Settings) -> Iterator[URL]:
    if settings.database_url is None:
        with shared_server(settings.home) as url:
            yield url
    else:
        yield _checked(settings.database_url)


def _checked(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        url = None  # the address may have a password in it: the error must not show it
    if url is None or url.get_backend_name() != "postgresql":
        raise DatabaseUnavailable("DATABASE_URL is not of the form postgresql://user:password@host:port/name.")
    if url.drivername == DRIVER and "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(_CONNECT_TIMEOUT_S)})
    _check_version(url)
    return url


def _check_version(url: URL) -> None:
    try:
        with create_engine(url.set(drivername=DRIVER), poolclass=NullPool).connect() as connection:
            version = int((connection.dialect.server_version_info or (0,))[0])
    except OperationalError as error:
        raise DatabaseUnavailable(f"The database of DATABASE_URL does not answer: {error.orig}") from error
    if version < OLDEST_POSTGRES:
        raise DatabaseUnavailable(f"This is Postgres {version}: OnRecord needs {OLDEST_POSTGRES} or newer.")


@contextmanager
def _answers() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseUnavailable("All connections to the database are busy: try again shortly.") from error
    except (OperationalError, InterfaceError) as error:
        # No more than this: what the driver says names hosts and ports, which clients have no business to know.
        late = getattr(error.orig, "sqlstate", None) == _QUERY_CANCELED
        raise DatabaseUnavailable(
            "The query took too long: ask for less, or try again shortly." if late else None
        ) from error


def migration_config() -> Config:
    """Where Alembic finds the migrations, wherever it is run."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def migrate(database: Database) -> None:
    """Bring the schema up to date; do nothing where it is. Any number of processes may do so at once."""
    config = migration_config()
    script = ScriptDirectory.from_config(config)
    with _answers(), database.create_engine().begin() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
        if found == set(script.get_heads()):
            return
        if unknown := found - {revision.revision for revision in script.walk_revisions()}:
            raise DatabaseUnavailable(
                f"The database is of a newer OnRecord (migration {', '.join(unknown)}): update this one."
            )
        # Of the transaction rather than the session: so it works behind PgBouncer and cannot be forgotten.
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
