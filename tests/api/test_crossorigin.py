"""CORS: off unless a setting names whose pages may ask."""

import httpx
import pytest

from app.db import Sessions
from app.main import create_app
from app.settings import Settings

pytestmark = pytest.mark.anyio
DESK = "https://desk.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type, idempotency-key"}


async def asked(settings: Settings, method: str, origins: set[str], **headers: str) -> httpx.Response:
    app = create_app(settings.model_copy(update={"cors_origins": frozenset(origins)}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        return await client.request(method, "/healthz", headers=headers)


async def test_it_is_off_by_default(settings: Settings) -> None:
    answer = await asked(settings, "GET", set(), Origin=DESK)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("origins", "allowed"), [({DESK}, DESK), ({"*"}, "*"), ({"https://other.example"}, None), ({"https://desk"}, None)]
)
async def test_named_origins_may_ask(settings: Settings, origins: set[str], allowed: str | None) -> None:
    answer = await asked(settings, "GET", origins, Origin=DESK)
    assert answer.headers.get("access-control-allow-origin") == allowed
    preflight = await asked(settings, "OPTIONS", origins, Origin=DESK, **PREFLIGHT)
    assert preflight.headers.get("access-control-allow-origin") == allowed
    assert preflight.status_code == (400 if allowed is None else 200)


async def test_pages_may_read_what_answers_say_in_headers(settings: Settings) -> None:
    answer = await asked(settings, "GET", {DESK}, Origin=DESK)
    exposed = answer.headers["access-control-expose-headers"]
    assert {"ETag", "Link", "X-Request-ID"} <= set(exposed.split(", "))


async def test_a_refusal_is_a_problem(settings: Settings, sessions: Sessions) -> None:
    answer = await asked(settings, "OPTIONS", {"https://other.example"}, Origin=DESK, **PREFLIGHT)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ONRECORD_CORS_ORIGINS" in answer.json()["detail"]
