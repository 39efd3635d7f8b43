"""X-Request-ID: in the answer, in problems and in the log."""

import httpx
import pytest
from structlog.testing import capture_logs

from app.api.requestid import taken_over
from app.db import Sessions
from app.main import create_app
from app.settings import Settings

pytestmark = pytest.mark.anyio


async def test_an_id_is_taken_over(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz", headers={"X-Request-ID": "desk-17/a"})
    assert answer.headers["x-request-id"] == "desk-17/a"


async def test_requests_without_one_get_one_each(client: httpx.AsyncClient) -> None:
    ids = {(await client.get("/healthz")).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize("given", ["", "a b", "a\nb", "é", "x" * 129, '{"a":1}', None])
def test_what_could_forge_a_log_is_not_taken_over(given: str | None) -> None:
    assert taken_over(given) != given


async def test_a_problem_and_the_log_name_it(client: httpx.AsyncClient) -> None:
    with capture_logs(processors=[]) as lines:
        answer = await client.get("/v1/quotes?limit=0", headers={"X-Request-ID": "mine"})
    assert answer.json()["request_id"] == "mine"
    (line,) = [each for each in lines if each["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/quotes", 422)


async def test_a_bug_is_a_problem_with_the_id_and_logged_with_it(settings: Settings, sessions: Sessions) -> None:
    app = create_app(settings)

    @app.get("/broken")
    async def fail() -> None:
        raise RuntimeError("secret")

    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        with capture_logs() as lines:
            answer = await client.get("/broken", headers={"X-Request-ID": "mine"})
    assert answer.status_code == 500
    assert (answer.headers["x-request-id"], answer.json()["request_id"]) == ("mine", "mine")
    assert "secret" not in answer.text
    assert {"unhandled error", "request"} <= {line["event"] for line in lines}
