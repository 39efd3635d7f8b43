"""GET /v1/weapons and /v1/weapon-facts."""

import httpx
import pytest

from app.db import WriteSession
from app.queries.weapons import agree
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
        ("min=11&unit=km", 1),
        ("min=6&unit=miles", 1),
        ("min=7&unit=mi", 0),
        ("max=36100&unit=ft", 1),
        ("max=10000&unit=m", 0),
        ("min=1&max=20&unit=km", 1),
        ("min=1&unit=kg", 0),
        ("min=1&unit=item", 0),
        ("since=2024-05-07", 1),
        ("since=2024-05-08", 0),
        ("until=2024-05-07", 1),
        ("until=2024-05-06", 0),
    ],
)
async def test_filters(client: httpx.AsyncClient, query: str, expected: int) -> None:
    assert len((await client.get(f"/v1/weapon-facts?{query}")).json()["data"]) == expected


async def test_a_fact_is_of_its_own_date_before_that_of_its_article(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    await store_harbour(write_session, on="2024-03", ending="Again.")
    for query, expected in (
        ("until=2024-02-29", 0),
        ("until=2024-03-01", 1),
        ("since=2024-03-31&until=2024-04-30", 1),
        ("since=2024-04-01&until=2024-05-06", 0),
        ("since=2024-03-31", 2),
    ):
        assert len((await client.get(f"/v1/weapon-facts?{query}")).json()["data"]) == expected, query


async def test_without_any_date_nothing_is_since_or_until(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_harbour(write_session, published_on=None, ending="Again.")
    for query in ("since=0001-01-01&publisher=Nordkurier", "until=2999-01-01"):
        assert len((await client.get(f"/v1/weapon-facts?{query}")).json()["data"]) == 1


async def test_weapons_are_listed_with_the_number_of_facts(client: httpx.AsyncClient) -> None:
    (weapon,) = (await client.get("/v1/weapons?q=hellfire")).json()["data"]
    assert (weapon["slug"], weapon["facts"]) == ("agm-114-hellfire", 1)
    assert (await client.get("/v1/weapons?q=100%25")).json()["data"] == []


async def test_lists_are_one_statement(client: httpx.AsyncClient, statements: list[str]) -> None:
    for path in ("/v1/weapons?q=a", "/v1/weapon-facts?weapon=x&claimed_by=berg"):
        statements.clear()
        await client.get(path)
        assert len(statements) == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("min=3", "unit of min and max"),
        ("min=3&unit=cubits", "cubits"),
        ("min=-1&unit=km", "greater than or equal to 0"),
        ("min=inf&unit=km", "finite"),
        ("unit=", "is no unit"),
    ],
)
async def test_what_cannot_be_measured(client: httpx.AsyncClient, query: str, words: str) -> None:
    answer = await client.get(f"/v1/weapon-facts?{query}")
    assert answer.status_code == 422
    assert words in answer.json()["detail"]


async def test_the_ledger_of_a_weapon(client: httpx.AsyncClient, statements: list[str]) -> None:
    statements.clear()
    weapon = (await client.get("/v1/weapons/agm-114-hellfire")).json()
    assert len(statements) == 2
    (entry,) = weapon["ledger"]
    assert (weapon["facts"], entry["attribute"], entry["agree"]) == (1, "range", None)
    assert entry["claims"] == (await client.get("/v1/weapon-facts")).json()["data"]
    assert (await client.get("/v1/weapons/AGM-114 Hellfire")).json() == weapon
    assert (await client.get("/v1/weapons/sling")).status_code == 404


def claim(value: float, unit: str = "m", qualifier: str | None = None, value_max: float | None = None) -> dict[str, object]:
    return {"value": value, "value_max": value_max, "qualifier": qualifier, "si": {"value": value, "unit": unit}}


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([claim(300)], None),
        ([claim(300), claim(300)], True),
        ([claim(300), claim(302)], True),
        ([claim(1500 * 1.609), claim(2500)], True),
        ([claim(300), claim(340), claim(9, "kg")], False),
        ([claim(300), claim(340)], False),
        ([claim(300, qualifier="about"), claim(320)], True),
        ([claim(300, qualifier="more_than"), claim(500)], True),
        ([claim(300, qualifier="at_most"), claim(500)], False),
        ([claim(300, value_max=600), claim(500)], True),
        ([claim(300), claim(300, "kg")], None),
        ([claim(300), {"value": "supersonic", "value_max": None, "qualifier": None, "si": None}], None),
    ],
)
def test_whether_claims_agree(claims: list[dict[str, object]], expected: bool | None) -> None:
    assert agree(claims) is agree(claims[::-1]) is expected
