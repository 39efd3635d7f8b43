"""/v1/articles:batch: a line of the answer for each line that was sent."""

import json
import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.batch import split_lines
from app.settings import Settings
from tests.conftest import WorkedOff

pytestmark = pytest.mark.anyio

NDJSON = {"Content-Type": "application/x-ndjson"}
SPEECH = "Mayor Lena Holt said: “We must build the tram now.”"


async def send(client: httpx.AsyncClient, content: Any) -> list[dict[str, Any]]:
    answer = await client.post("/v1/articles:batch", content=content, headers=NDJSON)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson"), answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_a_broken_line_costs_that_line_only(client: httpx.AsyncClient, endings: WorkedOff) -> None:
    lines = [
        json.dumps({"text": SPEECH, "title": "Tram"}).encode(),
        b"",
        b'{"text": "open',
        b"\xff\xfe",
        b'{"text": "fine", "autor": "x"}',
        b'{"text": "half \\ud83d"}',
        b'{"url": "http://127.0.0.1/"}',
        b"[" * 100_000,
        b"7",
        b'{"text": "It rained."}\r',
        json.dumps({"text": SPEECH}).encode(),
    ]
    results = await send(client, b"\n".join(lines))
    assert [(result["line"], result["status"]) for result in results] == [
        *((1, 202), (3, 422), (4, 400), (5, 422), (6, 422), (7, 422), (8, 422), (9, 422), (10, 202), (11, 200)),
    ]
    assert results[-1]["article"] == results[0]["article"]
    problems = {result["line"]: result["problem"] for result in results if "problem" in result}
    assert problems[5]["errors"][0]["pointer"] == "/autor"
    assert problems[6]["type"] == "urn:onrecord:problem:unstorable-text"
    assert problems[7]["errors"][0]["pointer"] == "/url"
    await endings.work()
    assert (await client.get(f"/v1/jobs/{results[0]['job']}")).json()["state"] == "succeeded"
    assert len((await client.get("/v1/articles")).json()["data"]) == 2


async def test_an_empty_batch_is_answered_with_nothing(client: httpx.AsyncClient) -> None:
    assert await send(client, b"") == await send(client, b"\n \n") == []


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
async def test_what_is_not_said_to_be_lines_is_refused(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post("/v1/articles:batch", content=b"{}", headers={"Content-Type": media_type})
    assert (answer.status_code, answer.headers["content-type"]) == (415, "application/problem+json")


async def test_a_long_batch_takes_no_more_memory_than_a_short_one(client: httpx.AsyncClient, settings: Settings) -> None:
    async def body() -> AsyncIterator[bytes]:
        # Hundreds of megabytes, of which nothing is taken in: a line beyond the limit, and many that say nothing.
        for _ in range(2 * settings.max_body_bytes // 1_000_000):
            yield b"x" * 1_000_000
        for _ in range(20):
            yield b"\n" + b" " * 10_000_000
        yield b'\n{"text": ""}\n' * 2_000

    process = psutil.Process(os.getpid())
    before = process.memory_info().rss
    results = await send(client, body())
    assert [result["status"] for result in results] == [413, *[422] * 2_000]
    assert process.memory_info().rss - before < 100_000_000


@given(st.lists(st.binary(max_size=8)), st.integers(1, 6))
async def test_lines_are_the_same_however_they_arrive(chunks: list[bytes], limit: int) -> None:
    async def arriving() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    whole = enumerate(b"".join(chunks).split(b"\n"), start=1)
    expected = [
        (number, line if len(line) <= limit else None) for number, line in whole if line.strip() or len(line) > limit
    ]
    assert [(line.number, line.content) async for line in split_lines(arriving(), limit)] == expected
