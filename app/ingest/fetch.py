"""A web page as it was served: bytes, and what the server said of them."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus

import httpx

from app.errors import FetchFailed, ForbiddenURL
from app.ingest.address import PinnedTransport, Resolver, checked_host, plain_hosts, resolve_host
from app.ingest.body import read_body
from app.ingest.courtesy import Courtesy
from app.ingest.robots import LONGEST, Robots, read_robots
from app.settings import Settings

Pause = Callable[[float], Awaitable[None]]

MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
MAX_URL_LENGTH = 2_048  # what sitemaps and most servers stop at
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
BACKOFF_S = 0.5  # before the second attempt, and twice as long before each further one
LONGEST_POSTPONED_S = 3_600
# RFC 9309, 2.4: at most a day; editors change their minds faster.
ROBOTS_KEPT_S = 3_600
ROBOTS_REDIRECTS = 5

# One for the process: a host meets the process and not its parts.
COURTESY = Courtesy()


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
    courtesy: Courtesy = COURTESY,
    pause: Pause = asyncio.sleep,
) -> Page:
    """Fetch a page of text, following redirects, as robots.txt allows and not too fast.

    Args:
        url: an http or https address.
        settings: limits of time, size, redirects and retries; hosts that may be private.
        resolve: how a host's addresses are found.
        transport: what connects to an address once it has been checked; the network by default.
        courtesy: whose turn it is at which host.
        pause: how time is let pass.

    Raises:
        ForbiddenURL: this address, or one that it redirects to, may not be fetched.
        HostBusy: others wait for the same host, for longer than a page may take.
        FetchFailed: nothing usable came back; the detail says why, and `may_pass` whether it is worth another try.
    """
    network = transport or _network()
    try:
        async with (
            asyncio.timeout(settings.fetch_timeout_s) as deadline,
            httpx.AsyncClient(
                transport=PinnedTransport(network, resolve, settings.fetch_allow_hosts),
                headers=_headers(settings),
                # Each address of a host gets its share, so that one that swallows packets does not use up all the time.
                timeout=httpx.Timeout(settings.fetch_timeout_s, connect=settings.fetch_timeout_s / 4),
                trust_env=False,
            ) as client,
        ):
            return await Visit(client, settings, courtesy, pause, deadline).page(_parsed(url))
    except TimeoutError as error:
        raise FetchFailed(_too_late(settings), may_pass=True) from error


class Visit:
    """The way to one page: over redirects, each with the leave of its host, and again where that may help."""

    def __init__(
        self, client: httpx.AsyncClient, settings: Settings, courtesy: Courtesy, pause: Pause, deadline: asyncio.Timeout
    ) -> None:
        self._client = client
        self._settings = settings
        self._courtesy = courtesy
        self._pause = pause
        self._deadline = deadline
        self._allow_hosts = plain_hosts(settings.fetch_allow_hosts)
        self._hosts: set[str] = set()  # where it was our turn: a redirect within a host is part of the same visit

    async def page(self, url: httpx.URL) -> Page:
        """The page at `url`, asked for again where what went wrong may pass in the time that is left."""
        for attempt in range(self._settings.fetch_retries):
            try:
                return await self._followed(url)
            except FetchFailed as error:
                pause = max(error.retry_after_s or 0, BACKOFF_S * 2**attempt)
                if not error.may_pass or pause >= self._seconds_left():
                    raise
            await self._pause(pause)
        return await self._followed(url)

    async def _followed(self, url: httpx.URL) -> Page:
        for _ in range(self._settings.fetch_max_redirects + 1):
            await self._ask_leave(url)
            with _failures(self._settings):
                async with self._client.stream("GET", url) as response:
                    if not response.has_redirect_location:
                        return await self._read(response)
                    url = _parsed(response.headers["location"], base=url)
        raise FetchFailed(f"The address redirects more than {self._settings.fetch_max_redirects} times.")

    async def _read(self, response: httpx.Response) -> Page:
        if not response.is_success:
            raise self._refusal(response)
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            raise FetchFailed(f"The address holds {media_type[:100] or 'something unnamed'}, not a page of text.")
        return Page(
            url=str(response.url.copy_with(fragment=None)),
            body=await read_body(response, self._settings.max_download_bytes),
            media_type=media_type,
            charset=response.charset_encoding,
            fetched_at=datetime.now(UTC),
        )

    def _refusal(self, response: httpx.Response, asked_for: str = "") -> FetchFailed:
        host, status = response.url.host, response.status_code
        wait = _retry_after_s(response)
        if wait is not None:
            self._courtesy.postpone(host, wait)
        said = f"{host} answered {_status(status)}{asked_for}."
        return FetchFailed(said, may_pass=status in PASSING, retry_after_s=wait)

    async def _ask_leave(self, url: httpx.URL) -> None:
        host = checked_host(url, self._allow_hosts)
        delay_s = self._settings.fetch_delay_s
        if self._settings.fetch_robots:
            robots = await self._robots(url)
            if not robots.allows(str(url)):
                raise ForbiddenURL(f"The robots.txt of {host} asks not to fetch this: send the article's text or html.")
            delay_s = max(delay_s, robots.delay_s)
        if host not in self._hosts:
            wait = self._courtesy.turn(host, delay_s, self._settings.fetch_timeout_s)
            self._hosts.add(host)
            await self._wait(wait)

    async def _wait(self, seconds: float) -> None:
        if seconds and (moment := self._deadline.when()) is not None:
            self._deadline.reschedule(moment + seconds)
            await self._pause(seconds)

    async def _robots(self, url: httpx.URL) -> Robots:
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        known = self._courtesy.robots(origin)
        if known is None:
            text = await self._robots_text(url.copy_with(raw_path=b"/robots.txt", fragment=None))
            known = await asyncio.to_thread(read_robots, text, self._settings.user_agent)
            self._courtesy.remember(origin, known, ROBOTS_KEPT_S)
        return known

    async def _robots_text(self, url: httpx.URL) -> str:
        # RFC 9309, 2.3.1: where there is none (4xx), all is allowed; where it cannot be had, nothing is for the time being.
        for _ in range(ROBOTS_REDIRECTS + 1):
            with _failures(self._settings):
                async with self._client.stream("GET", url) as response:
                    if response.is_success:
                        return (await read_body(response, LONGEST, cut=True)).decode("utf-8-sig", errors="replace")
                    if response.is_server_error or response.status_code in PASSING:
                        raise self._refusal(response, " when asked for its robots.txt")
                    if not response.has_redirect_location:
                        return ""
                    url = _parsed(response.headers["location"], base=url)
        return ""

    def _seconds_left(self) -> float:
        moment = self._deadline.when()
        return (moment or 0.0) - asyncio.get_running_loop().time()


@contextmanager
def _failures(settings: Settings) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise FetchFailed(_too_late(settings), may_pass=True) from error
    except httpx.InvalidURL as error:
        raise FetchFailed("The address redirects to something that is no web address.") from error
    except httpx.HTTPError as error:
        raise _failure(error) from error


def _network() -> httpx.AsyncHTTPTransport:
    return httpx.AsyncHTTPTransport(verify=_tls(), http2=True, limits=httpx.Limits(max_keepalive_connections=0))


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


def _retry_after_s(response: httpx.Response) -> int | None:
    """Seconds that the header `Retry-After` asks for, written as such or as a date; `None` without a proper one."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return min(int(said[:9]), LONGEST_POSTPONED_S)
    try:
        seconds = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(round(seconds), 0), LONGEST_POSTPONED_S)


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _too_late(settings: Settings) -> str:
    return f"No whole answer came within {settings.fetch_timeout_s:g} seconds."


def _failure(error: httpx.HTTPError) -> FetchFailed:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FetchFailed(f"The certificate of the host is not valid: {cause.verify_message}.")
        if isinstance(cause, ssl.SSLError):
            return FetchFailed("The host does not speak TLS as it should.")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectError):
        return FetchFailed("The host does not take connections.", may_pass=True)
    return FetchFailed("The host broke off, or its answer is not proper HTTP.", may_pass=True)
