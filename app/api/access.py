"""Who may do what: the scope that each route needs, and the guard that sees to it before anything of a request is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.origin import address, is_local, is_loopback
from app.api.problems import answer_to
from app.api.ratelimit import Allowance, RateLimit
from app.db import Sessions
from app.errors import KeyMissing, KeyRefused, OnRecordError, ScopeMissing, TooManyRequests
from app.keys import Key, find_key, note_use
from app.settings import Settings
from app.tables import Scope as KeyScope

# What every route needs that is not asked with GET or HEAD: one that does not stand here needs `admin`. With GET and HEAD,
# all that is not `OPEN` needs `read`.
NEEDED: Mapping[tuple[str, str], KeyScope] = {
    ("POST", "/v1/articles"): "ingest",
    ("POST", "/v1/articles:batch"): "ingest",
    ("POST", "/v1/jobs/{job_id}/cancel"): "ingest",
    ("POST", "/v1/jobs/{job_id}/retry"): "ingest",
    ("POST", "/v1/reconcile"): "read",
    ("POST", "/v1/speakers/{speaker}/merge"): "curate",
    ("POST", "/v1/speakers/{speaker}/split"): "curate",
    ("POST", "/v1/topics"): "curate",
    ("PATCH", "/v1/topics/{topic}"): "curate",
    ("DELETE", "/v1/topics/{topic}"): "curate",
}
# Nothing of the record is there: whether the service is well, and its documentation.
OPEN = frozenset(["/", "/docs", "/healthz", "/openapi.json", "/readyz"])
OPEN_FOLDERS = ("/docs/assets/",)
# What changes nothing; browsers ask with OPTIONS whether they may send a key, and so without one.
READING, ASKING = frozenset(["GET", "HEAD"]), "OPTIONS"
SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, as `onrecord keys create` makes them, with the scope that stands beside the route, or"
    " `admin`, which is all of them. Reading is open unless ONRECORD_READING closes it; writing is open on the server's"
    " own machine where it listens on loopback alone.",
}
_PATTERNS = [(method, compile_path(path)[0], scope) for (method, path), scope in NEEDED.items()]


def needed_scope(method: str, path: str) -> KeyScope | None:
    """The scope that a request needs, or `None` where it is anybody's."""
    if method in READING:
        return None if path in OPEN or path.startswith(OPEN_FOLDERS) else "read"
    if method == ASKING:
        return None
    return next((scope for each, pattern, scope in _PATTERNS if each == method and pattern.match(path)), "admin")


def writing_on(host: str, settings: Settings) -> Literal["loopback", "keys"]:
    """What `settings.writing` is to be for a server that listens on `host`: as it says, but open on loopback at most."""
    return "loopback" if is_loopback(host) and settings.writing != "keys" else "keys"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request: whether from this machine, and by which key; `refused` is why a key that was sent is no good."""

    local: bool
    key: Key | None = None
    refused: KeyRefused | None = None


class Guard:
    """ASGI middleware: lets a request through that has the key it needs, and counts the requests of each caller."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._reading_is_open = settings.reading == "open"
        self._this_machine_may_write = settings.writing == "loopback"
        self._of_keys = RateLimit("key", settings.key_requests_per_minute)
        self._of_addresses = RateLimit("address", settings.address_requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on the request, or answer it with what it lacks; either way with what is left to its sender."""
        needed = needed_scope(scope["method"], _path(scope)) if scope["type"] == "http" else None
        if needed is None:
            await self.app(scope, receive, send)
            return
        allowance: Allowance | None = None

        async def send_counted(message: Message) -> None:
            if allowance is not None and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(allowance.headers)
            await send(message)

        try:
            caller = await _caller(scope)
            allowance = self._counted(caller, scope)
            self._admit(caller, allowance, needed)
        except OnRecordError as error:
            await answer_to(error)(scope, receive, send_counted)
        else:
            await self.app(scope, receive, send_counted)

    def _counted(self, caller: Caller, scope: Scope) -> Allowance | None:
        if caller.local:
            return None
        # Whoever tries keys out is counted as one without.
        if caller.key is None or caller.refused is not None:
            return self._of_addresses.count(address(scope))
        return self._of_keys.count(caller.key.prefix)

    def _admit(self, caller: Caller, allowance: Allowance | None, needed: KeyScope) -> None:
        if allowance is not None and allowance.exceeded:
            raise TooManyRequests(
                f"There were more than {allowance.quota} requests in a minute: wait for {allowance.reset_s} s.",
                retry_after_s=allowance.reset_s,
            )
        if caller.refused is not None:
            raise caller.refused
        if self._is_open(needed, caller.local):
            return
        if caller.key is None:
            raise KeyMissing(
                f"This needs an API key with the scope {needed}: send it as `Authorization: Bearer …`; `onrecord keys"
                f" create NAME --scope {needed}` makes one."
            )
        if not caller.key.allows(needed):
            raise ScopeMissing(
                f"The API key {caller.key.prefix}… has not the scope {needed} that this needs.", scope=needed
            )

    def _is_open(self, needed: KeyScope, local: bool) -> bool:
        return self._reading_is_open if needed == "read" else self._this_machine_may_write and local


async def _caller(scope: Scope) -> Caller:
    local, secret = is_local(scope), _bearer(scope)
    if secret is None:
        return Caller(local)
    sessions: Sessions = scope["state"]["sessions"]
    async with sessions.reading() as reading:
        key = await find_key(reading, secret)
    if key is None:
        return Caller(local, refused=KeyRefused())
    if key.state != "active":
        return Caller(local, key, KeyRefused(f"The API key {key.prefix}… is {key.state}: have another made."))
    if not key.use_is_noted:
        async with sessions.writing() as writing:
            await note_use(writing, key)
    return Caller(local, key)


def _bearer(scope: Scope) -> str | None:
    # Other schemes are of a proxy that has its own passwords and passes them on.
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _path(scope: Scope) -> str:
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


def describe_keys(app: FastAPI, settings: Settings) -> None:
    """Have the OpenAPI document of `app` say which scope each route needs."""
    app.openapi = _with_keys(app.openapi, settings.reading == "open")  # type: ignore[method-assign]  # the framework's way


def _with_keys(openapi: Callable[[], dict[str, Any]], reading_is_open: bool) -> Callable[[], dict[str, Any]]:
    @cache
    def described() -> dict[str, Any]:
        schema = openapi()
        schema.setdefault("components", {})["securitySchemes"] = {"key": SCHEME}
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                operation["security"] = _security(needed_scope(method.upper(), path), reading_is_open)
        return schema

    return described


def _security(needed: KeyScope | None, reading_is_open: bool) -> list[dict[str, list[str]]]:
    if needed is None:
        return []
    with_key = {"key": [str(needed)]}
    return [{}, with_key] if needed == "read" and reading_is_open else [with_key]
