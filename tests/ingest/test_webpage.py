"""Pages to articles: the text in paragraphs, and what a page declares of it."""

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import NoArticle
from app.extract.layout import find_blocks
from app.ingest.webpage import Webpage, read_webpage

FIRST = "The harbour council voted on Tuesday to keep the old bridge closed until the spring, after a long debate."
SECOND = "“We will not open it before it is safe,” said Mayor Lena Ortiz, who has led the town for eleven years."
THIRD = "Ferries carry the traffic until then, and the shops along the quay say that they lose money every week."


def page(body: str = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>", head: str = "", lang: str = "en") -> str:
    return f"<!doctype html><html lang='{lang}'><head>{head}</head><body><article>{body}</article></body></html>"


def linked(**properties: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **properties})}</script>'


def read(**parts: str) -> Webpage:
    return read_webpage(page(**parts))


def paragraphs(text: str) -> list[str]:
    return [block.span.of(text) for block in find_blocks(text)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(f"<p>{FIRST}</p><p>{SECOND}</p>", [FIRST, SECOND], id="paragraphs"),
        pytest.param(f"<p>{FIRST}<p>{SECOND}", [FIRST, SECOND], id="unclosed"),
        pytest.param(f"<div>{FIRST}</div><div>{SECOND}</div>", [FIRST, SECOND], id="divisions"),
        pytest.param(f"<p>{FIRST}<br><br>{SECOND}</p>", [FIRST, SECOND], id="line breaks"),
        pytest.param(f"<h1>Bridge shut</h1><p>{FIRST}</p>", ["Bridge shut", FIRST], id="heading"),
        pytest.param(f"<p>{FIRST}</p><blockquote><p>{SECOND}</p></blockquote>", [FIRST, SECOND], id="block quotation"),
        pytest.param(
            f"<p>{FIRST}</p><ul><li>{SECOND}</li><li>{THIRD}</li></ul>", [FIRST, f"- {SECOND}", f"- {THIRD}"], id="list"
        ),
        pytest.param(
            f"<table><tr><td><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></td></tr></table>",
            [FIRST, SECOND, THIRD],
            id="a page laid out with a table",
        ),
        pytest.param(f"<p>{FIRST}</p>\n\n  <p>\n  {SECOND}\n </p>", [FIRST, SECOND], id="blanks of the markup"),
        pytest.param(
            f"<p>The <b>harbour</b> <a href='/c'>council</a>{FIRST.removeprefix('The harbour council')}</p>",
            [FIRST],
            id="inline markup",
        ),
        pytest.param(f"<p>{FIRST}</p><p>{SECOND}&#1;&#xFFFE;</p>", [FIRST, SECOND], id="references to control characters"),
        pytest.param(
            f"<p>{FIRST.replace(' ', '&nbsp;', 1)}</p><p>Ortiz &amp; sons: 5 &lt; 6 &mdash; so they say of the bridge.</p>",
            [FIRST, "Ortiz & sons: 5 < 6 — so they say of the bridge."],
            id="references",
        ),
    ],
)
def test_the_text_and_its_paragraphs(body: str, expected: list[str]) -> None:
    assert paragraphs(read(body=body).text) == expected


def test_paragraphs_are_parted_by_blank_lines() -> None:
    assert read().text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_what_is_around_an_article_is_left_out() -> None:
    around = (
        "<html><body><nav><a href='/'>Home</a> <a href='/w'>World</a></nav>"
        f"<article><p>{FIRST}</p><p>{SECOND}</p></article>"
        f"<div id='comments' class='comments'><p>Reader Bob says: {THIRD}</p></div>"
        "<script>var text = 'not a word of this';</script><footer><p>Copyright Harbour Post</p></footer></body></html>"
    )
    assert read_webpage(around).text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    "markup",
    [
        "",
        " ",
        "words",
        "<",
        "<!-- only a comment -->",
        "<!doctype html>",
        "<html></html>",
        "<frameset><frame src='a'></frameset>",
        "<html><body><nav><a href='/'>Home</a></nav></body></html>",
        "<html><body><form><input name='user'><button>Sign in</button></form></body></html>",
        "<html><body>" + "<li><a href='/a'>A headline of the day, and no more</a></li>" * 30 + "</body></html>",
        "<html><body><script>document.write('The council voted on Tuesday to keep it closed.')</script></body></html>",
        "%PDF-1.7 \x01\x02 stream",
    ],
    ids=lambda markup: markup[:40],
)
def test_a_page_without_an_article(markup: str) -> None:
    with pytest.raises(NoArticle):
        read_webpage(markup)


