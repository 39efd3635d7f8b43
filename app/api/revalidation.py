"""`ETag` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1.2): who has the answer already is told so, and no more.

The tag is a hash of the content itself. A stamp of the last change would save the query too, but whatever one forgot to
stamp would be served stale; a hash cannot be wrong. It is a weak one, since the content may be compressed on its way and
two encodings may not share a strong tag; `If-None-Match` compares weakly in any case.
"""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = "/v1/"
# To be kept, and asked about before each use: any article may change any list. Not by caches that many share, since what
# is answered may depend on who asks.
REVALIDATED, NOT_KEPT = "private, no-cache", "no-store"
# What a 304 repeats of the answer that it stands for (RFC 9110, 15.4.5), and what every answer has.
REPEATED = frozenset([b"cache-control", b"content-location", b"etag", b"link", b"vary"])


def entity_tag(content: bytes) -> str:
    """A weak entity tag of `content`."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_named(tag: str, if_none_match: str) -> bool:
    """Whether a header `If-None-Match` names `tag`, by weak comparison."""
    return if_none_match.strip() == "*" or tag.removeprefix("W/") in (
        each.strip().removeprefix("W/") for each in if_none_match.split(",")
    )


class Revalidation:
    """ASGI middleware: tags what GET answers, and answers 304 without content where the client has that very answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the request; what is streamed goes through without a tag, as it is not held in memory."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(ROOT):
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("if-none-match")
        start: Message | None = None

        async def send_tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                _say_how_long(message)
                return
            if start is not None:
                whole = message["type"] == "http.response.body" and not message.get("more_body", False)
                if whole and start["status"] == 200:
                    start, message = _tagged(start, message, asked)
                await send(start)
                start = None
            await send(message)

        await self.app(scope, receive, send_tagged)


def _say_how_long(start: Message) -> None:
    headers = MutableHeaders(scope=start)
    headers.setdefault("Cache-Control", REVALIDATED if start["status"] < 400 else NOT_KEPT)
    headers.add_vary_header("Accept")


def _tagged(start: Message, body: Message, asked: str | None) -> tuple[Message, Message]:
    headers = MutableHeaders(scope=start)
    tag = headers.setdefault("ETag", entity_tag(body.get("body", b"")))
    if asked is None or not is_named(tag, asked):
        return start, body
    headers.add_vary_header("Accept-Encoding")  # as compression says of the answer that has content
    kept = [(name, value) for name, value in start["headers"] if name.lower() in REPEATED]
    return {**start, "status": 304, "headers": kept}, {**body, "body": b""}
