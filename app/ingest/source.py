"""What somebody sends to be recorded: the words of an article, its page, or only its address."""

import asyncio
from dataclasses import dataclass
from datetime import date
from urllib.parse import urldefrag, urlsplit

from app.errors import BadInput
from app.ingest.clean import Article, article_from_html, article_from_page, article_from_text, with_given
from app.ingest.fetch import MAX_URL_LENGTH, fetch
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """Either `text` or `html`, or `url` alone, which is then fetched; the rest wins over what the page says of itself."""

    text: str | bytes | None = None
    html: str | bytes | None = None
    url: str | None = None
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    language: str | None = None


async def read_source(source: Source, settings: Settings) -> Article:
    """The article that `source` is, fetched if need be.

    Raises `BadInput` with a pointer to the field where there is none to be had, `FetchFailed` where the address gives none.
    """
    url = _address(source.url)
    if source.text is not None and source.html is not None:
        raise BadInput("An article comes as text or as html: leave one of them out.", pointer="/html")
    if source.text is not None:
        article = article_from_text(source.text, settings)
    elif source.html is not None:
        article = await asyncio.to_thread(article_from_html, source.html, settings, url=url)
    elif source.url is not None:
        page = await fetch(source.url, settings)
        article, url = await asyncio.to_thread(article_from_page, page, settings), None
    else:
        raise BadInput("There is no article: send its text, its html, or its url.", pointer="/text")
    return with_given(
        article,
        title=source.title,
        byline=source.byline,
        publisher=source.publisher,
        url=url,
        language=source.language,
        published_on=source.published_on,
    )


def _address(url: str | None) -> str | None:
    if url is None:
        return None
    if len(url) > MAX_URL_LENGTH:
        raise BadInput(
            f"A web address has at most {MAX_URL_LENGTH:,} characters: this one has {len(url):,}.", pointer="/url"
        )
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput("This is no web address: it has to begin with http:// or https:// and name a host.", pointer="/url")
    return urldefrag(url).url
