"""Bringing the record up to date: stored revisions that an older extractor read, or that a new topic has not reached."""

import asyncio
from time import monotonic

from sqlalchemy import ColumnElement, Row, func, or_, select, true
from structlog import get_logger

from app.db import Sessions, WriteSession
from app.errors import OnRecordError
from app.extract import VERSION, extract
from app.extract.document import Document
from app.ingest.store import known_topics, store_extraction
from app.tables import judgements, revisions, topics

log = get_logger()


async def catch_up(sessions: Sessions, seconds: float = float("inf")) -> int:
    """Extract anew every revision that is behind, newest first, each in its own transaction; how many there were.

    Stops at the first one after `seconds`. A revision that cannot be read again stays as it was, the log says why, and the
    next call tries it again.
    """
    done, below, end = 0, None, monotonic() + seconds
    while monotonic() < end:
        found = None
        try:
            async with sessions.writing() as session:
                found = await _next_behind(session, below)
                if found is None:
                    break
                await _extract_anew(session, found)
            done += 1
        except OnRecordError:
            raise
        except Exception as error:
            if found is None:
                raise
            log.error("a revision could not be read again", revision=found.id, exc_info=error)
        below = found.id
    return done


async def _next_behind(session: WriteSession, below: int | None) -> Row[tuple[object, ...]] | None:
    # Locked, and skipped by others: any number of processes can share the work, and one that dies leaves nothing half-done.
    older = true() if below is None else revisions.c.id < below
    newest = select(revisions).where(older, _is_behind()).order_by(revisions.c.id.desc()).limit(1)
    return (await session.execute(newest.with_for_update(skip_locked=True))).one_or_none()


async def _extract_anew(session: WriteSession, revision: Row[tuple[object, ...]]) -> None:
    document = Document(
        revision.text,
        title=revision.title,
        published_on=revision.published_on,
        language=revision.language,
        topics=await known_topics(session),
    )
    extraction = await asyncio.to_thread(extract, document)
    await store_extraction(session, revision.article_id, revision.id, document, extraction)


def _is_behind() -> ColumnElement[bool]:
    judged = select(func.count()).where(judgements.c.revision_id == revisions.c.id).scalar_subquery()
    registered = select(func.count()).select_from(topics).scalar_subquery()
    return or_(revisions.c.extractor_version.is_distinct_from(VERSION), judged < registered)
