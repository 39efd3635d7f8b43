"""All rows of a list, as NDJSON or CSV.

They are read page by page, each page in a transaction of its own: so no more than a page is held in memory, and no
connection while a slow client reads. What is recorded meanwhile may be in it or not; nothing else is left out and nothing
comes twice, since a page begins where the one before ended.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from app.api.formats import CSV, NDJSON, Format
from app.api.formats.stream import Lines, Table, Writer
from app.api.head import WITHOUT_CONTENT
from app.api.listing import Asked, Listing, Read, read_listing
from app.db import ReadSession, Sessions

STREAMED: Mapping[Format, Callable[[type[BaseModel], Sequence[str] | None], Writer]] = {NDJSON: Lines, CSV: Table}
ROWS_AT_ONCE = 500


async def answer_stream(
    request: Request, session: ReadSession, filter: Asked, listing: Listing[Asked], form: Format
) -> Response:
    """All rows from the cursor on; of a request that says how many it wants at once, that page.

    Whatever is wrong with the query shows with the first page, before anything is sent.
    """
    one_page = "limit" in filter.model_fields_set
    asked = filter if one_page else filter.model_copy(update={"limit": ROWS_AT_ONCE})
    first = await read_listing(session, asked, listing)
    writer = STREAMED[form](listing.item, filter.shown)
    headers = {"Content-Disposition": f'attachment; filename="{listing.name}.{form.name}"'}
    if first.counted is not None and filter.count == "exact":
        headers["X-Total-Count"] = str(first.counted)
    if one_page and first.next is not None:
        headers["Link"] = f'<{request.url.include_query_params(cursor=first.next)}>; rel="next"'
    if one_page or first.next is None or WITHOUT_CONTENT in request.scope:
        whole = writer.begin() + writer.rows(first.rows) + writer.end(len(first.rows), first.next)
        return Response(whole, media_type=form.media_type, headers=headers)
    further = asked.model_copy(update={"count": None})
    parts = _written(request.state.sessions, further, listing, first, writer)
    return StreamingResponse(parts, media_type=form.media_type, headers=headers)


async def _written(
    sessions: Sessions, filter: Asked, listing: Listing[Asked], page: Read, writer: Writer
) -> AsyncIterator[str]:
    count = len(page.rows)
    yield writer.begin() + writer.rows(page.rows)
    while page.next is not None:
        async with sessions.reading() as session:
            page = await read_listing(session, filter.model_copy(update={"cursor": page.next}), listing)
        count += len(page.rows)
        yield writer.rows(page.rows)
    yield writer.end(count, None)
