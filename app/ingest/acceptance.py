"""Taking an article in: it and the job to read it are kept by one transaction, so that what was accepted is done."""

from sqlalchemy import update

from app.db import WriteSession
from app.extract.document import Document
from app.ingest.clean import Article
from app.ingest.idempotency import IdempotencyKey, find_answered, hold, keep
from app.ingest.queue import enqueue, extraction_of
from app.ingest.store import Stored, find_stored, store_revision
from app.tables import revisions


async def accept(session: WriteSession, article: Article) -> Stored:
    """Keep `article` for a worker to read, in the caller's transaction, unless its very text is on record already."""
    document = Document(article.text)
    if (known := await find_stored(session, document.sha256)) is not None:
        return known
    stored = await store_revision(session, article, document.sha256)
    (job_id,) = await enqueue(session, extraction_of(stored.revision_id))
    await session.execute(update(revisions).where(revisions.c.id == stored.revision_id).values(job_id=job_id))
    return stored


async def accept_once(session: WriteSession, article: Article, key: IdempotencyKey) -> Stored:
    """`accept` for a request with a key: sent again, it brings what it brought the first time.

    Raises `KeyReused` where the key came with another body, `Conflict` where it is in use at this moment.
    """
    await hold(session, key)
    if (answered := await find_answered(session, key)) is not None:
        return answered
    stored = await accept(session, article)
    await keep(session, key, stored)
    return stored
