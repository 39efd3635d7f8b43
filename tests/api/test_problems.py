"""Whatever goes wrong is a problem (RFC 9457)."""

from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from app.api.problems import answer_to, problem
from app.db import Database, Sessions, WriteSession
from app.errors import DatabaseUnavailable, FetchFailed, HostBusy, KeyMissing, Moved, OnRecordError, TooManyRequests
from app.main import create_app
from app.settings import Settings
from tests.conftest import WorkedOff, with_state

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/v1/quotes?speeker=x", 422, "speeker"),
        ("/v1/quotes?limit=999", 422, "limit"),
        ("/v1/quotes?cursor=!!", 400, "cursor"),
        ("/v1/quotes?cursor=W10", 400, "cursor"),
        ("/v1/quotes/abc", 422, "quote_id"),
        ("/v1/quotes/99999999999999999999", 422, "quote_id"),
        ("/v1/stances/summary", 422, "topic"),
        ("/v1/speakers?country=", 422, "country"),
        ("/v1/quotes?limit=1&limit=2", 422, "limit"),
        ("/v1/quotes?q=a&q=b", 422, "q"),
        ("/v1/stances/summary?topic=a&topic=b", 422, "topic"),
        ("/v1/quotes?said_from=0", 422, "said_from"),
        ("/v1/articles?published_to=1700000000", 422, "published_to"),
    ],
)
async def test_a_problem_names_the_parameter(client: httpx.AsyncClient, path: str, status: int, parameter: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert parameter in {part["parameter"] for part in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("query", "parameter", "suggestion"),
    [
        ("quotes?speeker=x", "speeker", "speaker"),
        ("quotes?speakers=x", "speakers", "speaker"),
        ("quotes?publihed_from=2024-01-01", "publihed_from", "published_from"),
        ("quotes?confidence=1", "confidence", "min_confidence"),
        ("quotes?Q=x", "Q", "q"),
        ("quotes?zzz=1", "zzz", None),
        ("quotes?utm_source=feed", "utm_source", None),
        ("quotes?kind=direkt", "kind", "direct"),
        ("quotes?kind=DIRECT", "kind", "direct"),
        ("quotes?kind=hearsay-and-more", "kind", None),
        ("stances?polarity=supports", "polarity", "support"),
        ("weapon-facts?atribute=range", "atribute", "attribute"),
        ("stances/summary?topic=a&by=publishers", "by", "publisher"),
        ("quotes?" + "x" * 10_000 + "=1", "x" * 10_000, None),
    ],
)
async def test_a_misspelt_name_or_value_is_told_what_it_may_have_meant(
    client: httpx.AsyncClient, query: str, parameter: str, suggestion: str | None
) -> None:
    answer = await client.get(f"/v1/{query}")
    assert answer.status_code == 422
    (part,) = answer.json()["errors"]
    assert (part["parameter"], part.get("suggestion")) == (parameter, suggestion)
    assert suggestion is None or f"Did you mean {suggestion}?" in part["detail"]


async def test_a_refused_request_asks_the_database_nothing(client: httpx.AsyncClient, statements: list[str]) -> None:
    for path in ("/v1/quotes?q=a&q=b", "/v1/stances/summary?topic=a&topic=b", "/v1/quotes?speeker=x"):
        assert (await client.get(path)).status_code == 422
    assert statements == []


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream"])
@pytest.mark.parametrize("path", ["/v1/articles", "/v1/topics"])
async def test_a_body_of_another_media_type_is_refused(client: httpx.AsyncClient, path: str, media_type: str) -> None:
    answer = await client.post(path, content=b'{"text": "Some words."}', headers={"Content-Type": media_type})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"{", b"[" * 100_000, b'{"text": ' + b"9" * 5_000 + b"}"])
async def test_a_body_that_is_no_object_is_refused_in_words(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/v1/articles", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert "JSON" in answer.json()["detail"]
    assert "None" not in answer.text


async def test_routes_and_methods_that_are_not_there(client: httpx.AsyncClient) -> None:
    missing = await client.get("/v1/rumours")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:onrecord:problem:not-found")
    wrong = await client.delete("/v1/quotes")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD")
    assert wrong.json()["status"] == 405
    assert (await client.delete("/v1/topics")).headers["allow"] == "GET, HEAD, POST"
    assert (await client.post("/v1/topics/x")).headers["allow"] == "GET, HEAD, PATCH, DELETE"


@pytest.mark.parametrize(
    "path", ["/v1/quotes?q=%00", "/v1/speakers/%00", "/v1/speakers?q=%00", "/v1/stances/summary?topic=%00"]
)
async def test_a_nul_in_a_query_is_bad_input(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_health(client: httpx.AsyncClient, statements: list[str]) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert statements == []
    assert (await client.get("/readyz")).json() == {"status": "ok"}


async def test_a_database_without_tables_is_not_ready(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await write_session.execute(text("ALTER TABLE articles RENAME TO elsewhere"))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "onrecord migrate" in answer.json()["detail"]
    assert answer.headers["retry-after"]


async def test_a_query_that_takes_too_long_is_ended_and_others_go_on(
    database: Database, settings: Settings, endings: WorkedOff
) -> None:
    engine = replace(database, pool_size=1, statement_timeout_ms=200).create_async_engine()
    app = with_state(create_app(settings), Sessions.of_engine(engine), endings)
    other = database.create_engine()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        with other.begin() as holding:
            holding.execute(text("LOCK TABLE quotes IN ACCESS EXCLUSIVE MODE"))
            for address in ("/v1/quotes", "/v1/quotes?format=csv", "/v1/quotes?count=exact", "/v1/quotes/1"):
                answer = await client.get(address)
                assert answer.status_code == 503
                assert answer.headers["retry-after"]
                assert "too long" in answer.json()["detail"]
                assert (await client.get("/v1/articles")).status_code == 200
        assert (await client.get("/v1/quotes")).status_code == 200
    await engine.dispose()


async def test_every_error_has_a_type_a_title_and_a_status() -> None:
    def family(error: type[OnRecordError]) -> list[type[OnRecordError]]:
        return [error, *(each for child in error.__subclasses__() for each in family(child))]

    made = [kind() for kind in family(OnRecordError)]
    assert len({error.code for error in made}) == len(made)
    for error in made:
        assert error.title
        assert "\n" not in error.title
        assert problem(error.status, error.code, error.title, error.detail).status_code == error.status


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (Moved(location="/v1/speakers/b"), "location", "/v1/speakers/b"),
        (DatabaseUnavailable(), "retry-after", "5"),
        (TooManyRequests(retry_after_s=41), "retry-after", "41"),
        (FetchFailed(retry_after_s=900), "retry-after", "900"),
        (FetchFailed(), "retry-after", None),
        (HostBusy(retry_after_s=30), "retry-after", "30"),
        (KeyMissing(), "www-authenticate", 'Bearer realm="OnRecord"'),
    ],
)
async def test_headers_say_where_to_go_and_when(error: OnRecordError, header: str, value: str | None) -> None:
    assert answer_to(error).headers.get(header) == value


async def test_the_schema_describes_every_route(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/openapi.json")).json()
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
        assert "Problem" in str(operation["responses"]["default"])
    assert "HTTPValidationError" not in str(schema)
