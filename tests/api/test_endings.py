"""Waiting for the end of jobs, as Postgres announces it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from psycopg import AsyncConnection

from app.api import endings as endings_module
from app.api.endings import CHANNEL, announced_endings
from app.db import Database

pytestmark = pytest.mark.anyio


class Asked:
    """Something that becomes true, and how often it was asked whether it has."""

    def __init__(self) -> None:
        self.times = 0
        self.true = False
        self.first = asyncio.Event()

    async def __call__(self) -> bool:
        self.times += 1
        self.first.set()
        return self.true


@pytest.fixture
async def notify(database: Database) -> Callable[..., Awaitable[None]]:
    async def announce(job_id: int) -> None:
        async with await AsyncConnection.connect(database.conninfo, autocommit=True) as connection:
            # Only once somebody listens: what is announced before is heard by nobody.
            listening = "SELECT count(*) FROM pg_stat_activity WHERE query = %s"
            while (await (await connection.execute(listening, [f"LISTEN {CHANNEL}"])).fetchone()) == (0,):
                pass
            await connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(job_id)])

    return announce


@pytest.mark.parametrize("job_id", [7, None])
async def test_whoever_waits_is_asked_again_when_the_job_has_ended(
    database: Database, notify: Callable[..., Awaitable[None]], monkeypatch: pytest.MonkeyPatch, job_id: int | None
) -> None:
    monkeypatch.setattr(endings_module, "LOOK_EVERY_S", 60)
    reached, other = Asked(), Asked()
    async with announced_endings(database.conninfo) as endings:
        waiting = asyncio.create_task(endings.until(reached, 60, job_id))
        others = asyncio.create_task(endings.until(other, 0.5, 8))
        await asyncio.gather(reached.first.wait(), other.first.wait())
        reached.true = True
        await notify(7)
        assert await asyncio.wait_for(waiting, 30)
        assert not await others
    assert (reached.times, other.times) == (2, 2)


async def test_what_is_true_already_is_not_waited_for(database: Database) -> None:
    reached = Asked()
    reached.true = True
    async with announced_endings(database.conninfo) as endings:
        assert await endings.until(reached, 0, 7)
    assert reached.times == 1


async def test_without_announcements_it_is_looked_at_every_now_and_then(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings_module, "LOOK_EVERY_S", 0.01)
    nowhere = f"{database.conninfo} dbname=nowhere"
    reached = Asked()
    async with announced_endings(nowhere) as endings:
        waiting = asyncio.create_task(endings.until(reached, 60, 7))
        await reached.first.wait()
        reached.true = True
        assert await asyncio.wait_for(waiting, 30)
