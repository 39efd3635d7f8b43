"""/v1/topics: registering a topic judges what is stored."""

import httpx
import pytest

pytestmark = pytest.mark.anyio

ARTICLE = """The council voted on whether to ban cars from the old town.

Councillor Mia Falk supports the ban. “We must ban cars from the old town now,” Falk said.

“Banning cars from the old town would be a disaster for shops, and I oppose it,” said Karl Brandt, a shopkeeper.
"""


async def test_a_new_topic_is_judged_over_what_is_stored(client: httpx.AsyncClient) -> None:
    article = (await client.post("/v1/articles", json={"text": ARTICLE})).json()
    assert article["stances"] == []
    created = await client.post("/v1/topics", json={"statement": "Cars should be banned from the old town", "slug": "cars"})
    assert created.status_code == 201, created.text
    topic = created.json()
    assert (topic["articles"], topic["pending"]) == (1, 0)
    assert topic["stances"] >= 2
    assert created.headers["location"] == "/v1/topics/cars"
    summary = (await client.get("/v1/stances/summary?topic=cars")).json()
    sides = {each["speaker"]["name"]: each["polarity"] for each in summary["speakers"]}
    assert sides["Mia Falk"] == "support"
    assert sides["Karl Brandt"] == "oppose"
    kept = (await client.get(f"/v1/articles/{article['id']}?include=quotes")).json()["quotes"]
    assert kept == article["quotes"]


async def test_an_article_is_judged_on_arrival(client: httpx.AsyncClient) -> None:
    await client.post("/v1/topics", json={"statement": "Cars should be banned from the old town", "slug": "cars"})
    article = (await client.post("/v1/articles", json={"text": ARTICLE})).json()
    assert {stance["topic"]["slug"] for stance in article["stances"]} == {"cars"}
    assert (await client.get("/v1/topics/cars")).json()["articles"] == 1


async def test_the_same_topic_again_and_a_taken_slug(client: httpx.AsyncClient) -> None:
    body = {"statement": "Cars should be banned", "slug": "cars", "keywords": ["traffic"]}
    first = await client.post("/v1/topics", json=body)
    again = await client.post("/v1/topics", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    taken = await client.post("/v1/topics", json={"statement": "Cars are good", "slug": "cars"})
    assert taken.status_code == 409
    assert taken.json()["errors"][0]["pointer"] == "/slug"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"statement": "x"},
        {"statement": "Fine", "slug": "Not A Slug"},
        {"statement": "Fine", "x": 1},
        {"statement": "    "},
        {"statement": "…!?"},
        {"statement": "Fine", "slug": "2024"},
        {"statement": "Fine", "keywords": [" "]},
    ],
)
async def test_bad_topics_are_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    answer = await client.post("/v1/topics", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_lists_and_lookups(client: httpx.AsyncClient, statements: list[str]) -> None:
    for slug in ("b", "a", "c"):
        await client.post("/v1/topics", json={"statement": f"Topic {slug}", "slug": slug})
    statements.clear()
    answer = await client.get("/v1/topics?limit=2")
    assert len(statements) == 1
    assert [topic["slug"] for topic in answer.json()["data"]] == ["a", "b"]
    following = await client.get(answer.links["next"]["url"])
    assert [topic["slug"] for topic in following.json()["data"]] == ["c"]
    assert (await client.get("/v1/topics/nowhere")).status_code == 404


async def test_a_topic_in_another_script_has_an_address(client: httpx.AsyncClient) -> None:
    created = await client.post("/v1/topics", json={"statement": "Мост нужно построить"})
    assert created.status_code == 201
    assert (await client.get(created.headers["location"])).json() == created.json()
    assert (await client.get("/v1/stances/summary", params={"topic": created.json()["slug"]})).status_code == 200
