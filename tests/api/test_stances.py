"""GET /v1/stances and its summary."""

from datetime import date

import httpx
import pytest

from app.db import WriteSession
from app.extract.document import Polarity
from app.ingest.topics import register_topic
from app.queries.stances import summed_up
from tests.records import person, store_harbour, store_people

pytestmark = pytest.mark.anyio


@pytest.fixture
async def topic_id(write_session: WriteSession) -> int:
    topic_id, _ = await register_topic(write_session, "The harbour should be widened", "harbour")
    await store_harbour(write_session, topic_id=topic_id)
    await store_harbour(write_session, topic_id=topic_id, ending="\nagain", published_on=date(2024, 6, 1))
    return topic_id


async def test_the_summary_counts_speakers_and_shows_each_with_evidence(client: httpx.AsyncClient, topic_id: int) -> None:
    summary = (await client.get("/v1/stances/summary?topic=harbour")).json()
    assert summary["counts"] == {"support": 1, "oppose": 1, "neutral": 0, "mixed": 0, "unsure": 0}
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


async def test_what_takes_a_side_with_less_than_the_threshold_is_unsure(client: httpx.AsyncClient, topic_id: int) -> None:
    summary = (await client.get("/v1/stances/summary?topic=harbour&threshold=0.85")).json()
    assert summary["threshold"] == 0.85
    assert [(each["speaker"]["slug"], each["polarity"]) for each in summary["speakers"]] == [
        ("ana-ruiz", "support"),
        ("tom-berg", "unsure"),
    ]
    assert {each["polarity"] for each in summary["speakers"][1]["evidence"]} == {"unsure"}
    grouped = (await client.get("/v1/stances/summary?topic=harbour&by=publisher&threshold=0.85")).json()
    assert sum(group["counts"]["unsure"] for group in grouped["groups"]) == 1
    timeline = (await client.get("/v1/stances/timeline?topic=harbour&speaker=berg&threshold=0.85")).json()
    assert timeline["threshold"] == 0.85
    assert [passage["polarity"] for passage in timeline["data"][0]["evidence"]] == ["unsure", "unsure"]


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
        (["unsure", "support"], "support"),
        (["unsure", "neutral"], "unsure"),
    ],
)
async def test_several_stances_of_one_speaker_are_summed_up(polarities: list[str], expected: str) -> None:
    assert summed_up(polarities) == expected


async def stored_on_harbour(session: WriteSession, topic_id: int, *said: tuple[str, str, str, Polarity]) -> None:
    """Store an article for each of `said`: whom it quotes, with which party, on which day, for or against."""
    for number, (name, party, day, polarity) in enumerate(said):
        await store_people(
            session,
            person(name, **({"party": party} if party else {})),
            mark=f"{number} {day}",
            published_on=date.fromisoformat(day),
            stance=(topic_id, polarity),
        )


MOVED: tuple[tuple[str, str, str, Polarity], ...] = (
    ("Ana Ruiz", "Green", "2024-01-05", "oppose"),
    ("Ana Ruiz", "", "2024-02-05", "neutral"),
    ("Ana Ruiz", "", "2024-03-05", "support"),
    ("Tom Berg", "Labour", "2024-01-05", "oppose"),
    ("Eva Holm", "Green", "2024-01-15", "support"),
    ("Kim Lund", "", "2024-03-15", "oppose"),
)


@pytest.fixture
async def moved(write_session: WriteSession) -> None:
    topic_id, _ = await register_topic(write_session, "The harbour should be widened", "harbour")
    await stored_on_harbour(write_session, topic_id, *MOVED)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("party", {"Green": (2, 4, "mixed support"), "Labour": (1, 1, "oppose"), None: (1, 1, "oppose")}),
        ("month", {"2024-01": (3, 3, "oppose oppose support"), "2024-02": (1, 1, "neutral"), "2024-03": (2, 2, "oppose support")}),
        ("publisher", {"Nordkurier": (4, 6, "mixed oppose oppose support")}),
        ("country", {None: (4, 6, "mixed oppose oppose support")}),
    ],
)  # fmt: skip
async def test_the_summary_by(
    client: httpx.AsyncClient, moved: None, by: str, expected: dict[str | None, tuple[int, int, str]], statements: list[str]
) -> None:
    statements.clear()
    summary = (await client.get(f"/v1/stances/summary?topic=harbour&by={by}")).json()
    assert len(statements) == 1
    groups = {
        group["key"]: (
            group["speakers"],
            group["n"],
            " ".join(sorted(side for side, n in group["counts"].items() for _ in range(n))),
        )
        for group in summary["groups"]
    }
    assert groups == expected
    assert (summary["by"], summary["n"]) == (by, 6)
    listed = {stance["id"] for stance in (await client.get("/v1/stances?topic=harbour")).json()["data"]}
    assert {id for group in summary["groups"] for id in group["evidence"]} == listed


async def test_the_timeline_is_in_order_and_shows_who_moved(client: httpx.AsyncClient, moved: None) -> None:
    timeline = (await client.get("/v1/stances/timeline?topic=harbour")).json()
    assert [line["speaker"]["slug"] for line in timeline["data"]] == ["ana-ruiz", "eva-holm", "kim-lund", "tom-berg"]
    ana = timeline["data"][0]
    assert [passage["polarity"] for passage in ana["evidence"]] == ["oppose", "neutral", "support"]
    assert [passage["on"] for passage in ana["evidence"]] == ["2024-01-05", "2024-02-05", "2024-03-05"]
    ((change),) = ana["changes"]
    assert (change["before"]["on"], change["after"]["on"]) == ("2024-01-05", "2024-03-05")
    assert (await client.get(f"/v1/quotes/{change['after']['quote']}")).json()["speaker"]["slug"] == "ana-ruiz"
    assert timeline["complete"] is True


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("changed=true", ["ana-ruiz"]),
        ("changed=true&published_from=2024-02-01", []),
        ("speaker=tom-berg", ["tom-berg"]),
        ("speaker=Holm&speaker=Lund", ["eva-holm", "kim-lund"]),
        ("speaker=nobody", []),
    ],
)
async def test_the_timeline_of_some(client: httpx.AsyncClient, moved: None, query: str, expected: list[str]) -> None:
    timeline = (await client.get(f"/v1/stances/timeline?topic=harbour&{query}")).json()
    assert [line["speaker"]["slug"] for line in timeline["data"]] == expected


@pytest.mark.parametrize("path", ["timeline?topic=nowhere", "summary?by=party&topic=nowhere"])
async def test_a_timeline_of_no_topic(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/v1/stances/{path}")).json()["type"] == "urn:onrecord:problem:unknown-topic"
