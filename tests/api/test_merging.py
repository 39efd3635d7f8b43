"""Who is one and who is two: merging, splitting, suggestions, duplicates."""

from datetime import date

import httpx
import pytest
from sqlalchemy import select

from app.db import WriteSession
from app.extract.document import Document
from app.ingest.store import Stored, store_extraction
from app.tables import appearances, distinctions
from tests.records import HARBOUR, again, harbour, is_consistent, person, store_harbour, store_people

pytestmark = pytest.mark.anyio


async def speakers_of(client: httpx.AsyncClient, article: Stored) -> list[str]:
    detail = (await client.get(f"/v1/articles/{article.article_id}?include=speakers")).json()
    return [speaker["slug"] for speaker in detail["speakers"]]


async def test_a_merge_moves_all_that_was_said(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    first = await store_people(write_session, person("Bill Holm"), person("Ana Ruiz"), mark="a")
    second = await store_people(write_session, person("William Holm", country="US"), person("Bill Holm"), mark="b")
    before = (await client.get("/v1/quotes?speaker=william-holm")).json()["data"]
    assert len(before) == 1
    answer = await client.post("/v1/speakers/bill-holm/merge", json={"speakers": ["william-holm"]})
    assert answer.status_code == 200, answer.text
    merged = answer.json()
    assert (merged["slug"], merged["quotes"], merged["formerly"]) == ("bill-holm", 3, ["william-holm"])
    assert len(merged["appearances"]) == 3
    assert await speakers_of(client, first) == ["bill-holm", "ana-ruiz"]
    assert await speakers_of(client, second) == ["bill-holm"]
    quotes = (await client.get("/v1/quotes?speaker=william-holm")).json()
    assert {quote["id"] for quote in before} < {quote["id"] for quote in quotes["data"]}
    assert len(quotes["data"]) == 3
    assert {each["slug"] for each in quotes["resolved"]["speaker"]} == {"bill-holm"}
    assert [each["slug"] for each in (await client.get("/v1/speakers")).json()["data"]] == ["ana-ruiz", "bill-holm"]


async def test_an_old_address_leads_to_the_new_one(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    for mark, name in enumerate(["Bill Holm", "William Holm", "Will Holm"]):
        await store_people(write_session, person(name), mark=str(mark))
    old = (await client.get("/v1/speakers/william-holm")).json()["id"]
    await client.post("/v1/speakers/william-holm/merge", json={"speakers": ["will-holm"]})
    await client.post("/v1/speakers/bill-holm/merge", json={"speakers": ["william-holm"]})
    for term in ("william-holm", "will-holm", old):
        answer = await client.get(f"/v1/speakers/{term}?x=1")
        assert (answer.status_code, answer.headers["Location"]) == (308, "/v1/speakers/bill-holm?x=1")
        assert answer.json()["type"] == "urn:onrecord:problem:moved"
    answer = await client.post("/v1/speakers/will-holm/split", json={"articles": [1]})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/v1/speakers/bill-holm/split")
    assert (await client.get("/v1/speakers/William Holm")).status_code == 200


async def test_a_merge_outlasts_reading_again_and_new_articles(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    await store_people(write_session, person("Bill Holm", country="SE"), mark="a")
    second = await store_people(write_session, person("William Holm"), mark="b")
    await client.post("/v1/speakers/bill-holm/merge", json={"speakers": ["william-holm"]})
    await again(write_session, second, person("William Holm"))
    third = await store_people(write_session, person("William Holm"), mark="c")
    assert await speakers_of(client, second) == await speakers_of(client, third) == ["bill-holm"]
    await again(write_session, second)
    assert (await client.get("/v1/speakers/william-holm")).status_code == 308


async def test_a_split_is_by_articles_and_outlasts_reading_again(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    stored = [await store_people(write_session, person("Ana Ruiz"), mark=mark) for mark in "abc"]
    answer = await client.post("/v1/speakers/ana-ruiz/split", json={"articles": [stored[1].article_id]})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == "/v1/speakers/ana-ruiz-2"
    new = answer.json()
    assert (new["slug"], new["quotes"], len(new["appearances"])) == ("ana-ruiz-2", 1, 1)
    await again(write_session, stored[1], person("Ana Ruiz"))
    await again(write_session, stored[0], person("Ana Ruiz"))
    await store_people(write_session, person("Ana Ruiz"), mark="d")
    assert [await speakers_of(client, each) for each in stored] == [["ana-ruiz"], ["ana-ruiz-2"], ["ana-ruiz"]]
    assert (await client.get("/v1/speakers/ana-ruiz")).json()["quotes"] == 2
    merged = (await client.post("/v1/speakers/ana-ruiz/merge", json={"speakers": [new["id"]]})).json()
    assert len(merged["appearances"]) == 4


async def test_what_is_said_of_whom_is_split_off_attracts_what_says_the_same(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    await store_people(write_session, person("Ana Ruiz"), mark="a")
    second = await store_people(write_session, person("Ana Ruiz", country="MX"), mark="b")
    await client.post("/v1/speakers/ana-ruiz/split", json={"articles": [second.article_id]})
    third = await store_people(write_session, person("Ana Ruiz", country="MX"), mark="c")
    assert await speakers_of(client, third) == ["ana-ruiz-2"]


async def test_stances_and_weapon_facts_go_along(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    topic = (await client.post("/v1/topics", json={"statement": "The harbour should be widened"})).json()["id"]
    stored = await store_harbour(write_session, topic_id=topic)
    other = await store_harbour(write_session, topic_id=topic, ending="\nmore")
    await client.post("/v1/speakers/tom-berg/split", json={"articles": [stored.article_id]})
    stances = (await client.get("/v1/stances?speaker=tom-berg-2")).json()["data"]
    assert [stance["article"]["id"] for stance in stances] == [stored.article_id]
    assert [stance["speaker"]["role"] for stance in stances] == ["Mayor"]
    await client.post("/v1/speakers/ana-ruiz/merge", json={"speakers": ["tom-berg", "tom-berg-2"]})
    stances = (await client.get(f"/v1/stances?speaker=ana-ruiz&article={other.article_id}")).json()["data"]
    assert [(stance["polarity"], stance["speaker"]["role"]) for stance in stances] == [
        ("oppose", "Mayor"),
        ("support", "Councillor"),
    ]
    summary = (await client.get(f"/v1/stances/summary?topic={topic}")).json()
    assert [side["polarity"] for side in summary["speakers"]] == ["mixed"]
    document = Document(HARBOUR, published_on=date(2024, 5, 7))
    await store_extraction(write_session, stored.article_id, stored.revision_id, document, harbour())
    assert await speakers_of(client, stored) == ["ana-ruiz", f"city-official-in-{stored.article_id}"]


@pytest.mark.parametrize(
    ("path", "body", "status", "pointer"),
    [
        ("ana-ruiz/merge", {"speakers": []}, 422, "/speakers"),
        ("ana-ruiz/merge", {"speakers": ["nobody"]}, 404, "/speakers/0"),
        ("ana-ruiz/merge", {"speakers": ["tom-berg", "OFFICIAL"]}, 422, "/speakers/1"),
        ("ana-ruiz/merge", {"speakers": ["tom-berg"], "into": "x"}, 422, "/into"),
        ("nobody/merge", {"speakers": ["tom-berg"]}, 404, None),
        ("ana-ruiz/split", {"articles": []}, 422, "/articles"),
        ("ana-ruiz/split", {"articles": [0]}, 422, "/articles/0"),
        ("ana-ruiz/split", {"articles": [999_999_999]}, 422, "/articles/0"),
        ("ana-ruiz/split", {"articles": ["OWN"]}, 409, "/articles"),
    ],
)
async def test_what_cannot_be(
    client: httpx.AsyncClient, write_session: WriteSession, path: str, body: dict[str, object], status: int, pointer: str
) -> None:
    stored = await store_harbour(write_session)
    known = {"OFFICIAL": f"city-official-in-{stored.article_id}", "OWN": stored.article_id}
    body = {
        name: [known.get(each, each) for each in value] if isinstance(value, list) else value
        for name, value in body.items()
    }
    answer = await client.post(f"/v1/speakers/{path}", json=body)
    assert answer.status_code == status
    assert [part.get("pointer") for part in answer.json().get("errors", [])] == ([pointer] if pointer else [])
    assert await speakers_of(client, stored) == ["ana-ruiz", "tom-berg", known["OFFICIAL"]]


async def test_merging_with_oneself_changes_nothing(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_harbour(write_session)
    before = (await client.get("/v1/speakers/ana-ruiz")).json()
    for _ in range(2):
        after = await client.post("/v1/speakers/ana-ruiz/merge", json={"speakers": ["ana-ruiz", "Ana Ruiz"]})
        assert after.json() == before


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=an", ["ana-ruiz"]),
        ("q=Ruiz", ["ana-ruiz"]),
        ("q=ana ru", ["ana-ruiz"]),
        ("q=ana+riuz", ["ana-ruiz"]),
        ("q=zaluzhski", ["igor-zaluzhsky"]),
        ("q=berg", ["tom-berg", "eva-berg"]),
        ("q=breg", ["tom-berg", "eva-berg"]),
        ("q=berg&limit=1", ["tom-berg"]),
        ("q=berg&kind=organization", []),
        ("q=official", []),
        ("q=...", []),
        ("q='!*:&", []),
        ("q=xyz", []),
    ],
)
async def test_suggestions(client: httpx.AsyncClient, write_session: WriteSession, query: str, expected: list[str]) -> None:
    await store_harbour(write_session)
    await store_people(write_session, person("Tom Berg"), person("Eva Berg"), person("Igor Zaluzhsky"))
    answer = await client.get(f"/v1/speakers/suggest?{query}")
    assert [each["slug"] for each in answer.json()["data"]] == expected


async def test_a_suggestion_says_what_matched(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_harbour(write_session)
    (ruiz,) = (await client.get("/v1/speakers/suggest?q=RUÍZ")).json()["data"]
    assert (ruiz["matched"], ruiz["score"], ruiz["articles"], ruiz["party"]) == ("ruiz", 1.0, 1, "Labour")


async def test_suggestions_are_one_statement(client: httpx.AsyncClient, statements: list[str]) -> None:
    await client.get("/v1/speakers/suggest?q=an")
    assert len(statements) == 1


async def test_duplicates_and_what_speaks_for_them(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_people(write_session, person("William Holm", country="US", party="Green"), mark="a")
    await store_people(write_session, person("Bill Holm", country="US"), mark="b")
    await store_people(write_session, person("William Holm", country="SE"), person("Wiliam Holm", country="US"), mark="c")
    await store_people(write_session, person("Holm", country="US", role="senator"), person("William Holmberg"), mark="d")
    found = (await client.get("/v1/speakers/william-holm/duplicates")).json()["data"]
    assert [(each["speaker"]["slug"], each["agrees"], each["differs"]) for each in found] == [
        ("bill-holm", ["country"], []),
        ("wiliam-holm", ["country"], []),
        ("holm", ["country"], []),
        ("william-holm-2", [], ["country"]),
    ]


async def test_an_article_that_names_both_speaks_against_their_being_one(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    await store_people(write_session, person("George Holm"), person("George W. Holm"))
    (other,) = (await client.get("/v1/speakers/george-holm/duplicates")).json()["data"]
    assert (other["speaker"]["slug"], other["together"], other["differs"]) == ("george-w-holm", 1, ["articles"])


async def test_duplicates_take_few_statements(
    client: httpx.AsyncClient, write_session: WriteSession, statements: list[str]
) -> None:
    for mark in range(12):
        await store_people(write_session, person(f"Ana Ruiz{mark}"), mark=str(mark))
    statements.clear()
    await client.get("/v1/speakers/ana-ruiz0/duplicates")
    assert len(statements) == 3


async def test_who_is_held_is_not_led_away_while_read_again(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    first = await store_people(write_session, person("Ana Ruiz"), mark="a")
    await client.post("/v1/speakers/ana-ruiz/merge", json={"speakers": ["ana-ruiz"]})
    await store_people(write_session, person("Ana Ruiz", country="ES"), mark="b")
    await again(write_session, first, person("Ana Ruiz"), person("Ana Ruiz", country="ES"))
    assert await is_consistent(write_session)
    assert (await client.get("/v1/speakers/ana-ruiz")).status_code == 200


async def test_a_name_in_other_letters_has_an_address_too(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    stored = [await store_people(write_session, person("Ана Руиз"), mark=mark) for mark in "ab"]
    await store_people(write_session, person("Юля Берг"), mark="c")
    answer = await client.post("/v1/speakers/Ана Руиз/split", json={"articles": [stored[0].article_id]})
    assert answer.status_code == 201
    assert (await client.get(answer.headers["Location"])).json()["id"] == answer.json()["id"]
    await client.post(f"/v1/speakers/{answer.json()['id']}/merge", json={"speakers": ["Юля Берг"]})
    moved = await client.get("/v1/speakers/юля-берг")
    assert moved.status_code == 308
    assert (await client.get(moved.headers["Location"])).json()["id"] == answer.json()["id"]


async def test_the_very_name_is_who_was_split_off(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    stored = [await store_people(write_session, person("Ana Ruiz"), mark=mark) for mark in "ab"]
    await client.post("/v1/speakers/ana-ruiz/split", json={"articles": [stored[0].article_id]})
    await again(write_session, stored[0], person("A. Ruiz"), person("Ana Ruiz"))
    assert set(await speakers_of(client, stored[0])) == {"a-ruiz", "ana-ruiz-2"}


async def test_a_split_takes_along_what_tells_apart(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    both = await store_people(write_session, person("George Holm"), person("George W. Holm"), mark="a")
    await store_people(write_session, person("George Holm"), mark="b")
    await client.post("/v1/speakers/george-holm/split", json={"articles": [both.article_id]})
    await store_people(write_session, person("George W. Holm"), mark="c")
    told = select(distinctions.c.persona_id).where(
        ~select(appearances.c.persona_id)
        .where(
            appearances.c.persona_id == distinctions.c.persona_id, appearances.c.revision_id == distinctions.c.revision_id
        )
        .exists()
    )
    assert (await write_session.scalars(told)).all() == []


async def test_duplicates_among_many_of_the_surname(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_people(
        write_session,
        *[person(f"{first}{second}a Holm") for first in "BDFGHKLMNPRSTVZ" for second in "aeioubdfghklmnprstvz"],
        mark="a",
    )
    await store_people(write_session, person("William Holm", country="US"), mark="b")
    await store_people(write_session, person("Bill Holm", country="US"), mark="c")
    found = (await client.get("/v1/speakers/william-holm/duplicates")).json()["data"]
    assert [each["speaker"]["slug"] for each in found] == ["bill-holm"]
