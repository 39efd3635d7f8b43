"""A web page as it was served: bytes, and what the server said of them."""

import asyncio
import ssl
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus

import httpx

from app.errors import FetchFailed, ForbiddenURL
from app.ingest.address import PinnedTransport, Resolver, resolve_host
from app.settings import Settings

MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
MAX_URL_LENGTH = 2_048  # what sitemaps and most servers stop at


@dataclass(frozen=True, slots=True)
class Page:
    """What a URL gave: `url` is where redirects ended, `body` is decompressed, `charset` is the one of the header."""

    url: str
    body: bytes
    media_type: str
    charset: str | None
    fetched_at: datetime


async def fetch(
    url: str,
    settings: Settings,
    *,
    resolve: Resolver = resolve_host,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Page:
    """Fetch a page of text, following redirects.

    Args:
        url: an http or https address.
        settings: limits of time, size and redirects; hosts that may be private.
        resolve: how a host's addresses are found.
        transport: what connects to an address once it has been checked; the network by default.

    Raises:
        ForbiddenURL: this address, or one that it redirects to, may not be fetched.
        FetchFailed: nothing usable came back; the detail says why.
    """
    network = transport or httpx.AsyncHTTPTransport(verify=_tls(), limits=httpx.Limits(max_keepalive_connections=0))
    try:
        async with (
            asyncio.timeout(settings.fetch_timeout_s),
            httpx.AsyncClient(
                transport=PinnedTransport(network, resolve, settings.fetch_allow_hosts),
                headers=_headers(settings),
                # Each address of a host gets its share, so that one that swallows packets does not use up all the time.
                timeout=httpx.Timeout(settings.fetch_timeout_s, connect=settings.fetch_timeout_s / 4),
                trust_env=False,
            ) as client,
        ):
            return await _follow(client, _parsed(url), settings)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise FetchFailed(f"No whole answer came within {settings.fetch_timeout_s:g} seconds.") from error
    except httpx.InvalidURL as error:
        raise FetchFailed("The address redirects to something that is no web address.") from error
    except httpx.HTTPError as error:
        raise FetchFailed(_reason(error)) from error


async def _follow(client: httpx.AsyncClient, url: httpx.URL, settings: Settings) -> Page:
    for _ in range(settings.fetch_max_redirects + 1):
        async with client.stream("GET", url) as response:
            if not response.has_redirect_location:
                return await _read(response, settings.max_download_bytes)
            url = _parsed(response.headers["location"], base=url)
    raise FetchFailed(f"The address redirects more than {settings.fetch_max_redirects} times.")


async def _read(response: httpx.Response, limit: int) -> Page:
    if not response.is_success:
        raise FetchFailed(f"{response.url.host} answered {_status(response.status_code)}.")
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise FetchFailed(f"The address holds {media_type[:100] or 'something unnamed'}, not a page of text.")
    return Page(
        url=str(response.url.copy_with(fragment=None)),
        body=await _body(response, limit),
        media_type=media_type,
        charset=response.charset_encoding,
        fetched_at=datetime.now(UTC),
    )


async def _body(response: httpx.Response, limit: int) -> bytes:
    # Decompressed here and not by httpx, which lets one chunk grow a thousandfold, and more when encodings are stacked,
    # before anybody can count.
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", ""}:
        raise FetchFailed(f"The page is encoded as {coding[:100]}, which was not asked for.")
    inflater = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += _inflated(inflater, chunk, limit + 1 - len(body)) if inflater else chunk
        if max(len(body), response.num_bytes_downloaded) > limit:
            raise FetchFailed(f"The page is longer than {limit:,} bytes, the limit.")
    if inflater and not inflater.eof:
        raise FetchFailed("The page broke off before its end.")
    return bytes(body)


def _inflated(inflater: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    try:
        return inflater.decompress(chunk, room)
    except zlib.error as error:
        raise FetchFailed("The page's compression is damaged.") from error


def _parsed(url: str, base: httpx.URL | None = None) -> httpx.URL:
    if len(url) > MAX_URL_LENGTH:
        raise ForbiddenURL(f"The address is longer than {MAX_URL_LENGTH:,} characters.")
    try:
        return base.join(url) if base else httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise ForbiddenURL("This is no web address.") from error


def _headers(settings: Settings) -> dict[str, str]:
    return {
        "User-Agent": settings.user_agent,
        "Accept": "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.8",
        "Accept-Encoding": "gzip",
    }


@cache
def _tls() -> ssl.SSLContext:
    # Reading the certificate authorities takes longer than many a fetch.
    return httpx.create_ssl_context()


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _reason(error: httpx.HTTPError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The certificate of the host is not valid: {cause.verify_message}."
        if isinstance(cause, ssl.SSLError):
            return "The host does not speak TLS as it should."
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return "The host does not take connections."
    return "The host broke off, or its answer is not proper HTTP."
