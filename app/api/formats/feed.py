"""Quotes as an Atom feed (RFC 4287), page by page (RFC 5005): any query can be followed in a feed reader."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from app.api.formats.sheet import Sheet

NAMESPACE = "http://www.w3.org/2005/Atom"
TITLE_LENGTH = 100
# What no XML 1.0 document can hold, not even escaped.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = "1970-01-01T00:00:00Z"


def as_feed(sheet: Sheet) -> bytes:
    """A feed with an entry for each quote, in the order of the list."""
    feed = ElementTree.Element("feed", xmlns=NAMESPACE)
    _add(feed, "id", without_cursor(sheet.address))
    _add(feed, "title", "Quotes on record")
    _add(feed, "updated", max((row["recorded_at"] for row in sheet.rows), default=NEVER))
    _add(feed, "link", rel="self", href=sheet.address, type="application/atom+xml")
    if sheet.following is not None:
        _add(feed, "link", rel="next", href=sheet.following, type="application/atom+xml")
    _add(feed, "generator", "OnRecord")
    for row in sheet.rows:
        _add_entry(feed, row, sheet.base)
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def without_cursor(address: str) -> str:
    """The address of the whole query, whichever page of it this is.

    >>> without_cursor("http://a/v1/quotes?q=x&cursor=abc&format=atom")
    'http://a/v1/quotes?q=x&format=atom'
    """
    return re.sub(r"([?&])cursor=[^&]*&?", r"\1", address).rstrip("?&")


def _add_entry(feed: ElementTree.Element, quote: Mapping[str, Any], base: str) -> None:
    address, article = f"{base}/v1/quotes/{quote['id']}", quote["article"]
    speaker = quote["speaker"]["name"] if quote["speaker"] else "Unattributed"
    entry = _add(feed, "entry")
    _add(entry, "id", address)
    _add(entry, "title", f"{speaker}: {shortened(quote['text'])}")
    _add(entry, "updated", quote["recorded_at"])
    if article["published_on"] is not None:
        _add(entry, "published", f"{article['published_on']}T00:00:00Z")
    _add(_add(entry, "author"), "name", speaker)
    _add(entry, "link", rel="alternate", href=article["url"] or f"{base}/v1/articles/{article['id']}")
    _add(entry, "link", rel="related", href=address, type="application/json")
    for kind in ("kind", "assertion"):
        _add(entry, "category", scheme=f"urn:onrecord:{kind}", term=quote[kind])
    _add(entry, "content", quote["text"], type="text")
    source = _add(entry, "source")
    _add(source, "id", f"{base}/v1/articles/{article['id']}")
    _add(source, "title", article["title"] or article["publisher"] or "Article")
    _add(source, "updated", quote["recorded_at"])


def shortened(text: str) -> str:
    """`text` on one line, and with an ellipsis at a word's end if it is long."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name, {key: writable(value) for key, value in attributes.items()})
    child.text = None if text is None else writable(text)
    return child


def writable(text: str) -> str:
    """`text` with the replacement character for what XML cannot hold."""
    return UNWRITABLE.sub("\ufffd", text)
