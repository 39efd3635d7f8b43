"""How a list route answers: one statement, a page in the form that was asked for, a `Link` to the next."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

from app.api.formats import JSON, Format, wanted
from app.api.formats.sheet import Sheet
from app.api.formats.stream import adapter
from app.api.listing import Asked, Listing, Read, read_listing
from app.api.streams import STREAMED, answer_stream
from app.db import ReadSession
from app.errors import BadInput, NotAcceptable
from app.queries.page import MOST_COUNTED, explained, plan_rows
from app.schemas import ListOut


def refuse_repeated(request: Request, filter: BaseModel) -> None:
    """Raise `BadInput` for a parameter given several times of which `filter` takes one: no choice is left to chance."""
    for name in request.query_params:
        if len(request.query_params.getlist(name)) > 1 and not isinstance(getattr(filter, name), list):
            raise BadInput(f"{name} is given more than once: give it once.", pointer=name)


def form_of(request: Request, name: str | None, offered: Sequence[Format]) -> Format:
    """The one of `offered` that the request asks for, by `name` from its query or else by `Accept`.

    Raises `NotAcceptable`, with all there are, where it takes none of them.
    """
    if name is not None:
        return next(each for each in offered if each.name == name)
    form = wanted(request.headers.get("accept"), tuple(offered))
    if form is None:
        there_are = ", ".join(f"{each.media_type} (format={each.name})" for each in offered)
        raise NotAcceptable(f"This is served as {there_are}: ask for one of them.")
    return form


async def answer_list(
    request: Request, response: Response, session: ReadSession, filter: Asked, listing: Listing[Asked]
) -> Any:  # noqa: ANN401 - what the response model takes, or a response
    """Answer with a page of `listing`: `data`, `page`, and under `resolved` what names were taken to mean."""
    refuse_repeated(request, filter)
    form = form_of(request, filter.format, listing.formats)
    if form in STREAMED:
        return await answer_stream(request, session, filter, listing, form)
    if form is not JSON and filter.shown is not None:
        raise BadInput(f"A whole row is needed for format={form.name}: leave fields out.", pointer="fields")
    page = await read_listing(session, filter, listing)
    following = None if page.next is None else str(request.url.include_query_params(cursor=page.next))
    if following is not None:
        response.headers["Link"] = f'<{following}>; rel="next"'
    if form is not JSON:
        sheet = Sheet(_as_json(page, listing), str(request.base_url).rstrip("/"), str(request.url), following)
        return Response(listing.documents[form](sheet), media_type=form.media_type, headers=dict(response.headers))
    position = {"next": page.next, "has_more": page.next is not None, "count": await _count(session, filter, listing, page)}
    answer = {"data": page.rows, "page": position, "resolved": page.resolved}
    return answer if filter.shown is None else _part_of(answer, filter.shown, listing, response)


def _as_json(page: Read, listing: Listing[Any]) -> list[dict[str, Any]]:
    rows = adapter(listing.item)
    checked: list[dict[str, Any]] = rows.dump_python(rows.validate_python(page.rows), mode="json")
    return checked


def _part_of(answer: dict[str, Any], shown: Sequence[str], listing: Listing[Any], response: Response) -> Response:
    keep: dict[str, Any] = {"data": {"__all__": set(shown)}, "page": True, "resolved": True}
    checked = ListOut[listing.item].model_validate(answer)  # type: ignore[name-defined]
    body = checked.model_dump_json(include=keep, exclude_unset=True)
    return Response(body, media_type=JSON.media_type, headers=dict(response.headers))


async def _count(session: ReadSession, filter: Asked, listing: Listing[Asked], page: Read) -> dict[str, Any] | None:
    if page.counted is None:
        return None
    if page.counted <= MOST_COUNTED or filter.count == "exact":
        return {"rows": page.counted, "exact": True}
    whole = listing.select(filter.model_copy(update={"cursor": None, "count": None}))
    (plan,) = (await session.execute(explained(whole))).scalar_one()
    return {"rows": max(page.counted, plan_rows(plan["Plan"])), "exact": False}
