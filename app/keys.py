"""API keys: who may do what, without accounts.

A key is shown once, where it is made, and kept as its SHA-256 only. The slow hashes that passwords need (bcrypt, Argon2)
make guessing dear; nobody guesses 256 random bits, so that here they would buy nothing and cost each request a tenth of a
second. Nor would a secret of the server's own, mixed into the hash (HMAC), protect anything more: it would be one more
thing to keep and to lose. Who steals the database has no key that works.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, RowMapping, Select, case, func, insert, literal, select, text, update

from app.db import ReadSession, WriteSession
from app.errors import NotFound
from app.tables import Scope, api_keys

State = Literal["active", "expired", "revoked"]

SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX_BYTES, SECRET_BYTES = 6, 32
# It begins with something that scanners for leaked secrets can look for.
FORM = re.compile(r"(onr_[0-9a-f]{12})_[0-9a-f]{64}")
# How exact `last_used_at` is: to write it down with each request would cost more than most requests do.
NOTED_EVERY = text("interval '1 minute'")


@dataclass(frozen=True, slots=True)
class Key:
    """What is on record of a key: `prefix` is how it begins, by which people know it."""

    id: int
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    state: State
    use_is_noted: bool

    def allows(self, scope: Scope) -> bool:
        """Whether it may be used for what needs `scope`; `admin` is all of them."""
        return scope in self.scopes or "admin" in self.scopes


async def create_key(
    session: WriteSession, name: str, scopes: Collection[Scope], expires_at: datetime | None = None
) -> tuple[str, Key]:
    """Make a key and return it with what is on record of it: the only time that it is to be had."""
    prefix = f"onr_{secrets.token_hex(PREFIX_BYTES)}"
    secret = f"{prefix}_{secrets.token_hex(SECRET_BYTES)}"
    row = {
        "name": name,
        "prefix": prefix,
        "sha256": _digest(secret),
        "scopes": sorted(set(scopes)),
        "expires_at": expires_at,
    }
    await session.execute(insert(api_keys).values(row))
    return secret, await _the_one(session, prefix)


async def find_key(session: ReadSession, secret: str) -> Key | None:
    """The key that `secret` is, whatever its state; `None` if it is none. What has not the form of a key asks nothing."""
    if not FORM.fullmatch(secret):
        return None
    # By an index and not in constant time: who wants to learn of a hash by the clock would have to choose its input so
    # that it begins alike, which is as hard as to guess the key.
    rows = (await session.execute(select_keys().where(api_keys.c.sha256 == _digest(secret)))).mappings()
    return next((_key(row) for row in rows), None)


async def list_keys(session: ReadSession) -> Sequence[Key]:
    """All keys, revoked and expired ones too, in the order in which they were made."""
    return [_key(row) for row in (await session.execute(select_keys())).mappings()]


async def revoke_key(session: WriteSession, prefix: str) -> Key:
    """Have a key, given by its prefix or as a whole, be of no use from now on; one that was revoked stays so.

    Raises:
        NotFound: there is no such key.
    """
    whole = FORM.fullmatch(prefix)
    prefix = whole[1] if whole else prefix
    now = func.coalesce(api_keys.c.revoked_at, func.now())
    await session.execute(update(api_keys).where(api_keys.c.prefix == prefix).values(revoked_at=now))
    return await _the_one(session, prefix)


async def note_use(session: WriteSession, key: Key) -> None:
    """Write down that `key` is in use, unless that was done within this minute: of many at once, one does."""
    await session.execute(update(api_keys).where(api_keys.c.id == key.id, ~_use_is_noted()).values(last_used_at=func.now()))


def select_keys() -> Select[tuple[object, ...]]:
    """Every key with its state at this moment by the clock of the database, which all processes share."""
    columns = [column for column in api_keys.c if column.name != "sha256"]
    return select(*columns, _state().label("state"), _use_is_noted().label("use_is_noted")).order_by(api_keys.c.id)


def _state() -> ColumnElement[str]:
    return case(
        (api_keys.c.revoked_at.is_not(None), literal("revoked")),
        (api_keys.c.expires_at <= func.now(), literal("expired")),
        else_=literal("active"),
    )


def _use_is_noted() -> ColumnElement[bool]:
    return func.coalesce(api_keys.c.last_used_at > func.now() - NOTED_EVERY, False)


async def _the_one(session: WriteSession, prefix: str) -> Key:
    row = (await session.execute(select_keys().where(api_keys.c.prefix == prefix))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no key {prefix!r}: `onrecord keys list` shows how each begins.")
    return _key(row)


def _key(row: RowMapping) -> Key:
    return Key(**{**row, "scopes": tuple(row["scopes"])})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
