"""Whatever goes wrong is a problem (RFC 9457)."""

import httpx
import pytest

from app.api.problems import problem
from app.errors import OnRecordError

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
    ],
)
async def test_a_problem_names_the_parameter(client: httpx.AsyncClient, path: str, status: int, parameter: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert parameter in {part["parameter"] for part in answer.json()["errors"]}


async def test_routes_and_methods_that_are_not_there(client: httpx.AsyncClient) -> None:
    missing = await client.get("/v1/rumours")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:onrecord:problem:not-found")
    wrong = await client.delete("/v1/quotes")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
    assert wrong.json()["status"] == 405


@pytest.mark.parametrize("path", ["/v1/quotes?q=%00", "/v1/speakers/%00", "/v1/speakers?q=%00", "/v1/stances/summary?topic=%00"])
async def test_a_nul_in_a_query_is_bad_input(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_health(client: httpx.AsyncClient, statements: list[str]) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert statements == []
    assert (await client.get("/readyz")).json() == {"status": "ok"}


async def test_every_error_has_a_type_a_title_and_a_status() -> None:
    def family(error: type[OnRecordError]) -> list[type[OnRecordError]]:
        return [error, *(each for child in error.__subclasses__() for each in family(child))]

    made = [kind() for kind in family(OnRecordError)]
    assert len({error.code for error in made}) == len(made)
    for error in made:
        assert error.title
        assert "\n" not in error.title
        assert problem(error.status, error.code, error.title, error.detail).status_code == error.status


async def test_the_schema_describes_every_route(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/openapi.json")).json()
    operations = [operation for path in schema["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert "Problem" in str(operation["responses"])
