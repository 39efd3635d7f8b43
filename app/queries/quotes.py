"""Quotes: who said what, filtered."""

from typing import Annotated, Any, Literal

from sqlalchemy import RowMapping, Select, select

from app.queries.context import WINDOW, context_from
from app.queries.highlights import highlights, marked
from app.queries.page import FORMAT, Order, PageFilter, select_page
from app.queries.quotefilter import QuoteFilter, QuoteParts, conditions, order_of, searched
from app.queries.references import ARTICLE, SPEAKER, current, described, reference
from app.queries.speakers import resolved_speakers
from app.queries.topics import resolved_topics
from app.tables import articles, quotes, revisions

AS_THEY_STAND = Order((quotes.c.position, quotes.c.id))

WithinFormat = Literal["json", "ndjson", "csv", "jsonld", "annotations"]


class ArticleQuoteFilter(PageFilter):
    """Which of an article's quotes to list: all of them, page by page."""

    format: Annotated[WithinFormat | None, FORMAT] = None  # type: ignore[assignment]  # wider than of every list


def select_quotes(filter: QuoteFilter) -> Select[Any]:
    """One page of quotes, newest first, with speaker, article and what the filter's names were taken to mean."""
    named = {"speaker": filter.speaker, "not_speaker": filter.not_speaker, "mentions": filter.mentions}
    resolved = {name: resolved_speakers(terms) for name, terms in named.items() if terms}
    if filter.topic:
        resolved["topic"] = resolved_topics(filter.topic)
    statement = _quotes().where(*conditions(filter))
    if "context" in filter.include:
        statement = statement.add_columns(*WINDOW)
    if filter.q is not None:
        statement = statement.add_columns(marked(searched(filter)).label("marked"))
    return select_page(statement, order_of(filter), filter, **resolved)


def select_quote(quote_id: int, parts: QuoteParts) -> Select[Any]:
    """One quote, of whatever revision."""
    statement = _quotes_of_any_revision().where(quotes.c.id == quote_id)
    return statement.add_columns(*WINDOW) if "context" in parts.include else statement


def select_article_quotes(revision_id: int) -> Select[Any]:
    """All quotes of a revision in reading order, repeats included."""
    return _quotes_of_any_revision().where(quotes.c.revision_id == revision_id).order_by(quotes.c.position)


def select_quotes_within(revision_id: int, filter: ArticleQuoteFilter) -> Select[Any]:
    """One page of the quotes of a revision, in reading order, repeats included."""
    return select_page(_quotes().where(quotes.c.revision_id == revision_id), AS_THEY_STAND, filter)


def quote_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_quotes` as JSON."""
    fields = ("id", "kind", "text", "content", "source", "cue", "cue_text", "assertion", "said_on", "said_to")
    quote = {field: row[field] for field in (*fields, "medium", "via", "same_as", "confidence", "recorded_at")}
    if "window" in row:
        quote["context"] = context_from(row)
    if "marked" in row:
        quote["highlights"] = highlights(row["marked"], row["text"], row["content"])
    return quote | {"speaker": reference(row, "speaker"), "article": reference(row, "article")}


def _quotes() -> Select[Any]:
    return _columns().select_from(described(current(quotes), quotes.c.speaker_id, quotes.c.persona_id))


def _quotes_of_any_revision() -> Select[Any]:
    rows = quotes.join(revisions, revisions.c.id == quotes.c.revision_id).join(
        articles, articles.c.id == revisions.c.article_id
    )
    return _columns().select_from(described(rows, quotes.c.speaker_id, quotes.c.persona_id))


def _columns() -> Select[Any]:
    own = [
        column for column in quotes.c if column.name not in ("speaker_id", "persona_id", "search", "revision_id", "sort_on")
    ]
    return select(*own, revisions.c.created_at.label("recorded_at"), *SPEAKER, *ARTICLE)
