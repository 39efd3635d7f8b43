"""Errors as problem details (RFC 9457): one shape for everything that goes wrong, with a pointer to what it is."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from rapidfuzz import fuzz, process
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from structlog import get_logger

from app.api.requestid import HEADER, request_id
from app.errors import BadInput, NotJSON, NotUnicode, OnRecordError
from app.schemas import Problem, ProblemPart

LEAST_LIKENESS = 75.0  # of two spellings, in percent

# For `FastAPI(responses=…)`; in the media type that `handle_problems` corrects.
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {"default": {"model": Problem, "description": "A problem (RFC 9457)"}}
# Where the framework says no more than the status does.
HINTS = {
    400: "The body could not be read: it has to be JSON, of no extreme depth and with no number of thousands of digits.",
    404: "There is no such address: /docs lists all there are.",
    405: "The method is not one of those that this address takes: /docs lists them.",
}
log = get_logger()


class ProblemResponse(JSONResponse):
    """A response in the media type of problem details."""

    media_type = "application/problem+json"


def problem(status: int, code: str, title: str, detail: str, *errors: ProblemPart) -> ProblemResponse:
    """The response for one problem; `code` is the stable part of its type."""
    named = request_id()
    body = Problem(
        type=f"urn:onrecord:problem:{code}",
        title=title,
        status=status,
        detail=detail,
        errors=list(errors),
        request_id=named,
    )
    return ProblemResponse(body.model_dump(exclude_none=True), status, {HEADER: named} if named else None)


def problem_of(error: OnRecordError | ValidationError | DataError) -> Problem:
    """What is wrong with one of many things in a request, which is answered without being refused as a whole."""
    if isinstance(error, DataError):
        error = BadInput("A value is not one that the database can hold.")
    if isinstance(error, OnRecordError):
        status, code, title, detail = error.status, error.code, error.title, error.detail
        parts = _parts(error)
    else:
        status, code, title = 422, "invalid-request", "The request has something in it that cannot be used."
        parts = [_part({**each, "loc": ("body", *each["loc"])}) for each in error.errors()]
        detail = "; ".join(f"{part.pointer or 'body'}: {part.detail}" for part in parts)
    return Problem(type=f"urn:onrecord:problem:{code}", title=title, status=status, detail=detail, errors=parts)


def handle_problems(app: FastAPI) -> None:
    """Have `app` answer every error with a problem, and say so in its OpenAPI document."""
    app.add_exception_handler(OnRecordError, _on_own_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DataError, _on_data_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_bug)
    app.openapi = _with_problems(app.openapi)  # type: ignore[method-assign]  # as the framework would have it changed


def _with_problems(openapi: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    # The framework documents every model in the media type of the route.
    @cache
    def described() -> dict[str, Any]:
        schema = openapi()
        for operations in schema["paths"].values():
            for operation in operations.values():
                content = operation["responses"]["default"]["content"]
                _, content[ProblemResponse.media_type] = content.popitem()
        return schema

    return described


def answer_to(error: OnRecordError) -> ProblemResponse:
    """The response for an error of ours."""
    answer = problem(error.status, error.code, error.title, error.detail, *_parts(error))
    answer.headers.update(error.headers)
    return answer


async def _on_own_error(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, OnRecordError)
    return answer_to(error)


def _parts(error: OnRecordError) -> list[ProblemPart]:
    if error.header is not None:
        return [ProblemPart(detail=error.detail, header=error.header)]
    if error.pointer is None:
        return []
    if error.pointer == "" or error.pointer.startswith("/"):
        return [ProblemPart(detail=error.detail, pointer=error.pointer)]
    return [ProblemPart(detail=error.detail, parameter=error.pointer)]


async def _on_invalid_request(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    # A body of any other media type is handed to the model as the bytes that it is.
    if any(each["loc"] == ("body",) and isinstance(each["input"], bytes) for each in error.errors()):
        return answer_to(NotJSON())
    parts = [_part(each, request) for each in error.errors()]
    detail = "; ".join(f"{part.pointer or part.parameter or 'body'}: {part.detail}" for part in parts)
    return problem(422, "invalid-request", "The request has something in it that cannot be used.", detail, *parts)


def _part(error: dict[str, Any], request: Request | None = None) -> ProblemPart:
    place, *path = error["loc"]
    detail = error["msg"].removeprefix("Value error, ")
    meant = None if request is None or place == "body" else _meant(request, error)
    if error["type"] == "extra_forbidden":
        detail = "There is no such field." if place == "body" else "There is no such parameter."
    elif error["type"] == "string_pattern_mismatch" and "\0" in str(error["input"]):
        detail = "There is a NUL in it, which no text can hold."
    elif place == "body" and not path and error["type"] != "json_invalid":
        detail = "The body has to be a JSON object."
    if meant is not None:
        detail = f"{detail} Did you mean {meant}?"
    if place != "body":
        return ProblemPart(detail=detail, parameter=str(path[0]) if path else None, suggestion=meant)
    if error["type"] == "json_invalid":
        return ProblemPart(detail=f"The body is not JSON: {error.get('ctx', {}).get('error', detail)}.", pointer="")
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    return ProblemPart(detail=detail, pointer=pointer)


def _meant(request: Request, error: dict[str, Any]) -> str | None:
    """The parameter, or the value, that is spelt most like what was sent and is none."""
    if error["type"] == "extra_forbidden":
        return nearest(str(error["loc"][-1]), _parameters(request))
    if error["type"] == "literal_error":
        return nearest(str(error["input"]), re.findall("'([^']+)'", error["ctx"]["expected"]))
    return None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that is spelt most like `word`, or begins or ends like it; `None` where none is near.

    >>> nearest("speeker", ["speaker", "kind"]), nearest("publication_date", ["speaker", "kind"])
    ('speaker', None)
    """
    found = process.extractOne(word, list(known), scorer=fuzz.WRatio, processor=str.lower, score_cutoff=LEAST_LIKENESS)
    return found[0] if found else None


