"""GET /v1/quotes: filters, pages, what names resolve to, and what it costs."""

import hashlib
import json
from datetime import date
from typing import get_args
from xml.etree import ElementTree

import httpx
import pytest
from sqlalchemy import text

from app.db import WriteSession
from app.ingest.topics import register_topic
from app.queries.quotefilter import QuoteField
from app.schemas import FoundQuote
from tests.records import HARBOUR, store_harbour

pytestmark = pytest.mark.anyio


@pytest.fixture
async def topic_id(write_session: WriteSession) -> int:
    topic_id, _ = await register_topic(write_session, "The harbour should be widened", "harbour", aliases=["docks"])
    await store_harbour(write_session, topic_id=topic_id)
    return topic_id


async def texts(client: httpx.AsyncClient, query: str) -> set[str]:
    answer = await client.get(f"/v1/quotes?{query}")
    assert answer.status_code == 200, answer.text
    return {quote["text"] for quote in answer.json()["data"]}


ATOM = "{http://www.w3.org/2005/Atom}"
WIDENED = "“The harbour must be widened.”"
FAIR = "that the cost was fair"
FOLLY = "“We shall not widen the harbour,”"
RANGE = "the Hellfire missile has a range of 11 km"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {WIDENED, FAIR, FOLLY, RANGE}),
        ("speaker=ruiz", {WIDENED, FAIR}),
        ("speaker=Ana%20Ruiz", {WIDENED, FAIR}),
        ("speaker=ana-ruiz", {WIDENED, FAIR}),
        ("speaker=ana-ruiz&kind=direct", {WIDENED}),
        ("speaker=ruiz&speaker=berg", {WIDENED, FAIR, FOLLY}),
        ("speaker=nobody", set()),
        ("kind=indirect", {FAIR, RANGE}),
        ("assertion=denied", {FOLLY}),
        ("q=widen", {WIDENED, FOLLY}),
        ("q=widen+-not", {WIDENED, FOLLY}),  # "not" is a stop word of English full text
        ("q=%22cost+was+fair%22", {FAIR}),
        ("topic=harbour", {WIDENED, FOLLY}),
        ("topic=docks&polarity=oppose", {FOLLY}),
        ("polarity=support", {WIDENED}),
        ("weapon=hellfire", {RANGE}),
        ("weapon=agm-114-hellfire", {RANGE}),
        ("publisher=Nordkurier", {WIDENED, FAIR, FOLLY, RANGE}),
        ("publisher=Elsewhere", set()),
        ("said_from=2024-05-06&said_to_date=2024-05-06", {WIDENED}),
        ("said_from=2024-05-07", set()),
        ("published_from=2024-05-07&published_to=2024-05-07", {WIDENED, FAIR, FOLLY, RANGE}),
        ("published_to=2024-05-06", set()),
        ("min_confidence=0.7", {WIDENED, FAIR, FOLLY}),
        ("not_speaker=ruiz", {FOLLY, RANGE}),
        ("not_speaker=ruiz&not_speaker=berg", {RANGE}),
        ("not_speaker=nobody", {WIDENED, FAIR, FOLLY, RANGE}),
        ("speaker=ruiz&not_speaker=ruiz", set()),
        ("role=mayor", {FOLLY}),
        ("role=Mayor&role=councillor", {WIDENED, FAIR, FOLLY}),
        ("role=may", set()),
        ("party=labour", {WIDENED, FAIR}),
        ("country=us", set()),
        ("anonymous=true", {RANGE}),
        ("anonymous=false", {WIDENED, FAIR, FOLLY}),
        ("said_to=nord", {FOLLY}),
        ("said_to=RADIO", {FOLLY}),
        ("said_to=nord%20sky", set()),
        ("via=press", {RANGE}),
        ("medium=Interview", {FOLLY}),
        ("language=EN", {WIDENED, FAIR, FOLLY, RANGE}),
        ("language=de", set()),
        ("mentions=hellfire", {RANGE}),
        ("mentions=nobody", set()),
        ("q=harbour&sort=relevance", {WIDENED, FOLLY}),
        ("sort=oldest", {WIDENED, FAIR, FOLLY, RANGE}),
        ("published_from=0001-01-01&published_to=9999-12-31", {WIDENED, FAIR, FOLLY, RANGE}),
        ("published_from=2024-05-08&published_to=2024-05-06", set()),
        ("said_to=%27%27%27", set()),
        ("role=%21%26%7C%28", set()),
    ],
)
async def test_filters(client: httpx.AsyncClient, topic_id: int, query: str, expected: set[str]) -> None:
    assert await texts(client, query) == expected


