"""`/v1/stances`: who stands where on a topic."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api.dependencies import ReadSessionDep
from app.api.lists import answer_list, refuse_repeated
from app.errors import UnknownTopic
from app.queries.stances import (
    StanceFilter,
    SummaryFilter,
    select_stances,
    select_summary,
    stance_from,
    summary_from,
)
from app.schemas import ListOut, StanceOut, StanceSummary

router = APIRouter(prefix="/v1/stances", tags=["stances"])


@router.get("", response_model=ListOut[StanceOut], operation_id="listStances")
async def list_stances(
    filter: Annotated[StanceFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> dict[str, Any]:
    """Stances, newest first, each with the passage that shows it."""
    return await answer_list(request, response, session, filter, select_stances(filter), stance_from)


@router.get("/summary", response_model=StanceSummary, operation_id="summarizeStances")
async def summarize_stances(
    filter: Annotated[SummaryFilter, Query()], session: ReadSessionDep, request: Request
) -> dict[str, Any]:
    """Who supports and who opposes a topic: the number of speakers on each side, and each speaker with the evidence."""
    refuse_repeated(request, filter)
    rows = (await session.execute(select_summary(filter))).mappings().all()
    if not rows:
        raise UnknownTopic(f"There is no topic {filter.topic!r}: GET /v1/topics lists them, POST /v1/topics adds one.")
    return summary_from(rows)