METADATA = [
    pytest.param("", {}, id="nothing is declared"),
    pytest.param("<title>Bridge shut</title>", {"title": "Bridge shut"}, id="title"),
    pytest.param(
        "<meta property='og:title' content='Bridge shut'><meta property='og:site_name' content='Harbour Post'>"
        "<meta name='author' content='Ann Example'>"
        "<meta property='article:published_time' content='2024-05-06T23:30:00-04:00'>",
        {"title": "Bridge shut", "publisher": "Harbour Post", "byline": "Ann Example", "published_on": date(2024, 5, 6)},
        id="OpenGraph",
    ),
    pytest.param(
        linked(
            headline="Bridge &amp; quay \n shut",
            author=[{"@type": "Person", "name": "Ann Example"}, "Bob de Sample", {"name": "https://x.example/c"}, {}, None],
            publisher={"@type": "Organization", "name": "Harbour Post"},
            datePublished="2024-05-06",
        ),
        {
            "title": "Bridge & quay shut",
            "byline": "Ann Example; Bob de Sample",
            "publisher": "Harbour Post",
            "published_on": date(2024, 5, 6),
        },
        id="JSON-LD",
    ),
    pytest.param(
        linked(
            **{"@type": "WebPage", "headline": "No", "datePublished": "2001-01-01"},
            mainEntity={"@graph": [{"@type": ["Thing", "ReportageNewsArticle"], "headline": "Yes"}]},
            hasPart={"@type": "Article", "headline": "Later"},
        ),
        {"title": "Yes"},
        id="the first article of a graph",
    ),
    pytest.param(
        '<script type="application/ld+json">{"@type": "NewsArticle", broken</script>' + linked(headline="Second try"),
        {"title": "Second try"},
        id="broken JSON-LD",
    ),
    pytest.param(
        linked(headline="A \ud800 b\0c", author={"name": ["Ann"]}, publisher=7, datePublished=["2024"]),
        {"title": "A bc"},
        id="JSON-LD of other types than it should be",
    ),
    pytest.param(
        "<meta property='og:title' content='Tagged'><meta property='og:site_name' content='Harbour Post'>"
        + linked(headline="Linked", publisher={"name": "Harbour Media Holdings"}),
        {"title": "Linked", "publisher": "Harbour Post"},
        id="the headline without its site, the site without its owner",
    ),
]


@pytest.mark.parametrize(("head", "expected"), METADATA)
def test_what_a_page_declares(head: str, expected: dict[str, object]) -> None:
    found = read(head=head)
    names = ("title", "byline", "publisher", "published_on")
    assert {name: getattr(found, name) for name in names} == dict.fromkeys(names) | expected


DATES = [
    ("<meta name='date' content='2024-05-06'>", date(2024, 5, 6)),
    ("<meta name='DC.date.issued' content='20240506'>", date(2024, 5, 6)),
    ("<meta itemprop='datePublished' content='2024-05-06T00:00Z'>", date(2024, 5, 6)),
    ("<meta name='parsely-pub-date' content='Mon, 06 May 2024 09:00:00 GMT'>", date(2024, 5, 6)),
    ("<meta name='pubdate' content='May 6, 2024'>", date(2024, 5, 6)),
    ("<meta name='pubdate' content='05/13/2024'>", date(2024, 5, 13)),
    ("<meta name='pubdate' content='03/04/2024'>", None),
    ("<meta name='pubdate' content='2024-02-30'>", None),
    ("<meta name='pubdate' content='0001-01-01T00:00:00'>", None),
    ("<meta name='pubdate' content='9999-12-31'>", None),
    ("<meta name='pubdate' content='today'>", None),
    ("<meta name='pubdate'>", None),
    ("<meta property='article:modified_time' content='2024-05-07'>", None),
    ("<meta property='article:expiration_time' content='2034-05-07'>", None),
    ("<meta property='article:publisher' content='2034-05-07'>", None),
    ("<meta name='pubdate' content='unknown'><meta name='date' content='1912-04-16'>", date(1912, 4, 16)),
    (linked(dateModified="2024-05-09"), None),
    (linked(datePublished="2024-05-06") + "<meta name='date' content='2024-05-09'>", date(2024, 5, 6)),
    (linked(datePublished="soon \ud800") + "<meta name='date' content='2024-05-09'>", date(2024, 5, 9)),
]


