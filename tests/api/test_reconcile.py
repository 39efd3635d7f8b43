"""/v1/reconcile, as OpenRefine asks it."""

import json
from typing import Any

import httpx
import pytest

from app.db import WriteSession
from tests.records import person, store_people

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
async def people(write_session: WriteSession) -> None:
    await store_people(
        write_session,
        person("Ana Ruiz", party="Green", country="ES"),
        person("Tom Berg", country="SE", role="Mayor"),
        person("Radio Nord", kind="organization"),
        mark="a",
    )
    await store_people(write_session, person("Tom Berg", country="NO"), person("Eva Berg"), mark="b")


async def asked(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.post("/v1/reconcile", data={"queries": json.dumps({"q0": query})})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    result: list[dict[str, Any]] = answer.json()["q0"]["result"]
    return result


async def test_the_manifest_leads_to_every_part(client: httpx.AsyncClient) -> None:
    manifest = (await client.get("/v1/reconcile")).json()
    assert manifest["versions"] == ["0.2"]
    for part in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        answer = await client.get(part["service_url"] + part["service_path"], params={"prefix": "a", "type": "person"})
        assert answer.status_code == 200, part
    found = (await asked(client, query="Ana Ruiz"))[0]
    assert (await client.get(manifest["view"]["url"].replace("{{id}}", found["id"]))).json()["name"] == "Ana Ruiz"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"query": "Ana Ruiz"}, [("ana-ruiz", True)]),
        ({"query": "ana ruíz", "type": "person"}, [("ana-ruiz", True)]),
        ({"query": "Ana Riuz"}, [("ana-ruiz", False)]),
        ({"query": "Ruiz"}, [("ana-ruiz", False)]),
        ({"query": "Ana Ruiz", "properties": [{"pid": "party", "v": "Labour"}]}, [("ana-ruiz", False)]),
        ({"query": "Ana Ruiz", "type": "organization"}, []),
        ({"query": "Radio Nord", "type": ["organization", "group"]}, [("radio-nord", True)]),
        ({"query": "Tom Berg"}, [("tom-berg", False), ("tom-berg-2", False)]),
        ({"query": "Tom Berg", "properties": [{"pid": "country", "v": {"id": "NO"}}]}, [("tom-berg-2", True), ("tom-berg", False)]),
        ({"query": "Tom Berg", "properties": [{"pid": "height", "v": 2}], "limit": 1}, [("tom-berg", False)]),
        ({"query": "Nobody"}, []),
        ({"query": ""}, []),
        ({}, []),
        ({"query": "Ana Ruiz " * 100}, []),
    ],
)  # fmt: skip
async def test_candidates(client: httpx.AsyncClient, query: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    assert [(each["id"], each["match"]) for each in await asked(client, **query)] == expected


async def test_a_batch_is_answered_by_its_keys_and_get_does_the_same(client: httpx.AsyncClient) -> None:
    queries = json.dumps({"a": {"query": "Ana Ruiz"}, "b": {"query": "Tom Berg"}})
    posted = (await client.post("/v1/reconcile", data={"queries": queries})).json()
    assert {key: len(each["result"]) for key, each in posted.items()} == {"a": 1, "b": 2}
    assert posted["a"]["result"][0]["description"] == "Green, ES"
    assert (await client.get("/v1/reconcile", params={"queries": queries})).json() == posted


async def test_columns_are_filled(client: httpx.AsyncClient) -> None:
    extend = {"ids": ["ana-ruiz", "nobody"], "properties": [{"id": "party"}, {"id": "country"}, {"id": "height"}]}
    answer = (await client.post("/v1/reconcile", data={"extend": json.dumps(extend)})).json()
    assert [each["id"] for each in answer["meta"]] == ["party", "country"]
    assert answer["rows"] == {
        "ana-ruiz": {"party": [{"str": "Green"}], "country": [{"str": "ES"}]},
        "nobody": {"party": [], "country": []},
    }


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"queries": "no json"}, 422),
        ({"queries": "[]"}, 422),
        ({"queries": '{"q0": {"query": 3}}'}, 422),
        ({"queries": '{"q0": {"query": "a\\u0000"}}'}, 422),
        ({"queries": json.dumps({str(n): {"query": "Ana"} for n in range(51)})}, 422),
        ({"extend": '{"ids": 3}'}, 422),
        ({str(n): "x" for n in range(20)}, 422),
    ],
)
async def test_what_cannot_be_read(client: httpx.AsyncClient, form: dict[str, str], status: int) -> None:
    answer = await client.post("/v1/reconcile", data=form)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


async def test_columns_are_filled_of_who_was_matched_before_a_merge(client: httpx.AsyncClient) -> None:
    await client.post("/v1/speakers/tom-berg-2/merge", json={"speakers": ["ana-ruiz"]})
    extend = {"ids": ["ana-ruiz", "tom-berg-2", "ruiz"], "properties": [{"id": "country"}]}
    rows = (await client.post("/v1/reconcile", data={"extend": json.dumps(extend)})).json()["rows"]
    latest = {"country": [{"str": "NO"}]}
    assert rows == {"ana-ruiz": latest, "tom-berg-2": latest, "ruiz": {"country": []}}


async def test_a_form_that_is_no_text(client: httpx.AsyncClient) -> None:
    for body in (b"\xff\xfe", b"queries=%ff"):
        assert (await client.post("/v1/reconcile", content=body)).status_code in (400, 422)


async def test_typing_into_a_cell(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/v1/reconcile/suggest/entity?prefix=ana")).json()
    assert answer["result"] == [
        {"id": "ana-ruiz", "name": "Ana Ruiz", "description": "Green, ES", "notable": [{"id": "person", "name": "Person"}]}
    ]
    assert (await client.get("/v1/reconcile/suggest/property?prefix=pa")).json() == {
        "result": [{"id": "party", "name": "Party"}]
    }
