"""`/v1/quotes`: who said what."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.api.dependencies import ReadSessionDep
from app.api.formats import ATOM, JSON_LD
from app.api.formats.feed import as_feed
from app.api.formats.linkeddata import as_linked_data
from app.api.lists import Listing, answer_list
from app.errors import NotFound
from app.queries.quotefilter import QuoteFilter
from app.queries.quotes import quote_from, select_quote, select_quotes
from app.schemas import Id, ListOut, QuoteOut

router = APIRouter(prefix="/v1/quotes", tags=["quotes"])


QUOTES = Listing("quotes", select_quotes, quote_from, QuoteOut, {JSON_LD: as_linked_data, ATOM: as_feed})


@router.get(
    "",
    response_model=ListOut[QuoteOut],
    responses=QUOTES.responses,
    response_model_exclude_unset=True,
    operation_id="listQuotes",
)
async def list_quotes(
    filter: Annotated[QuoteFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Statements on record, newest first. Pull quotes and other repetitions are left out unless `repeats=true`."""
    return await answer_list(request, response, session, filter, QUOTES)


@router.get("/{quote_id}", response_model=QuoteOut, operation_id="getQuote")
async def get_quote(quote_id: Id, session: ReadSessionDep) -> dict[str, Any]:
    """One statement, whichever revision of its article it stands in."""
    row = (await session.execute(select_quote(quote_id))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no quote {quote_id}.")
    return quote_from(row)
