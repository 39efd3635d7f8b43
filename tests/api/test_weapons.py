"""GET /v1/weapons and /v1/weapon-facts."""

import httpx
import pytest

from app.db import WriteSession
from tests.records import HARBOUR, store_harbour

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def stored(write_session: WriteSession) -> None:
    await store_harbour(write_session)


async def test_a_fact_carries_its_receipts(client: httpx.AsyncClient) -> None:
    (fact,) = (await client.get("/v1/weapon-facts")).json()["data"]
    assert (fact["weapon"]["name"], fact["attribute"]) == ("AGM-114 Hellfire", "range")
    assert (fact["value"], fact["unit"], fact["si"]) == (11.0, "km", {"value": 11000.0, "unit": "m"})
    assert fact["evidence_text"] == "has a range of 11 km"
    ((start, end),) = fact["mention"]
    assert HARBOUR[start:end] == "Hellfire missile"
    assert fact["claimed_by"]["name"] == "city official"
    assert (await client.get(f"/v1/quotes/{fact['quote']}")).json()["speaker"]["id"] == fact["claimed_by"]["id"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("weapon=agm-114-hellfire", 1),
        ("weapon=AGM-114%20Hellfire", 1),
        ("weapon=javelin", 0),
        ("attribute=range", 1),
        ("attribute=speed&attribute=range", 1),
        ("attribute=speed", 0),
        ("claimed_by=city-official", 1),
        ("claimed_by=berg", 0),
        ("party=russia", 0),
        ("min_confidence=0.9", 0),
    ],
)
async def test_filters(client: httpx.AsyncClient, query: str, expected: int) -> None:
    assert len((await client.get(f"/v1/weapon-facts?{query}")).json()["data"]) == expected


async def test_weapons_are_listed_with_the_number_of_facts(client: httpx.AsyncClient) -> None:
    (weapon,) = (await client.get("/v1/weapons?q=hellfire")).json()["data"]
    assert (weapon["slug"], weapon["facts"]) == ("agm-114-hellfire", 1)
    assert (await client.get("/v1/weapons?q=100%25")).json()["data"] == []


async def test_lists_are_one_statement(client: httpx.AsyncClient, statements: list[str]) -> None:
    for path in ("/v1/weapons?q=a", "/v1/weapon-facts?weapon=x&claimed_by=berg"):
        statements.clear()
        await client.get(path)
        assert len(statements) == 1
