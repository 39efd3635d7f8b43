"""The sentences around a quote: the one it stands in, the one before and the one after."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func

from app.extract.document import Span
from app.extract.layout import Sentence, read_layout
from app.tables import quotes, revisions

# Code points of the text that are read on either side, some ten sentences: lists need not read whole articles.
AROUND = 2000
_START = func.greatest(func.lower(quotes.c.content) - AROUND, 0)
WINDOW: tuple[ColumnElement[Any], ...] = (
    _START.label("window_start"),
    func.substr(revisions.c.text, _START + 1, func.upper(quotes.c.content) + AROUND - _START).label("window"),
)


def context_from(row: RowMapping) -> dict[str, Any]:
    """The context of a quote in a row that has the columns `WINDOW`, as JSON."""
    start, window = row["window_start"], row["window"]
    around = sentences_around(window, [Span(span[0] - start, span[1] - start) for span in row["content"]])
    cut = start > 0 and around[0] is not None and around[0].start == 0
    spans = (None if cut else around[0], *around[1:])
    return {
        name: span and {"start": start + span.start, "end": start + span.end, "text": span.of(window)}
        for name, span in zip(("before", "sentence", "after"), spans, strict=True)
    }


def sentences_around(text: str, content: Sequence[Span]) -> tuple[Span | None, Span, Span | None]:
    """The sentence before `content`, the sentences that it stands in, and the one after."""
    sentences = read_layout(text).sentences
    first, last = min(start for start, _ in content), max(end for _, end in content)
    within = [nth for nth, each in enumerate(sentences) if each.span.start < last and first < each.span.end]
    if not within:
        return None, Span(first, last), None
    own = Span(min(first, sentences[within[0]].span.start), max(last, sentences[within[-1]].span.end))
    return _span(sentences, within[0] - 1), own, _span(sentences, within[-1] + 1)


def _span(sentences: Sequence[Sentence], nth: int) -> Span | None:
    return sentences[nth].span if 0 <= nth < len(sentences) else None
