"""How a list route answers: one statement a page, in the form that was asked for, with a `Link` to the next.

NDJSON and CSV go on from page to page to the end, each read in a transaction of its own: so they hold no more than a page
in memory, and no connection while a slow client reads. What is recorded meanwhile may be in it or not; nothing else is left
out and nothing comes twice, since a page begins where the one before ended.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import RowMapping, Select

from app.api.formats import CSV, JSON, NDJSON, Format, wanted
from app.api.formats.sheet import Sheet
from app.api.formats.stream import Lines, Table, Writer, adapter
from app.api.head import WITHOUT_CONTENT
from app.db import ReadSession, Sessions
from app.errors import BadInput, NotAcceptable
from app.queries.page import MOST_COUNTED, PageFilter, explained, plan_rows, read_page
from app.queries.speakers import resolved_terms
from app.queries.topics import known_topics
from app.schemas import ListOut

# How each name in a filter is told apart from what it may mean, by the name of the parameter.
RESOLVERS: Mapping[str, Callable[[Sequence[str], list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "speaker": resolved_terms,
    "not_speaker": resolved_terms,
    "mentions": resolved_terms,
    "claimed_by": resolved_terms,
    "topic": known_topics,
}
STREAMED: Mapping[Format, Callable[[type[BaseModel], Sequence[str] | None], Writer]] = {NDJSON: Lines, CSV: Table}
ROWS_AT_ONCE = 500
Asked = TypeVar("Asked", bound=PageFilter)


@dataclass(frozen=True, slots=True)
class Listing(Generic[Asked]):
    """A list that the API serves: how it is asked for, what becomes of a row, and what forms it has beside the usual."""

    name: str
    select: Callable[[Asked], Select[Any]]
    shape: Callable[[RowMapping], dict[str, Any]]
    item: type[BaseModel]
    documents: Mapping[Format, Callable[[Sheet], bytes]] = field(default_factory=dict)

    @property
    def formats(self) -> tuple[Format, ...]:
        """The forms it has, the one for those who do not care first."""
        return (JSON, *STREAMED, *self.documents)

    @property
    def responses(self) -> dict[int | str, dict[str, Any]]:
        """For the OpenAPI document: the media types beside JSON, and the refusal of others."""
        others = {form.media_type: {"schema": {"type": "string"}} for form in self.formats if form is not JSON}
        headers = {"Link": {"description": 'the next page: `<…>; rel="next"`', "schema": {"type": "string"}}}
        return {200: {"description": "A page, or with NDJSON and CSV all rows", "content": others, "headers": headers}}


@dataclass(frozen=True, slots=True)
class Read:
    """A page as it was read."""

    rows: list[dict[str, Any]]
    next: str | None
    resolved: dict[str, list[dict[str, Any]]]
    counted: int | None


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
    if form in listing.documents and filter.shown is not None:
        raise BadInput(f"A whole quote is needed for format={form.name}: leave fields out.", pointer="fields")
    if form in STREAMED:
        return await _stream(request, session, filter, listing, form)
    page = await _read(session, filter, listing)
    counted = await _count(session, filter, listing, page)
    following = None if page.next is None else str(request.url.include_query_params(cursor=page.next))
    if following is not None:
        response.headers["Link"] = f'<{following}>; rel="next"'
    if form is JSON:
        position = {"next": page.next, "has_more": page.next is not None, "count": counted}
        return _shown({"data": page.rows, "page": position, "resolved": page.resolved}, response, filter, listing)
    rows = adapter(listing.item)
    checked = rows.dump_python(rows.validate_python(page.rows), mode="json")
    sheet = Sheet(checked, str(request.base_url).rstrip("/"), str(request.url), following)
    return Response(listing.documents[form](sheet), media_type=form.media_type, headers=dict(response.headers))


def _shown(answer: dict[str, Any], response: Response, filter: PageFilter, listing: Listing[Any]) -> Any:  # noqa: ANN401
    if filter.shown is None:
        return answer
    model = TypeAdapter(ListOut[listing.item])  # type: ignore[name-defined]
    keep: dict[str, Any] = {"data": {"__all__": set(filter.shown)}, "page": True, "resolved": True}
    body = model.dump_json(model.validate_python(answer), include=keep, exclude_unset=True)
    return Response(body, media_type=JSON.media_type, headers=dict(response.headers))


async def _read(session: ReadSession, filter: Asked, listing: Listing[Asked]) -> Read:
    rows = (await session.execute(listing.select(filter))).mappings().all()
    page = read_page(rows, filter, listing.shape)
    resolved = {
        name: resolve(getattr(filter, name), rows[0][f"resolved_{name}"])
        for name, resolve in RESOLVERS.items()
        if getattr(filter, name, None)
    }
    return Read(page.data, page.next, resolved, rows[0]["resolved_count"] if filter.count else None)


async def _count(session: ReadSession, filter: Asked, listing: Listing[Asked], page: Read) -> dict[str, Any] | None:
    if page.counted is None or filter.count is None:
        return None
    if page.counted <= MOST_COUNTED or filter.count == "exact":
        return {"rows": page.counted, "exact": True}
    whole = listing.select(filter.model_copy(update={"cursor": None, "count": None}))
    (plan,) = (await session.execute(explained(whole))).scalar_one()
    return {"rows": max(page.counted, plan_rows(plan["Plan"])), "exact": False}


async def _stream(request: Request, session: ReadSession, filter: Asked, listing: Listing[Asked], form: Format) -> Response:
    """All rows from the cursor on; of a request that says how many, that page."""
    one_page = "limit" in filter.model_fields_set
    asked = filter if one_page else filter.model_copy(update={"limit": ROWS_AT_ONCE})
    first = await _read(session, asked, listing)
    writer = STREAMED[form](listing.item, filter.shown)
    disposition = f'attachment; filename="{listing.name}.{form.name}"'
    headers = {"Content-Disposition": disposition}
    if first.counted is not None and filter.count == "exact":
        headers["X-Total-Count"] = str(first.counted)
    if one_page or first.next is None or WITHOUT_CONTENT in request.scope:
        if first.next is not None and one_page:
            headers["Link"] = f'<{request.url.include_query_params(cursor=first.next)}>; rel="next"'
        whole = writer.begin() + writer.rows(first.rows) + writer.end(len(first.rows), first.next)
        return Response(whole, media_type=form.media_type, headers=headers)
    parts = _written(request.state.sessions, asked.model_copy(update={"count": None}), listing, first, writer)
    return StreamingResponse(parts, media_type=form.media_type, headers=headers)


async def _written(
    sessions: Sessions, filter: Asked, listing: Listing[Asked], page: Read, writer: Writer
) -> AsyncIterator[str]:
    count = len(page.rows)
    yield writer.begin() + writer.rows(page.rows)
    while page.next is not None:
        async with sessions.reading() as session:
            page = await _read(session, filter.model_copy(update={"cursor": page.next}), listing)
        count += len(page.rows)
        yield writer.rows(page.rows)
    yield writer.end(count, None)
