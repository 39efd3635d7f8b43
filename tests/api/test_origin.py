"""Whether a request is of this very machine, and for whom it is counted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.origin import address, is_local, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST.", "desk.localhost"])
def test_what_only_this_machine_reaches(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", None, "192.168.0.1", "localhost.example", "127.0.0.1.nip.example", "mylocalhost"]
)
def test_what_others_reach(host: str | None) -> None:
    assert not is_loopback(host)


def request(*headers: tuple[str, str], **changed: object) -> dict[str, Any]:
    named = dict(headers)
    named.setdefault("host", "localhost:8000")
    given = {"type": "http", "client": ("127.0.0.1", 40_000), "server": ("127.0.0.1", 8000)}
    raw = [(name.encode(), value.encode()) for name, value in named.items()]
    return {**given, "headers": raw, **changed}


@pytest.mark.parametrize(
    "scope",
    [
        request(),
        request(("host", "127.0.0.1:8000")),
        request(("host", "[::1]:8000"), client=("::1", 1), server=("::1", 2)),
        request(("origin", "http://localhost:8000")),
    ],
)
def test_a_request_of_this_machine(scope: dict[str, Any]) -> None:
    assert is_local(scope)


@pytest.mark.parametrize(
    "scope",
    [
        request(client=("192.168.0.7", 40_000)),
        request(server=("192.168.0.1", 8000)),
        request(client=None),
        request(server=None),
        request(client=None, server=("/run/onrecord.sock", None)),
        request(("host", "")),
        request(("host", "onrecord.example")),
        request(("host", "rebound.example:8000")),
        request(("host", "[::1")),
        request(("host", "localhost@news.example")),
        request(("origin", "https://news.example")),
        request(("origin", "null")),
        request(("origin", "http://localhost.news.example")),
        request(("x-forwarded-for", "127.0.0.1")),
        request(("forwarded", "for=127.0.0.1")),
        request(("via", "1.1 proxy")),
        request(("x-real-ip", "127.0.0.1")),
    ],
)
def test_a_request_from_elsewhere_or_perhaps_so(scope: dict[str, Any]) -> None:
    assert not is_local(scope)


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        (("93.184.216.34", 1), "93.184.216.34/32"),
        (("::ffff:93.184.216.34", 1), "93.184.216.34"),
        (("2606:4700::1111", 1), "2606:4700::/64"),
        (("2606:4700:0:0:ffff::2", 1), "2606:4700::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("/run/x", None), "/run/x"),
        (None, ""),
    ],
)
def test_whom_a_request_is_counted_for(client: object, counted: str) -> None:
    assert address(request(client=client)) == counted


VALUE = st.text(st.characters(max_codepoint=255), max_size=30) | st.text("/:.@[]%?#localhost127", max_size=20)


@given(VALUE, VALUE, st.none() | VALUE)
def test_whatever_a_request_says_it_is_told_whence_it_is(host: str, origin: str, client: str | None) -> None:
    headers = [(b"host", host.encode("latin-1")), (b"origin", origin.encode("latin-1"))]
    scope = request(client=None if client is None else (client, 1)) | {"headers": headers}
    assert is_local(scope) in (True, False)
    assert isinstance(address(scope), str)
