"""A server for the tests of workers alone: they commit, and other processes see it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from app.db import Database, Sessions, migrate, open_database
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Served:
    """A database with nothing in it but what these tests put there."""

    database: Database
    sessions: Sessions
    settings: Settings


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Served]:
    """One for each file of tests. A worker is taken for dead after two seconds."""
    settings = Settings(database_url=None, home=tmp_path_factory.mktemp("worker"), stalled_after_s=2)
    with open_database(settings) as database:
        migrate(database)
        engine = database.create_async_engine()
        yield Served(database, Sessions.of_engine(engine), settings)
        await engine.dispose()
