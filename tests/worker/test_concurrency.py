"""The worker, and several connections at once: on a server of its own, since commits and locks are what it is about."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from app import worker
from app.db import Sessions, migrate, open_database
from app.errors import DatabaseUnavailable
from app.ingest import ingest
from app.ingest.clean import Article
from app.ingest.merging import merge_speakers
from app.ingest.refresh import catch_up
from app.ingest.topics import register_topic
from app.settings import Settings
from app.tables import articles, judgements, quotes, revisions, speakers
from app.worker import working
from tests.records import is_consistent

pytestmark = pytest.mark.anyio

TEXT = "The tram will stay, said Mayor Lena Holt. “We need it,” she added.\n"


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory, anyio_backend: str) -> AsyncIterator[Sessions]:
    """Sessions on a server of this module's own."""
    with open_database(Settings(database_url=None, home=tmp_path_factory.mktemp("worker"))) as database:
        migrate(database)
        engine = database.create_async_engine()
        yield Sessions.of_engine(engine)
        await engine.dispose()


async def record(sessions: Sessions, text: str, url: str | None = None) -> bool:
    async with sessions.writing() as session:
        return (await ingest(session, Article(text, url=url))).created


async def count(sessions: Sessions, table: object) -> int:
    async with sessions.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


async def test_the_same_article_sent_at_once_is_stored_once(served: Sessions) -> None:
    created = await asyncio.gather(*(record(served, TEXT) for _ in range(6)))
    assert sorted(created) == [False] * 5 + [True]
    assert await count(served, articles) == 1


async def test_one_new_name_in_several_articles_at_once_is_one_speaker(served: Sessions) -> None:
    await asyncio.gather(*(record(served, f"“It is over,” said Nadja Brenner on day {day}.") for day in range(6)))
    async with served.reading() as session:
        slugs = (await session.scalars(select(speakers.c.slug).where(speakers.c.name == "Nadja Brenner"))).all()
    assert slugs == ["nadja-brenner"]


async def merge(sessions: Sessions, target: str, other: str) -> None:
    async with sessions.writing() as session:
        ids = {row.slug: row.id for row in await session.execute(select(speakers.c.slug, speakers.c.id))}
        await merge_speakers(session, ids[target], [ids[other]])


async def test_a_merge_among_articles_that_arrive_loses_nothing(served: Sessions) -> None:
    said = "“It is over,” said Maja Stolz on day {}. “Not at all,” said Maria Stolz of Norway."
    await record(served, said.format(0))
    arriving = [record(served, said.format(day)) for day in range(1, 5)]
    await asyncio.gather(*arriving[:2], merge(served, "maja-stolz", "maria-stolz"), *arriving[2:])
    async with served.reading() as session:
        assert await is_consistent(session)
        spoken = select(func.count()).select_from(quotes.join(speakers, speakers.c.id == quotes.c.speaker_id))
        assert await session.scalar(spoken.where(speakers.c.slug == "maja-stolz")) == 10


async def test_revisions_sent_at_once_are_numbered_in_turn(served: Sessions) -> None:
    url = "https://echo.example/tram"
    await asyncio.gather(*(record(served, f"{TEXT}Version {version}.", url) for version in range(4)))
    async with served.reading() as session:
        statement = select(revisions.c.number).join(articles, articles.c.id == revisions.c.article_id)
        numbers = (await session.scalars(statement.where(articles.c.url == url))).all()
    assert sorted(numbers) == [1, 2, 3, 4]


async def test_catching_up_judges_everything_on_a_new_topic_once(served: Sessions) -> None:
    async with served.writing() as session:
        await register_topic(session, "The tram should stay")
    stored = await count(served, revisions)
    shares = await asyncio.gather(*(catch_up(served) for _ in range(3)))
    assert sum(shares) == stored
    assert await count(served, judgements) == stored
    assert await catch_up(served) == 0


async def test_a_failure_does_not_end_the_work(served: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []
    third = asyncio.Event()

    async def failing(_sessions: Sessions) -> int:
        rounds.append(len(rounds))
        if len(rounds) == 3:
            third.set()
        raise (DatabaseUnavailable, RuntimeError)[len(rounds) % 2]

    monkeypatch.setattr(worker, "catch_up", failing)
    monkeypatch.setattr(worker, "IDLE_S", 0)
    async with working(served):
        await asyncio.wait_for(third.wait(), timeout=10)
    assert len(rounds) >= 3


async def test_work_that_is_cut_off_leaves_everything_as_it_was(served: Sessions) -> None:
    before = await count(served, quotes)
    async with served.writing() as session:
        await session.execute(revisions.update().values(extractor_version="older"))
    async with working(served):
        pass
    assert await count(served, quotes) == before
    await catch_up(served)
    assert await count(served, quotes) == before
