"""robots.txt, as RFC 9309 has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.robots import LONGEST, MOST_PATIENCE_S, read_robots

AGENT = "OnRecord/0.1 (news quotation record)"
SITE = "https://news.example"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        ("<html>not found</html>", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /private", "/private/a", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        # The longest rule wins, whatever its place; of two as long, the one that allows.
        ("User-agent: *\nDisallow: /news\nAllow: /news/2024", "/news/2024/a", True),
        ("User-agent: *\nAllow: /news/2024\nDisallow: /news", "/news/1999", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /a?id=", "/a?id=1", False),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/café", False),
        # Our own group counts in place of the one for all.
        ("User-agent: *\nDisallow: /\n\nUser-agent: OnRecord\nDisallow: /private", "/a", True),
        ("User-agent: ONRECORD\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: OnRecord/0.1\nDisallow: /\n", "/a", True),
        ("User-agent: Googlebot\nUser-agent: OnRecord\nDisallow: /", "/a", False),
        ("User-agent: Googlebot\nDisallow: /", "/a", True),
        ("User-agent: OnRecordArchiver\nDisallow: /", "/a", True),
        ("user-AGENT :* # all\n  disallow:/ # of it", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
    ],
)
def test_what_may_be_fetched(text: str, path: str, allowed: bool) -> None:
    assert read_robots(text, AGENT).allows(SITE + path) is allowed


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("", 0),
        ("User-agent: *\nCrawl-delay: 5", 5),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 86400", MOST_PATIENCE_S),
        ("User-agent: *\nCrawl-delay: -5", 0),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: OnRecord\nCrawl-delay: 2\n\nUser-agent: *\nCrawl-delay: 9", 2),
    ],
)
def test_the_time_between_two_pages(text: str, delay_s: float) -> None:
    assert read_robots(text, AGENT).delay_s == delay_s


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"User-agent: a{n}" for n in range(20_000)) + "\nDisallow: /a" * 20_000,
        "User-agent: *\n" + "Disallow: /*a*a*a*a*a*b\n" * 10_000,
        "User-agent: *\nDisallow: /" + "*a" * 200_000,
        "User-agent: *\nDisallow: " + "%" * 400_000,
        ":" * LONGEST,
        "\r" * LONGEST,
    ],
    ids=["names times rules", "wildcards", "a long wildcard", "escapes", "colons", "lines"],
)
def test_a_hostile_one_ends(text: str) -> None:
    assert read_robots(text[:LONGEST], AGENT).allows(f"{SITE}/{'a' * 2_000}") in (True, False)


@given(
    st.lists(
        st.sampled_from(["User-agent:", "*", "onrecord", "\n", "Disallow:", "Allow:", "/", "Crawl-delay:", "$"]) | st.text()
    )
)
def test_any_text_is_read(parts: list[str]) -> None:
    robots = read_robots(" ".join(parts), AGENT)
    assert robots.allows(f"{SITE}/a") in (True, False)
    assert 0 <= robots.delay_s <= MOST_PATIENCE_S