@pytest.mark.parametrize(("head", "expected"), DATES)
def test_the_declared_day_of_publication(head: str, expected: date | None) -> None:
    assert read(head=head).published_on == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<time pubdate datetime='2024-05-06'>today</time>", date(2024, 5, 6)),
        ("<time class='entry-date' datetime='2024-05-06T10:00'>6 May</time>", date(2024, 5, 6)),
        ("<span itemprop='datePublished'>6 May 2024</span>", date(2024, 5, 6)),
        ("<time datetime='2024-05-06'>of another story</time>", None),
        ("<p>The bridge was shut on 2024-05-06, and on May 7, 2024 the ferries began to run.</p>", None),
    ],
)
def test_a_day_in_the_body_counts_only_where_it_is_declared(body: str, expected: date | None) -> None:
    assert read(body=f"{body}<p>{FIRST}</p><p>{SECOND}</p>").published_on == expected


@pytest.mark.parametrize(
    ("lang", "language"), [("en-GB", "en"), ("DE_at", "de"), (" fr ", "fr"), ("", None), ("english", None), ("x", None)]
)
def test_the_language_a_page_declares(lang: str, language: str | None) -> None:
    assert read(lang=lang).language == language


def test_a_host_name_is_no_publisher() -> None:
    assert read_webpage(page(), "https://www.harbourpost.example/a").publisher is None


def test_a_page_is_read_the_same_before_and_after_its_day() -> None:
    assert read(head="<meta name='pubdate' content='May 6, 2037'>").published_on == date(2037, 5, 6)


# Each of these, at this size, takes the library minutes, gigabytes or its stack when it gets it as it is.
SENTENCES = f"<p>{FIRST}</p>" * 3
HOSTILE = {
    "attributes": f"<p {' '.join(f'a{n}' for n in range(60_000))}>{FIRST}</p>",
    "elements": "<i></i>" * 200_000 + SENTENCES,
    "depth": "<div>" * 100_000 + SENTENCES,
    "depth again and again": ("<div>" * 200 + FIRST + "</div>" * 200) * 200,
    "open tags": "<" * 1_000_000 + SENTENCES,
    "open comments": "<!--" * 300_000 + SENTENCES,
    "doctype": "<!doctype " + "/" * 300_000 + SENTENCES,
    "nested JSON-LD": f"<script type='application/ld+json'>{'[' * 300_000}</script>{SENTENCES}",
    "broken JSON-LD": f"""<script type='application/ld+json'>{'{"author": {' * 50_000}</script>{SENTENCES}""",
    "authors": page(SENTENCES, linked(author=[f"Ann B{'c' * (n % 50)}{n:x}" for n in range(50_000)])),
    "tag in metadata": page(SENTENCES, f"<meta name='author' content='{'&lt;' * 100_000}'>"),
    "metadata": page(SENTENCES, "<meta name='pubdate' content='5 Foo 2020 bar'>" * 5_000),
    "wide cells": f"<table>{f'<tr><td colspan=1000>{FIRST}</td></tr>' * 1_000}{'<tr><td>x</td></tr>' * 5_000}</table>",
    "one long word": f"<p>{'x' * 3_000_000}</p>{SENTENCES}",
    "blanks": f"<p>a{' ' * 3_000_000}b</p>{SENTENCES}",
}


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_end(markup: str) -> None:
    with suppress(NoArticle):
        assert read_webpage(markup).text


TAGS = st.sampled_from(
    ["p", "div", "table", "tr", "td", "ul", "li", "a", "br", "b", "h1", "blockquote", "script", "meta", "pre"]
)
MARKUP = st.lists(
    TAGS.map("<{}>".format)
    | TAGS.map("</{}>".format)
    | st.sampled_from([FIRST, SECOND, "&#x1;", "<!--", "-->", "<![CDATA[", "<html lang='\x01'>", "<title>", "</title>"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    max_size=40,
).map("".join)


@given(MARKUP | MARKUP.map(page))
@settings(deadline=None)  # the first example loads what the others have at hand
def test_any_markup_is_a_page_with_text_or_refused(markup: str) -> None:
    try:
        found = read_webpage(markup, "https://news.example/a")
    except NoArticle:
        return
    declared = (found.text, found.title or "", found.byline or "", found.publisher or "", found.url or "")
    assert "\0" not in "".join(declared).encode().decode()
    assert found == read_webpage(markup, "https://news.example/a")
