"""The whole error family.

    OnRecordError
    ├── BadInput                 422  something the client sent; `pointer` says what
    │   ├── EmptyText
    │   ├── TextTooLong          413
    │   ├── NotUnicode           400
    │   ├── NotJSON              415
    │   ├── UnstorableText
    │   ├── NoArticle
    │   ├── ForbiddenURL
    │   ├── KeyReused
    │   └── UnknownTopic
    ├── KeyMissing               401
    ├── KeyRefused               401
    ├── ScopeMissing             403
    ├── TooManyRequests          429
    ├── BadCursor                400
    ├── FetchFailed              502
    │   └── HostBusy             503
    ├── NotAcceptable            406
    ├── NotFound                 404
    ├── Moved                    308
    ├── Conflict                 409
    └── DatabaseUnavailable      503

The docstring of a class is its default message and its HTTP status stands on it, so that one handler can render every
one of them as problem details (RFC 9457). Nothing but `app.api.problems` knows that there is such a handler.
"""

RETRY_AFTER_S = 5


class OnRecordError(Exception):
    """Something went wrong."""

    status = 500
    pointer: str | None = None
    header: str | None = None

    def __init__(self, detail: str | None = None, *, pointer: str | None = None) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        if pointer is not None:
            self.pointer = pointer
        super().__init__(self.detail)

    @property
    def headers(self) -> dict[str, str]:
        """What an answer over HTTP says of it besides."""
        return {}

    @property
    def code(self) -> str:
        """A stable name for programs, such as `text-too-long`."""
        name = type(self).__name__
        return "".join(
            f"-{c.lower()}" if i and c.isupper() and not name[i - 1].isupper() else c.lower() for i, c in enumerate(name)
        )

    @property
    def title(self) -> str:
        """The same for every occurrence of this error, as RFC 9457 wants it."""
        return (type(self).__doc__ or "").strip().splitlines()[0]


class BadInput(OnRecordError):
    """The request has something in it that cannot be used."""

    status = 422


class EmptyText(BadInput):
    """The text is empty: send the words of an article."""

    pointer = "/text"


class TextTooLong(BadInput):
    """The text is longer than the limit: split it, or raise ONRECORD_MAX_TEXT_BYTES."""

    status = 413
    pointer = "/text"


class NotUnicode(BadInput):
    """The bytes are not UTF-8: send the text encoded as UTF-8."""

    status = 400


class NotJSON(BadInput):
    """The body is not said to be JSON: send it with `Content-Type: application/json`."""

    status = 415
    pointer = ""


class UnstorableText(BadInput):
    """The text has a NUL character or half of a surrogate pair, which no text can hold: remove it."""

    pointer = "/text"


class NoArticle(BadInput):
    """No article was found in the page: send its text instead."""

    pointer = "/html"


class ForbiddenURL(BadInput):
    """This address may not be fetched: only public http and https addresses are."""

    pointer = "/url"


class KeyReused(BadInput):
    """This Idempotency-Key came with another body before: a new request needs a new key."""

    pointer = "Idempotency-Key"


class UnknownTopic(BadInput):
    """There is no such topic: GET /v1/topics lists them, POST /v1/topics adds one."""

    pointer = "topic"


class KeyMissing(OnRecordError):
    """This needs an API key: send one as `Authorization: Bearer …`; `onrecord keys create` makes them."""

    status = 401
    header = "Authorization"

    @property
    def headers(self) -> dict[str, str]:
        """The challenge of RFC 6750, section 3, which gives no reason to who has sent no key."""
        return {"WWW-Authenticate": 'Bearer realm="OnRecord"'}


class KeyRefused(OnRecordError):
    """This API key is none that was made here: see that all of it was copied, or have another made."""

    status = 401
    header = "Authorization"

    @property
    def headers(self) -> dict[str, str]:
        """The challenge of RFC 6750, section 3.1."""
        return {"WWW-Authenticate": 'Bearer realm="OnRecord", error="invalid_token"'}


class ScopeMissing(OnRecordError):
    """This API key may not be used for that: take one with the scope that it needs."""

    status = 403
    header = "Authorization"

    def __init__(self, detail: str | None = None, *, scope: str = "admin") -> None:
        self.scope = scope
        super().__init__(detail)

    @property
    def headers(self) -> dict[str, str]:
        """The challenge of RFC 6750, section 3.1, with the scope."""
        return {"WWW-Authenticate": f'Bearer realm="OnRecord", error="insufficient_scope", scope="{self.scope}"'}


class TooManyRequests(OnRecordError):
    """There were more requests than one may make in this time: wait for the seconds that `Retry-After` says."""

    status = 429

    def __init__(self, detail: str | None = None, *, retry_after_s: int = 1) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(detail)

    @property
    def headers(self) -> dict[str, str]:
        """When to come again."""
        return {"Retry-After": str(self.retry_after_s)}


class BadCursor(OnRecordError):
    """The cursor is not one that this service gave for this query: start again without it."""

    status = 400
    pointer = "cursor"


class FetchFailed(OnRecordError):
    """The address could not be fetched."""

    status = 502
    pointer = "/url"

    def __init__(
        self,
        detail: str | None = None,
        *,
        pointer: str | None = None,
        may_pass: bool = False,
        retry_after_s: int | None = None,
    ) -> None:
        self.may_pass = may_pass
        self.retry_after_s = retry_after_s
        super().__init__(detail, pointer=pointer)

    @property
    def headers(self) -> dict[str, str]:
        """When to come again, where that is known."""
        return {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}


class HostBusy(FetchFailed):
    """So many pages of this host are waited for already that this one would take too long: send it again later."""

    status = 503


class NotAcceptable(OnRecordError):
    """There is no such form of this: ask for one of those that there are."""

    status = 406


class NotFound(OnRecordError):
    """There is no such resource."""

    status = 404


class Moved(OnRecordError):
    """This has turned out to be something else that is on record: it has that one's address."""

    status = 308

    def __init__(self, detail: str | None = None, *, location: str = "/") -> None:
        self.location = location
        super().__init__(detail)

    @property
    def headers(self) -> dict[str, str]:
        """Where it is."""
        return {"Location": self.location}


class Conflict(OnRecordError):
    """This is already there with other content."""

    status = 409


class DatabaseUnavailable(OnRecordError):
    """The database does not answer: try again shortly."""

    status = 503

    @property
    def headers(self) -> dict[str, str]:
        """When to come again."""
        return {"Retry-After": str(RETRY_AFTER_S)}
