"""The propositions on which articles are judged: registering, editing and deleting them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db import WriteSession
from app.errors import Conflict
from app.names import slug
from app.tables import judgements, stances, topics


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


async def edit_topic(session: WriteSession, topic_id: int, changes: Mapping[str, Any]) -> bool:
    """Change what a topic says, and forget what articles were judged to say on it; whether there is anything to judge anew.

    Of an edit that changes nothing nothing is forgotten. Raises `Conflict` where statement or slug belong to another topic.
    """
    known = (await session.execute(select(topics).where(topics.c.id == topic_id).with_for_update())).mappings().one()
    changed = {name: value for name, value in changes.items() if value != known[name]}
    if not changed:
        return False
    for name in {"statement", "slug"} & changed.keys():
        taken = select(topics.c.id).where(topics.c[name] == changed[name], topics.c.id != topic_id)
        if await session.scalar(taken) is not None:
            raise Conflict(
                f"The {name} {changed[name]!r} belongs to another topic: choose another one.", pointer=f"/{name}"
            )
    await session.execute(update(topics).where(topics.c.id == topic_id).values(changed))
    if not changed.keys() - {"slug"}:
        return False
    await session.execute(delete(stances).where(stances.c.topic_id == topic_id))
    await session.execute(delete(judgements).where(judgements.c.topic_id == topic_id))
    return True


async def delete_topic(session: WriteSession, topic_id: int) -> None:
    """Delete a topic with everything that was judged on it."""
    await session.execute(delete(topics).where(topics.c.id == topic_id))
