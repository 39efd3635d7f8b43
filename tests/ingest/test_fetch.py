"""Fetching from a real server on loopback, which `fetch_allow_hosts` lets through, as an intranet's own would be.

What the guard refuses stands in `test_address.py`.
"""

import asyncio
import gzip
import socket
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import FetchFailed, ForbiddenURL
from app.ingest.fetch import Page, fetch
from app.settings import Settings

HTML_HEADERS = {"Content_Type": "text/html"}


@dataclass
class Site:
    """Pages by path, each a status, headers and a body; keeps the requests that came."""

    url: str
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def serve(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, named, body)
        return self.url + path

    def redirect(self, path: str, location: str, status: int = 302) -> str:
        return self.serve(path, status=status, Location=location)


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = served.pages[self.path.partition("?")[0]]
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):  # the client hangs up on too much
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Site(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        server.shutdown()
        thread.join()


def get(url: str, **settings: object) -> Page:
    return asyncio.run(fetch(url, Settings(**{"fetch_allow_hosts": {"127.0.0.1"}, **settings})))


def test_a_page_comes_as_it_was_served(site: Site) -> None:
    url = site.serve("/a", b"<p>Caf\xe9</p>", Content_Type="Text/HTML; Charset=ISO-8859-1")
    before = datetime.now(UTC)
    page = get(url + "?q=1#part", user_agent="Reader/1")
    assert (page.url, page.body, page.media_type) == (f"{url}?q=1", b"<p>Caf\xe9</p>", "text/html")
    assert page.charset is not None
    assert page.charset.lower() == "iso-8859-1"
    assert before <= page.fetched_at <= datetime.now(UTC)
    ((path, headers),) = site.requests
    assert path == "/a?q=1"
    assert headers["user-agent"] == "Reader/1"
    assert headers["host"] == url.removeprefix("http://").removesuffix("/a")
    assert "authorization" not in headers


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html", None),
        ("text/html; charset=", None),
        ('text/html; charset="windows-1251"', "windows-1251"),
        ("application/xhtml+xml;charset=UTF-8", "utf-8"),
        ("text/plain; format=flowed; charset=us-ascii", "us-ascii"),
    ],
)
def test_the_charset_of_the_header(site: Site, content_type: str, charset: str | None) -> None:
    page = get(site.serve("/a", b"text", Content_Type=content_type))
    assert (page.charset or "").lower() == (charset or "")


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "application/json", "text/css", "", "html"])
def test_what_is_no_page_of_text_is_refused(site: Site, content_type: str) -> None:
    with pytest.raises(FetchFailed, match="not a page of text"):
        get(site.serve("/a", b"text", Content_Type=content_type))


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "404 Not Found"), (403, "403 Forbidden"), (500, "500 Internal Server Error"), (304, "304"), (799, "799")],
)
def test_a_status_that_brings_no_page(site: Site, status: int, said: str) -> None:
    with pytest.raises(FetchFailed, match=f"127.0.0.1 answered {said}"):
        get(site.serve("/a", status=status, **HTML_HEADERS))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/b", "b", "?x=1", "{site}/b", "//{host}/b#part"])
def test_redirects_are_followed(site: Site, status: int, location: str) -> None:
    site.serve("/b", b"there", **HTML_HEADERS)
    target = location.format(site=site.url, host=site.url.removeprefix("http://"))
    if target.startswith("?"):
        target = "/b" + target
    page = get(site.redirect("/a", target, status))
    assert page.body == b"there"
    assert page.url.partition("?")[0] == f"{site.url}/b"


def test_redirects_are_counted(site: Site) -> None:
    for hop in range(4):
        site.redirect(f"/{hop}", f"/{hop + 1}")
    site.serve("/4", b"there", **HTML_HEADERS)
    assert get(f"{site.url}/0", fetch_max_redirects=4).body == b"there"
    with pytest.raises(FetchFailed, match="more than 3 times"):
        get(f"{site.url}/0", fetch_max_redirects=3)


def test_a_redirect_in_a_circle_ends(site: Site) -> None:
    site.redirect("/b", "/a")
    with pytest.raises(FetchFailed, match="more than 5 times"):
        get(site.redirect("/a", "/b"))
    assert len(site.requests) == 6


def test_no_redirect_is_followed_where_none_may_be(site: Site) -> None:
    with pytest.raises(FetchFailed, match="more than 0 times"):
        get(site.redirect("/a", "/b"), fetch_max_redirects=0)
    assert len(site.requests) == 1


def test_a_redirect_from_an_allowed_host_to_a_forbidden_one(site: Site) -> None:
    port = site.url.rpartition(":")[2]
    with pytest.raises(ForbiddenURL):
        get(site.redirect("/a", f"http://127.0.0.2:{port}/secret"))
    with pytest.raises(ForbiddenURL, match="loopback"):
        get(site.redirect("/a", "http://127.0.0.2/secret"))
    assert [path for path, _ in site.requests] == ["/a", "/a"]


def test_a_server_on_loopback_is_not_connected_to_unless_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        with pytest.raises(ForbiddenURL):
            get(f"http://127.0.0.1:{server.getsockname()[1]}/", fetch_allow_hosts=set())
        with pytest.raises(BlockingIOError):
            server.accept()


