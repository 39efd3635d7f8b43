"""Fetching from a real server on loopback, which `fetch_allow_hosts` lets through, as an intranet's own would be.

What the guard refuses stands in `test_address.py`.
"""

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Thread

import httpx
import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import FetchFailed, ForbiddenURL, HostBusy
from app.ingest.courtesy import Courtesy
from app.ingest.fetch import Page, _tls, fetch
from app.settings import Settings
from tests.site import Site, serving_site

HTML_HEADERS = {"Content_Type": "text/html"}


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site() as served:
        yield served


def get(url: str, **settings: object) -> Page:
    quiet = {"fetch_allow_hosts": {"127.0.0.1"}, "fetch_robots": False, "fetch_retries": 0}
    return asyncio.run(fetch(url, Settings(**{**quiet, **settings}), courtesy=Courtesy()))


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
        asyncio.run(fetch("http://news.example/", Settings(fetch_timeout_s=0.05), resolve=never, courtesy=Courtesy()))


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


@pytest.fixture
def http2_requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, list[dict[bytes, bytes]]]]:
    """The port of a server for archive.intranet that speaks HTTP/2 alone, and the headers that came to it."""
    certificate = str(Path(__file__).parents[1] / "archive.intranet.pem")
    monkeypatch.setenv("SSL_CERT_FILE", certificate)
    _tls.cache_clear()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])
    requests: list[dict[bytes, bytes]] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer_http2, args=(server, context, requests))
        thread.start()
        yield server.getsockname()[1], requests
        thread.join()
    _tls.cache_clear()


def answer_http2(server: socket.socket, context: ssl.SSLContext, requests: list[dict[bytes, bytes]]) -> None:
    connection, _ = server.accept()
    state = H2Connection(H2Configuration(client_side=False, header_encoding=None))
    with suppress(ssl.SSLError, ConnectionError), context.wrap_socket(connection, server_side=True) as secured:
        state.initiate_connection()
        secured.sendall(state.data_to_send())
        while data := secured.recv(65_536):
            for event in state.receive_data(data):
                if isinstance(event, RequestReceived):
                    requests.append(dict(event.headers))
                    state.send_headers(event.stream_id, [(":status", "200"), ("content-type", "text/html")])
                    state.send_data(event.stream_id, b"text", end_stream=True)
            secured.sendall(state.data_to_send())


async def on_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_http_2_is_spoken_with_the_host_by_its_name(http2_requests: tuple[int, list[dict[bytes, bytes]]]) -> None:
    port, requests = http2_requests
    settings = Settings(fetch_allow_hosts={"archive.intranet"}, fetch_robots=False, fetch_retries=0)
    url = f"https://archive.intranet:{port}/a"
    page = asyncio.run(fetch(url, settings, resolve=on_loopback, courtesy=Courtesy()))
    assert (page.url, page.body) == (url, b"text")
    (headers,) = requests
    assert (headers[b":authority"], headers[b":path"]) == (f"archive.intranet:{port}".encode(), b"/a")


def test_a_certificate_is_asked_for_in_the_name_of_the_host(http2_requests: tuple[int, list[dict[bytes, bytes]]]) -> None:
    port, requests = http2_requests
    settings = Settings(fetch_allow_hosts={"other.intranet"}, fetch_robots=False, fetch_retries=0)
    with pytest.raises(FetchFailed, match=r"certificate.*other\.intranet"):
        asyncio.run(fetch(f"https://other.intranet:{port}/", settings, resolve=on_loopback, courtesy=Courtesy()))
    assert requests == []


