"""Reading what is stored: articles that have just come in, and those that an older extractor read or that a new topic has
not reached."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update

from app.db import ReadSession, Sessions, WriteSession
from app.extract import VERSION, extract
from app.extract.document import Document, Extraction
from app.ingest.queue import BACKGROUND, enqueue, extraction_of, refreshment
from app.ingest.store import known_topics, pairs, store_extraction
from app.tables import jobs, judgements, revisions, topics

# As many as a short transaction can look at, and make jobs of.
WINDOW = 5_000


async def read_revision(sessions: Sessions, revision_id: int) -> bool:
    """Extract a stored revision, unless it is gone or up to date; whether there was anything to do.

    No connection is held while it is read. Several at once, or one after another was cut off, have the effect of one.
    """
    while True:
        async with sessions.reading() as reading:
            document = await _document_behind(reading, revision_id)
        if document is None:
            return False
        extraction = await asyncio.to_thread(extract, document)
        async with sessions.writing() as session:
            if await _store_if_current(session, revision_id, document, extraction):
                return True


async def plan_refresh(session: WriteSession, below: int | None = None) -> int:
    """Put jobs for revisions that are behind on the queue, newest first, in the caller's transaction; how many.

    Looks at the first `WINDOW` revisions with ids under `below`; the others are looked at by a job of their own.
    """
    older = true() if below is None else revisions.c.id < below
    window = select(revisions.c.id).where(older).order_by(revisions.c.id.desc()).limit(WINDOW).subquery("looked_at")
    seen = (await session.execute(select(func.count(), func.min(window.c.id)))).one()
    behind = (
        select(revisions.c.id)
        .join_from(revisions, window, window.c.id == revisions.c.id)
        .outerjoin(jobs, jobs.c.id == revisions.c.job_id)
        .where(_is_behind(), _is_to_be_read())
        .order_by(revisions.c.id.desc())
    )
    planned = await _plan(session, (await session.scalars(behind)).all())
    if seen.count == WINDOW:
        await enqueue(session, refreshment(seen.min))
    return planned


async def _plan(session: WriteSession, revision_ids: Sequence[int]) -> int:
    job_ids = await enqueue(session, *(extraction_of(revision_id, BACKGROUND) for revision_id in revision_ids))
    made = pairs(dict(zip(revision_ids, job_ids, strict=True)))
    await session.execute(update(revisions).where(revisions.c.id == made.c.key).values(job_id=made.c.value))
    return len(job_ids)


async def _document_behind(session: ReadSession, revision_id: int) -> Document | None:
    row = (await session.execute(select(revisions).where(revisions.c.id == revision_id, _is_behind()))).one_or_none()
    if row is None:
        return None
    return Document(
        row.text,
        title=row.title,
        published_on=row.published_on,
        language=row.language,
        topics=await known_topics(session),
    )


async def _store_if_current(session: WriteSession, revision_id: int, document: Document, extraction: Extraction) -> bool:
    """Whether there is nothing left to do; not so where the topics have changed since the document was made."""
    held = select(revisions.c.article_id).where(revisions.c.id == revision_id).with_for_update(key_share=True)
    article_id = await session.scalar(held)
    # Held until the end: a topic that is edited meanwhile forgets what was judged on it, this article too.
    if article_id is not None and await known_topics(session, held=True) != document.topics:
        return False
    if article_id is not None and await session.scalar(select(_is_behind()).where(revisions.c.id == revision_id)):
        await store_extraction(session, article_id, revision_id, document, extraction)
    return True


def _is_behind() -> ColumnElement[bool]:
    judged = select(func.count()).where(judgements.c.revision_id == revisions.c.id).scalar_subquery()
    registered = select(func.count()).select_from(topics).scalar_subquery()
    return or_(revisions.c.extractor_version.is_distinct_from(VERSION), judged < registered)


def _is_to_be_read() -> ColumnElement[bool]:
    # A job that waits will see whatever is new; one that runs may have looked before. What this very version could not
    # read, or somebody did not want read, waits for somebody to try it again.
    given_up = and_(jobs.c.status.in_(["failed", "cancelled", "aborted"]), jobs.c.args["version"].as_string() == VERSION)
    return or_(jobs.c.id.is_(None), and_(jobs.c.status != "todo", ~given_up))
