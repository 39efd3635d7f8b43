"""Quotes as JSON-LD in the vocabulary of schema.org.

What stands in quotation marks, wholly or in part, is a `Quotation`; what is reported in the article's words is a `Claim`.
A statement that was not asserted but denied, questioned, supposed or refused says so in `additionalType`, since schema.org
has no word for it and a plain claim would be a false one.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from app.api.formats.sheet import Sheet

CONTEXT = "https://schema.org"
ASSERTION = "urn:onrecord:assertion:"
# schema.org has dates of ISO 8601; EDTF has more, as "2024~" or "2024-21".
ISO_DATE = re.compile("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
SEASON = re.compile("[0-9]{4}-(2[1-9]|[34][0-9])")
Node = dict[str, Any]


def as_linked_data(sheet: Sheet) -> bytes:
    """A graph with a node for each quote."""
    graph = {"@context": CONTEXT, "@id": sheet.address, "@graph": [quotation(row, sheet.base) for row in sheet.rows]}
    return json.dumps(graph, ensure_ascii=False).encode()


def quotation(quote: Mapping[str, Any], base: str) -> Node:
    """One quote; `base` is the address of the service."""
    is_claim = quote["kind"] == "indirect"
    node = {
        "@id": f"{base}/v1/quotes/{quote['id']}",
        "@type": "Claim" if is_claim else "Quotation",
        "text": quote["text"],
        "author": _author(quote["speaker"], base),
        "dateCreated": _date(quote["said_on"]),
        "appearance" if is_claim else "isPartOf": _article(quote["article"], base),
        "additionalType": None if quote["assertion"] == "asserted" else f"{ASSERTION}{quote['assertion']}",
    }
    return _told(node)


def _author(speaker: Mapping[str, Any] | None, base: str) -> Node | None:
    if speaker is None:
        return None
    employer, party = speaker["affiliation"], speaker["party"]
    return _told(
        {
            "@id": f"{base}/v1/speakers/{speaker['slug']}",
            "@type": "Person" if speaker["kind"] == "person" else "Organization",
            "name": speaker["name"],
            "jobTitle": speaker["role"],
            "affiliation": employer and {"@type": "Organization", "name": employer},
            "memberOf": party and {"@type": "Organization", "name": party},
        }
    )


def _article(article: Mapping[str, Any], base: str) -> Node:
    publisher = article["publisher"]
    return _told(
        {
            "@id": f"{base}/v1/articles/{article['id']}",
            "@type": "NewsArticle",
            "headline": article["title"],
            "url": article["url"],
            "datePublished": article["published_on"],
            "publisher": publisher and {"@type": "Organization", "name": publisher},
        }
    )


def _date(edtf: str | None) -> str | None:
    return edtf if edtf and ISO_DATE.fullmatch(edtf) and not SEASON.fullmatch(edtf) else None


def _told(node: Node) -> Node:
    """What the article tells: a property without a value is left out."""
    return {name: value for name, value in node.items() if value is not None}
