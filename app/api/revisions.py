"""`/v1/articles/{article_id}/revisions`: each text that was found under an article's address, and what changed."""

import asyncio
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import RowMapping

from app.api.dependencies import ReadSessionDep
from app.api.listing import Listing
from app.api.lists import answer_list
from app.db import ReadSession
from app.errors import Conflict, NotFound
from app.queries.quotes import quote_from, select_article_quotes
from app.queries.revisions import (
    RevisionFilter,
    RevisionParts,
    compare_quotes,
    has_article,
    revision_detail_from,
    revision_from,
    select_revision,
    select_revisions,
)
from app.queries.speakers import article_speaker_from, select_article_speakers
from app.schemas import Id, ListOut, QuoteDiffOut, RevisionDetail, RevisionNumber, RevisionOut

router = APIRouter(prefix="/v1/articles/{article_id}/revisions", tags=["articles"])

PARTS = {"quotes": (select_article_quotes, quote_from), "speakers": (select_article_speakers, article_speaker_from)}


def _revisions_of(article_id: int) -> Listing[RevisionFilter]:
    return Listing("revisions", partial(select_revisions, article_id), revision_from, RevisionOut)


@router.get("", response_model=ListOut[RevisionOut], responses=_revisions_of(0).responses, operation_id="listRevisions")
async def list_revisions(
    article_id: Id,
    filter: Annotated[RevisionFilter, Query()],
    session: ReadSessionDep,
    request: Request,
    response: Response,
) -> Any:  # noqa: ANN401
    """The texts that an article has had, the newest first; `current` is the one that lists show."""
    if not await session.scalar(has_article(article_id)):
        raise NotFound(f"There is no article {article_id}.")
    return await answer_list(request, response, session, filter, _revisions_of(article_id))


@router.get("/{first}..{second}", response_model=QuoteDiffOut, operation_id="compareRevisions")
async def compare_revisions(
    article_id: Id, first: RevisionNumber, second: RevisionNumber, session: ReadSessionDep
) -> dict[str, Any]:
    """Which quotes came, went or changed between two revisions of an article; both have to have been read."""
    quotes = [await _quotes(session, article_id, number) for number in (first, second)]
    diff = await asyncio.to_thread(compare_quotes, *quotes)
    return {"article": article_id, "first": first, "second": second} | asdict(diff)


@router.get("/{number}", response_model=RevisionDetail, operation_id="getRevision", response_model_exclude_unset=True)
async def get_revision(
    article_id: Id, number: RevisionNumber, parts: Annotated[RevisionParts, Query()], session: ReadSessionDep
) -> dict[str, Any]:
    """One revision with its text and, in `include`, what it yielded."""
    row = await _revision(session, article_id, number)
    detail = revision_detail_from(row)
    for part in dict.fromkeys(parts.include):
        select_part, shape = PARTS[part]
        detail[part] = [shape(each) for each in (await session.execute(select_part(row["revision_id"]))).mappings()]
    return detail


async def _quotes(session: ReadSession, article_id: int, number: int) -> list[dict[str, Any]]:
    row = await _revision(session, article_id, number)
    if row["extracted_at"] is None:
        raise Conflict(f"Revision {number} has not been read yet: GET /v1/jobs tells how far it is.")
    return [quote_from(each) for each in (await session.execute(select_article_quotes(row["revision_id"]))).mappings()]


async def _revision(session: ReadSession, article_id: int, number: int) -> RowMapping:
    row: RowMapping | None = (await session.execute(select_revision(article_id, number))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no revision {number} of an article {article_id}.")
    return row
