"""Whatever a query holds, the answer is a page or a problem that says what is wrong, and never a failure of ours."""

import base64
import json

import httpx
import pytest

from app.db import WriteSession
from tests.records import store_harbour

pytestmark = pytest.mark.anyio


def cursor(position: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


EVERYWHERE = [
    *(f"limit={limit}" for limit in ("0", "-1", "1000000000", "1e3", "1.5", "", "null", "９", "+5", "0x10", "99999999999999999999")),
    *(f"cursor={sent}" for sent in ("", "x", "!!!", "%00", "W10", "bnVsbA", "e30", "MQ", "=" * 50, "%F0%9F%98%80", "A" * 1001)),
    *(
        f"cursor={cursor(position)}"
        for position in (
            [], [None], ["00000000"], ["00000000", "2024-01-01", 1], [1, 2, 3], ["x", {}, []], {"a": 1}, "text", 10**400,
            ["00000000", "9999-99-99", 2**63], ["00000000", "a\0b", 1],
        )
    ),
    "count=maybe", "count=exact&count=estimate", "format=xml", "format=", "format=csv&format=json",
    "unheard=of", "%00=1", "%ED%A0%80=1", "=", "&&&", "a" * 10_000, "cursor=" + "x" * 10_000, "=" * 10_000,
]  # fmt: skip
OF_QUOTES = [
    *(
        f"q={words}"
        for words in (
            "", "%00", "a%00b", "%ED%A0%80", "%FF%FE", "*", "(", "[[[[", "a%26%26%26%7C", "%3A*", "!!", "-", "-a", "%22", "%22%22", "or",
            "or or or", "%5C", "%27%29%3B+DROP+TABLE+quotes%3B--", "%2525", "%F0%9F%98%80", "the", "a" * 500, "a" * 10_000, "+" * 500,
            "%3C-%3E", "%22a%22 or %22", "%E2%80%AE", "%0A%0D", "%25s", "%7B0%7D", "a+" * 240, "-a+" * 160, "%22a+b%22+" * 50,
        )
    ),
    "q=the&sort=relevance", "q=%F0%9F%98%80&sort=relevance", "sort=relevance", "sort=random", "sort=newest&sort=oldest",
    *(f"article={id}" for id in ("0", "-1", "9223372036854775807", "9223372036854775808", "1e5", "abc", "", "%00", "1;2")),
    "article=" + "&article=".join(map(str, range(1, 1500))),
    *(
        f"{name}={day}"
        for name in ("said_from", "said_to_date", "published_from", "published_to")
        for day in ("0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2024-02-30", "2024-1-1", "now", "-1", "", "%00", "٢٠٢٤-٠١-٠١")
    ),
    *(
        f"{name}={term}"
        for name in ("speaker", "not_speaker", "role", "party", "country", "said_to", "via", "medium", "mentions", "weapon", "publisher",
                     "language")
        for term in ("", "%00", "%ED%A0%80", "%27", "%5C", "%25", "_", "(", "%F0%9F%98%80", "x" * 500, "x" * 501, "9" * 18, "9" * 30)
    ),
    "speaker=" + "&speaker=".join("abcdefghij" * 5), "speaker=" + "&speaker=".join(map(str, range(50))),
    *(f"min_confidence={value}" for value in ("-0.1", "1.1", "nan", "inf", "-inf", "1e999", "", "x", "0.5&min_confidence=0.6")),
    *(f"anonymous={value}" for value in ("maybe", "", "2", "%00")),
    "fields=", "fields=,", "fields=id,,text", "fields=*", "fields=speaker.name", "include=", "include=context,context", "include=everything",
    "kind=", "kind=direct&kind=direct", "kind=DIRECT", "assertion=%00", "polarity=for", "topic=unheard-of", "topic=%00",
    # What contradicts itself finds nothing.
    "speaker=ruiz&not_speaker=ruiz", "said_from=2030-01-01&said_to_date=2000-01-01", "published_from=2030-01-01&published_to=2000-01-01",
    "anonymous=true&speaker=ruiz", "kind=direct&q=fair", "country=us&party=labour&role=nobody",
]  # fmt: skip
ELSEWHERE = [
    "/v1/quotes/0", "/v1/quotes/-1", "/v1/quotes/x/verify", "/v1/quotes/%00", "/v1/quotes/1e3", "/v1/quotes/9223372036854775807",
    "/v1/quotes/9223372036854775807/verify", "/v1/quotes/1?include=x", "/v1/quotes/1?fields=id",
    "/v1/articles/0", "/v1/articles/x/text", "/v1/articles/%ED%A0%80/quotes", "/v1/articles/9223372036854775807/quotes?format=annotations",
    "/v1/articles?sha256=x", "/v1/articles?url=%00", "/v1/articles?url=" + "x" * 4001, "/v1/articles?published_from=0001-01-01",
    "/v1/speakers/%00", "/v1/speakers/%ED%A0%80", "/v1/speakers/" + "x" * 10_000, "/v1/speakers?q=%27%3A*%26", "/v1/speakers?q=%00",
    "/v1/topics/%00", "/v1/stances?topic=x", "/v1/stances?min_confidence=2", "/v1/weapons?q=%25_%5C", "/v1/weapon-facts?min=1",
    "/v1/weapon-facts?min=nan&unit=km", "/v1/weapon-facts?unit=parsnip", "/v1/weapon-facts?min=9&max=1&unit=km",
]  # fmt: skip
HEADERS = [
    {"Accept": "\xff\xfe"}, {"Accept": ""}, {"Accept": ";;;"}, {"Accept": "*/*;q=nan"}, {"Accept": "a/b," * 2000},
    {"If-None-Match": "\xe9"}, {"If-None-Match": ""}, {"If-None-Match": 'W/"' * 1000}, {"If-None-Match": "," * 5000},
    {"X-Request-ID": "\x7f"}, {"X-Request-ID": "x" * 5000}, {"Accept-Encoding": "gzip;q=abc, \xff"}, {"Accept-Encoding": ""},
    {"Origin": "null"}, {"Range": "bytes=0-10"}, {"If-Modified-Since": "yesterday"},
]  # fmt: skip
LISTS = ("articles", "quotes", "speakers", "stances", "topics", "weapons", "weapon-facts")
ADDRESSES = [
    *(f"/v1/{noun}?{query}" for noun in LISTS for query in EVERYWHERE),
    *(f"/v1/quotes?{query}" for query in OF_QUOTES),
    *ELSEWHERE,
]


async def refuses_or_answers(client: httpx.AsyncClient, address: str, headers: dict[str, str] | None = None) -> None:
    answer = await client.get(
        address, headers=None if headers is None else {k: v.encode("latin-1") for k, v in headers.items()}
    )
    assert answer.status_code < 500, (address[:200], headers, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", address[:200]
        assert len(answer.json()["detail"]) > 10
    elif "format" not in address and "Accept" not in (headers or ()):
        answer.json()


async def test_no_query_makes_it_fail(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_harbour(write_session)
    for address in ADDRESSES:
        await refuses_or_answers(client, address)


async def test_no_header_makes_it_fail(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    await store_harbour(write_session)
    for headers in HEADERS:
        await refuses_or_answers(client, "/v1/quotes?limit=2", headers)


async def test_no_words_break_another_form(client: httpx.AsyncClient) -> None:
    for query in OF_QUOTES:
        for form in ("csv", "atom") if query.startswith("q=") else ():
            answer = await client.get(f"/v1/quotes?{query}&format={form}")
            assert answer.status_code in (200, 422), query
