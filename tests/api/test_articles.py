"""/v1/articles: taking articles in, and reading them back."""

import hashlib
import json

import httpx
import pytest

from app.settings import Settings

pytestmark = pytest.mark.anyio

TEXT = """Mayor Lena Holt said on Friday, “The bridge will open in May.”

Holt told the Evening Echo that the delay was regrettable. “Nobody is happier than I am,” she said.
"""
PAGE = """<!doctype html><html lang="en"><head><title>Bridge to open</title>
<meta property="og:site_name" content="Evening Echo"><meta name="author" content="Sam Poe">
<meta property="article:published_time" content="2024-03-15T08:00:00Z"></head>
<body><nav>Home News Sport</nav><article><h1>Bridge to open</h1>
<p>The new bridge across the river will open in May, two years late and well over its budget, the city has announced.</p>
<p>“The bridge will open in May,” Mayor Lena Holt said on Friday at a meeting of the council, which had asked for a date.</p>
<p>Holt told the council that the delay was regrettable, and that the builders would pay for a part of what it had cost.</p>
</article></body></html>"""


async def test_text_in_record_out(client: httpx.AsyncClient) -> None:
    body = {"text": TEXT, "title": "Bridge", "publisher": "Evening Echo", "published_on": "2024-03-16"}
    created = await client.post("/v1/articles", json=body)
    assert created.status_code == 201, created.text
    article = created.json()
    assert article["text"] == TEXT
    assert article["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    opening = next(quote for quote in article["quotes"] if "open in May" in quote["text"])
    assert opening["speaker"]["name"] == "Lena Holt"
    assert opening["said_on"] == "2024-03-15"
    for quote in article["quotes"]:
        assert " ".join(TEXT[start:end] for start, end in quote["content"]) == quote["text"]
    assert "lena-holt" in {speaker["slug"] for speaker in article["speakers"]}
    again = await client.get(created.headers["location"] + "?include=quotes,speakers,stances&include=weapon_facts")
    assert again.json() == article


async def test_the_text_is_served_as_it_was_hashed(client: httpx.AsyncClient) -> None:
    article = (await client.post("/v1/articles", json={"text": TEXT + "\r\n\tÄ\U0001f600 \u2028end\n"})).json()
    answer = await client.get(f"/v1/articles/{article['id']}/text")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert hashlib.sha256(answer.content).hexdigest() == article["sha256"]
    assert (await client.get("/v1/articles/999999/text")).status_code == 404


async def test_quotes_of_an_article_in_reading_order_and_every_form(client: httpx.AsyncClient) -> None:
    article = (
        await client.post("/v1/articles", json={"text": "\U0001f600 " + TEXT, "url": "https://echo.example/b"})
    ).json()
    address = f"/v1/articles/{article['id']}/quotes"
    assert (await client.get(address)).json()["data"] == article["quotes"]
    page = await client.get(f"{address}?limit=1")
    following = await client.get(page.links["next"]["url"])
    assert following.json()["data"] == article["quotes"][1:2]
    found = await client.get(address, headers={"Accept": 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'})
    assert found.headers["content-type"] == 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    collection = found.json()
    assert collection["total"] == len(article["quotes"]) > 1
    for item, quote in zip(collection["first"]["items"], article["quotes"], strict=True):
        targets = item["target"] if isinstance(item["target"], list) else [item["target"]]
        words = [each["selector"][1]["exact"] for each in targets]
        assert " ".join(words) == quote["text"]
        assert [article["text"][each["selector"][0]["start"] : each["selector"][0]["end"]] for each in targets] == words
        text = await client.get(targets[0]["source"])
        assert text.text == article["text"]
    graph = (await client.get(f"{address}?format=jsonld")).json()["@graph"]
    assert [node["text"] for node in graph] == [quote["text"] for quote in article["quotes"]]
    assert len((await client.get(f"{address}?format=ndjson")).text.splitlines()) == len(article["quotes"]) + 1
    for refused in (f"{address}?format=atom", f"{address}?format=annotations&format=json"):
        assert (await client.get(refused)).status_code == 422
    assert (await client.get("/v1/articles/999999/quotes")).status_code == 404


async def test_the_same_text_twice_is_one_article(client: httpx.AsyncClient) -> None:
    first = await client.post("/v1/articles", json={"text": TEXT})
    second = await client.post("/v1/articles", json={"text": TEXT, "title": "Another title"})
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert len((await client.get("/v1/articles")).json()["data"]) == 1
    quotes = (await client.get("/v1/quotes?repeats=true")).json()["data"]
    assert len(quotes) == len(first.json()["quotes"])


async def test_changed_text_at_a_known_address_is_the_next_revision(client: httpx.AsyncClient) -> None:
    url = "https://echo.example/bridge"
    first = (await client.post("/v1/articles", json={"text": TEXT, "url": url})).json()
    second = (await client.post("/v1/articles", json={"text": TEXT + "Corrected.", "url": url + "#top"})).json()
    assert (second["id"], second["revision"]) == (first["id"], 2)
    listed = (await client.get("/v1/articles", params={"url": url})).json()["data"]
    assert [(article["revision"], article["sha256"]) for article in listed] == [(2, second["sha256"])]
    current = {quote["id"] for quote in (await client.get("/v1/quotes?repeats=true")).json()["data"]}
    assert current == {quote["id"] for quote in second["quotes"]}
    old = first["quotes"][0]
    assert (await client.get(f"/v1/quotes/{old['id']}")).json()["article"]["revision"] == 1


async def test_a_page_gives_its_article_and_what_it_says_of_itself(client: httpx.AsyncClient) -> None:
    article = (await client.post("/v1/articles", json={"html": PAGE, "title": "My title"})).json()
    assert "Home News Sport" not in article["text"]
    assert (article["title"], article["publisher"], article["byline"]) == ("My title", "Evening Echo", "Sam Poe")
    assert article["published_on"] == "2024-03-15"
    assert "Lena Holt" in {quote["speaker"]["name"] for quote in article["quotes"] if quote["speaker"]}


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({}, 422, "bad-input", "/text"),
        ({"text": ""}, 422, "empty-text", "/text"),
        ({"text": " \n "}, 422, "empty-text", "/text"),
        ({"text": "x", "html": "<p>x</p>"}, 422, "bad-input", "/html"),
        ({"text": "word " * 200_001}, 413, "text-too-long", "/text"),
        ({"text": "a\0b"}, 422, "unstorable-text", "/text"),
        ({"text": "fine", "title": "a\0b"}, 422, "unstorable-text", "/title"),
        ({"html": "<html><body></body></html>"}, 422, "no-article", "/html"),
        ({"html": "<nav>Home</nav>"}, 422, "no-article", "/html"),
        ({"url": "file:///etc/passwd"}, 422, "bad-input", "/url"),
        ({"text": "fine", "url": "https://a.example/" + "x" * 3000}, 422, "bad-input", "/url"),
        ({"url": "not an address"}, 422, "bad-input", "/url"),
        ({"url": "http://127.0.0.1/"}, 422, "forbidden-url", "/url"),
        ({"url": "http://localhost:9200/"}, 422, "forbidden-url", "/url"),
        ({"url": "http://[::ffff:10.0.0.1]/"}, 422, "forbidden-url", "/url"),
        ({"text": "fine", "url": "javascript:alert(1)"}, 422, "bad-input", "/url"),
        ({"text": "fine", "published_on": "yesterday"}, 422, "invalid-request", "/published_on"),
        ({"text": 7}, 422, "invalid-request", "/text"),
        ({"text": "fine", "autor": "x"}, 422, "invalid-request", "/autor"),
    ],
)
async def test_bad_input_names_the_field_and_stores_nothing(
    client: httpx.AsyncClient, body: dict[str, object], status: int, code: str, pointer: str
) -> None:
    await assert_refused(client, json.dumps(body).encode(), status, code, pointer)


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b'{"text": "caf\xe9"}', 400, "not-unicode", ""),
        (b'{"text": "half \\ud83d"}', 422, "unstorable-text", "/text"),
        (b'{"text": "open', 422, "invalid-request", ""),
        (b"[]", 422, "invalid-request", ""),
        (b"", 422, "invalid-request", ""),
    ],
)
async def test_bad_bytes_are_refused(client: httpx.AsyncClient, body: bytes, status: int, code: str, pointer: str) -> None:
    await assert_refused(client, body, status, code, pointer)


