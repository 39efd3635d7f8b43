"""CORS: which pages a browser lets ask."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from app.api.problems import problem

METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE")
SENT = ("Authorization", "Idempotency-Key", "If-None-Match", "Prefer", "X-API-Key", "X-Request-ID")
READ = (
    "Content-Disposition",
    "ETag",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
    "X-Total-Count",
)


class CrossOrigin(CORSMiddleware):
    """ASGI middleware: tells browsers that pages of `origins` may ask and read; a refusal is a problem like any other."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        super().__init__(app, allow_origins=origins, allow_methods=METHODS, allow_headers=SENT, expose_headers=READ)

    def preflight_response(self, request_headers: Headers) -> Response:
        """The answer to a browser that asks beforehand."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        refused = bytes(answer.body).decode().removeprefix("Disallowed CORS ")
        detail = f"Not allowed from other origins: {refused}. ONRECORD_CORS_ORIGINS says whose pages may ask."
        return problem(answer.status_code, "cross-origin", "This may not be asked from a page of that origin.", detail)
