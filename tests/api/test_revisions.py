"""/v1/articles/{id}/revisions: every text stays readable, and what changed is told."""

import httpx
import pytest

pytestmark = pytest.mark.anyio

URL = "https://echo.example/tram"
FIRST = """“The tram will stay until the spring of next year,” said Mayor Lena Holt.

“We need it,” said Ana Ruiz, a councillor. “It is cheap,” she added.
"""
SECOND = """“The tram will stay until the summer of next year,” said Mayor Lena Holt.

“We need it,” said Tom Berg, a councillor. He told Radio Nord: “Nobody else does, to be frank.”
"""


async def post(client: httpx.AsyncClient, text: str, prefer: str = "wait=60") -> httpx.Response:
    return await client.post("/v1/articles", json={"text": text, "url": URL}, headers={"Prefer": prefer})


async def test_every_text_stays_readable(client: httpx.AsyncClient, statements: list[str]) -> None:
    first, second = (await post(client, FIRST)).json(), (await post(client, SECOND)).json()
    address = f"/v1/articles/{first['id']}/revisions"
    statements.clear()
    page = await client.get(f"{address}?limit=1")
    assert len(statements) == 2  # whether there is such an article, and its revisions
    (newest,) = page.json()["data"]
    assert (newest["revision"], newest["sha256"], newest["current"]) == (2, second["sha256"], True)
    (oldest,) = (await client.get(page.links["next"]["url"])).json()["data"]
    assert (oldest["revision"], oldest["sha256"], oldest["current"]) == (1, first["sha256"], False)
    read = (await client.get(f"{address}/1?include=quotes,speakers")).json()
    assert (read["text"], read["quotes"]) == (FIRST, first["quotes"])
    assert {speaker["name"] for speaker in read["speakers"]} == {"Lena Holt", "Ana Ruiz"}


async def test_what_quotes_came_went_and_changed(client: httpx.AsyncClient) -> None:
    article = (await post(client, FIRST)).json()["id"]
    await post(client, SECOND)
    diff = (await client.get(f"/v1/articles/{article}/revisions/1..2")).json()
    assert [quote["text"] for quote in diff["came"]] == ["“Nobody else does, to be frank.”"]
    assert [quote["text"] for quote in diff["went"]] == ["“It is cheap,”"]
    (reworded, retold) = diff["changed"]
    assert ("spring" in reworded["before"]["text"], "summer" in reworded["after"]["text"]) == (True, True)
    assert reworded["fields"] == ["text"]
    assert retold["before"]["text"] == retold["after"]["text"] == "“We need it,”"
    assert retold["fields"] == ["speaker"]
    assert diff["same"] == 0
    back = (await client.get(f"/v1/articles/{article}/revisions/2..1")).json()
    assert (back["came"], back["went"]) == (diff["went"], diff["came"])
    same = (await client.get(f"/v1/articles/{article}/revisions/2..2")).json()
    assert (same["came"], same["went"], same["changed"], same["same"]) == ([], [], [], 3)


async def test_what_has_not_been_read_cannot_be_compared_yet(client: httpx.AsyncClient) -> None:
    article = (await post(client, FIRST)).json()["id"]
    await post(client, SECOND, prefer="")
    answer = await client.get(f"/v1/articles/{article}/revisions/1..2")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:onrecord:problem:conflict")
    assert (await client.get(f"/v1/articles/{article}/revisions/2")).json()["text"] == SECOND


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("4711/revisions", 404),
        ("4711/revisions/1", 404),
        ("4711/revisions/1..2", 404),
        ("1/revisions/0", 422),
        ("1/revisions/one", 422),
        ("1/revisions/1..", 422),
        ("1/revisions/1..two", 422),
        ("1/revisions/99999999999", 422),
        ("1/revisions/1?include=stances", 422),
        ("1/revisions?number=1", 422),
    ],
)
async def test_what_there_is_not_is_a_problem(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(f"/v1/articles/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
