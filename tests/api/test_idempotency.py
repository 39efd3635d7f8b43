"""Idempotency-Key: a request that comes again has no second effect."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from app.api.idempotency import read_key
from app.db import Sessions, WriteSession
from app.ingest.idempotency import IdempotencyKey, hold
from app.tables import articles, idempotency_keys

pytestmark = pytest.mark.anyio

BODY = {"text": "Mayor Lena Holt said: “We must build the tram now.”", "published_on": "2024-03-16"}


async def post(
    client: httpx.AsyncClient, body: object = BODY, key: str = '"k-1"', prefer: str = "wait=10"
) -> httpx.Response:
    return await client.post("/v1/articles", json=body, headers={"Idempotency-Key": key, "Prefer": prefer})


async def count(session: WriteSession) -> int:
    return await session.scalar(select(func.count()).select_from(articles)) or 0


async def test_a_request_sent_again_is_answered_as_the_first_time(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    first, again = await post(client, prefer=""), await post(client, prefer="")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    waited = await post(client)
    assert (waited.status_code, waited.json()["id"]) == (201, first.json()["article"])
    other = await post(client, key="k-2", prefer="")
    assert (other.status_code, other.json()["id"]) == (200, first.json()["article"])
    assert (await post(client, key="k-2")).status_code == 200
    assert await count(write_session) == 1


async def test_the_order_of_fields_makes_no_other_body(client: httpx.AsyncClient) -> None:
    first = await post(client)
    again = await post(client, dict(reversed(BODY.items())))
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_key_that_comes_with_another_body_is_refused(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    await post(client)
    answer = await post(client, BODY | {"title": "Tram"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:onrecord:problem:key-reused"
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert await count(write_session) == 1


async def test_what_was_refused_uses_up_no_key(client: httpx.AsyncClient) -> None:
    half = {
        "content": rb'{"text": "half \ud83d"}',
        "headers": {"Idempotency-Key": "k-1", "Content-Type": "application/json"},
    }
    assert (await client.post("/v1/articles", **half)).json()["type"].endswith("unstorable-text")  # type: ignore[arg-type]
    assert (await post(client, {"text": " "})).status_code == 422
    assert (await post(client)).status_code == 201


async def test_a_key_that_is_in_use_is_a_conflict(client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    async with Sessions.of_engine(engine).writing() as session:
        await hold(session, IdempotencyKey("POST /v1/articles", "k-1", b""))
        answer = await post(client)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:onrecord:problem:conflict")
    assert (await post(client)).status_code == 201


async def test_a_key_is_free_again_after_a_day(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await post(client)
    for hours, status in ((23.9, 422), (0.2, 201)):
        earlier = idempotency_keys.c.created_at - timedelta(hours=hours)
        await write_session.execute(update(idempotency_keys).values(created_at=earlier))
        assert (await post(client, BODY | {"text": "Another text."})).status_code == status


@pytest.mark.parametrize("key", ["", '""', "two words", "é".encode(), '"open', 'a"b', "x" * 256, "a\\b"])
async def test_what_is_no_key_is_refused(client: httpx.AsyncClient, key: str | bytes) -> None:
    answer = await client.post("/v1/articles", json=BODY, headers=[(b"Idempotency-Key", key)])  # type: ignore[list-item]
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_key_may_be_quoted_or_not() -> None:
    assert read_key('"8e03978e 40d5"') == "8e03978e 40d5"
    assert read_key(" 8e03978e ") == "8e03978e"
    assert read_key("x" * 255) == "x" * 255
    assert read_key(None) is None
