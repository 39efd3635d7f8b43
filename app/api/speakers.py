"""`/v1/speakers`: the people, organisations and groups on record."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from app.api.dependencies import ReadSessionDep
from app.api.lists import answer_list
from app.errors import Conflict, NotFound
from app.queries.speakers import (
    SpeakerFilter,
    appearance_from,
    select_appearances,
    select_speaker,
    select_speakers,
    speaker_from,
)
from app.schemas import ListOut, PlainStr, SpeakerDetail, SpeakerOut

router = APIRouter(prefix="/v1/speakers", tags=["speakers"])


@router.get("", response_model=ListOut[SpeakerOut], operation_id="listSpeakers")
async def list_speakers(
    filter: Annotated[SpeakerFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> dict[str, Any]:
    """Everybody whom an article names or quotes, by slug; `quoted=true` for those who speak."""
    return await answer_list(request, response, session, filter, select_speakers(filter), speaker_from)


@router.get("/{speaker}", response_model=SpeakerDetail, operation_id="getSpeaker")
async def get_speaker(
    speaker: Annotated[PlainStr, Path(max_length=300, description="id, slug or name")], session: ReadSessionDep
) -> dict[str, Any]:
    """One speaker with what each article says of them, latest first."""
    rows = (await session.execute(select_speaker(speaker))).mappings().all()
    if not rows:
        raise NotFound(f"There is no speaker {speaker!r}: GET /v1/speakers?q=… searches them.")
    # A slug is one speaker's own, even where it also reads as the name of others.
    rows = [row for row in rows if speaker in (row["slug"], str(row["id"]))][:1] or rows
    if len(rows) > 1:
        names = ", ".join(f"{row['name']} ({row['slug']})" for row in rows)
        raise Conflict(f"{speaker!r} may be any of {names}: ask for one of them by its slug.")
    appearances = (await session.execute(select_appearances(rows[0]["id"]))).mappings()
    return speaker_from(rows[0]) | {"appearances": [appearance_from(row) for row in appearances]}
