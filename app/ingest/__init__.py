"""From what somebody sends to what is on record: fetch, clean, extract, identify, store."""

import asyncio
from dataclasses import replace

from app.db import WriteSession
from app.extract import extract
from app.extract.document import Document
from app.ingest.clean import Article
from app.ingest.store import Stored, find_stored, known_topics, store


async def ingest(session: WriteSession, article: Article) -> Stored:
    """Record `article` in the caller's transaction, unless its very text is on record already."""
    document = Document(article.text, title=article.title, published_on=article.published_on, language=article.language)
    if (stored := await find_stored(session, document.sha256)) is not None:
        return stored
    document = replace(document, topics=await known_topics(session))
    extraction = await asyncio.to_thread(extract, document)
    return await store(session, article, document, extraction)
