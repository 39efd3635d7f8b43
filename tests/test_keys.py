"""API keys in the database: shown once, kept as a hash, of use until they expire or are revoked."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.db import WriteSession
from app.errors import NotFound
from app.keys import SCOPES, Key, create_key, find_key, list_keys, note_use, revoke_key
from app.tables import api_keys

pytestmark = pytest.mark.anyio


async def test_a_key_is_found_by_its_words_and_nothing_else(write_session: WriteSession) -> None:
    secret, made = await create_key(write_session, "Feed", ["ingest", "read", "ingest"])
    assert re.fullmatch(r"onr_[0-9a-f]{12}_[0-9a-f]{64}", secret)
    assert secret.startswith(made.prefix)
    found = await find_key(write_session, secret)
    assert found == made
    assert (made.name, made.scopes, made.state, made.expires_at) == ("Feed", ("ingest", "read"), "active", None)
    changed = secret[:-1] + ("0" if secret[-1] != "0" else "1")
    for wrong in (changed, secret.upper(), f" {secret}", secret + "\n", made.prefix, "", "onr_", "\0", "ü"):
        assert await find_key(write_session, wrong) is None


async def test_what_is_kept_of_a_key_does_not_give_it_away(write_session: WriteSession) -> None:
    secret, made = await create_key(write_session, "Feed", ["read"])
    row = (await write_session.execute(select(api_keys))).mappings().one()
    hidden = secret.removeprefix(f"{made.prefix}_")
    assert not any(hidden in str(value) for value in row.values())
    assert row["sha256"] == hashlib.sha256(secret.encode()).hexdigest()


async def test_no_two_keys_are_alike(write_session: WriteSession) -> None:
    made = [await create_key(write_session, "Feed", ["read"]) for _ in range(20)]
    assert len({secret for secret, _ in made}) == len({key.prefix for _, key in made}) == 20
    assert [key.prefix for key in await list_keys(write_session)] == [key.prefix for _, key in made]


async def test_what_has_not_the_form_of_a_key_asks_the_database_nothing(
    write_session: WriteSession, statements: list[str]
) -> None:
    assert await find_key(write_session, "x" * 10_000_000) is None
    assert statements == []


async def test_a_key_allows_what_its_scopes_say(write_session: WriteSession) -> None:
    for scope in SCOPES:
        _, key = await create_key(write_session, scope, [scope])
        assert {each for each in SCOPES if key.allows(each)} == (set(SCOPES) if scope == "admin" else {scope})


@pytest.mark.parametrize(("days", "state"), [(1, "active"), (-1, "expired"), (0, "expired")])
async def test_a_key_expires(write_session: WriteSession, days: int, state: str) -> None:
    # The clock of the database is that of the transaction, which began before this moment.
    now: datetime = (await write_session.execute(text("SELECT now()"))).scalar_one()
    secret, _ = await create_key(write_session, "Feed", ["read"], now + timedelta(days))
    found = await find_key(write_session, secret)
    assert found
    assert found.state == state


async def test_a_revoked_key_stays_revoked(write_session: WriteSession) -> None:
    secret, made = await create_key(write_session, "Feed", ["read"], datetime(2000, 1, 1, tzinfo=UTC))
    revoked = await revoke_key(write_session, made.prefix)
    assert (revoked.state, revoked.revoked_at) == ("revoked", made.created_at)
    await write_session.execute(update(api_keys).values(revoked_at=datetime(2001, 1, 1, tzinfo=UTC)))
    again = await revoke_key(write_session, secret)
    assert again.revoked_at == datetime(2001, 1, 1, tzinfo=UTC)


async def test_one_that_is_not_there_is_not_revoked(write_session: WriteSession) -> None:
    await create_key(write_session, "Feed", ["read"])
    with pytest.raises(NotFound, match="keys list"):
        await revoke_key(write_session, "onr_")
    assert [key.state for key in await list_keys(write_session)] == ["active"]


async def test_use_is_noted_once_a_minute(write_session: WriteSession) -> None:
    async def key() -> Key:
        (found,) = await list_keys(write_session)
        return found

    await create_key(write_session, "Feed", ["read"])
    unused = await key()
    assert (unused.last_used_at, unused.use_is_noted) == (None, False)
    await note_use(write_session, unused)
    assert (await key()).use_is_noted
    earlier = unused.created_at - timedelta(seconds=59)
    for seconds, noted in ((59, earlier), (60, unused.created_at)):
        await write_session.execute(update(api_keys).values(last_used_at=unused.created_at - timedelta(seconds=seconds)))
        # By what another request has seen before: of many at once, one writes.
        await note_use(write_session, unused)
        assert (await key()).last_used_at == noted


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"scopes": []}, "api_keys_scopes"),
        ({"scopes": ["read", "write"]}, "api_keys_scopes"),
        ({"sha256": "onr_0_1"}, "api_keys_sha256"),
    ],
)
async def test_the_database_refuses_what_is_no_key(
    write_session: WriteSession, changed: dict[str, object], constraint: str
) -> None:
    row = {"name": "Feed", "prefix": "onr_0", "sha256": "0" * 64, "scopes": ["read"]} | changed
    with pytest.raises(IntegrityError, match=constraint):
        async with write_session.begin_nested():
            await write_session.execute(insert(api_keys).values(row))
