"""Several connections at once, and workers in earnest: on a server of its own, since commits and locks are what it is about."""

import asyncio

import pytest
from sqlalchemy import func, select

from app.db import Sessions
from app.ingest import ingest
from app.ingest.acceptance import accept
from app.ingest.clean import Article
from app.ingest.merging import merge_speakers
from app.ingest.refresh import plan_refresh
from app.ingest.topics import register_topic
from app.tables import articles, failures, jobs, judgements, quotes, revisions, speakers
from app.worker import work_off
from tests.records import is_consistent
from tests.worker.conftest import Served

pytestmark = pytest.mark.anyio

TEXT = "The tram will stay, said Mayor Lena Holt. “We need it,” she added.\n"


async def record(sessions: Sessions, text: str, url: str | None = None) -> bool:
    async with sessions.writing() as session:
        return (await ingest(session, Article(text, url=url))).created


async def count(sessions: Sessions, table: object) -> int:
    async with sessions.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


async def test_the_same_article_sent_at_once_is_stored_once(served: Served) -> None:
    created = await asyncio.gather(*(record(served.sessions, TEXT) for _ in range(6)))
    assert sorted(created) == [False] * 5 + [True]
    assert await count(served.sessions, articles) == 1


async def test_one_new_name_in_several_articles_at_once_is_one_speaker(served: Served) -> None:
    await asyncio.gather(*(record(served.sessions, f"“It is over,” said Nadja Brenner on day {day}.") for day in range(6)))
    async with served.sessions.reading() as session:
        slugs = (await session.scalars(select(speakers.c.slug).where(speakers.c.name == "Nadja Brenner"))).all()
    assert slugs == ["nadja-brenner"]


async def merge(sessions: Sessions, target: str, other: str) -> None:
    async with sessions.writing() as session:
        ids = {row.slug: row.id for row in await session.execute(select(speakers.c.slug, speakers.c.id))}
        await merge_speakers(session, ids[target], [ids[other]])


async def test_a_merge_among_articles_that_arrive_loses_nothing(served: Served) -> None:
    said = "“It is over,” said Maja Stolz on day {}. “Not at all,” said Maria Stolz of Norway."
    await record(served.sessions, said.format(0))
    arriving = [record(served.sessions, said.format(day)) for day in range(1, 5)]
    await asyncio.gather(*arriving[:2], merge(served.sessions, "maja-stolz", "maria-stolz"), *arriving[2:])
    async with served.sessions.reading() as session:
        assert await is_consistent(session)
        spoken = select(func.count()).select_from(quotes.join(speakers, speakers.c.id == quotes.c.speaker_id))
        assert await session.scalar(spoken.where(speakers.c.slug == "maja-stolz")) == 10


async def test_revisions_sent_at_once_are_numbered_in_turn(served: Served) -> None:
    url = "https://echo.example/tram"
    await asyncio.gather(*(record(served.sessions, f"{TEXT}Version {version}.", url) for version in range(4)))
    async with served.sessions.reading() as session:
        statement = select(revisions.c.number).join(articles, articles.c.id == revisions.c.article_id)
        numbers = (await session.scalars(statement.where(articles.c.url == url))).all()
    assert sorted(numbers) == [1, 2, 3, 4]


async def test_several_workers_judge_everything_on_a_new_topic_once(served: Served) -> None:
    async with served.sessions.writing() as session:
        await register_topic(session, "The tram should stay")
    stored = await count(served.sessions, revisions)
    await asyncio.gather(*(work_off(served.database, served.settings) for _ in range(3)))
    assert await count(served.sessions, judgements) == stored
    async with served.sessions.writing() as session:
        assert await plan_refresh(session) == 0
    assert await count(served.sessions, failures) == 0


async def test_forty_posts_of_ten_articles_leave_ten(served: Served) -> None:
    before = await count(served.sessions, articles)

    async def post(number: int) -> bool:
        async with served.sessions.writing() as session:
            return (await accept(session, Article(f"“It is over,” said Ines Falk on day {number}."))).created

    created = await asyncio.gather(*(post(number % 10) for number in range(40)))
    assert sum(created) == 10
    assert await count(served.sessions, articles) == before + 10
    waiting = select(func.count()).select_from(jobs).where(jobs.c.status == "todo", jobs.c.task_name == "extract")
    async with served.sessions.reading() as session:
        assert await session.scalar(waiting) == 10
    await work_off(served.database, served.settings)
    async with served.sessions.reading() as session:
        assert await session.scalar(waiting) == 0
        assert await is_consistent(session)
