"""What every list has in common: its forms, all rows of it, how many there are, and what it refuses."""

import csv
import io
import json
from datetime import date

import httpx
import pytest

from app.api import listing, lists, streams
from app.db import WriteSession
from app.errors import DatabaseUnavailable
from app.ingest.topics import register_topic
from tests.records import store_harbour

pytestmark = pytest.mark.anyio
LISTS = ("articles", "quotes", "speakers", "stances", "topics", "weapons", "weapon-facts")


@pytest.fixture
async def record(write_session: WriteSession) -> None:
    topic_id, _ = await register_topic(write_session, "The harbour should be widened", "harbour")
    for day in range(1, 4):
        await store_harbour(write_session, topic_id=topic_id, published_on=date(2024, 1, day), ending=f"\n{day}")
    await register_topic(write_session, "The pier should go", "pier")


def table(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def rows(answer: httpx.Response) -> list[dict[str, object]]:
    assert answer.headers["content-type"] == "application/x-ndjson"
    *lines, last = answer.text.splitlines()
    assert json.loads(last) == {"end": {"rows": len(lines), "next": None}}
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("noun", LISTS)
async def test_every_list_has_all_rows_in_every_form(
    client: httpx.AsyncClient, record: None, noun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "ROWS_AT_ONCE", 2)
    data = (await client.get(f"/v1/{noun}?limit=200")).json()["data"]
    assert len(data) > 0
    assert rows(await client.get(f"/v1/{noun}", headers={"Accept": "application/x-ndjson"})) == data
    cells = table(await client.get(f"/v1/{noun}?format=csv"))
    key = "id" if "id" in data[0] else "slug"
    assert [row[key] for row in cells] == [str(row[key]) for row in data]
    for row, line in zip(data, cells, strict=True):
        for name, value in row.items():
            if isinstance(value, dict):
                assert all(f"{name}_{inner}" in line for inner in value)
            elif isinstance(value, list):
                assert json.loads(line[name].removeprefix("'")) == value
            else:
                assert name in line or value is None


async def test_a_stream_takes_a_page_at_a_time(
    client: httpx.AsyncClient, record: None, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "ROWS_AT_ONCE", 5)
    assert len(rows(await client.get("/v1/quotes?format=ndjson"))) == 12
    assert len(statements) == 3
    statements.clear()
    head = await client.head("/v1/quotes?format=ndjson")
    assert (head.status_code, head.content, len(statements)) == (200, b"", 1)
    assert head.headers["content-disposition"] == 'attachment; filename="quotes.ndjson"'


async def test_a_stream_that_cannot_go_on_fails_as_a_transfer(
    client: httpx.AsyncClient, record: None, write_session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "ROWS_AT_ONCE", 5)

    async def read_no_further(*arguments: object) -> object:
        monkeypatch.setattr(streams, "read_listing", fail)
        return await listing.read_listing(*arguments)  # type: ignore[arg-type]

    async def fail(*_: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(streams, "read_listing", read_no_further)
    with pytest.raises(RuntimeError, match="response already started"):
        await client.get("/v1/quotes?format=ndjson")


async def test_every_form_is_in_the_schema(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    for noun in LISTS:
        forms = paths[f"/v1/{noun}"]["get"]["responses"]["200"]["content"]
        assert {"application/json", "application/x-ndjson", "text/csv; charset=utf-8"} <= set(forms)
    assert "application/atom+xml" in paths["/v1/quotes"]["get"]["responses"]["200"]["content"]


async def test_a_limit_asks_for_a_page_and_a_cursor_goes_on_in_any_form(client: httpx.AsyncClient, record: None) -> None:
    whole = [row["id"] for row in (await client.get("/v1/quotes?limit=200")).json()["data"]]
    first = await client.get("/v1/quotes?limit=5")
    second = await client.get(f"/v1/quotes?limit=3&format=csv&cursor={first.json()['page']['next']}")
    assert [int(row["id"]) for row in table(second)] == whole[5:8]
    rest = await client.get(second.links["next"]["url"].replace("format=csv", "format=ndjson").replace("limit=3&", ""))
    assert [row["id"] for row in rows(rest)] == whole[8:]
    cut = await client.get("/v1/quotes?limit=3&format=ndjson")
    assert json.loads(cut.text.splitlines()[-1])["end"]["next"] is not None


async def test_what_stops_a_list_stops_a_stream_before_it_begins(client: httpx.AsyncClient, record: None) -> None:
    for query, status in (("cursor=x", 400), ("topic=unheard-of", 422), ("kind=rumour", 422)):
        answer = await client.get(f"/v1/quotes?format=csv&{query}")
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_what_is_not_served_is_refused_with_what_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/topics", headers={"Accept": "application/atom+xml"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/csv; charset=utf-8 (format=csv)" in answer.json()["detail"]
    named = await client.get("/v1/topics?format=ndjsn")
    assert (named.status_code, named.json()["errors"][0]["suggestion"]) == (422, "ndjson")


@pytest.mark.parametrize("noun", LISTS)
async def test_totals_are_told_when_asked_for(
    client: httpx.AsyncClient, record: None, noun: str, statements: list[str]
) -> None:
    whole = (await client.get(f"/v1/{noun}?limit=200")).json()
    assert whole["page"]["count"] is None
    for how in ("exact", "estimate"):
        statements.clear()
        page = (await client.get(f"/v1/{noun}?limit=1&count={how}")).json()["page"]
        assert page["count"] == {"rows": len(whole["data"]), "exact": True}
        assert len(statements) == 1


async def test_totals_are_of_the_whole_query_at_any_page(client: httpx.AsyncClient, record: None) -> None:
    query = "speaker=ruiz&topic=harbour&count=exact"
    for _ in range(3):
        answer = await client.get(f"/v1/quotes?{query}&limit=1")
        assert answer.json()["page"]["count"] == {"rows": 3, "exact": True}
        query = f"speaker=ruiz&topic=harbour&count=exact&cursor={answer.json()['page']['next']}"
    none = (await client.get("/v1/quotes?speaker=nobody&count=exact")).json()["page"]
    assert none["count"] == {"rows": 0, "exact": True}
    listed = await client.get("/v1/quotes?format=csv&count=exact")
    assert listed.headers["x-total-count"] == "12"


async def test_beyond_what_is_counted_the_planner_is_asked(
    client: httpx.AsyncClient, record: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.queries import page

    for module in (page, lists):
        monkeypatch.setattr(module, "MOST_COUNTED", 5)
    for query in ("", "&speaker=ruiz&speaker=berg"):
        count = (await client.get(f"/v1/quotes?limit=1&count=estimate{query}")).json()["page"]["count"]
        assert count["exact"] is False
        assert count["rows"] >= 6
