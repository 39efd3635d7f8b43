"""Who may read and write: from this machine and from elsewhere, with and without a key."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.api.access import NEEDED, needed_scope, writing_on
from app.db import Sessions
from app.keys import SCOPES, create_key, revoke_key
from app.main import create_app
from app.settings import Settings
from app.tables import api_keys
from tests.conftest import WorkedOff, asking

pytestmark = pytest.mark.anyio

ARTICLE = {"text": "The tram will stay, said Mayor Lena Holt."}
TOPIC = {"statement": "The tram should stay"}
ELSEWHERE = "93.184.216.34"

Ask = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def ask(sessions: Sessions, endings: WorkedOff) -> Ask:
    """Clients on another machine, of a server with these settings and the test's database."""

    def client(host: str = ELSEWHERE, **settings: Any) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        own = Settings(database_url=None, **settings)
        return asking(own, sessions, "http://onrecord.example", host, endings=endings)

    return client


@pytest.fixture
async def elsewhere(ask: Ask) -> AsyncIterator[httpx.AsyncClient]:
    """A client on another machine."""
    async with ask() as client:
        yield client


async def key(sessions: Sessions, *scopes: Any) -> dict[str, str]:
    async with sessions.writing() as session:
        secret, _ = await create_key(session, "Feed", scopes)
    return {"Authorization": f"Bearer {secret}"}


def test_every_route_that_is_no_reading_says_what_it_needs() -> None:
    # Whoever adds a route decides here who may use it: app/api/access.py.
    paths = create_app(Settings(database_url=None)).openapi()["paths"]
    routes = {(method.upper(), path) for path, operations in paths.items() for method in operations}
    assert set(NEEDED) == {(method, path) for method, path in routes if method not in ("GET", "HEAD")}
    assert {path for method, path in routes if method == "GET" and needed_scope(method, path) is None} == {
        "/healthz",
        "/readyz",
    }


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/quotes", "read"),
        ("HEAD", "/v1/quotes", "read"),
        ("GET", "/anything/else", "read"),
        ("GET", "/docs", None),
        ("GET", "/docs/assets/swagger-ui.css", None),
        ("GET", "/docs/other", "read"),
        ("OPTIONS", "/v1/articles", None),
        ("POST", "/v1/articles", "ingest"),
        ("POST", "/v1/speakers/lena-holt/merge", "curate"),
        ("POST", "/v1/speakers/a/b/merge", "admin"),
        ("POST", "/v1/articles/", "admin"),
        ("post", "/v1/articles", "admin"),
        ("POST", "/healthz", "admin"),
        ("PURGE", "/v1/quotes", "admin"),
        ("DELETE", "/v1/quotes/1", "admin"),
    ],
)
def test_what_is_not_listed_needs_everything(method: str, path: str, scope: str | None) -> None:
    assert needed_scope(method, path) == scope


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
@pytest.mark.parametrize(("said", "writing"), [(None, "loopback"), ("loopback", "loopback"), ("keys", "keys")])
def test_a_server_on_loopback_takes_what_its_machine_writes(host: str, said: Any, writing: str) -> None:
    assert writing_on(host, Settings(writing=said)) == writing


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.0.1", "onrecord.example"])
@pytest.mark.parametrize("said", [None, "loopback", "keys"])
def test_a_server_that_others_reach_wants_keys_whatever_is_said(host: str, said: Any) -> None:
    assert writing_on(host, Settings(writing=said)) == "keys"


async def test_the_openapi_document_says_so_too(client: httpx.AsyncClient, ask: Ask) -> None:
    schema = (await client.get("/openapi.json")).json()
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert schema["paths"]["/v1/articles"]["post"]["security"] == [{"key": ["ingest"]}]
    assert schema["paths"]["/v1/articles"]["get"]["security"] == [{}, {"key": ["read"]}]
    assert schema["paths"]["/healthz"]["get"]["security"] == []
    async with ask(reading="keys") as closed:
        schema = (await closed.get("/openapi.json")).json()
    assert schema["paths"]["/v1/articles"]["get"]["security"] == [{"key": ["read"]}]