async def test_an_undated_article_is_within_no_days(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_harbour(write_session, published_on=None)
    assert len(await texts(client, "")) == 4
    for within in ("published_from=0001-01-01", "published_to=9999-12-31"):
        assert await texts(client, within) == set()


async def test_who_is_named_in_a_quote_can_be_asked_for(client: httpx.AsyncClient) -> None:
    text = "“I trust Tom Berg in this,” said Mayor Lena Holt. Tom Berg said: “That is kind of her.”"
    await client.post("/v1/articles", json={"text": text})
    for name in ("berg", "tom-berg", "Tom Berg"):
        answer = (await client.get("/v1/quotes", params={"mentions": name})).json()
        assert [quote["speaker"]["name"] for quote in answer["data"]] == ["Lena Holt"]
        assert [each["slug"] for each in answer["resolved"]["mentions"]] == ["tom-berg"]


async def test_words_that_were_searched_for_are_shown(client: httpx.AsyncClient, topic_id: int) -> None:
    answer = (await client.get("/v1/quotes?q=widening+harbours&fields=text,highlights")).json()
    for quote in answer["data"]:
        assert set(quote) == {"text", "highlights"}
        assert [HARBOUR[start:end] for start, end in quote["highlights"]] in (["harbour", "widened"], ["widen", "harbour"])
    assert "highlights" not in (await client.get("/v1/quotes")).json()["data"][0]


async def test_the_likeliest_come_first_page_by_page(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    for day in (1, 2, 3):
        await store_harbour(write_session, published_on=date(2024, 1, day), ending=f"\n{day}")
    whole = (await client.get("/v1/quotes?q=harbour+or+widen+or+cost&sort=relevance")).json()["data"]
    assert {quote["text"] for quote in whole[:6]} == {WIDENED, FOLLY}
    assert [quote["text"] for quote in whole[6:]] == [FAIR] * 3
    paged, url = [], "/v1/quotes?q=harbour+or+widen+or+cost&sort=relevance&limit=2"
    while url:
        answer = await client.get(url)
        paged += answer.json()["data"]
        url = answer.links["next"]["url"] if "next" in answer.links else ""
    assert paged == whole
    oldest = (await client.get("/v1/quotes?sort=oldest&limit=2")).json()
    assert {quote["article"]["published_on"] for quote in oldest["data"]} == {"2024-01-01"}
    refused = await client.get("/v1/quotes?sort=relevance")
    assert refused.status_code == 422
    assert "q" in refused.json()["detail"]


async def test_the_sentences_around_a_quote(client: httpx.AsyncClient, topic_id: int) -> None:
    quotes = (await client.get("/v1/quotes?include=context")).json()["data"]
    around = {quote["text"]: quote["context"] for quote in quotes}
    for context in around.values():
        for passage in filter(None, context.values()):
            assert HARBOUR[passage["start"] : passage["end"]] == passage["text"]
    assert around[FAIR]["sentence"]["text"] == "She added that the cost was fair."
    assert around[FAIR]["before"]["text"].endswith("“The harbour must be widened.”")
    assert around[FAIR]["after"]["text"] == "Mayor Tom Berg called it a folly."
    assert around[RANGE]["after"] is None


async def test_fields_that_are_asked_for_are_sent_and_no_others(client: httpx.AsyncClient, topic_id: int) -> None:
    answer = await client.get("/v1/quotes?fields=id,text&fields=speaker&limit=1&count=exact")
    assert [set(quote) for quote in answer.json()["data"]] == [{"id", "text", "speaker"}]
    assert answer.json()["page"]["count"]["rows"] == 4
    assert answer.links["next"]
    lines = (await client.get("/v1/quotes?fields=text&format=ndjson")).text.splitlines()
    assert {tuple(json.loads(line)) for line in lines[:-1]} == {("text",)}
    table = await client.get("/v1/quotes?fields=text,id&format=csv")
    assert table.text.removeprefix("\ufeff").splitlines()[0] == "text,id"
    misspelt = (await client.get("/v1/quotes?fields=id,texts")).json()
    assert misspelt["errors"][0]["suggestion"] == "text"
    assert (await client.get("/v1/quotes?fields=id&format=atom")).status_code == 422


def test_every_field_can_be_asked_for() -> None:
    assert set(get_args(QuoteField)) == set(FoundQuote.model_fields)


async def test_a_quote_carries_its_receipts(client: httpx.AsyncClient, topic_id: int) -> None:
    (quote,) = (await client.get("/v1/quotes?speaker=berg")).json()["data"]
    cut = lambda spans: [HARBOUR[start:end] for start, end in spans]  # noqa: E731
    assert cut(quote["content"]) == [quote["text"]]
    assert cut(quote["source"]) == ["Berg"]
    assert cut(quote["cue"]) == ["told"]
    assert quote["cue_text"] == "told"
    assert quote["said_to"] == "Radio Nord"
    assert quote["speaker"]["role"] == "Mayor"
    assert quote["article"]["publisher"] == "Nordkurier"
    alone = await client.get(f"/v1/quotes/{quote['id']}")
    assert alone.json() == quote


async def test_what_a_name_resolved_to_is_in_the_answer(client: httpx.AsyncClient, topic_id: int) -> None:
    answer = (await client.get("/v1/quotes?speaker=berg&speaker=nobody&topic=docks")).json()
    assert [(each["asked"], each["slug"]) for each in answer["resolved"]["speaker"]] == [("berg", "tom-berg")]
    assert [(each["asked"], each["slug"]) for each in answer["resolved"]["topic"]] == [("docks", "harbour")]


async def test_a_list_is_one_statement_and_a_refusal_none(
    client: httpx.AsyncClient, topic_id: int, statements: list[str]
) -> None:
    for query in ("", "speaker=ruiz&not_speaker=x&mentions=y&topic=harbour&weapon=x&q=harbour&include=context", "limit=1"):
        statements.clear()
        assert (await client.get(f"/v1/quotes?{query}")).status_code == 200
        assert len(statements) == 1, query
    for query in ("speeker=ruiz", "limit=0", "kind=rumour", "said_from=yesterday", "cursor=x"):
        statements.clear()
        assert (await client.get(f"/v1/quotes?{query}")).status_code in (400, 422)
        assert statements == [], query


async def test_pages_hold_every_quote_once_in_order(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    for day in range(1, 6):
        await store_harbour(write_session, published_on=date(2024, 1, day), ending=f"\n{day}")
    await store_harbour(write_session, published_on=None, ending="\nundated")
    seen: list[tuple[str, int]] = []
    url = "/v1/quotes?limit=7&speaker=ruiz&speaker=berg"
    while url:
        answer = await client.get(url)
        body = answer.json()
        seen += [(quote["article"]["published_on"] or "", quote["id"]) for quote in body["data"]]
        assert body["page"]["has_more"] == ("next" in answer.links)
        url = answer.links["next"]["url"] if "next" in answer.links else ""
    assert len(seen) == len(set(seen)) == 18
    assert seen == sorted(seen, reverse=True)


async def test_a_query_can_be_followed_in_a_feed_reader(client: httpx.AsyncClient, topic_id: int) -> None:
    answer = await client.get("/v1/quotes?speaker=ruiz&limit=1", headers={"Accept": "application/atom+xml"})
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ElementTree.fromstring(answer.text)
    assert [each.text for each in feed.iter(f"{ATOM}content")] == [FAIR]
    links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")}
    assert links["self"] == str(answer.url)
    following = ElementTree.fromstring((await client.get(links["next"], headers={"Accept": "application/atom+xml"})).text)
    assert [each.text for each in following.iter(f"{ATOM}content")] == [WIDENED]
    assert following.findtext(f"{ATOM}id") == feed.findtext(f"{ATOM}id")
    empty = await client.get("/v1/quotes?speaker=nobody&format=atom")
    assert ElementTree.fromstring(empty.text).findtext(f"{ATOM}updated")


async def test_quotes_are_linked_data(client: httpx.AsyncClient, topic_id: int) -> None:
    answer = await client.get("/v1/quotes?speaker=ruiz", headers={"Accept": "application/ld+json"})
    assert answer.headers["content-type"] == "application/ld+json"
    assert {(node["@type"], node["text"]) for node in answer.json()["@graph"]} == {("Quotation", WIDENED), ("Claim", FAIR)}


async def test_one_quote_as_linked_data_and_in_its_context(client: httpx.AsyncClient, topic_id: int) -> None:
    (quote,) = (await client.get("/v1/quotes?speaker=berg&include=context")).json()["data"]
    assert (await client.get(f"/v1/quotes/{quote['id']}?include=context")).json() == quote
    linked = await client.get(f"/v1/quotes/{quote['id']}", headers={"Accept": "application/ld+json"})
    assert linked.headers["content-type"] == "application/ld+json"
    assert (linked.json()["@context"], linked.json()["text"]) == ("https://schema.org", FOLLY)
    assert (await client.get(f"/v1/quotes/{quote['id']}", headers={"Accept": "text/csv"})).status_code == 406


async def test_a_quote_is_verified_against_the_stored_text(client: httpx.AsyncClient, topic_id: int) -> None:
    for quote in (await client.get("/v1/quotes")).json()["data"]:
        receipt = (await client.get(f"/v1/quotes/{quote['id']}/verify")).json()
        assert receipt["verified"] is True
        assert set(receipt["checks"].values()) == {True}
        assert receipt["sha256"] == hashlib.sha256(HARBOUR.encode()).hexdigest() == quote["article"]["sha256"]
        assert (receipt["characters"], receipt["current"]) == (len(HARBOUR), True)
        assert [each["text"] for each in receipt["content"]] == [quote["text"]]
        assert [each["text"] for each in receipt["cue"]] == [quote["cue_text"]]
        ((position, words),) = receipt["selectors"]
        assert HARBOUR[position["start"] : position["end"]] == words["exact"] == quote["text"]


@pytest.mark.parametrize(
    ("forged", "check"),
    [
        ("UPDATE quotes SET text = 'The harbour must be deepened.'", "text"),
        ("UPDATE quotes SET cue_text = 'shouted'", "cue"),
        ("UPDATE quotes SET source = '{[1,100000)}'", "spans"),
        ("UPDATE revisions SET text = text || 'x'", "sha256"),
    ],
)
async def test_what_was_tampered_with_is_not_verified(
    client: httpx.AsyncClient, topic_id: int, write_session: WriteSession, forged: str, check: str
) -> None:
    # What no client of the database can do: the checks and triggers that refuse it are taken away.
    await write_session.execute(text("ALTER TABLE revisions DROP CONSTRAINT revisions_sha256_check"))
    await write_session.execute(text("SET LOCAL session_replication_role = replica"))
    await write_session.execute(text(forged))
    for quote in (await client.get("/v1/quotes")).json()["data"]:
        receipt = (await client.get(f"/v1/quotes/{quote['id']}/verify")).json()
        assert receipt["verified"] is False
        assert [name for name, holds in receipt["checks"].items() if not holds] == [check]


async def test_an_unknown_quote_is_a_problem(client: httpx.AsyncClient) -> None:
    for address in ("/v1/quotes/999999", "/v1/quotes/999999/verify"):
        answer = await client.get(address)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
