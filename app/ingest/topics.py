"""Registering the propositions on which articles are judged."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db import WriteSession
from app.errors import Conflict
from app.names import slug
from app.tables import topics


async def register_topic(
    session: WriteSession,
    statement: str,
    name: str | None = None,
    aliases: Sequence[str] = (),
    keywords: Sequence[str] = (),
) -> tuple[int, bool]:
    """The id of the topic with this statement, and whether it is new. `name` is its slug; by default the statement's own.

    Raises `Conflict` when the slug belongs to another statement.
    """
    statement = " ".join(statement.split())
    row = {"slug": name or slug(statement), "statement": statement, "aliases": list(aliases), "keywords": list(keywords)}
    created = await session.scalar(upsert(topics).values(row).on_conflict_do_nothing().returning(topics.c.id))
    if created is not None:
        return created, True
    known = await session.scalar(select(topics.c.id).where(topics.c.statement == statement))
    if known is None:
        raise Conflict(f"The slug {row['slug']!r} belongs to another topic: choose another one.", pointer="/slug")
    return known, False
