"""`/v1/reconcile`: matching a spreadsheet's names with the speakers on record, as OpenRefine asks (W3C Reconciliation
Service API, version 0.2)."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.api.dependencies import ReadSessionDep
from app.db import ReadSession
from app.errors import BadInput, NotUnicode
from app.queries.reconciliation import (
    PROPERTIES,
    TYPES,
    candidates_from,
    described,
    extension_from,
    select_extended,
    type_of,
    wanted,
)
from app.queries.suggestions import LONGEST_NAME, SuggestionFilter, select_suggestions, suggestions_from
from app.schemas import PlainStr, ReconcileExtension, ReconcileQuery

BATCH = 50
QUERIES = TypeAdapter(dict[str, ReconcileQuery])
EXTENSION = TypeAdapter(ReconcileExtension)
Read = TypeVar("Read")
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "queries": {"type": "string", "description": 'JSON: {"q0": {"query": "Ana Ruiz", "limit": 3}}'},
                        "extend": {
                            "type": "string",
                            "description": 'JSON: {"ids": ["ana-ruiz"], "properties": [{"id": "party"}]}',
                        },
                    },
                }
            }
        },
    }
}
router = APIRouter(prefix="/v1/reconcile", tags=["reconcile"])


class Asked(BaseModel):
    """What may be asked by GET."""

    queries: Annotated[PlainStr | None, Query(description="JSON: the queries of a batch by their ids")] = None
    extend: Annotated[PlainStr | None, Query(description="JSON: ids, and properties to tell of each")] = None


@router.get("", operation_id="reconcileByGet")
async def describe(
    asked: Annotated[Asked, Query()], session: ReadSessionDep, request: Request, response: Response
) -> dict[str, Any]:
    """What this service is, for programs that speak the protocol; with `queries` or `extend`, the same as POST."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if asked.queries is None and asked.extend is None:
        return _manifest(str(request.base_url).rstrip("/"))
    return await _answer(session, asked)


@router.post("", operation_id="reconcile", openapi_extra=FORM)
async def reconcile(session: ReadSessionDep, request: Request, response: Response) -> dict[str, Any]:
    """Candidates for each query of a batch, likeliest first; or, with `extend`, what is known of each id.

    A candidate is a match where the very name is asked for and nobody else on record rivals it.
    """
    response.headers["Access-Control-Allow-Origin"] = "*"
    try:
        form = parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=10, errors="strict")
    except UnicodeDecodeError as error:
        raise NotUnicode("The form is not UTF-8.", pointer="") from error
    except ValueError as error:
        raise BadInput("The form has too many fields: send `queries` or `extend`.", pointer="") from error
    asked = Asked(queries=form.get("queries", [None])[0], extend=form.get("extend", [None])[0])
    if asked.queries is None and asked.extend is None:
        raise BadInput("The form has neither `queries` nor `extend`: send one of them, as JSON.", pointer="queries")
    return await _answer(session, asked)


async def _answer(session: ReadSession, asked: Asked) -> dict[str, Any]:
    if asked.queries is not None:
        return await _reconciled(session, _parsed(QUERIES, asked.queries, "queries"))
    return await _extended(session, _parsed(EXTENSION, asked.extend or "", "extend"))


def _parsed(adapter: TypeAdapter[Read], text: str, name: str) -> Read:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(map(str, first["loc"]))
        raise BadInput(f"{name}{'/' if place else ''}{place}: {first['msg']}", pointer=name) from error


async def _reconciled(session: ReadSession, queries: dict[str, ReconcileQuery]) -> dict[str, Any]:
    if len(queries) > BATCH:
        raise BadInput(f"There are {len(queries)} queries: send at most {BATCH} at once.", pointer="queries")
    answers = {}
    for key, query in queries.items():
        named = 0 < len(query.query) <= LONGEST_NAME
        rows = (await session.execute(select_suggestions(wanted(query)))).mappings().all() if named else []
        answers[key] = {"result": candidates_from(rows, query) if rows else []}
    return answers


async def _extended(session: ReadSession, asked: ReconcileExtension) -> dict[str, Any]:
    names = [each.id for each in asked.properties if each.id in PROPERTIES]
    rows = (await session.execute(select_extended(asked.ids))).mappings().all()
    return extension_from(rows, asked.ids, names)


@router.get("/suggest/entity", operation_id="suggestEntity")
async def suggest_entity(
    prefix: Annotated[PlainStr, Query(min_length=1, max_length=200)], session: ReadSessionDep, response: Response
) -> dict[str, Any]:
    """Speakers for what somebody types into a cell."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    filter = SuggestionFilter(q=prefix)
    rows = (await session.execute(select_suggestions(filter))).mappings().all()
    return {
        "result": [
            {"id": each["slug"], "name": each["name"], "description": described(each), "notable": [type_of(each["kind"])]}
            for each in suggestions_from(rows, filter)
        ]
    }


@router.get("/suggest/property", operation_id="suggestProperty")
async def suggest_property(response: Response, prefix: Annotated[PlainStr, Query(max_length=200)] = "") -> dict[str, Any]:
    """The properties that queries may give and columns may be filled with."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return {"result": _beginning(PROPERTIES, prefix)}


@router.get("/suggest/type", operation_id="suggestType")
async def suggest_type(response: Response, prefix: Annotated[PlainStr, Query(max_length=200)] = "") -> dict[str, Any]:
    """The kinds of speakers."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return {"result": _beginning(TYPES, prefix)}


@router.get("/properties", operation_id="proposeProperties")
async def propose_properties(
    response: Response, type: Annotated[PlainStr, Query(max_length=200)] = "person"
) -> dict[str, Any]:
    """The properties with which a spreadsheet of speakers can be extended."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return {"type": type, "properties": _beginning(PROPERTIES, "")}


def _beginning(named: Mapping[Any, str], prefix: str) -> list[dict[str, str]]:
    return [{"id": id, "name": name} for id, name in named.items() if name.casefold().startswith(prefix.casefold())]


def _manifest(base: str) -> dict[str, Any]:
    def service(path: str) -> dict[str, str]:
        return {"service_url": base, "service_path": f"/v1/reconcile{path}"}

    return {
        "versions": ["0.2"],
        "name": "OnRecord: speakers in the news",
        "identifierSpace": f"{base}/v1/speakers/",
        "schemaSpace": f"{base}/v1/reconcile/properties",
        "defaultTypes": [type_of(kind) for kind in TYPES],
        "view": {"url": f"{base}/v1/speakers/{{{{id}}}}"},
        "batchSize": BATCH,
        "suggest": {noun: service(f"/suggest/{noun}") for noun in ("entity", "property", "type")},
        "extend": {"propose_properties": service("/properties"), "property_settings": []},
    }
