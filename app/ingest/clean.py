"""An article as it is before extraction: what a sender gave, or what a page holds, found to be storable text."""

import codecs
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from app.errors import BadInput, EmptyText, NoArticle, NotUnicode, TextTooLong, UnstorableText
from app.ingest.charset import decode_page
from app.ingest.fetch import Page
from app.ingest.webpage import read_webpage
from app.settings import Settings

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Article:
    """A text and what is known of it. `language` is an ISO 639 code; `url` is where the text is published."""

    text: str
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    url: str | None = None
    published_on: date | None = None
    language: str = "en"
    fetched_at: datetime | None = None


def clean_text(raw: str | bytes, settings: Settings) -> str:
    """`raw` as text that can be stored, every character as it was sent; bytes lose their encoding's byte order mark.

    Raises:
        TextTooLong: more than `settings.max_text_bytes` bytes of UTF-8.
        NotUnicode: bytes that are not UTF-8.
        UnstorableText: a NUL or half of a surrogate pair in it.
        EmptyText: no letter or digit in it.
    """
    size = len(raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass"))
    if size > settings.max_text_bytes:
        raise TextTooLong(
            f"The text has {size:,} bytes and the limit is {settings.max_text_bytes:,}: split it, or raise"
            " ONRECORD_MAX_TEXT_BYTES."
        )
    text = _decoded(raw) if isinstance(raw, bytes) else raw
    _refuse_unstorable(text, "/text")
    if not WORD.search(text):
        raise EmptyText
    return text


def article_from_text(raw: str | bytes, settings: Settings) -> Article:
    """An article of plain text, nothing else known of it; raises as `clean_text` does."""
    return Article(clean_text(raw, settings))


def article_from_html(
    html: str | bytes, settings: Settings, *, url: str | None = None, charset: str | None = None
) -> Article:
    """The article that a web page holds, with what the page declares of it.

    Args:
        html: the page; bytes are decoded as browsers do.
        settings: limits of size.
        url: where the page was found, unless the page declares a better address of the same site; without it, the
            address that the page declares is taken.
        charset: the one the server declared.

    Raises:
        TextTooLong: the page, or the text in it, is over its limit.
        UnstorableText: half of a surrogate pair in the page.
        NoArticle: there is none, or the page is built so that reading it would take too long.
    """
    size = len(html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass"))
    if size > settings.max_download_bytes:
        raise TextTooLong(f"The page has {size:,} bytes and the limit is {settings.max_download_bytes:,}.", pointer="/html")
    markup = decode_page(html, charset) if isinstance(html, bytes) else html
    # A NUL in markup is dropped by every reader of HTML; half a surrogate pair cannot even be handed to one.
    markup = markup.replace("\0", "")
    _refuse_unstorable(markup, "/html")
    page = read_webpage(markup, url)
    return Article(
        _text_within(page.text, settings),
        title=page.title,
        byline=page.byline,
        publisher=page.publisher,
        url=page.url,
        published_on=page.published_on,
        language=page.language or "en",
    )


def article_from_page(page: Page, settings: Settings) -> Article:
    """The article of a fetched page; raises as `article_from_html` and `clean_text` do, pointing at `/url`."""
    try:
        if page.media_type == "text/plain":
            article = article_from_text(decode_page(page.body, page.charset), settings)
        else:
            article = article_from_html(page.body, settings, url=page.url, charset=page.charset)
    except BadInput as error:
        raise type(error)(error.detail, pointer="/url") from error
    return replace(article, url=article.url or page.url, fetched_at=page.fetched_at)


def with_given(
    article: Article,
    *,
    title: str | None = None,
    byline: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
    language: str | None = None,
    published_on: date | None = None,
) -> Article:
    """`article` with what its sender says of it in place of what its page says; a blank says nothing.

    Raises:
        UnstorableText: a NUL or half of a surrogate pair in what is given, which the pointer names.
    """
    words = {"title": title, "byline": byline, "publisher": publisher, "url": url, "language": language}
    said: dict[str, Any] = {name: value for name, value in words.items() if value and value.strip()}
    for name, value in said.items():
        _refuse_unstorable(value, f"/{name}")
    return replace(article, **said, published_on=published_on or article.published_on)


def _text_within(text: str, settings: Settings) -> str:
    try:
        return clean_text(text, settings)
    except EmptyText as error:
        raise NoArticle from error
    except TextTooLong as error:
        raise TextTooLong(error.detail, pointer="/html") from error


def _decoded(raw: bytes) -> str:
    body = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        offset = error.start + len(raw) - len(body)
        raise NotUnicode(f"Byte {offset:,} is not UTF-8: send the text encoded as UTF-8.", pointer="/text") from error


def _refuse_unstorable(text: str, pointer: str) -> None:
    if found := UNSTORABLE.search(text):
        kind = "a NUL" if found.group() == "\0" else "half of a surrogate pair"
        raise UnstorableText(f"Character {found.start():,} is {kind}, which no text can hold.", pointer=pointer)
