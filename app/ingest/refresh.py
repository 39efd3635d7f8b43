"""Bringing the record up to date: stored revisions that an older extractor read, or that a new topic has not reached."""

import asyncio

from sqlalchemy import ColumnElement, func, or_, select

from app.db import WriteSession
from app.extract import VERSION, extract
from app.extract.document import Document
from app.ingest.store import known_topics, store_extraction
from app.tables import judgements, revisions, topics


async def refresh_next(session: WriteSession) -> int | None:
    """Extract anew the newest revision that is behind, in the caller's transaction; its id, or `None` if none is.

    The revision is locked meanwhile and skipped by others, so that any number of processes can share the work and one that
    dies leaves nothing half-done.
    """
    statement = select(revisions).where(_is_behind()).order_by(revisions.c.id).limit(1).with_for_update(skip_locked=True)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    document = Document(
        row.text,
        title=row.title,
        published_on=row.published_on,
        language=row.language,
        topics=await known_topics(session),
    )
    extraction = await asyncio.to_thread(extract, document)
    await store_extraction(session, row.article_id, row.id, document, extraction)
    return int(row.id)


def _is_behind() -> ColumnElement[bool]:
    judged = select(func.count()).where(judgements.c.revision_id == revisions.c.id).scalar_subquery()
    registered = select(func.count()).select_from(topics).scalar_subquery()
    return or_(revisions.c.extractor_version.is_distinct_from(VERSION), judged < registered)
