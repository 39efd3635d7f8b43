"""`X-Request-ID`: one name for a request in the client's log, in ours and in a problem."""

import re
from time import perf_counter
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog import get_logger
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

HEADER = "X-Request-ID"
# What clients and proxies make: UUIDs, ULIDs, trace ids. Anything else could be forged lines of a log.
SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
log = get_logger()


def request_id() -> str | None:
    """The id of the request that is being answered."""
    return get_contextvars().get("request_id")


def taken_over(given: str | None) -> str:
    """The id that a client gave, if it can be one, or else a new one."""
    return given if given is not None and SANE.fullmatch(given) else uuid4().hex


class RequestId:
    """ASGI middleware: gives each request an id and writes a line of the log when it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the request under its id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        named = taken_over(Headers(scope=scope).get(HEADER))
        # Not unbound at the end: what handles a bug stands outside of this and names the request too.
        clear_contextvars()
        bind_contextvars(request_id=named)
        status = 500

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = named
            await send(message)

        try:
            await self.app(scope, receive, send_named)
        finally:
            took = round(1000 * (perf_counter() - begun), 1)
            log.info("request", method=scope["method"], path=scope["path"], status=status, ms=took)
