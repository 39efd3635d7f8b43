"""Errors as problem details (RFC 9457): one shape for everything that goes wrong, with a pointer to what it is."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from structlog import get_logger

from app.errors import BadInput, NotUnicode, OnRecordError
from app.schemas import Problem, ProblemPart

RETRY_AFTER_S = 5
log = get_logger()


class ProblemResponse(JSONResponse):
    """A response in the media type of problem details."""

    media_type = "application/problem+json"


def problem(status: int, code: str, title: str, detail: str, *errors: ProblemPart) -> ProblemResponse:
    """The response for one problem; `code` is the stable part of its type."""
    body = Problem(type=f"urn:onrecord:problem:{code}", title=title, status=status, detail=detail, errors=list(errors))
    return ProblemResponse(body.model_dump(exclude_none=True), status)


def handle_problems(app: FastAPI) -> None:
    """Have `app` answer every error with a problem."""
    app.add_exception_handler(OnRecordError, _on_own_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DataError, _on_data_error)
    app.add_exception_handler(Exception, _on_bug)


async def _on_own_error(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, OnRecordError)
    answer = problem(error.status, error.code, error.title, error.detail, *_parts(error.pointer, error.detail))
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _parts(pointer: str | None, detail: str) -> list[ProblemPart]:
    if pointer is None:
        return []
    if pointer == "" or pointer.startswith("/"):
        return [ProblemPart(detail=detail, pointer=pointer)]
    return [ProblemPart(detail=detail, parameter=pointer)]


async def _on_invalid_request(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    parts = [_part(each) for each in error.errors()]
    detail = "; ".join(f"{part.pointer or part.parameter}: {part.detail}" for part in parts)
    return problem(422, "invalid-request", "The request has something in it that cannot be used.", detail, *parts)


def _part(error: dict[str, Any]) -> ProblemPart:
    place, *path = error["loc"]
    detail = error["msg"]
    if error["type"] == "extra_forbidden":
        detail = "There is no such field." if place == "body" else "There is no such parameter."
    if place != "body":
        return ProblemPart(detail=detail, parameter=str(path[0]) if path else None)
    if error["type"] == "json_invalid":
        return ProblemPart(detail=f"The body is not JSON: {error.get('ctx', {}).get('error', detail)}.", pointer="")
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    return ProblemPart(detail=detail, pointer=pointer)


async def _on_http_exception(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    # The framework hides why it could not read a body.
    if isinstance(error.__cause__, OnRecordError):
        return await _on_own_error(request, error.__cause__)
    if isinstance(error.__cause__, UnicodeDecodeError):
        return await _on_own_error(request, NotUnicode("The body is not UTF-8.", pointer=""))
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "-")
    answer = problem(error.status_code, code, phrase, str(error.detail or phrase))
    answer.headers.update(error.headers or {})
    return answer


async def _on_data_error(request: Request, error: Exception) -> ProblemResponse:
    # What got past the models and is still no value of the column: the client's, and not worth a stack trace.
    return await _on_own_error(request, BadInput("A value is not one that the database can hold."))


async def _on_bug(request: Request, error: Exception) -> ProblemResponse:
    log.error("unhandled error", path=request.url.path, exc_info=error)
    return problem(500, "internal-error", "Something went wrong.", "This is our fault, and it has been logged.")
