"""How a list route answers: one statement, a page, a `Link` to the next."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel
from sqlalchemy import RowMapping, Select

from app.db import ReadSession
from app.errors import BadInput
from app.queries.page import PageFilter, read_page
from app.queries.speakers import resolved_terms
from app.queries.topics import known_topics

# How each name in a filter is told apart from what it may mean, by the name of the parameter.
RESOLVERS: Mapping[str, Callable[[Sequence[str], list[dict[str, Any]]], list[dict[str, Any]]]] = {
    "speaker": resolved_terms,
    "claimed_by": resolved_terms,
    "topic": known_topics,
}


def refuse_repeated(request: Request, filter: BaseModel) -> None:
    """Raise `BadInput` for a parameter given several times of which `filter` takes one: no choice is left to chance."""
    for name in request.query_params:
        if len(request.query_params.getlist(name)) > 1 and not isinstance(getattr(filter, name), list):
            raise BadInput(f"{name} is given more than once: give it once.", pointer=name)


async def answer_list(
    request: Request,
    response: Response,
    session: ReadSession,
    filter: PageFilter,
    statement: Select[Any],
    shape: Callable[[RowMapping], dict[str, Any]],
) -> dict[str, Any]:
    """Run `statement` and answer with its page: `data`, `page`, and under `resolved` what names were taken to mean."""
    refuse_repeated(request, filter)
    rows = (await session.execute(statement)).mappings().all()
    page = read_page(rows, filter, shape)
    if page.next is not None:
        following = request.url.include_query_params(cursor=page.next)
        response.headers["Link"] = f'<{following}>; rel="next"'
    resolved = {
        name: resolve(getattr(filter, name), rows[0][f"resolved_{name}"])
        for name, resolve in RESOLVERS.items()
        if getattr(filter, name, None)
    }
    return {"data": page.data, "page": page.page, "resolved": resolved}
