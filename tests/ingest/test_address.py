"""The guard of fetching: what may be connected to, judged before anything is."""

import asyncio
import socket
from collections.abc import Sequence

import httpx
import pytest

from app.errors import FetchFailed, ForbiddenURL
from app.ingest.address import PinnedTransport, resolve_host, why_not_public
from app.ingest.courtesy import Courtesy
from app.ingest.fetch import fetch
from app.settings import Settings
from tests.hostile import FORBIDDEN_ANSWERS, FORBIDDEN_URLS, PUBLIC, REDIRECTS


class Recorder(httpx.AsyncBaseTransport):
    """Stands for the network: keeps each request and answers it with the next of `answers`, or with a small page."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if self._answers else page()
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def hosts(self) -> list[str]:
        return [request.url.host for request in self.requests]


class Names:
    """A resolver that gives its answers one after the other, the last one for ever, and keeps what it was asked."""

    def __init__(self, *answers: Sequence[str] | Exception) -> None:
        self.asked: list[tuple[str, int]] = []
        self._answers = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def page() -> httpx.Response:
    return httpx.Response(200, headers={"content-type": "text/html"}, stream=httpx.ByteStream(b"<p>Hello.</p>"))


def redirect(location: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": location})


def fetch_through(network: Recorder, names: Names, url: str, **settings: object) -> object:
    # What is asked of a host besides its page is left out here: robots.txt, and the same again.
    quiet = Settings(**{"fetch_robots": False, "fetch_retries": 0, **settings})
    return asyncio.run(fetch(url, quiet, resolve=names, transport=network, courtesy=Courtesy()))


@pytest.mark.parametrize("url", FORBIDDEN_URLS, ids=lambda url: ascii(url[:40]))
def test_a_forbidden_url_is_refused_before_anything_is_connected_to(url: str) -> None:
    # Any name would resolve to a public address here, so that the URL alone is what is refused.
    network, names = Recorder(), Names([PUBLIC])
    with pytest.raises(ForbiddenURL) as refused:
        fetch_through(network, names, url)
    assert refused.value.pointer == "/url"
    assert refused.value.detail != ForbiddenURL.__doc__
    assert network.requests == []


@pytest.mark.parametrize("url", REDIRECTS, ids=lambda url: ascii(url[:40]))
def test_a_redirect_to_a_forbidden_url_is_refused(url: str) -> None:
    network = Recorder(redirect(url))
    # A location that cannot be parsed at all is the fault of the host that sent it.
    with pytest.raises((ForbiddenURL, FetchFailed)):
        fetch_through(network, Names([PUBLIC]), "http://news.example/")
    assert network.hosts == [PUBLIC]


@pytest.mark.parametrize("answer", FORBIDDEN_ANSWERS, ids=" ".join)
def test_a_name_with_any_address_that_is_not_public_is_refused(answer: list[str]) -> None:
    network = Recorder()
    with pytest.raises(ForbiddenURL, match=r"news\.example"):
        fetch_through(network, Names(answer), "https://news.example/")
    assert network.requests == []


def test_a_name_is_resolved_once_a_request_and_that_address_is_connected_to() -> None:
    network, names = Recorder(), Names([PUBLIC], ["127.0.0.1"])
    fetch_through(network, names, "https://News.Example./a?b=c#d")
    assert names.asked == [("news.example", 443)]
    (request,) = network.requests
    assert str(request.url) == f"https://{PUBLIC}/a?b=c#d"
    assert request.headers["host"] == "news.example."
    assert request.extensions["sni_hostname"] == "news.example"


def test_a_name_that_turns_to_loopback_between_two_hops_is_refused() -> None:
    network, names = Recorder(redirect("/next")), Names([PUBLIC], ["127.0.0.1"])
    with pytest.raises(ForbiddenURL, match="loopback"):
        fetch_through(network, names, "http://news.example/")
    assert network.hosts == [PUBLIC]


def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    network = Recorder(httpx.ConnectError("no route"), httpx.ConnectTimeout("silence"))
    fetch_through(network, Names(["2606:4700::1111", PUBLIC, "1.1.1.1"]), "http://news.example/")
    assert network.hosts == ["2606:4700::1111", PUBLIC, "1.1.1.1"]


def test_a_request_that_was_sent_is_not_sent_to_another_address() -> None:
    network = Recorder(httpx.ReadError("broke off"))
    with pytest.raises(FetchFailed):
        fetch_through(network, Names([PUBLIC, "1.1.1.1"]), "http://news.example/")
    assert network.hosts == [PUBLIC]


@pytest.mark.parametrize("answer", [OSError("no such name"), UnicodeError("label too long"), []], ids=repr)
def test_a_name_without_an_address_fails(answer: Sequence[str] | Exception) -> None:
    with pytest.raises(FetchFailed, match=r"no host news\.example"):
        fetch_through(Recorder(), Names(answer), "http://news.example/")


@pytest.mark.parametrize(("number", "may_pass"), [(socket.EAI_AGAIN, True), (socket.EAI_NONAME, False)])
def test_a_name_server_that_does_not_answer_may_do_so_later(number: int, may_pass: bool) -> None:
    with pytest.raises(FetchFailed) as failed:
        fetch_through(Recorder(), Names(socket.gaierror(number, "")), "http://news.example/")
    assert failed.value.may_pass is may_pass


@pytest.mark.parametrize(
    "url",
    ["http://archive.intranet:8080/a", "http://ARCHIVE.intranet.:22/", "http://10.0.0.7:9000/", "http://[::1]:8000/"],
)
def test_an_allowed_host_may_be_private_and_on_any_port(url: str) -> None:
    network = Recorder()
    fetch_through(network, Names(["10.0.0.7"]), url, fetch_allow_hosts={"Archive.intranet", "10.0.0.7", "::1"})
    assert network.hosts in (["10.0.0.7"], ["::1"])


@pytest.mark.parametrize(
    "url",
    [
        "http://archive.intranet.evil.example/",
        "http://sub.archive.intranet/",
        "http://user@archive.intranet/",
        "ftp://archive.intranet/",
    ],
)
def test_an_allowed_host_allows_no_other_and_nothing_else(url: str) -> None:
    network = Recorder()
    with pytest.raises(ForbiddenURL):
        fetch_through(network, Names(["10.0.0.7"]), url, fetch_allow_hosts={"archive.intranet"})
    assert network.requests == []


@pytest.mark.parametrize(
    "address", [PUBLIC, "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.255.255", "2606:4700::1111", "2a00:1450::1"]
)
def test_public_addresses_are_public(address: str) -> None:
    assert why_not_public(address) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://NEWS.example", "news.example"),
        ("http://1.1.1.1/", "1.1.1.1"),
    ],
)
def test_a_public_host_is_asked_for_by_its_ascii_name(url: str, host: str) -> None:
    network = Recorder()
    fetch_through(network, Names([PUBLIC]), url)
    assert network.requests[0].extensions["sni_hostname"] == host


def test_the_systems_resolver_is_asked_off_the_event_loop() -> None:
    assert "127.0.0.1" in asyncio.run(resolve_host("127.0.0.1", 80))


def test_closing_closes_the_network() -> None:
    closed = []

    class Network(Recorder):
        async def aclose(self) -> None:
            closed.append(True)

    asyncio.run(PinnedTransport(Network(), Names([PUBLIC]), ()).aclose())
    assert closed == [True]