class Pauses(list[float]):
    """Lets no time pass, and keeps how much should have."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def visit(url: str, *, courtesy: Courtesy | None = None, **settings: object) -> tuple[Page, Pauses]:
    """Fetch as by default, robots.txt and all, and what was waited for meanwhile."""
    pauses = Pauses()
    chosen = Settings(**{"fetch_allow_hosts": {"127.0.0.1", "localhost"}, **settings})
    return asyncio.run(fetch(url, chosen, courtesy=courtesy or Courtesy(), pause=pauses)), pauses


def paths(site: Site) -> list[str]:
    return [path for path, _ in site.requests]


def test_robots_are_asked_first_and_once(site: Site) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /private\n", Content_Type="text/plain")
    courtesy = Courtesy()
    for path in ("/a", "/b"):
        assert visit(site.serve(path, b"text", **HTML_HEADERS), courtesy=courtesy)[0].body == b"text"
    with pytest.raises(ForbiddenURL, match=r"robots\.txt of 127\.0\.0\.1"):
        visit(site.serve("/private/c", b"text", **HTML_HEADERS), courtesy=courtesy)
    assert paths(site) == ["/robots.txt", "/a", "/b"]
    assert site.requests[0][1]["user-agent"].startswith("OnRecord/")


def test_robots_of_each_hop_are_heeded(site: Site) -> None:
    site.serve("/robots.txt", b"\xef\xbb\xbfUser-agent: OnRecord\nDisallow: /b")
    with pytest.raises(ForbiddenURL, match=r"robots\.txt"):
        visit(site.redirect("/a", "/b"))
    assert paths(site) == ["/robots.txt", "/a"]


def test_robots_may_be_left_unasked(site: Site) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /")
    visit(site.serve("/a", b"text", **HTML_HEADERS), fetch_robots=False)
    assert paths(site) == ["/a"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_robots_all_is_allowed(site: Site, status: int) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /", status=status)
    assert visit(site.serve("/a", b"text", **HTML_HEADERS))[0].body == b"text"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_while_robots_cannot_be_had_nothing_is_allowed(site: Site, status: int) -> None:
    site.serve("/robots.txt", status=status)
    with pytest.raises(FetchFailed, match=rf"answered {status} .* robots\.txt") as failed:
        visit(site.serve("/a", b"text", **HTML_HEADERS))
    assert failed.value.may_pass
    assert set(paths(site)) == {"/robots.txt"}


def test_robots_may_be_elsewhere_and_too_long(site: Site) -> None:
    rules = b"User-agent: *\nDisallow: /private\n" + b"# \n" * 400_000 + b"Disallow: /\n"
    site.serve("/rules", gzip.compress(rules), Content_Encoding="gzip")
    site.redirect("/robots.txt", "/rules")
    assert visit(site.serve("/a", b"text", **HTML_HEADERS))[0].body == b"text"
    with pytest.raises(ForbiddenURL, match="robots"):
        visit(site.url + "/private")


def test_robots_that_lead_nowhere_allow_all_and_to_a_forbidden_address_nothing(site: Site) -> None:
    site.redirect("/robots.txt", "/robots.txt")
    page = site.serve("/a", b"text", **HTML_HEADERS)
    assert visit(page)[0].body == b"text"
    site.redirect("/robots.txt", "http://169.254.169.254/latest/meta-data/")
    with pytest.raises(ForbiddenURL, match="link-local"):
        visit(page)


def test_pages_of_one_host_are_fetched_one_after_the_other(site: Site) -> None:
    site.serve("/robots.txt", b"User-agent: *\nCrawl-delay: 7")
    site.redirect("/a", "/b")
    site.serve("/b", b"text", **HTML_HEADERS)
    courtesy = Courtesy(lambda: 1000.0)
    # A redirect within the host is part of the same visit; the other name of this host is another host.
    assert [visit(site.url + path, courtesy=courtesy)[1] for path in ("/a", "/b")] == [[], [7.0]]
    assert visit(site.url.replace("127.0.0.1", "localhost") + "/b", courtesy=courtesy)[1] == []
    with pytest.raises(HostBusy) as busy:
        visit(site.url + "/b", courtesy=courtesy, fetch_timeout_s=5)
    assert busy.value.retry_after_s == 14
    assert paths(site).count("/b") == 3


def test_waiting_for_a_turn_takes_nothing_of_the_time_for_the_page(site: Site) -> None:
    url = site.serve("/a", b"text", **HTML_HEADERS)
    courtesy = Courtesy(lambda: 1000.0)
    courtesy.postpone("127.0.0.1", 20)

    async def fetch_on_a_fast_clock() -> Page:
        loop = asyncio.get_running_loop()
        slow, ahead = loop.time, 0.0
        loop.time = lambda: slow() + ahead  # type: ignore[method-assign]

        async def pause(seconds: float) -> None:
            nonlocal ahead
            ahead += seconds
            await asyncio.sleep(0)

        settings = Settings(fetch_allow_hosts={"127.0.0.1"}, fetch_timeout_s=20)
        return await fetch(url, settings, courtesy=courtesy, pause=pause)

    assert asyncio.run(fetch_on_a_fast_clock()).body == b"text"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(site: Site, status: int) -> None:
    url = site.serve("/a", b"text", **HTML_HEADERS)
    site.first("/a", (status, {}, b""), (status, {}, b""))
    page, pauses = visit(url)
    assert page.body == b"text"
    assert pauses == [0.5, 1.0]


def test_it_is_tried_so_often_and_no_more(site: Site) -> None:
    with pytest.raises(FetchFailed, match="503") as failed:
        visit(site.serve("/a", status=503))
    assert failed.value.may_pass
    assert paths(site).count("/a") == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 501])
def test_what_will_not_pass_is_not_tried_again(site: Site, status: int) -> None:
    with pytest.raises(FetchFailed) as failed:
        visit(site.serve("/a", status=status))
    assert not failed.value.may_pass
    assert paths(site).count("/a") == 1


def test_an_answer_that_broke_off_is_asked_for_again(site: Site) -> None:
    url = site.serve("/a", b"text", **HTML_HEADERS)
    site.first("/a", (200, {"Content-Length": "500", "Content-Type": "text/html"}, b"te"))
    assert visit(url)[0].body == b"text"


@pytest.mark.parametrize(
    ("said", "waited"),
    [("3", 3), ("0", 0.5), ("", 0.5), ("soon", 0.5), ("-5", 0.5), ("Mon, 01 Jan 2001 00:00:00 GMT", 0.5)],
)
def test_a_host_says_how_long_to_wait(site: Site, said: str, waited: float) -> None:
    url = site.serve("/a", b"text", **HTML_HEADERS)
    site.first("/a", (503, {"Retry-After": said}, b""))
    assert visit(url)[1] == [waited]


@pytest.mark.parametrize("as_date", [False, True])
def test_a_host_that_wants_more_time_than_there_is_gets_it(site: Site, as_date: bool) -> None:
    courtesy = Courtesy()
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=900), usegmt=True) if as_date else "900"
    with pytest.raises(FetchFailed) as failed:
        visit(site.serve("/a", status=429, Retry_After=later), courtesy=courtesy)
    assert paths(site).count("/a") == 1
    assert failed.value.retry_after_s is not None
    assert 890 <= failed.value.retry_after_s <= 900
    with pytest.raises(HostBusy):
        visit(site.serve("/b", b"text", **HTML_HEADERS), courtesy=courtesy)
    assert "/b" not in paths(site)


def test_no_answer_postpones_a_host_for_ever(site: Site) -> None:
    with pytest.raises(FetchFailed) as failed:
        visit(site.serve("/a", status=503, Retry_After="9" * 400))
    assert failed.value.retry_after_s == 3_600


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

    async def pause(seconds: float) -> None:
        pass

    network = {"resolve": resolve, "transport": httpx.MockTransport(answer), "courtesy": Courtesy(), "pause": pause}
    with suppress(FetchFailed, ForbiddenURL):
        page = asyncio.run(fetch("http://news.example/", Settings(fetch_max_redirects=1), **network))
        assert page.body in {body, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body}