async def assert_refused(client: httpx.AsyncClient, body: bytes, status: int, code: str, pointer: str) -> None:
    answer = await client.post("/v1/articles", content=body, headers={"content-type": "application/json"})
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (status, status), problem
    assert problem["type"] == f"urn:onrecord:problem:{code}"
    assert pointer in {part.get("pointer") for part in problem["errors"]}
    assert (await client.get("/v1/articles")).json()["data"] == []
    assert (await client.get("/v1/speakers")).json()["data"] == []


async def test_a_body_beyond_every_limit_is_not_read(client: httpx.AsyncClient, settings: Settings) -> None:
    body = b'{"text": "' + b"x" * (2 * settings.max_download_bytes) + b'"}'
    answer = await client.post("/v1/articles", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/v1/articles/1", "/v1/articles/1?include=quotes"])
async def test_an_unknown_article_is_a_problem(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_an_unknown_part_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/articles/1?include=quotes,pictures")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "include"


async def test_a_list_is_one_statement(client: httpx.AsyncClient, statements: list[str]) -> None:
    statements.clear()
    await client.get("/v1/articles?publisher=x")
    assert len(statements) == 1


@pytest.mark.parametrize("field", ["title", "byline", "publisher", "url"])
async def test_a_blank_field_says_nothing(client: httpx.AsyncClient, field: str) -> None:
    answer = await client.post("/v1/articles", json={"text": TEXT, field: "  "})
    assert answer.status_code == 201
    assert answer.json()[field] is None


@pytest.mark.parametrize("day", [0, 1.5, "0", "1700000000", "2024-02-30", "2024-02-03T10:00:00", "", True])
async def test_a_day_is_written_out(client: httpx.AsyncClient, day: object) -> None:
    answer = await client.post("/v1/articles", json={"text": TEXT, "published_on": day})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/published_on"
