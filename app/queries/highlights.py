"""Where the words that were searched for stand in a quote, as spans of the article's text."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, text

from app.extract.document import Span
from app.tables import quotes

# Control characters, which articles have none of; a quote that had one would be shown without highlights.
OPENING, CLOSING = "\x02", "\x03"
MARKING = f"HighlightAll=true, StartSel={OPENING}, StopSel={CLOSING}"


def marked(query: ColumnElement[str]) -> ColumnElement[str]:
    """The text of a quote with marks around the words of `query`, a tsquery."""
    return func.ts_headline(text("'english'"), quotes.c.text, query, MARKING)


def highlights(marked: str, words: str, content: Sequence[Span]) -> list[Span]:
    """The marked places of a quote, whose text `words` is what the spans of `content` hold, joined by spaces."""
    if marked.replace(OPENING, "").replace(CLOSING, "") != words:
        return []
    return [span for place in _places(marked) for span in _in_article(place, content)]


def _places(marked: str) -> Iterator[Span]:
    position = 0
    for number, part in enumerate(part for piece in marked.split(OPENING) for part in _halves(piece)):
        if number % 2:
            yield Span(position, position + len(part))
        position += len(part)


def _halves(piece: str) -> tuple[str, ...]:
    before, closing, after = piece.partition(CLOSING)
    return (before, after) if closing else (piece,)


def _in_article(place: Span, content: Sequence[Span]) -> Iterator[Span]:
    offset = 0
    for start, end in content:
        first, last = max(place.start, offset), min(place.end, offset + end - start)
        if first < last:
            yield Span(start + first - offset, start + last - offset)
        offset += end - start + 1