def test_proxies_of_the_environment_are_ignored(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert get(site.serve("/a", b"direct", **HTML_HEADERS)).body == b"direct"


def test_cookies_are_kept_from_hop_to_hop(site: Site) -> None:
    site.serve("/b", b"there", **HTML_HEADERS)
    get(site.serve("/a", status=302, Location="/b", Set_Cookie="consent=1"))
    assert site.requests[-1][1]["cookie"] == "consent=1"


def test_a_page_as_long_as_the_limit_is_taken(site: Site) -> None:
    assert len(get(site.serve("/a", b"x" * 1_000, **HTML_HEADERS), max_download_bytes=1_000).body) == 1_000


def test_a_page_over_the_limit_is_refused(site: Site) -> None:
    with pytest.raises(FetchFailed, match="longer than 1,000 bytes"):
        get(site.serve("/a", b"x" * 1_001, **HTML_HEADERS), max_download_bytes=1_000)


def test_a_page_that_says_no_length_is_stopped_at_the_limit(site: Site) -> None:
    url = site.serve("/a", b"x" * 3_000_000, Content_Length="", **HTML_HEADERS)
    site.pages["/a"][1]["Connection"] = "close"
    del site.pages["/a"][1]["Content-Length"]
    with pytest.raises(FetchFailed, match="longer than 1,000 bytes"):
        get(url, max_download_bytes=1_000)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_a_compressed_page_is_decompressed(site: Site, coding: str) -> None:
    body = bytes(range(256)) * 2_000
    assert get(site.serve("/a", gzip.compress(body), Content_Encoding=coding, **HTML_HEADERS)).body == body
    assert site.requests[0][1]["accept-encoding"] == "gzip"


def test_a_decompression_bomb_is_stopped_at_the_limit(site: Site) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(FetchFailed, match="longer than 100,000 bytes"):
        get(site.serve("/a", bomb, Content_Encoding="gzip", **HTML_HEADERS), max_download_bytes=100_000)


def test_compressed_nothing_without_end_is_counted_too(site: Site) -> None:
    inflater = zlib.compressobj(wbits=31)
    empty_blocks = inflater.compress(b"") + b"".join(inflater.flush(zlib.Z_FULL_FLUSH) for _ in range(5))
    body = empty_blocks + b"\0\0\0\xff\xff" * 50_000
    with pytest.raises(FetchFailed, match="longer than 100,000 bytes"):
        get(site.serve("/a", body, Content_Encoding="gzip", **HTML_HEADERS), max_download_bytes=100_000)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "deflate", "none"])
def test_an_encoding_that_was_not_asked_for_is_refused(site: Site, coding: str) -> None:
    with pytest.raises(FetchFailed, match="not asked for"):
        get(site.serve("/a", gzip.compress(b"text"), Content_Encoding=coding, **HTML_HEADERS))


def test_damaged_and_cut_compression(site: Site) -> None:
    with pytest.raises(FetchFailed, match="damaged"):
        get(site.serve("/a", b"no gzip at all", Content_Encoding="gzip", **HTML_HEADERS))
    with pytest.raises(FetchFailed, match="broke off"):
        get(site.serve("/a", gzip.compress(b"text" * 999)[:-9], Content_Encoding="gzip", **HTML_HEADERS))


def test_an_answer_that_breaks_off(site: Site) -> None:
    with pytest.raises(FetchFailed, match="broke off"):
        get(site.serve("/a", b"short", Content_Length="500", **HTML_HEADERS))


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(FetchFailed, match=r"within 0\.05 seconds"):
        get(f"http://127.0.0.1:{server.getsockname()[1]}/", fetch_timeout_s=0.05)


def test_a_name_that_never_resolves_is_given_up() -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(FetchFailed, match="seconds"):
        asyncio.run(fetch("http://news.example/", Settings(fetch_timeout_s=0.05), resolve=never))


def test_a_host_that_takes_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(FetchFailed, match="does not take connections"):
        get(f"http://127.0.0.1:{port}/")


def test_tls_with_a_host_that_speaks_none(site: Site) -> None:
    site.serve("/a", b"text", **HTML_HEADERS)
    with pytest.raises(FetchFailed, match="TLS"):
        get(site.url.replace("http:", "https:") + "/a")


def test_an_answer_that_is_not_http() -> None:
    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1_000)
            connection.sendall(b"220 mail.example ESMTP\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer)
        thread.start()
        with pytest.raises(FetchFailed, match="proper HTTP"):
            get(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()


HEADER = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60)


@given(
    status=st.sampled_from([200, 301, 302, 308]),
    location=HEADER | st.text("/:.@[]%?#\\htpsx0127é", max_size=30),
    content_type=HEADER | st.builds("text/html;{}".format, HEADER) | st.builds("text/html; charset*={}".format, HEADER),
    coding=HEADER | st.just("gzip"),
    body=st.binary(max_size=200) | st.binary(max_size=200).map(gzip.compress),
)
@settings(deadline=None)  # the first example loads what the others have at hand
def test_whatever_a_server_answers_is_a_page_or_a_refusal(
    status: int, location: str, content_type: str, coding: str, body: bytes
) -> None:
    texts = {"location": location, "content-type": content_type, "content-encoding": coding}
    headers = [(name.encode(), text.encode("latin-1")) for name, text in texts.items()]

    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    settings = Settings(fetch_max_redirects=1)
    with suppress(FetchFailed, ForbiddenURL):
        page = asyncio.run(fetch("http://news.example/", settings, resolve=resolve, transport=httpx.MockTransport(answer)))
        assert page.body in {body, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body}
