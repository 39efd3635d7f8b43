"""`/v1/speakers`: the people, organisations and groups on record, and who of them are one."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy import RowMapping

from app.api.dependencies import ReadSessionDep, SessionsDep
from app.api.listing import Listing
from app.api.lists import answer_list, refuse_repeated
from app.db import ReadSession, WriteSession
from app.errors import Conflict, Moved, NotFound
from app.ingest.identity import FACETS, Dossier, likeness
from app.ingest.merging import merge_speakers, split_speaker
from app.queries.duplicates import select_candidates, select_dossier
from app.queries.speakers import (
    SpeakerFilter,
    appearance_from,
    detail_from,
    select_appearances,
    select_speaker,
    select_speakers,
    speaker_from,
)
from app.queries.suggestions import SuggestionFilter, select_suggestions, suggestions_from
from app.schemas import DuplicatesOut, ListOut, MergeIn, PlainStr, SpeakerDetail, SpeakerOut, SplitIn, SuggestionsOut

LEAST_LIKENESS = 0.3
MOST_DUPLICATES = 20
MOVED: dict[int | str, dict[str, Any]] = {308: {"description": "The speaker has turned out to be another: see Location"}}
router = APIRouter(prefix="/v1/speakers", tags=["speakers"])


SPEAKERS = Listing("speakers", select_speakers, speaker_from, SpeakerOut)


@router.get("", response_model=ListOut[SpeakerOut], responses=SPEAKERS.responses, operation_id="listSpeakers")
async def list_speakers(
    filter: Annotated[SpeakerFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Everybody whom an article names or quotes, by slug; `quoted=true` for those who speak."""
    return await answer_list(request, response, session, filter, SPEAKERS)


@router.get("/suggest", response_model=SuggestionsOut, operation_id="suggestSpeakers")
async def suggest_speakers(
    filter: Annotated[SuggestionFilter, Query()], session: ReadSessionDep, request: Request
) -> dict[str, Any]:
    """Speakers while somebody types: names that begin so, or that are spelt so but for a letter or two."""
    refuse_repeated(request, filter)
    rows = (await session.execute(select_suggestions(filter))).mappings().all()
    return {"data": suggestions_from(rows, filter)}


Term = Annotated[PlainStr, Path(max_length=300, description="id, slug or name")]


async def _speaker(speaker: Term, session: ReadSessionDep, request: Request) -> RowMapping:
    return await _at_address(session, speaker, request)


SpeakerDep = Annotated[RowMapping, Depends(_speaker, scope="function")]


async def _at_address(session: ReadSession | WriteSession, term: str, request: Request) -> RowMapping:
    row = await _the_one(session, term)
    if row["moved"]:
        address = _address(request, request.scope["route"].name, row["slug"])
        query = f"?{request.url.query}" if request.url.query else ""
        raise Moved(f"{term!r} is {row['name']} ({row['slug']}) by now.", location=f"{address}{query}")
    return row


def _address(request: Request, route: str, slug: str) -> str:
    return quote(request.url_for(route, speaker=slug).path)


async def _the_one(session: ReadSession | WriteSession, term: str, pointer: str | None = None) -> RowMapping:
    rows: Sequence[RowMapping] = (await session.execute(select_speaker(term))).mappings().all()
    if not rows:
        raise NotFound(f"There is no speaker {term!r}: GET /v1/speakers?q=… searches them.", pointer=pointer)
    # A slug is one speaker's own, even where it also reads as the name of others.
    rows = [row for row in rows if row["moved"] or term in (row["slug"], str(row["id"]))][:1] or rows
    if len(rows) > 1:
        names = ", ".join(f"{row['name']} ({row['slug']})" for row in rows)
        raise Conflict(f"{term!r} may be any of {names}: ask for one of them by its slug.", pointer=pointer)
    return rows[0]


@router.get("/{speaker}", response_model=SpeakerDetail, responses=MOVED, operation_id="getSpeaker")
async def get_speaker(speaker: SpeakerDep, session: ReadSessionDep) -> dict[str, Any]:
    """One speaker with what each article says of them, latest first."""
    return await _detail(session, speaker)


async def _detail(session: ReadSession, speaker: RowMapping) -> dict[str, Any]:
    appearances = (await session.execute(select_appearances(speaker["id"]))).mappings()
    return detail_from(speaker) | {"appearances": [appearance_from(row) for row in appearances]}


@router.get("/{speaker}/duplicates", response_model=DuplicatesOut, responses=MOVED, operation_id="listDuplicatesOfSpeaker")
async def list_duplicates(speaker: SpeakerDep, session: ReadSessionDep) -> dict[str, Any]:
    """Who may be the same as this speaker, with what speaks for it and against.

    Where it is not sure that two articles mean one person, they are two on record; this is where to look for such pairs.
    """
    own = (await session.execute(select_dossier(speaker["id"]))).mappings().one()
    rows = (await session.execute(select_candidates(own))).mappings().all()
    alike = [(likeness(_dossier(own), _dossier(row), row["together"]), row) for row in rows]
    found = [(like, row) for like, row in alike if like is not None and like.score >= LEAST_LIKENESS]
    found.sort(key=lambda each: (-each[0].score, each[1]["slug"]))
    return {
        "data": [
            {"speaker": {name: row[name] for name in ("id", "slug", "name", "kind")}, "together": row["together"]}
            | {"score": like.score, "agrees": list(like.agrees), "differs": list(like.differs)}
            for like, row in found[:MOST_DUPLICATES]
        ]
    }


def _dossier(row: RowMapping) -> Dossier:
    known = {facet: frozenset(value.casefold() for value in row[facet] or ()) for facet in FACETS}
    return Dossier(row["kind"], frozenset(row["called"] or [row["name"]]), known)


@router.post("/{speaker}/merge", response_model=SpeakerDetail, responses=MOVED, operation_id="mergeSpeakers")
async def merge(speaker: Term, body: MergeIn, sessions: SessionsDep, request: Request) -> dict[str, Any]:
    """Say that others are this same speaker.

    All that was said as one of them is this one's from now on, whatever articles come and however often they are read
    again; their ids, slugs and names lead here. To take it back, split by articles.
    """
    async with sessions.writing() as session:
        target = (await _at_address(session, speaker, request))["id"]
        others = [(await _the_one(session, term, f"/speakers/{nth}"))["id"] for nth, term in enumerate(body.speakers)]
        await merge_speakers(session, target, others)
    async with sessions.reading() as reading:
        return await _detail(reading, await _the_one(reading, str(target)))


@router.post(
    "/{speaker}/split", response_model=SpeakerDetail, status_code=201, responses=MOVED, operation_id="splitSpeaker"
)
async def split(
    speaker: Term, body: SplitIn, sessions: SessionsDep, request: Request, response: Response
) -> dict[str, Any]:
    """Say that some articles mean another person of the same name, who gets a record of their own: the answer.

    What is said there alone tells the two apart in articles to come; reading the articles again does not undo it.
    """
    async with sessions.writing() as session:
        row = await _at_address(session, speaker, request)
        new = await split_speaker(session, row["id"], body.articles)
    async with sessions.reading() as reading:
        row = await _the_one(reading, str(new))
        response.headers["Location"] = _address(request, "get_speaker", row["slug"])
        return await _detail(reading, row)
