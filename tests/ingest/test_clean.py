"""What senders give, to articles that can be stored."""

import codecs
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadInput, EmptyText, NoArticle, NotUnicode, OnRecordError, TextTooLong, UnstorableText
from app.ingest.clean import (
    Article,
    article_from_html,
    article_from_page,
    article_from_text,
    clean_text,
    with_given,
)
from app.ingest.fetch import Page
from app.settings import Settings

SETTINGS = Settings()
PARAGRAPH = "The harbour council voted on Tuesday to keep the old bridge closed until spring."
SECOND = "Ferries carry the traffic until then, and the council pays for them by the month."
HTML = f"<html lang=en><title>Bridge</title><body><article><p>{PARAGRAPH}</p><p>{SECOND}</p></article></body></html>"
NOW = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)


def outcome(read: Callable[[str | bytes, Settings], Article], raw: str | bytes) -> Article | OnRecordError:
    try:
        return read(raw, SETTINGS)
    except OnRecordError as refused:
        return refused


@pytest.mark.parametrize(
    "text",
    [
        "A word.",
        "  blanks at the ends \n\n\t",
        "line\r\nbreaks\rof\x0ball\u2028kinds\x85",
        "cafe\u0301 and café, ﬁ and fi",
        "\ufeffa mark that is a character of the text",
        "soft\u00adhyphen, zero\u200bwidth, \u202eright to left",
        "𝐁old and 🛩️",
        "tabs\tand \x01control\x1f characters",
    ],
)
def test_text_is_never_altered(text: str) -> None:
    assert clean_text(text, SETTINGS) == text
    assert clean_text(codecs.BOM_UTF8 + text.encode(), SETTINGS) == text


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\ufeff", "— … !"])
def test_a_text_without_a_word_is_empty(text: str) -> None:
    with pytest.raises(EmptyText):
        clean_text(text, SETTINGS)
    with pytest.raises(EmptyText):
        clean_text(text.encode(), SETTINGS)


@pytest.mark.parametrize(
    ("raw", "error", "said", "pointer"),
    [
        (b"caf\xe9 noir", NotUnicode, "Byte 3 is not UTF-8", "/text"),
        (codecs.BOM_UTF8 + b"caf\xe9", NotUnicode, "Byte 6 ", "/text"),
        ("a".encode("utf-16"), NotUnicode, "Byte 0 ", "/text"),
        (b"\xed\xa0\x80", NotUnicode, "Byte 0 ", "/text"),
        ("ab\0c", UnstorableText, "Character 2 is a NUL", "/text"),
        (b"ab\0c", UnstorableText, "Character 2 is a NUL", "/text"),
        ("é\ud83d and", UnstorableText, "Character 1 is half of a surrogate pair", "/text"),
        ("\udc00" * 3, UnstorableText, "Character 0 ", "/text"),
    ],
)
def test_text_that_cannot_be_stored(raw: str | bytes, error: type[BadInput], said: str, pointer: str) -> None:
    with pytest.raises(error, match=said) as refused:
        clean_text(raw, SETTINGS)
    assert refused.value.pointer == pointer


def test_the_limit_counts_bytes_of_utf8() -> None:
    ten = Settings(max_text_bytes=10)
    assert clean_text("é" * 5, ten) == "é" * 5
    for raw in ("é" * 6, ("é" * 6).encode(), "\ud800" * 4, b"\xff" * 11):
        with pytest.raises(TextTooLong, match=r"has 1\d bytes and the limit is 10\b"):
            clean_text(raw, ten)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_text_comes_out_as_it_went_in(text: str) -> None:
    text += "word"
    assert clean_text(text, SETTINGS) == text
    # A file's first mark is taken for its encoding's; sent as text it is a character.
    assert clean_text(text.encode(), SETTINGS) == text.removeprefix("\ufeff")


@given(st.text() | st.binary())
def test_any_input_is_text_or_refused(raw: str | bytes) -> None:
    found = outcome(article_from_text, raw)
    assert found.text.encode() if isinstance(found, Article) else found.pointer == "/text"


def test_an_article_of_plain_text_knows_nothing_else() -> None:
    assert article_from_text(PARAGRAPH, SETTINGS) == Article(PARAGRAPH)


def test_an_article_of_html() -> None:
    article = article_from_html(HTML.encode(), SETTINGS, url="https://news.example/bridge")
    assert article.text == f"{PARAGRAPH}\n\n{SECOND}"
    assert (article.title, article.url, article.language) == ("Bridge", "https://news.example/bridge", "en")
    assert article_from_html(HTML, SETTINGS, url="https://news.example/bridge") == article


def test_html_is_decoded_as_its_server_says() -> None:
    page = HTML.replace("bridge", "café “bridge”").encode("cp1252")
    assert "café “bridge”" in article_from_html(page, SETTINGS, charset="windows-1252").text


