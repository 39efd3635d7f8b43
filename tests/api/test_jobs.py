"""/v1/jobs, and articles that are read by one: followed, failed, tried again, called off."""

import httpx
import pytest
from sqlalchemy import update

from app.db import WriteSession
from app.errors import DatabaseUnavailable
from app.extract.document import Document, Extraction
from app.ingest import refresh
from app.tables import jobs
from app.worker.tasks import ATTEMPTS
from tests.conftest import WorkedOff

pytestmark = pytest.mark.anyio

SPEECH = "Mayor Lena Holt said: “We must build the tram now.”"
AT_ONCE = {"Prefer": "respond-async"}


async def post(client: httpx.AsyncClient, text: str = SPEECH, prefer: str = "respond-async", **more: str) -> httpx.Response:
    return await client.post("/v1/articles", json={"text": text, **more}, headers={"Prefer": prefer})


def failing(error: Exception) -> object:
    def extract(document: Document) -> Extraction:
        raise error

    return extract


async def test_an_article_is_kept_at_once_and_read_by_a_job(client: httpx.AsyncClient, endings: WorkedOff) -> None:
    accepted = await post(client)
    assert accepted.status_code == 202
    job, location = accepted.json(), accepted.headers["location"]
    assert accepted.links["monitor"]["url"] == f"/v1/jobs/{job['id']}"
    assert (job["kind"], job["state"], job["revision"], job["attempts"], job["error"]) == ("extract", "waiting", 1, 0, None)
    assert location == f"/v1/articles/{job['article']}"
    kept = (await client.get(location + "?include=quotes")).json()
    assert (kept["text"], kept["extractor_version"], kept["quotes"]) == (SPEECH, None, [])
    assert [each["id"] for each in (await client.get("/v1/articles")).json()["data"]] == [job["article"]]
    await endings.work()
    done = (await client.get(accepted.links["monitor"]["url"])).json()
    assert (done["id"], done["state"]) == (job["id"], "succeeded")
    assert done["created_at"] <= done["started_at"] <= done["ended_at"]
    read = (await client.get(location + "?include=quotes")).json()
    assert [quote["speaker"]["name"] for quote in read["quotes"]] == ["Lena Holt"]


@pytest.mark.parametrize(
    ("prefer", "status", "applied"),
    [
        ("wait=30", 201, "wait=30"),
        ('respond-async, wait="30"', 201, "wait=30"),
        ("wait=600", 201, "wait=60"),
        ("wait=0", 202, "wait=0"),
        ("wait=soon", 202, None),
        ("wait", 202, None),
        ("return=minimal", 202, None),
        ("", 202, None),
    ],
)
async def test_the_result_is_waited_for_where_that_is_preferred(
    client: httpx.AsyncClient, prefer: str, status: int, applied: str | None
) -> None:
    answer = await post(client, prefer=prefer)
    assert (answer.status_code, answer.headers.get("preference-applied")) == (status, applied)
    assert ("quotes" in answer.json()) == (status == 201)


async def test_the_same_text_while_it_waits_to_be_read_is_the_same_article(client: httpx.AsyncClient) -> None:
    first, second = await post(client), await post(client)
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json()["id"] == first.json()["article"]
    assert second.links == first.links
    third = await post(client, prefer="wait=10")
    assert (third.status_code, len(third.json()["quotes"])) == (200, 1)


async def test_a_changed_text_takes_the_place_of_the_old_one_when_it_has_been_read(
    client: httpx.AsyncClient, endings: WorkedOff
) -> None:
    url = "https://echo.example/tram"
    first = await post(client, url=url, prefer="wait=10")
    second = await post(client, SPEECH + " Corrected.", url=url)
    assert (second.status_code, second.json()["revision"]) == (202, 2)
    assert (await client.get(second.headers["location"])).json()["revision"] == 1
    assert len((await client.get("/v1/quotes")).json()["data"]) == 1
    await endings.work()
    assert (await client.get(first.headers["location"])).json()["revision"] == 2


