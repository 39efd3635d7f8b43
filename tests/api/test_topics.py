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


async def test_an_edit_judges_again(client: httpx.AsyncClient) -> None:
    await client.post("/v1/articles", json={"text": "Mayor Lena Holt said: “We must build the tram now.”"})
    first = (await client.post("/v1/topics", json={"statement": "The tram should be built", "slug": "tram"})).json()
    assert (first["articles"], first["stances"]) == (1, 1)
    same = (await client.patch("/v1/topics/tram", json={"statement": "The tram should be built"})).json()
    assert same == first
    stance = (await client.get("/v1/stances?topic=tram")).json()["data"][0]["id"]
    renamed = (await client.patch("/v1/topics/tram", json={"slug": "the-tram", "aliases": []})).json()
    assert renamed == first | {"slug": "the-tram"}
    assert (await client.get("/v1/stances?topic=the-tram")).json()["data"][0]["id"] == stance
    edited = (
        await client.patch("/v1/topics/the-tram", json={"statement": "Bridges should be free", "keywords": ["bridge"]})
    ).json()
    assert (edited["id"], edited["statement"], edited["keywords"]) == (first["id"], "Bridges should be free", ["bridge"])
    assert (edited["articles"], edited["pending"], edited["stances"]) == (1, 0, 0)


async def test_a_deleted_topic_takes_its_stances_along_and_nothing_else(client: httpx.AsyncClient) -> None:
    await client.post("/v1/articles", json={"text": "Mayor Lena Holt said: “We must build the tram now.”"})
    await client.post("/v1/topics", json={"statement": "The tram should be built", "slug": "tram"})
    answer = await client.delete("/v1/topics/tram")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get("/v1/topics/tram")).status_code == 404
    assert (await client.get("/v1/stances")).json()["data"] == []
    assert len((await client.get("/v1/quotes")).json()["data"]) == 1
    assert (await client.delete("/v1/topics/tram")).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"statement": ""}, 422, "/statement"),
        ({"slug": "7"}, 422, "/slug"),
        ({"slug": None}, 422, "/slug"),
        ({"statment": "The tram"}, 422, "/statment"),
        ({"statement": "Bridges should be free"}, 409, "/statement"),
        ({"slug": "bridges"}, 409, "/slug"),
    ],
)
async def test_what_an_edit_cannot_be(
    client: httpx.AsyncClient, body: dict[str, object], status: int, pointer: str
) -> None:
    await client.post("/v1/topics", json={"statement": "Bridges should be free", "slug": "bridges"})
    before = (await client.post("/v1/topics", json={"statement": "The tram should be built", "slug": "tram"})).json()
    answer = await client.patch("/v1/topics/tram", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)
    assert (await client.get("/v1/topics/tram")).json() == before
