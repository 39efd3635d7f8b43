"""GET /v1/speakers: the people on record, and what articles say of them."""

from datetime import date

import httpx
import pytest

from app.db import WriteSession
from tests.records import HARBOUR, person, store_harbour, store_people

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def officials(write_session: WriteSession) -> list[str]:
    """The slugs of the unnamed source of either article."""
    stored = (
        await store_harbour(write_session),
        await store_harbour(write_session, ending="\nagain", published_on=date(2024, 6, 1)),
    )
    return [f"city-official-in-{article.article_id}" for article in stored]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["ana-ruiz", "OFFICIAL", "OFFICIAL", "tom-berg"]),
        ("anonymous=true", ["OFFICIAL", "OFFICIAL"]),
        ("anonymous=false", ["ana-ruiz", "tom-berg"]),
        ("q=ruiz", ["ana-ruiz"]),
        ("q=ru", ["ana-ruiz"]),
        ("q=an", ["ana-ruiz"]),
        ("q=uiz", []),
        ("q=100%25", []),
        ("party=labour", ["ana-ruiz"]),
        ("party=Labour&q=berg", []),
        ("kind=organization", []),
        ("country=SE", []),
        ("quoted=true&anonymous=false", ["ana-ruiz", "tom-berg"]),
        ("quoted=false", []),
        ("limit=1", ["ana-ruiz"]),
    ],
)
async def test_filters(client: httpx.AsyncClient, officials: list[str], query: str, expected: list[str]) -> None:
    slugs = [speaker["slug"] for speaker in (await client.get(f"/v1/speakers?{query}")).json()["data"]]
    assert ["OFFICIAL" if slug in officials else slug for slug in slugs] == expected


async def test_one_speaker_across_articles_with_what_each_says(client: httpx.AsyncClient) -> None:
    speaker = (await client.get("/v1/speakers/ana-ruiz")).json()
    assert speaker["name"] == "Ana Ruiz"
    assert speaker["names"] == ["Ana Ruiz"]
    assert speaker["quotes"] == 4
    assert [each["article"]["published_on"] for each in speaker["appearances"]] == ["2024-06-01", "2024-05-07"]
    assert speaker["appearances"][0]["party"] == "Labour"
    ((start, end),) = speaker["appearances"][0]["evidence"]["party"]
    assert HARBOUR[start:end] == "Labour"


async def test_a_source_without_a_name(client: httpx.AsyncClient, officials: list[str]) -> None:
    source = (await client.get(f"/v1/speakers/{officials[0]}")).json()
    assert (source["anonymous"], source["count"], source["reason"]) == (True, 1, None)
    ((start, end),) = source["appearances"][0]["evidence"]["count"]
    assert HARBOUR[start:end] == "A city official"
    quote = (await client.get(f"/v1/quotes?speaker={officials[0]}")).json()["data"][0]
    assert quote["speaker"]["count"] == 1


@pytest.mark.parametrize("term", ["tom-berg", "Tom Berg", "TOM BERG", "berg"])
async def test_id_slug_and_name_find_a_speaker(client: httpx.AsyncClient, term: str) -> None:
    speaker = (await client.get(f"/v1/speakers/{term}")).json()
    assert speaker["slug"] == "tom-berg"
    assert (await client.get(f"/v1/speakers/{speaker['id']}")).json() == speaker


async def test_a_name_of_two_speakers_is_a_conflict_that_lists_them(
    client: httpx.AsyncClient, officials: list[str]
) -> None:
    problem = (await client.get("/v1/speakers/City%20official")).json()
    assert problem["status"] == 409
    for slug in officials:
        assert slug in problem["detail"]
        assert (await client.get(f"/v1/speakers/{slug}")).json()["slug"] == slug


async def test_a_slug_is_its_speaker_though_another_has_the_name(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    await store_people(write_session, person("Tom Berg", country="SE"))
    await store_people(write_session, person("Tom Berg", country="NO"))
    assert (await client.get("/v1/speakers/Tom%20Berg")).status_code == 409
    answers = [(await client.get(f"/v1/speakers/{slug}")).json() for slug in ("tom-berg", "tom-berg-2", "tom-berg-3")]
    assert [answer["slug"] for answer in answers] == ["tom-berg", "tom-berg-2", "tom-berg-3"]
    assert {answer["country"] for answer in answers} == {None, "SE", "NO"}


async def test_nobody_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/speakers/nobody-at-all")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:onrecord:problem:not-found"


async def test_a_list_is_one_statement(client: httpx.AsyncClient, statements: list[str]) -> None:
    statements.clear()
    await client.get("/v1/speakers?q=ruiz&party=labour&quoted=true")
    assert len(statements) == 1
