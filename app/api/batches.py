"""`/v1/articles:batch`: any number of articles in one request."""

import json
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from typing import IO

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from sqlalchemy.exc import DataError

from app.api.dependencies import SessionsDep, SettingsDep
from app.api.problems import problem_of
from app.db import Sessions
from app.errors import BadInput, NotJSON, NotUnicode, OnRecordError
from app.ingest.acceptance import accept
from app.ingest.batch import Line, content_of, split_lines, work_through
from app.ingest.source import Source, read_source
from app.queries.jobs import select_revision_job
from app.schemas import ArticleIn, BatchLineOut
from app.settings import Settings

PATH = "/v1/articles:batch"
NDJSON = "application/x-ndjson"
MEDIA_TYPES = (NDJSON, "application/jsonl", "application/jsonlines", "application/json-lines")
# Lines that are worked on at once, each with a connection for a moment: other requests need some too.
AT_ONCE = 4
# Results beyond this wait on disk for the end of the input: most clients send everything before they read anything.
IN_MEMORY_BYTES = 1 << 20
EXAMPLE = json.dumps({"text": "“We need it,” said Mayor Lena Holt.", "publisher": "Echo", "published_on": "2024-05-07"})

router = APIRouter(tags=["articles"])


@router.post(
    PATH,
    operation_id="createArticles",
    response_class=StreamingResponse,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {NDJSON: {"schema": ArticleIn.model_json_schema(), "example": f"{EXAMPLE}\n"}},
        }
    },
    responses={
        200: {
            "description": "A line for each line that was sent",
            "content": {NDJSON: {"schema": BatchLineOut.model_json_schema(ref_template="#/components/schemas/{model}")}},
        }
    },
)
async def create_articles(request: Request, sessions: SessionsDep, settings: SettingsDep) -> StreamingResponse:
    """Record any number of articles, sent as lines of JSON (NDJSON), each what `POST /v1/articles` takes.

    The answer has a line for each: `status` is what that route would have answered, with the article and the job that reads
    it, or with the problem. A line that is refused costs no other, and blank lines are passed over. Where the connection is
    lost, what was taken in until then is kept: sending everything again adds what is missing.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA_TYPES:
        raise NotJSON(f"The body is not said to be lines of JSON: send it with `Content-Type: {NDJSON}`.")
    lines = split_lines(request.stream(), settings.max_body_bytes)
    results = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - closed when it has been sent
    try:
        async for result in work_through(lines, partial(_take, sessions, settings), AT_ONCE):
            results.write(result.model_dump_json(exclude_none=True).encode() + b"\n")
        results.seek(0)
    except BaseException:
        results.close()
        raise
    return StreamingResponse(_sent(results), media_type=NDJSON)


async def _sent(results: IO[bytes]) -> AsyncIterator[bytes]:
    with results:
        for line in results:
            yield line


async def _take(sessions: Sessions, settings: Settings, line: Line) -> BatchLineOut:
    try:
        body = ArticleIn.model_validate(_json(content_of(line, settings.max_body_bytes)))
        article = await read_source(Source(**body.model_dump()), settings)
        async with sessions.writing() as session:
            stored = await accept(session, article)
            job = (await session.execute(select_revision_job(stored.revision_id))).mappings().one_or_none()
    except (OnRecordError, ValidationError, DataError) as error:
        problem = problem_of(error)
        return BatchLineOut(line=line.number, status=problem.status, problem=problem)
    status = 202 if stored.created else 200
    return BatchLineOut(line=line.number, status=status, article=stored.article_id, job=job["id"] if job else None)


def _json(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise NotUnicode("The line is not UTF-8.", pointer="") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The line is not JSON: {error}.", pointer="") from error
