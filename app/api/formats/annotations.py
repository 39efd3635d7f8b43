"""An article's quotes as a W3C Web Annotation collection (https://www.w3.org/TR/annotation-model/).

Each span of a quote's content is a target, found in the article's text by its position, in code points, and by its words
with some of what stands before and after: so it is found in copies of the article too. The source of the targets is the
very text that was read, byte for byte, at `/v1/articles/{id}/text`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32  # code points quoted before and after, as the model's examples and annotation tools do
Span = tuple[int, int]
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """An article's text and where the service has it; `base` is the address of the service."""

    base: str
    article_id: int
    text: str
    url: str | None

    @property
    def address(self) -> str:
        """Where the text is."""
        return f"{self.base}/v1/articles/{self.article_id}/text"


def as_annotations(quotes: Sequence[Mapping[str, Any]], source: Source) -> bytes:
    """All annotations of an article in one page of one collection."""
    address = f"{source.base}/v1/articles/{source.article_id}/quotes?format=annotations"
    page = {
        "id": f"{address}#page",
        "type": "AnnotationPage",
        "partOf": address,
        "startIndex": 0,
        "items": [annotation(quote, source) for quote in quotes],
    }
    collection = {"@context": CONTEXT, "id": address, "type": "AnnotationCollection", "label": "Quotes"}
    return json.dumps({**collection, "total": len(quotes), "first": page}, ensure_ascii=False).encode()


def annotation(quote: Mapping[str, Any], source: Source) -> Node:
    """One quote: who said so (`identifying`), and how (`tagging`)."""
    tags = [quote["kind"], quote["assertion"]]
    body: list[Node] = [{"type": "TextualBody", "purpose": "tagging", "value": tag} for tag in tags]
    if (speaker := quote["speaker"]) is not None:
        who = f"{source.base}/v1/speakers/{speaker['slug']}"
        named = {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": speaker["name"]}
        body = [{"type": "SpecificResource", "purpose": "identifying", "source": who}, named, *body]
    targets = [target((start, end), source) for start, end in quote["content"]]
    return {
        "id": f"{source.base}/v1/quotes/{quote['id']}",
        "type": "Annotation",
        "motivation": "identifying",
        "body": body,
        "target": targets[0] if len(targets) == 1 else targets,
    }


def target(span: Span, source: Source) -> Node:
    """One span of the text, selected in both ways."""
    found: Node = {"type": "SpecificResource", "source": source.address, "selector": selectors(span, source.text)}
    return found if source.url is None else {**found, "scope": source.url}


def selectors(span: Span, text: str) -> list[Node]:
    """The position of `span` in `text`, and its words between those around them."""
    start, end = span
    return [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(start - AROUND, 0) : start],
            "suffix": text[end : end + AROUND],
        },
    ]
