"""By which of its addresses a page is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.canonical import canonical_url

FOUND = "https://amp.news.example/2024/bridge?utm_source=feed"
ARTICLE = "https://www.news.example/2024/bridge"


@pytest.mark.parametrize(
    ("found", "declared", "known"),
    [
        (FOUND, [], FOUND),
        (FOUND, [ARTICLE], ARTICLE),
        (FOUND, [f" {ARTICLE}#top ", ARTICLE], ARTICLE),
        (FOUND, ["//www.news.example/2024/bridge"], ARTICLE),
        (FOUND, ["/2024/bridge"], "https://amp.news.example/2024/bridge"),
        (FOUND, ["bridge"], "https://amp.news.example/2024/bridge"),
        (FOUND, [""], FOUND),
        (FOUND, ["http://www.news.example/2024/bridge"], "http://www.news.example/2024/bridge"),
        ("https://www.bbc.co.uk/a?x=1", ["https://bbc.co.uk/a"], "https://bbc.co.uk/a"),
        ("http://archive.intranet/a?x=1", ["http://archive.intranet/a"], "http://archive.intranet/a"),
        ("http://news.example/?id=5", ["http://news.example/a"], "http://news.example/a"),
        ("http://news.example", ["http://www.news.example/"], "http://www.news.example/"),
    ],
)
def test_a_page_is_known_by_what_it_declares_of_its_own_site(found: str, declared: list[str], known: str) -> None:
    assert canonical_url(found, declared) == known


@pytest.mark.parametrize(
    "declared",
    [
        ["https://times.example/2024/scoop"],
        ["https://news.example.evil.example/2024/bridge"],
        ["https://www.news.example@evil.example/a"],
        ["https://user:secret@www.news.example/a"],
        ["https://www.news.example:8443/a"],
        ["https://www.news.example:port/a"],
        ["https://[www.news.example/a"],
        ["https://www.news.example/"],
        ["https://www.news.example"],
        ["/"],
        [ARTICLE, "https://www.news.example/2024/other"],
        [ARTICLE, "https://times.example/2024/scoop"],
        ["javascript:alert(1)"],
        ["file:///etc/passwd"],
        ["mailto:desk@news.example"],
        [f"{ARTICLE}\x00"],
        [ARTICLE + "x" * 2_100],
    ],
)
def test_what_a_page_may_not_declare(declared: list[str]) -> None:
    assert canonical_url(FOUND, declared) == FOUND


@pytest.mark.parametrize(
    ("found", "declared"),
    [
        ("https://ann.github.io/a", "https://bob.github.io/a"),
        ("https://one.co.uk/a", "https://other.co.uk/a"),
        ("http://93.184.216.34/a", "http://93.184.216.35/a"),
        ("http://archive.intranet/a", "http://wiki.intranet/a"),
    ],
)
def test_neighbours_under_a_public_suffix_are_strangers(found: str, declared: str) -> None:
    assert canonical_url(found, [declared]) == found


@given(st.lists(st.text(max_size=40) | st.text("/:.@[]?#htps\\ew", max_size=20), max_size=3))
def test_whatever_is_declared_the_page_stays_at_its_site(declared: list[str]) -> None:
    known = canonical_url(FOUND, declared)
    assert known == FOUND or known.split("/")[2].endswith("news.example")
