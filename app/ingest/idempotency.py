"""Requests that come again because their answer was lost: the key they carry says that they are the same.

As the IETF's draft "The Idempotency-Key HTTP Header Field" has it. A key is kept by the transaction that stores what its
request brought, so there is never the one without the other.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Interval, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert

from app.db import ReadSession, WriteSession
from app.errors import Conflict, KeyReused
from app.ingest.store import Stored
from app.tables import idempotency_keys, revisions

KEPT = timedelta(hours=24)
_KEPT = literal(KEPT, Interval)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """A key, what it was sent to (`scope`), and the body that came with it."""

    scope: str
    key: str
    body: bytes

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()


async def find_answered(session: ReadSession | WriteSession, key: IdempotencyKey) -> Stored | None:
    """What the request with this key brought, if one was answered in the last 24 hours.

    Raises `KeyReused` where that one had another body.
    """
    statement = (
        select(idempotency_keys.c.fingerprint, idempotency_keys.c.created, revisions.c.article_id, revisions.c.id)
        .join_from(idempotency_keys, revisions, revisions.c.id == idempotency_keys.c.revision_id)
        .where(
            idempotency_keys.c.scope == key.scope,
            idempotency_keys.c.key == key.key,
            idempotency_keys.c.created_at > func.now() - _KEPT,
        )
    )
    row = (await session.execute(statement)).one_or_none()
    if row is not None and row.fingerprint != key.fingerprint:
        raise KeyReused
    return None if row is None else Stored(row.article_id, row.id, created=row.created)


async def hold(session: WriteSession, key: IdempotencyKey) -> None:
    """Keep others from using the key until the transaction ends; raises `Conflict` where another one is using it."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 1))")
    if not await session.scalar(lock, {"name": f"{key.scope}\n{key.key}"}):
        raise Conflict("A request with this Idempotency-Key is being worked on: wait for its answer.")


async def keep(session: WriteSession, key: IdempotencyKey, stored: Stored) -> None:
    """Remember what the request with this key brought, in the caller's transaction."""
    same = (idempotency_keys.c.scope == key.scope, idempotency_keys.c.key == key.key)
    await session.execute(delete(idempotency_keys).where(*same))
    row = {
        "scope": key.scope,
        "key": key.key,
        "fingerprint": key.fingerprint,
        "revision_id": stored.revision_id,
        "created": stored.created,
    }
    await session.execute(insert(idempotency_keys).values(row))
