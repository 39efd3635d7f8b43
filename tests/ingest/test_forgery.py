"""Server-side request forgery, with real sockets: whatever is asked for, only what may be is connected to.

Each connection that this process tries to make is recorded by the interpreter itself, whoever makes it and whether or not
it succeeds; a server on loopback, which is where an attacker would want to get, counts those that come.
"""

import asyncio
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Thread
from typing import Any

import pytest

from app.errors import FetchFailed, ForbiddenURL
from app.ingest.courtesy import Courtesy
from app.ingest.fetch import fetch
from app.settings import Settings
from tests.hostile import FORBIDDEN_ANSWERS, FORBIDDEN_URLS, PUBLIC, REDIRECTS
from tests.site import Site, serving_site

HEADER_LENGTH = 12
WATCHING: list[list[tuple[str, int]]] = []


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if WATCHING and event == "socket.connect" and isinstance(arguments[1], tuple):
        host, port, *_ = arguments[1]
        WATCHING[-1].append((host, port))
        if not host.startswith("127."):
            raise ConnectionRefusedError("tests do not leave this machine")


sys.addaudithook(watch)  # for good: an audit hook cannot be taken away


@pytest.fixture
def attempts() -> Iterator[list[tuple[str, int]]]:
    """Where this process tries to connect to; none of it leaves this machine."""
    WATCHING.append([])
    yield WATCHING[-1]
    WATCHING.pop()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site() as served:
        yield served


@pytest.fixture
def secret() -> Iterator[socket.socket]:
    """What is not to be reached: a server that listens on loopback alone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def untouched(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return True
    return False


class NameServer:
    """A name server on loopback that answers each question with the next of `answers`, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = self._socket.getsockname()
        self.asked = 0
        self._thread = Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        with closing(self._socket), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as goodbye:
            goodbye.sendto(b"", self.address)
            self._thread.join()

    def _serve(self) -> None:
        while True:
            question, client = self._socket.recvfrom(512)
            if not question:
                return
            self.asked += 1
            answers = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            self._socket.sendto(_answer(question, answers), client)

    async def resolve(self, host: str, port: int) -> list[str]:
        """What a stub resolver does with it (RFC 1035)."""
        labels = b"".join(bytes([len(label)]) + label.encode() for label in host.split("."))
        question = b"\0\1\1\0\0\1\0\0\0\0\0\0" + labels + b"\0\0\1\0\1"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(question, self.address)
            return _addresses(client.recv(512)[len(question) :])


def _answer(question: bytes, addresses: Sequence[str]) -> bytes:
    count = len(addresses).to_bytes(2)
    records = b"".join(_record(address) for address in addresses)
    return question[:2] + b"\x81\x80\0\1" + count + b"\0\0\0\0" + question[HEADER_LENGTH:] + records


def _record(address: str) -> bytes:
    family, kind = (socket.AF_INET6, b"\0\x1c") if ":" in address else (socket.AF_INET, b"\0\1")
    data = socket.inet_pton(family, address)
    return b"\xc0\x0c" + kind + b"\0\1\0\0\0\0" + len(data).to_bytes(2) + data  # for no time at all: ask again


def _addresses(records: bytes) -> list[str]:
    found = []
    while records:
        length = int.from_bytes(records[10:12])
        data, records = records[12 : 12 + length], records[12 + length :]
        found.append(socket.inet_ntop(socket.AF_INET6 if length == 16 else socket.AF_INET, data))
    return found


def forge(url: str, name_server: NameServer | None = None, **settings: object) -> None:
    """Fetch over the real network, by the system's resolver or this one."""
    network: dict[str, Any] = {"resolve": name_server.resolve} if name_server else {}
    chosen = Settings(**{"fetch_retries": 0, **settings})
    asyncio.run(fetch(url, chosen, courtesy=Courtesy(), pause=lambda _: asyncio.sleep(0), **network))


def test_the_table_is_long_enough() -> None:
    assert len(set(FORBIDDEN_URLS)) >= 60
    assert len(REDIRECTS) >= 60


