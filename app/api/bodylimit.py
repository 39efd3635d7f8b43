"""Refusing a body that is longer than anything the service takes, before it is held in memory.

The framework's own limit (`max_body_size`) does the same but answers in plain text; every error here is a problem.
"""

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TextTooLong


class BodyLimit:
    """ASGI middleware: `TextTooLong` at the first byte over `limit`; `unlimited` paths read their body in pieces."""

    def __init__(self, app: ASGIApp, limit: int, unlimited: Collection[str] = ()) -> None:
        self.app = app
        self.limit = limit
        self.unlimited = unlimited

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the request, counting the bytes of its body."""
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                raise TextTooLong(f"The body is longer than {self.limit:,} bytes: send less at once.", pointer="")
            return message

        limited = scope["type"] == "http" and scope["path"] not in self.unlimited
        await self.app(scope, receive_counted if limited else receive, send)
