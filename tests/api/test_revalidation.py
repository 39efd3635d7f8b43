"""ETag and If-None-Match: nobody is sent what he has, and nobody keeps what is no longer so."""

from collections import defaultdict

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.revalidation import entity_tag, is_named
from app.db import WriteSession
from app.ingest.topics import register_topic
from app.main import create_app
from app.settings import Settings
from tests.records import store_harbour

pytestmark = pytest.mark.anyio

# What the record of these tests has for the names in addresses and for the parameters that a route must be given.
NAMED = {"speaker": "ana-ruiz", "weapon": "agm-114-hellfire", "topic": "harbour", "q": "ana", "prefix": "ana"}


@pytest.fixture
async def addresses(client: httpx.AsyncClient, write_session: WriteSession) -> list[str]:
    """Every address from which the record of this test gives data."""
    topic_id, _ = await register_topic(write_session, "The harbour should be widened", "harbour")
    article_id = (await store_harbour(write_session, topic_id=topic_id)).article_id
    quote_id = (await client.get("/v1/quotes")).json()["data"][0]["id"]
    named = defaultdict(lambda: "1", NAMED, article_id=article_id, quote_id=quote_id)
    found = []
    for path, methods in create_app(Settings(database_url=None)).openapi()["paths"].items():
        if path.startswith("/v1/") and "get" in methods:
            needed = [
                each["name"] for each in methods["get"].get("parameters", ()) if each["in"] == "query" and each["required"]
            ]
            found.append(path.format_map(named) + "?" + "&".join(f"{name}={named[name]}" for name in needed))
    return [address for address in found if (await client.get(address)).status_code == 200]


async def test_every_answer_with_data_can_be_revalidated(client: httpx.AsyncClient, addresses: list[str]) -> None:
    assert len(addresses) >= 18
    for address in addresses:
        first = await client.get(address)
        assert first.headers["cache-control"] == "private, no-cache", address
        assert "Accept" in first.headers["vary"], address
        again = await client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert again.headers["etag"] == first.headers["etag"]
        assert "content-type" not in again.headers
        assert again.headers["x-request-id"]


async def test_every_address_that_takes_get_takes_head(client: httpx.AsyncClient, addresses: list[str]) -> None:
    for address in [*addresses, "/healthz", "/readyz", "/openapi.json", "/docs"]:
        got, head = await client.get(address), await client.head(address)
        assert (head.status_code, head.content) == (got.status_code, b""), address
        own = ("x-request-id", "date")
        assert {k: v for k, v in head.headers.items() if k not in own} == {
            k: v for k, v in got.headers.items() if k not in own
        }, address
    assert (await client.head("/v1/quotes/999999")).status_code == 404


async def test_a_change_changes_the_tag(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_harbour(write_session)
    before = (await client.get("/v1/quotes")).headers["etag"]
    await store_harbour(write_session, ending="\nmore")
    after = await client.get("/v1/quotes", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before


async def test_compression_keeps_the_tag_and_what_the_answer_says(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    await store_harbour(write_session)
    plain = await client.get("/v1/quotes", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/v1/quotes", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert (packed.content, packed.headers["etag"]) == (plain.content, plain.headers["etag"])
    assert "Accept-Encoding" in packed.headers["vary"]


async def test_problems_are_not_kept(client: httpx.AsyncClient) -> None:
    for address in ("/v1/quotes/999999", "/v1/quotes?limit=0"):
        answer = await client.get(address, headers={"If-None-Match": "*"})
        assert answer.status_code in (404, 422)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("*", True), (" * ", True), ('W/"a"', True), ('"a"', True), ('"b", W/"a"', True), ('"b","a","c"', True),
        ('"b"', False), ("", False), ("a", False), ('W/"A"', False), ('w/"a"', False), ('"a', False), (",,,", False),
    ],
)  # fmt: skip
def test_tags_are_compared_weakly(header: str, named: bool) -> None:
    assert is_named('W/"a"', header) is named


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_a_tag_tells_one_content_from_another(one: bytes, other: bytes) -> None:
    assert is_named(entity_tag(one), entity_tag(other)) == (one == other)