def _parameters(request: Request) -> list[str]:
    at_address = request.app.openapi()["paths"].get(getattr(request.scope.get("route"), "path", None), {})
    described = at_address.get(request.method.lower(), {}).get("parameters", ())
    return [each["name"] for each in described if each["in"] == "query"]


async def _on_http_exception(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    # The framework hides why it could not read a body.
    if isinstance(error.__cause__, OnRecordError):
        return answer_to(error.__cause__)
    if isinstance(error.__cause__, UnicodeDecodeError):
        return answer_to(NotUnicode("The body is not UTF-8.", pointer=""))
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-")
    detail = HINTS.get(error.status_code) or str(error.detail or phrase)
    answer = problem(error.status_code, code, phrase, detail)
    answer.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers.update(_allow(request))
    return answer


def _allow(request: Request) -> dict[str, str]:
    # The framework names the methods of one route only, though there may be others at the same address.
    at_address = request.app.openapi()["paths"].get(getattr(request.scope.get("route"), "path", None))
    methods = [each for method in at_address or () for each in (("GET", "HEAD") if method == "get" else (method.upper(),))]
    return {"Allow": ", ".join(methods)} if methods else {}


async def _on_data_error(request: Request, error: Exception) -> ProblemResponse:
    # What got past the models and is still no value of the column: the client's, and not worth a stack trace.
    return answer_to(BadInput("A value is not one that the database can hold."))


async def _on_disconnect(request: Request, error: Exception) -> ProblemResponse:
    # Nobody reads this; without it, the log would call it our fault.
    return problem(400, "cut-off", "The request ended too early.", "The connection was closed before all had been sent.")


async def _on_bug(request: Request, error: Exception) -> ProblemResponse:
    log.error("unhandled error", path=request.url.path, exc_info=error)
    return problem(500, "internal-error", "Something went wrong.", "This is our fault, and it has been logged.")