def test_a_nul_in_a_page_is_no_part_of_its_text() -> None:
    assert article_from_html(HTML.replace("council", "coun\0cil"), SETTINGS).text.count("council") == 2


@pytest.mark.parametrize(
    ("html", "limits", "error"),
    [
        (HTML, {"max_download_bytes": 100}, TextTooLong),
        (HTML, {"max_text_bytes": 100}, TextTooLong),
        (HTML + "\ud800", {}, UnstorableText),
        ("<html><body></body></html>", {}, NoArticle),
        ("", {}, NoArticle),
        (b"\xff\xfe\x00", {}, NoArticle),
    ],
)
def test_refused_html_is_pointed_at(html: str | bytes, limits: dict[str, int], error: type[BadInput]) -> None:
    with pytest.raises(error) as refused:
        article_from_html(html, Settings(**limits))
    assert refused.value.pointer == "/html"


@given(st.binary(max_size=300) | st.text(max_size=300))
@settings(deadline=None)  # the first example loads what the others have at hand
def test_any_html_is_an_article_or_refused(html: str | bytes) -> None:
    found = outcome(article_from_html, html)
    assert found.text.encode() if isinstance(found, Article) else found.pointer == "/html"


def fetched(body: bytes, media_type: str, charset: str | None = None) -> Page:
    return Page("https://news.example/bridge", body, media_type, charset, NOW)


def test_a_fetched_page_keeps_where_and_when_it_was() -> None:
    article = article_from_page(fetched(HTML.encode(), "text/html"), SETTINGS)
    assert (article.url, article.fetched_at, article.title) == ("https://news.example/bridge", NOW, "Bridge")


def test_the_address_of_a_fetched_page_is_not_the_one_it_claims() -> None:
    # Or any site could put revisions on another's articles.
    claim = '<link rel="canonical" href="https://other.example/story">'
    page = HTML.replace("<title>", claim + "<title>")
    assert article_from_page(fetched(page.encode(), "text/html"), SETTINGS).url == "https://news.example/bridge"
    assert article_from_html(page, SETTINGS).url == "https://other.example/story"


@pytest.mark.parametrize(
    "declared",
    [
        '<link rel="canonical" href="https://www.news.example/2024/bridge#top">',
        '<link rel=" Canonical " href="//www.news.example/2024/bridge">',
        '<meta property="og:url" content="https://www.news.example/2024/bridge">',
        '<link rel="canonical" href="https://www.news.example/2024/bridge"><meta property="og:url" content="/other">',
    ],
)
def test_a_page_is_known_by_its_canonical_address_at_its_own_site(declared: str) -> None:
    page = HTML.replace("<title>", declared + "<title>")
    found = article_from_page(fetched(page.encode(), "text/html"), SETTINGS)
    assert found.url == "https://www.news.example/2024/bridge"


def test_a_fetched_plain_text_is_not_altered() -> None:
    body = "<p> is no markup here,\n and café is in Latin-1.".encode("latin-1")
    article = article_from_page(fetched(body, "text/plain", "latin-1"), SETTINGS)
    assert article.text.encode("latin-1") == body
    assert (article.url, article.fetched_at) == ("https://news.example/bridge", NOW)


@pytest.mark.parametrize(
    ("body", "media_type", "error"),
    [(b"", "text/plain", EmptyText), (b"a\0b", "text/plain", UnstorableText), (b"", "text/html", NoArticle)],
)
def test_refused_fetched_pages_are_pointed_at_by_their_url(body: bytes, media_type: str, error: type[BadInput]) -> None:
    with pytest.raises(error) as refused:
        article_from_page(fetched(body, media_type), SETTINGS)
    assert refused.value.pointer == "/url"


def test_what_the_sender_says_wins() -> None:
    page = Article(
        "Text.", title="Theirs", byline="Ann", publisher="Post", url="https://a.example/", published_on=NOW.date()
    )
    changed = with_given(page, title="Ours", byline=" ", publisher="", published_on=date(1999, 1, 2), language="de")
    assert changed == Article(
        "Text.",
        title="Ours",
        byline="Ann",
        publisher="Post",
        url="https://a.example/",
        published_on=date(1999, 1, 2),
        language="de",
    )
    assert with_given(page) == page


@pytest.mark.parametrize("name", ["title", "byline", "publisher", "url", "language"])
@pytest.mark.parametrize("value", ["a\0", "\ud800"])
def test_what_the_sender_says_can_be_stored(name: str, value: str) -> None:
    with pytest.raises(UnstorableText) as refused:
        with_given(Article("Text."), **{name: value})
    assert refused.value.pointer == f"/{name}"
