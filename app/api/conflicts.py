"""`/v1/conflicts`: what claims about weapons disagree on."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api.dependencies import ReadSessionDep
from app.api.lists import refuse_repeated
from app.queries.conflicts import ConflictFilter, conflict_from, select_claims, select_conflicts, with_claims
from app.queries.page import read_page
from app.schemas import ConflictOut, ListOut

router = APIRouter(prefix="/v1", tags=["weapons"])


ARTICLE = {"id": 17, "revision": 1, "title": "What the missile can do", "publisher": "Echo", "url": None, "sha256": "5f…"}
CLAIM: dict[str, Any] = {
    "id": 3, "weapon": {"id": 2, "slug": "taurus", "name": "Taurus"}, "mention": [[4, 10]], "attribute": "range",
    "value": 500.0, "value_max": None, "unit": "km", "qualifier": "exactly", "si": {"value": 500000.0, "unit": "m"},
    "party": None, "claimed_by": None, "quote": None, "on": None, "evidence": [[4, 40]],
    "evidence_text": "Taurus missile has a range of 500 km", "confidence": 0.9,
    "article": ARTICLE | {"published_on": "2024-05-07"},
}  # fmt: skip
OTHER = {
    "id": 9, "value": 300.0, "si": {"value": 300000.0, "unit": "m"}, "evidence_text": "Taurus has a range of 300 km",
    "article": ARTICLE | {"id": 12, "published_on": "2024-03-02"},
}  # fmt: skip
CONFLICT = {
    "weapon": CLAIM["weapon"], "attribute": "range", "unit": "m", "no_less_than": 490000.0, "no_more_than": 306000.0,
    "total": 2, "claims": [CLAIM, CLAIM | OTHER],
}  # fmt: skip
EXAMPLE: dict[str, Any] = {"data": [CONFLICT], "page": {"next": None, "has_more": False}, "resolved": {}}


@router.get(
    "/conflicts",
    response_model=ListOut[ConflictOut],
    operation_id="listConflicts",
    responses={200: {"content": {"application/json": {"example": EXAMPLE}}}},
)
async def list_conflicts(
    filter: Annotated[ConflictFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> dict[str, Any]:
    """Weapons and attributes on which claims cannot all be true, by weapon, each with its latest hundred claims.

    Range, speed, payload, caliber and unit cost are compared in SI base units, with regard to what each claim leaves open:
    "more than 300 km" agrees with 350 km, "up to 300 km" with 250 km. A plain number allows for 2 % either way, since news
    rounds what it converts (190 miles are 300 km); "about" allows for 10 %, and a range of numbers for all of it.
    """
    refuse_repeated(request, filter)
    rows = (await session.execute(select_conflicts(filter))).mappings().all()
    page = read_page(rows, filter, conflict_from)
    claims = (await session.execute(select_claims(page.data, filter))).mappings().all() if page.data else ()
    if page.next is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=page.next)}>; rel="next"'
    position = {"next": page.next, "has_more": page.next is not None}
    return {"data": with_claims(page.data, claims), "page": position, "resolved": {}}