async def test_what_cannot_be_read_is_kept_with_the_reason_and_tried_again_on_demand(
    client: httpx.AsyncClient, endings: WorkedOff, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(refresh, "extract", failing(RuntimeError("a bug\0")))
        answer = await post(client, prefer="wait=10")
    assert answer.status_code == 202
    failed = answer.json()
    assert (failed["state"], failed["error"]["code"]) == ("failed", "internal-error")
    assert failed["error"]["detail"] == "RuntimeError: a bug\\0"
    assert (await client.get(answer.headers["location"])).json()["text"] == SPEECH
    listed = (await client.get("/v1/jobs?state=failed")).json()["data"]
    assert listed == [failed]
    again = await client.post(f"/v1/jobs/{failed['id']}/retry")
    assert (again.status_code, again.json()["state"], again.json()["attempts"]) == (200, "waiting", 0)
    await endings.work()
    assert (await client.get(f"/v1/jobs/{failed['id']}")).json()["state"] == "succeeded"
    assert len((await client.get("/v1/quotes")).json()["data"]) == 1


async def test_what_may_pass_is_tried_again_later_each_time_and_not_for_ever(
    client: httpx.AsyncClient, endings: WorkedOff, write_session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "extract", failing(DatabaseUnavailable()))
    job = (await post(client, prefer="wait=10")).json()
    due = []
    for attempt in range(1, ATTEMPTS):
        assert (job["state"], job["attempts"], job["error"]["code"]) == ("waiting", attempt, "database-unavailable")
        due.append(job["due_at"])
        await write_session.execute(update(jobs).values(scheduled_at=None))
        await endings.work()
        job = (await client.get(f"/v1/jobs/{job['id']}")).json()
    assert due == sorted(set(due))
    assert (job["state"], job["attempts"]) == ("failed", ATTEMPTS)


async def test_a_job_that_waits_is_called_off(client: httpx.AsyncClient, endings: WorkedOff) -> None:
    job = (await post(client)).json()
    cancelled = await client.post(f"/v1/jobs/{job['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert cancelled.json()["ended_at"]
    await endings.work()
    assert (await client.get("/v1/quotes")).json()["data"] == []
    assert (await client.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 409
    assert (await client.post(f"/v1/jobs/{job['id']}/retry")).json()["state"] == "waiting"
    assert (await client.post(f"/v1/jobs/{job['id']}/retry")).status_code == 409
    await endings.work()
    assert len((await client.get("/v1/quotes")).json()["data"]) == 1


async def test_a_job_that_runs_is_being_called_off_until_its_worker_has_heard(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    job = (await post(client)).json()
    await write_session.execute(update(jobs).values(status="doing"))
    assert (await client.get(f"/v1/jobs/{job['id']}")).json()["state"] == "running"
    assert (await client.post(f"/v1/jobs/{job['id']}/cancel")).json()["state"] == "cancelling"
    assert [each["id"] for each in (await client.get("/v1/jobs?state=cancelling")).json()["data"]] == [job["id"]]
    assert (await client.get("/v1/jobs?state=running")).json()["data"] == []


async def test_jobs_are_listed_page_by_page_by_state_and_kind(
    client: httpx.AsyncClient, endings: WorkedOff, statements: list[str]
) -> None:
    made = [(await post(client, f"{SPEECH} {number}")).json()["id"] for number in range(3)]
    await client.post("/v1/topics", json={"statement": "The tram should be built"}, headers={"Prefer": "wait=0"})
    statements.clear()
    page = await client.get("/v1/jobs?kind=extract&state=waiting&limit=2")
    assert len(statements) == 1
    assert [job["id"] for job in page.json()["data"]] == [made[2], made[1]]
    rest = await client.get(page.links["next"]["url"])
    assert [job["id"] for job in rest.json()["data"]] == [made[0]]
    assert [job["article"] for job in (await client.get("/v1/jobs?kind=refresh")).json()["data"]] == [None]
    assert (await client.get("/v1/jobs?state=waiting&state=failed&kind=extract")).json()["data"] != []
    await endings.work()
    assert (await client.get("/v1/jobs?state=waiting")).json()["data"] == []


@pytest.mark.parametrize("query", ["state=done", "kind=fetch", "stat=failed", "limit=0"])
async def test_what_there_is_not_to_ask_for_is_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/v1/jobs?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/retry"), ("POST", "/cancel")])
async def test_a_job_that_there_is_not_is_a_problem(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, f"/v1/jobs/4711{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_a_new_topic_is_judged_by_jobs_and_says_how_far_they_are(
    client: httpx.AsyncClient, endings: WorkedOff
) -> None:
    await post(client, prefer="wait=10")
    body = {"statement": "The tram should be built", "slug": "tram"}
    topic = (await client.post("/v1/topics", json=body, headers={"Prefer": "wait=0"})).json()
    assert (topic["articles"], topic["pending"]) == (0, 1)
    await endings.work()
    topic = (await client.get("/v1/topics/tram")).json()
    assert (topic["articles"], topic["pending"], topic["stances"]) == (1, 0, 1)
