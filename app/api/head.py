"""`HEAD` at every address that takes `GET` (RFC 9110, 9.3.2): the same answer without its content."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# In the scope of a request whose content nobody will read: a stream need not be begun then.
WITHOUT_CONTENT = "onrecord.without_content"


class Head:
    """ASGI middleware: has GET answer HEAD, and keeps back the content."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET", WITHOUT_CONTENT: True}, receive, send_head)