async def test_this_machine_reads_and_writes_without_a_key(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/articles", json=ARTICLE)).status_code == 201
    answer = await client.get("/v1/articles")
    assert answer.status_code == 200
    assert "ratelimit" not in answer.headers


async def test_others_read_and_do_not_write(elsewhere: httpx.AsyncClient, statements: list[str]) -> None:
    assert (await elsewhere.get("/v1/articles")).status_code == 200
    statements.clear()
    for method, path in NEEDED:
        if NEEDED[method, path] != "read":
            answer = await elsewhere.request(method, path.format_map(defaultdict(lambda: "1")), json={})
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"] == 'Bearer realm="OnRecord"'
            assert answer.json()["type"] == "urn:onrecord:problem:key-missing"
            assert answer.json()["errors"][0]["header"] == "Authorization"
            assert f"--scope {NEEDED[method, path]}" in answer.json()["detail"]
    assert statements == []


@pytest.mark.parametrize("writing", [None, "keys"])
async def test_this_machine_needs_a_key_too_unless_the_server_listens_to_nobody_else(ask: Ask, writing: str | None) -> None:
    async with ask("127.0.0.1", writing=writing) as client:
        answer = await client.post("http://localhost/v1/articles", json=ARTICLE)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "headers", [{"X-Forwarded-For": ELSEWHERE}, {"Origin": "https://news.example"}, {"Host": "a.example"}]
)
async def test_who_only_passes_through_this_machine_needs_a_key(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await client.post("/v1/topics", json=TOPIC, headers=headers)
    assert answer.status_code == 401


async def test_a_request_is_refused_before_its_body_is_read(ask: Ask) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"{"
        raise AssertionError("was read")

    async with ask() as client:
        answer = await client.post("/v1/articles", content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 401


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_key_opens_what_its_scopes_are_for(elsewhere: httpx.AsyncClient, sessions: Sessions, scope: str) -> None:
    headers = await key(sessions, scope)
    for needed, path, body in (("ingest", "/v1/articles", ARTICLE), ("curate", "/v1/topics", TOPIC)):
        answer = await elsewhere.post(path, json=body, headers=headers)
        if scope in (needed, "admin"):
            assert answer.status_code == 201
        else:
            assert answer.status_code == 403
            assert answer.json()["type"] == "urn:onrecord:problem:scope-missing"
            assert needed in answer.json()["detail"]
            challenge = f'Bearer realm="OnRecord", error="insufficient_scope", scope="{needed}"'
            assert answer.headers["www-authenticate"] == challenge


async def test_what_nobody_listed_takes_a_key_for_everything(elsewhere: httpx.AsyncClient, sessions: Sessions) -> None:
    assert (await elsewhere.delete("/v1/quotes")).status_code == 401
    assert (await elsewhere.delete("/v1/quotes", headers=await key(sessions, "curate"))).status_code == 403
    assert (await elsewhere.delete("/v1/quotes", headers=await key(sessions, "admin"))).status_code == 405


async def test_reading_can_be_closed(ask: Ask, sessions: Sessions) -> None:
    async with ask(reading="keys") as client:
        for path in ("/v1/quotes", "/v1/reconcile", "/v1/rumours"):
            assert (await client.get(path)).status_code == 401
        assert (await client.post("/v1/reconcile", data={"queries": "{}"})).status_code == 401
        assert (await client.get("/v1/quotes", headers=await key(sessions, "ingest"))).status_code == 403
        assert (await client.get("/v1/quotes", headers=await key(sessions, "read"))).status_code == 200
        for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
            assert (await client.get(path)).status_code == 200


async def test_closed_reading_is_closed_to_this_machine_as_well(ask: Ask) -> None:
    async with ask("127.0.0.1", reading="keys", writing="loopback") as client:
        assert (await client.get("http://localhost/v1/quotes")).status_code == 401


@pytest.mark.parametrize(
    "sent", ["Bearer onr_0", "Bearer onr_000000000000_" + "0" * 64, "bearer ", "Bearer", "Bearer \xff", "Bearer a b"]
)
async def test_a_wrong_key_is_refused_even_where_none_is_needed(elsewhere: httpx.AsyncClient, sent: str) -> None:
    answer = await elsewhere.get("/v1/quotes", headers=[(b"authorization", sent.encode("latin-1"))])
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:onrecord:problem:key-refused"
    assert answer.headers["www-authenticate"] == 'Bearer realm="OnRecord", error="invalid_token"'


async def test_passwords_of_a_proxy_are_no_key(elsewhere: httpx.AsyncClient) -> None:
    headers = {"Authorization": "Basic ZGVzazpzZWNyZXQ="}
    assert (await elsewhere.get("/v1/quotes", headers=headers)).status_code == 200
    answer = await elsewhere.post("/v1/articles", json=ARTICLE, headers=headers)
    assert answer.json()["type"] == "urn:onrecord:problem:key-missing"


async def test_a_key_is_revoked_at_once(elsewhere: httpx.AsyncClient, sessions: Sessions) -> None:
    headers = await key(sessions, "admin")
    assert (await elsewhere.get("/v1/quotes", headers=headers)).status_code == 200
    async with sessions.writing() as session:
        await revoke_key(session, headers["Authorization"].removeprefix("Bearer "))
    answer = await elsewhere.get("/v1/quotes", headers=headers)
    assert answer.status_code == 401
    assert "is revoked" in answer.json()["detail"]


async def test_an_expired_key_is_refused(elsewhere: httpx.AsyncClient, sessions: Sessions) -> None:
    headers = await key(sessions, "admin")
    async with sessions.writing() as session:
        await session.execute(update(api_keys).values(expires_at=api_keys.c.created_at))
    answer = await elsewhere.get("/v1/quotes", headers=headers)
    assert answer.status_code == 401
    assert "is expired" in answer.json()["detail"]


async def test_a_key_costs_one_statement_and_its_use_one_a_minute(
    elsewhere: httpx.AsyncClient, sessions: Sessions, statements: list[str]
) -> None:
    headers = await key(sessions, "read")
    counts = []
    for _ in range(3):
        statements.clear()
        assert (await elsewhere.get("/v1/quotes", headers=headers)).status_code == 200
        counts.append(len(statements))
    assert counts == [3, 2, 2]
    async with sessions.reading() as session:
        assert await session.scalar(select(api_keys.c.last_used_at))


async def test_health_is_nobodys_business_to_ask_for_a_key(ask: Ask, statements: list[str]) -> None:
    async with ask(reading="keys", address_requests_per_minute=1) as client:
        for _ in range(3):
            answer = await client.get("/healthz", headers={"Authorization": "Bearer wrong"})
            assert answer.status_code == 200
    assert statements == []


async def test_an_address_may_ask_so_often_and_no_more(ask: Ask, statements: list[str]) -> None:
    async with ask(address_requests_per_minute=2) as client:
        answers = [await client.get("/v1/quotes") for _ in range(2)]
        statements.clear()
        refused = await client.get("/v1/quotes")
    assert [answer.headers["ratelimit-policy"] for answer in answers] == ['"address";q=2;w=60'] * 2
    assert [answer.headers["ratelimit"] for answer in answers] == ['"address";r=1;t=60', '"address";r=0;t=60']
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:onrecord:problem:too-many-requests"
    assert refused.headers["ratelimit"] == f'"address";r=0;t={refused.headers["retry-after"]}'
    assert statements == []


async def test_a_key_is_counted_for_itself(ask: Ask, sessions: Sessions) -> None:
    one, other = await key(sessions, "read"), await key(sessions, "read")
    async with ask(address_requests_per_minute=1, key_requests_per_minute=2) as client:
        statuses = [(await client.get("/v1/quotes", headers=headers)).status_code for headers in (one, one, one, other, {})]
        answer = await client.get("/v1/quotes", headers=other)
    assert statuses == [200, 200, 429, 200, 200]
    assert answer.headers["ratelimit-policy"] == '"key";q=2;w=60'


async def test_who_tries_keys_out_is_stopped(ask: Ask) -> None:
    async with ask(address_requests_per_minute=2) as client:
        statuses = [
            (await client.get("/v1/quotes", headers={"Authorization": f"Bearer onr_{n}"})).status_code for n in range(3)
        ]
    assert statuses == [401, 401, 429]


async def test_this_machine_has_no_limit(ask: Ask) -> None:
    async with ask("127.0.0.1", address_requests_per_minute=1) as client:
        statuses = {(await client.get("http://localhost/v1/quotes")).status_code for _ in range(3)}
    assert statuses == {200}


async def test_an_answer_that_is_an_error_says_what_is_left(ask: Ask) -> None:
    async with ask(address_requests_per_minute=5) as client:
        assert (await client.get("/v1/rumours")).headers["ratelimit"] == '"address";r=4;t=60'
        assert (await client.post("/v1/articles", json={})).headers["ratelimit"] == '"address";r=3;t=60'
