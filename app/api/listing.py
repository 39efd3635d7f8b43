"""A list that the API serves, and a page of it as it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import RowMapping, Select

from app.api.formats import CSV, JSON, NDJSON, Format
from app.api.formats.sheet import Sheet
from app.db import ReadSession
from app.queries.page import PageFilter, read_page
from app.queries.speakers import resolved_terms
from app.queries.topics import known_topics

# How each name in a filter is told apart from what it may mean, by the name of the parameter.
RESOLVERS: Mapping[str, Callable[[Sequence[str], list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "speaker": resolved_terms,
    "not_speaker": resolved_terms,
    "mentions": resolved_terms,
    "claimed_by": resolved_terms,
    "topic": known_topics,
}
Asked = TypeVar("Asked", bound=PageFilter)


@dataclass(frozen=True, slots=True)
class Listing(Generic[Asked]):
    """How a list is asked for, what becomes of a row, and the forms that it has beside the usual ones."""

    name: str
    select: Callable[[Asked], Select[Any]]
    shape: Callable[[RowMapping], dict[str, Any]]
    item: type[BaseModel]
    documents: Mapping[Format, Callable[[Sheet], bytes]] = field(default_factory=dict)

    @property
    def formats(self) -> tuple[Format, ...]:
        """The forms it has, the one for those who do not care first."""
        return (JSON, NDJSON, CSV, *self.documents)

    @property
    def responses(self) -> dict[int | str, dict[str, Any]]:
        """For the OpenAPI document: the media types beside JSON, and where the next page is."""
        others = {form.media_type: {"schema": {"type": "string"}} for form in self.formats if form is not JSON}
        headers = {"Link": {"description": 'the next page: `<…>; rel="next"`', "schema": {"type": "string"}}}
        return {200: {"description": "A page; as NDJSON and CSV, all rows", "content": others, "headers": headers}}


@dataclass(frozen=True, slots=True)
class Read:
    """A page of a list: rows shaped for the response, the cursor of the next, and what names were taken to mean."""

    rows: list[dict[str, Any]]
    next: str | None
    resolved: dict[str, list[dict[str, Any]]]
    counted: int | None


async def read_listing(session: ReadSession, filter: Asked, listing: Listing[Asked]) -> Read:
    """The page of `listing` that `filter` asks for, by one statement."""
    rows = (await session.execute(listing.select(filter))).mappings().all()
    page = read_page(rows, filter, listing.shape)
    resolved = {
        name: resolve(getattr(filter, name), rows[0][f"resolved_{name}"])
        for name, resolve in RESOLVERS.items()
        if getattr(filter, name, None)
    }
    return Read(page.data, page.next, resolved, rows[0]["resolved_count"] if filter.count else None)
