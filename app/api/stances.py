"""`/v1/stances`: who stands where on a topic."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import RowMapping

from app.api.dependencies import ReadSessionDep
from app.api.listing import Listing
from app.api.lists import answer_list, refuse_repeated
from app.errors import UnknownTopic
from app.queries.stances import (
    StanceFilter,
    SummaryFilter,
    TimelineFilter,
    groups_from,
    select_groups,
    select_stances,
    select_summary,
    select_timeline,
    stance_from,
    summary_from,
    timeline_from,
)
from app.schemas import GroupedSummary, ListOut, StanceOut, StanceSummary, StanceTimeline

router = APIRouter(prefix="/v1/stances", tags=["stances"])


STANCES = Listing("stances", select_stances, stance_from, StanceOut)


@router.get("", response_model=ListOut[StanceOut], responses=STANCES.responses, operation_id="listStances")
async def list_stances(
    filter: Annotated[StanceFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Stances, newest first, each with the passage that shows it."""
    return await answer_list(request, response, session, filter, STANCES)


@router.get("/summary", response_model=StanceSummary | GroupedSummary, operation_id="summarizeStances")
async def summarize_stances(
    filter: Annotated[SummaryFilter, Query()], session: ReadSessionDep, request: Request
) -> dict[str, Any]:
    """Who supports and who opposes a topic: the number of speakers on each side, and each speaker with the evidence.

    By party, country, publisher or month: the number of speakers on each side in each group, with the ids of the stances.
    A passage that takes a side with less confidence than `threshold` counts as unsure, on no side.
    """
    refuse_repeated(request, filter)
    if filter.by == "speaker":
        rows = _of_topic((await session.execute(select_summary(filter))).mappings().all(), filter.topic)
        return summary_from(rows, filter.threshold)
    rows = _of_topic((await session.execute(select_groups(filter))).mappings().all(), filter.topic)
    return groups_from(rows, filter.by, filter.threshold)


@router.get("/timeline", response_model=StanceTimeline, operation_id="listStancesInTime")
async def list_in_time(
    filter: Annotated[TimelineFilter, Query()], session: ReadSessionDep, request: Request
) -> dict[str, Any]:
    """What each speaker said on a topic in the order of time, and where one changed sides, with both passages."""
    refuse_repeated(request, filter)
    rows = _of_topic((await session.execute(select_timeline(filter))).mappings().all(), filter.topic)
    return timeline_from(rows, filter.changed, filter.threshold)


def _of_topic(rows: Sequence[RowMapping], topic: str) -> Sequence[RowMapping]:
    if not rows:
        raise UnknownTopic(f"There is no topic {topic!r}: GET /v1/topics lists them, POST /v1/topics adds one.")
    return rows
