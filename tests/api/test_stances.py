"""GET /v1/stances and its summary."""

from datetime import date

import httpx
import pytest

from app.db import WriteSession
from app.ingest.topics import register_topic
from app.queries.stances import summed_up
from tests.records import store_harbour

pytestmark = pytest.mark.anyio


@pytest.fixture
async def topic_id(write_session: WriteSession) -> int:
    topic_id, _ = await register_topic(write_session, "The harbour should be widened", "harbour")
    await store_harbour(write_session, topic_id=topic_id)
    await store_harbour(write_session, topic_id=topic_id, ending="\nagain", published_on=date(2024, 6, 1))
    return topic_id


async def test_the_summary_counts_speakers_and_shows_each_with_evidence(client: httpx.AsyncClient, topic_id: int) -> None:
    summary = (await client.get("/v1/stances/summary?topic=harbour")).json()
    assert summary["counts"] == {"support": 1, "oppose": 1, "neutral": 0, "mixed": 0}
    assert summary["n"] == 4
    ana, tom = summary["speakers"]
    assert (ana["speaker"]["name"], ana["polarity"], ana["n"]) == ("Ana Ruiz", "support", 2)
    assert (tom["speaker"]["name"], tom["polarity"], tom["n"]) == ("Tom Berg", "oppose", 2)
    assert [each["published_on"] for each in ana["evidence"]] == ["2024-06-01", "2024-05-07"]
    assert ana["evidence"][0]["text"] == "“The harbour must be widened.”"
    assert (await client.get(f"/v1/quotes/{ana['evidence'][0]['quote']}")).status_code == 200


async def test_the_summary_of_a_filter(client: httpx.AsyncClient, topic_id: int) -> None:
    summary = (await client.get("/v1/stances/summary?topic=harbour&published_from=2024-05-20&min_confidence=0.85")).json()
    assert [(each["speaker"]["slug"], each["n"]) for each in summary["speakers"]] == [("ana-ruiz", 1)]


async def test_a_topic_on_which_nobody_spoke_has_an_empty_summary(
    client: httpx.AsyncClient, write_session: WriteSession
) -> None:
    await register_topic(write_session, "Bridges should be free", "bridges")
    summary = (await client.get("/v1/stances/summary?topic=bridges")).json()
    assert summary["topic"]["slug"] == "bridges"
    assert (summary["n"], summary["speakers"]) == (0, [])


@pytest.mark.parametrize(
    "path", ["/v1/stances/summary?topic=nowhere", "/v1/stances?topic=nowhere", "/v1/quotes?topic=nowhere"]
)
async def test_an_unknown_topic_is_named(client: httpx.AsyncClient, topic_id: int, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "urn:onrecord:problem:unknown-topic"
    assert problem["errors"] == [{"detail": problem["detail"], "parameter": "topic"}]
    assert "nowhere" in problem["detail"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("topic=harbour", 4),
        ("speaker=berg", 2),
        ("polarity=support", 2),
        ("polarity=support&speaker=berg", 0),
        ("published_to=2024-05-31", 2),
        ("min_confidence=0.85", 2),
    ],
)
async def test_filters(client: httpx.AsyncClient, topic_id: int, query: str, expected: int) -> None:
    assert len((await client.get(f"/v1/stances?{query}")).json()["data"]) == expected


async def test_lists_are_one_statement(client: httpx.AsyncClient, topic_id: int, statements: list[str]) -> None:
    for path in ("/v1/stances?topic=harbour&speaker=berg", "/v1/stances/summary?topic=harbour"):
        statements.clear()
        assert (await client.get(path)).status_code == 200
        assert len(statements) == 1


@pytest.mark.parametrize(
    ("polarities", "expected"),
    [
        (["support"], "support"),
        (["support", "neutral"], "support"),
        (["oppose", "oppose"], "oppose"),
        (["neutral"], "neutral"),
        (["support", "oppose"], "mixed"),
        (["mixed", "support"], "mixed"),
    ],
)
async def test_several_stances_of_one_speaker_are_summed_up(polarities: list[str], expected: str) -> None:
    assert summed_up(polarities) == expected
