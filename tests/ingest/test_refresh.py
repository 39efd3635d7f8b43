"""Reading what is stored: what came in, what an older extractor read, what a new topic has not reached."""

from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from app.db import Sessions, WriteSession
from app.extract import VERSION
from app.extract.document import Document, Extraction
from app.ingest import refresh
from app.ingest.acceptance import accept
from app.ingest.clean import Article
from app.ingest.refresh import plan_refresh, read_revision
from app.ingest.store import find_stored
from app.ingest.topics import edit_topic, register_topic
from app.tables import articles, jobs, judgements, quotes, revisions, stances, topics
from tests.conftest import WorkedOff
from tests.records import HARBOUR, harbour, store_harbour

pytestmark = pytest.mark.anyio

SPEECH = "Mayor Lena Holt said: “We must build the tram now.”"


async def count(session: WriteSession, what: object) -> int:
    return await session.scalar(select(func.count()).select_from(what)) or 0  # type: ignore[arg-type]


async def test_what_an_older_extractor_read_is_read_again(write_session: WriteSession, endings: WorkedOff) -> None:
    await store_harbour(write_session)
    assert await plan_refresh(write_session) == 0
    await write_session.execute(revisions.update().values(extractor_version="0.0.0"))
    assert await plan_refresh(write_session) == 1
    assert await plan_refresh(write_session) == 0
    await endings.work()
    assert await write_session.scalar(select(revisions.c.extractor_version)) == VERSION
    assert await plan_refresh(write_session) == 0
    assert await count(write_session, judgements) == await count(write_session, stances) == 0


async def test_a_revision_that_cannot_be_read_keeps_no_other_from_it(
    write_session: WriteSession, endings: WorkedOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ending in ("", "\none", "\ntwo"):
        await store_harbour(write_session, ending=ending)
    await write_session.execute(revisions.update().values(extractor_version="0.0.0"))
    read: list[str] = []

    def failing_on_one(document: Document) -> Extraction:
        read.append(document.text.removeprefix(HARBOUR))
        if document.text.endswith("one"):
            raise RuntimeError("a bug")
        return harbour()

    monkeypatch.setattr(refresh, "extract", failing_on_one)
    assert await plan_refresh(write_session) == 3
    await endings.work()
    assert read == ["\ntwo", "\none", ""]
    assert await count(write_session, quotes) == 12
    # Until somebody tries it again, or another version might.
    assert await plan_refresh(write_session) == 0
    await write_session.execute(text("""UPDATE procrastinate_jobs SET args = args || '{"version": "0.0.0"}'"""))
    assert await plan_refresh(write_session) == 1


async def test_more_than_one_transaction_holds_is_planned_piece_by_piece(
    write_session: WriteSession, endings: WorkedOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "WINDOW", 2)
    for number in range(5):
        await store_harbour(write_session, ending=f"\n{number}")
    await register_topic(write_session, "The harbour should be widened")
    assert await plan_refresh(write_session) == 2
    await endings.work()
    assert await count(write_session, judgements) == 5
    kinds = (await write_session.execute(select(jobs.c.task_name, func.count()).group_by(jobs.c.task_name))).all()
    assert {row.task_name: row.count for row in kinds} == {"extract": 5, "refresh": 2}


async def test_reading_again_what_has_been_read_does_nothing(
    write_session: WriteSession, sessions: Sessions, statements: list[str]
) -> None:
    stored = await accept(write_session, Article(SPEECH))
    assert await read_revision(sessions, stored.revision_id)
    ids = (await write_session.scalars(select(quotes.c.id))).all()
    statements.clear()
    assert not await read_revision(sessions, stored.revision_id)
    assert len(statements) == 1
    assert (await write_session.scalars(select(quotes.c.id))).all() == ids


async def test_a_revision_that_is_gone_is_nothing_to_do(write_session: WriteSession, sessions: Sessions) -> None:
    stored = await accept(write_session, Article(SPEECH))
    await write_session.execute(articles.update().values(revision_id=None))
    await write_session.execute(revisions.delete())
    assert not await read_revision(sessions, stored.revision_id)


@pytest.mark.parametrize("change", ["new", "edited", "deleted"])
async def test_topics_that_change_while_an_article_is_read_are_judged_as_they_are_by_then(
    write_session: WriteSession, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    topic_id, _ = await register_topic(write_session, "The tram should be built", "tram")
    stored = await accept(write_session, Article(SPEECH))
    judged_on: list[list[str]] = []
    extract = refresh.extract

    def extract_slowly(document: Document) -> Extraction:
        judged_on.append([topic.statement for topic in document.topics])
        return extract(document)

    store_if_current = refresh._store_if_current

    async def store_after_a_change(session: WriteSession, *read: Any) -> bool:
        if len(judged_on) == 1:
            if change == "new":
                await session.execute(insert(topics).values(slug="bridge", statement="Bridges should be free"))
            elif change == "edited":
                await edit_topic(session, topic_id, {"statement": "The tram should not be built"})
            else:
                await session.execute(topics.delete())
        return await store_if_current(session, *read)

    monkeypatch.setattr(refresh, "extract", extract_slowly)
    monkeypatch.setattr(refresh, "_store_if_current", store_after_a_change)
    assert await read_revision(sessions, stored.revision_id)
    by_then = (await write_session.scalars(select(topics.c.statement).order_by(topics.c.id))).all()
    assert judged_on == [["The tram should be built"], list(by_then)]
    assert await count(write_session, judgements) == len(by_then)


async def test_a_changed_text_is_shown_once_it_has_been_read(write_session: WriteSession, endings: WorkedOff) -> None:
    async def shown() -> int | None:
        return await write_session.scalar(select(articles.c.revision_id))

    url = "https://echo.example/tram"
    await accept(write_session, Article(SPEECH, url=url))
    second = await accept(write_session, Article(SPEECH + " Corrected.", url=url))
    assert await shown() == second.revision_id
    await endings.work()
    assert await shown() == second.revision_id
    third = await accept(write_session, Article(SPEECH + " Corrected again.", url=url))
    assert await shown() == second.revision_id
    await endings.work()
    assert await shown() == third.revision_id
    # Reading an older one again takes nothing from the newest.
    await write_session.execute(revisions.update().values(extractor_version="0.0.0"))
    await plan_refresh(write_session)
    await endings.work()
    assert await shown() == third.revision_id


async def test_what_is_accepted_is_found_again_with_its_job(write_session: WriteSession) -> None:
    stored = await accept(write_session, Article(SPEECH))
    again = await accept(write_session, Article(SPEECH, title="Another title"))
    assert (again.article_id, again.revision_id, again.created) == (stored.article_id, stored.revision_id, False)
    assert await find_stored(write_session, Document(SPEECH).sha256) == again
    assert await count(write_session, jobs) == 1