@pytest.mark.parametrize("url", FORBIDDEN_URLS, ids=lambda url: ascii(url[:40]))
def test_no_forbidden_address_is_connected_to(url: str, attempts: list[tuple[str, int]]) -> None:
    with closing(NameServer([PUBLIC])) as name_server, pytest.raises(ForbiddenURL):
        forge(url, name_server)
    assert attempts == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost", "0"])
def test_no_server_on_loopback_is_reached_by_any_name(
    host: str, secret: socket.socket, attempts: list[tuple[str, int]]
) -> None:
    with pytest.raises(ForbiddenURL):
        forge(f"http://{host}:{secret.getsockname()[1]}/")
    assert attempts == []
    assert untouched(secret)


def test_no_redirect_leads_to_a_forbidden_address(
    site: Site, secret: socket.socket, attempts: list[tuple[str, int]]
) -> None:
    served = ("127.0.0.1", int(site.url.rpartition(":")[2]))
    port = secret.getsockname()[1]
    allowed = {"fetch_allow_hosts": {"archive.intranet"}, "fetch_robots": False}
    with closing(NameServer(["127.0.0.1"])) as name_server:
        for location in [*REDIRECTS, "http://other.intranet/", f"http://127.0.0.1:{port}/", f"//localhost:{port}/"]:
            site.redirect("/a", location)
            # One that cannot be parsed at all is the fault of the host that sent it.
            with pytest.raises((ForbiddenURL, FetchFailed)):
                forge(f"http://archive.intranet:{served[1]}/a", name_server, **allowed)
    assert len(attempts) == len(site.requests) == len(REDIRECTS) + 3
    assert set(attempts) == {served}
    assert untouched(secret)


def test_neither_does_one_of_robots(site: Site, attempts: list[tuple[str, int]]) -> None:
    site.redirect("/robots.txt", "http://169.254.169.254/latest/meta-data/")
    with pytest.raises(ForbiddenURL, match="link-local"):
        forge(site.serve("/a"), fetch_allow_hosts={"127.0.0.1"})
    assert {host for host, _ in attempts} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "answer", [each for each in FORBIDDEN_ANSWERS if not any("%" in part or " " in part for part in each)], ids=" ".join
)
def test_no_name_stands_for_a_forbidden_address(answer: list[str], attempts: list[tuple[str, int]]) -> None:
    with closing(NameServer(answer)) as name_server, pytest.raises(ForbiddenURL, match=r"news\.example"):
        forge("http://news.example/", name_server)
    assert attempts == []


@pytest.mark.parametrize("answer", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"])
def test_a_name_that_was_public_is_looked_at_anew(answer: str, attempts: list[tuple[str, int]]) -> None:
    # Its owner has it point into this network from the second question on, in the hope that what was found good once, for
    # robots.txt or before another attempt, is not looked at again.
    for settings in ({"fetch_retries": 1}, {"fetch_retries": 1, "fetch_robots": False}):
        attempts.clear()
        with closing(NameServer([PUBLIC], [answer])) as name_server:
            with pytest.raises(ForbiddenURL, match=r"rebound\.example"):
                forge("http://rebound.example/", name_server, **settings)
            assert name_server.asked == 2
        assert attempts == [(PUBLIC, 80)]


def test_what_was_looked_up_is_what_is_connected_to(site: Site, attempts: list[tuple[str, int]]) -> None:
    # Nobody asks the name server a second time for the same request: by then it says something else.
    port = int(site.url.rpartition(":")[2])
    site.serve("/a", b"text", Content_Type="text/html")
    with closing(NameServer(["127.0.0.1"], ["127.0.0.2"])) as name_server:
        forge(
            f"http://archive.intranet:{port}/a",
            name_server,
            fetch_allow_hosts={"archive.intranet"},
            fetch_robots=False,
        )
        assert name_server.asked == 1
    assert attempts == [("127.0.0.1", port)]
    assert site.requests[0][1]["host"] == f"archive.intranet:{port}"
