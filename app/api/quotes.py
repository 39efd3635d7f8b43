"""`/v1/quotes`: who said what."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import RowMapping, Select

from app.api.dependencies import ReadSessionDep
from app.api.formats import ATOM, JSON, JSON_LD
from app.api.formats.annotations import selectors
from app.api.formats.feed import as_feed
from app.api.formats.linkeddata import CONTEXT, as_linked_data, quotation
from app.api.listing import Listing
from app.api.lists import answer_list, form_of
from app.db import ReadSession
from app.errors import NotFound
from app.queries.quotefilter import QuoteFilter, QuoteParts
from app.queries.quotes import quote_from, select_quote, select_quotes
from app.queries.receipts import receipt_from, select_receipt
from app.schemas import FoundQuote, Id, ListOut, ReceiptOut

router = APIRouter(prefix="/v1/quotes", tags=["quotes"])


QUOTES = Listing("quotes", select_quotes, quote_from, FoundQuote, {JSON_LD: as_linked_data, ATOM: as_feed})


@router.get(
    "",
    response_model=ListOut[FoundQuote],
    responses=QUOTES.responses,
    response_model_exclude_unset=True,
    operation_id="listQuotes",
)
async def list_quotes(
    filter: Annotated[QuoteFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Statements on record, newest first. Pull quotes and other repetitions are left out unless `repeats=true`."""
    return await answer_list(request, response, session, filter, QUOTES)


@router.get("/{quote_id}", response_model=FoundQuote, response_model_exclude_unset=True, operation_id="getQuote")
async def get_quote(quote_id: Id, parts: Annotated[QuoteParts, Query()], session: ReadSessionDep, request: Request) -> Any:  # noqa: ANN401
    """One statement, whichever revision of its article it stands in."""
    quote = quote_from(await _the_one(session, select_quote(quote_id, parts), quote_id))
    if form_of(request, parts.format, (JSON, JSON_LD)) is JSON:
        return quote
    shown = FoundQuote.model_validate(quote).model_dump(mode="json")
    node = {"@context": CONTEXT, **quotation(shown, str(request.base_url).rstrip("/"))}
    return JSONResponse(node, media_type=JSON_LD.media_type)


@router.get("/{quote_id}/verify", response_model=ReceiptOut, response_model_exclude_unset=True, operation_id="verifyQuote")
async def verify_quote(quote_id: Id, session: ReadSessionDep) -> dict[str, Any]:
    """Read the stored text again: its hash, what stands at the quote's spans, and whether all is as it was recorded."""
    row = await _the_one(session, select_receipt(quote_id), quote_id)
    return receipt_from(row) | {"selectors": [selectors(span, row["read"]) for span in row["content"]]}


async def _the_one(session: ReadSession, statement: Select[Any], quote_id: int) -> RowMapping:
    row: RowMapping | None = (await session.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no quote {quote_id}.")
    return row
