"""Quotes: who said what, filtered."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, CompoundSelect, RowMapping, Select, func, or_, select, union

from app.extract.document import Assertion, Polarity, QuoteKind
from app.queries.page import FORMAT, Order, PageFilter, Terms, one_of, select_page
from app.queries.references import ARTICLE, SPEAKER, PublishedFilter, current, described, published, reference
from app.queries.speakers import matching_speakers, resolved_speakers
from app.queries.topics import matching_topics, resolved_topics
from app.queries.weapons import matching_weapons
from app.schemas import Day, Id, PlainStr
from app.tables import articles, quotes, revisions, stances, weapon_facts

NEWEST_FIRST = Order((quotes.c.sort_on, quotes.c.id), descending=True)
AS_THEY_STAND = Order((quotes.c.position, quotes.c.id))

QuoteFormat = Literal["json", "ndjson", "csv", "jsonld", "atom"]
WithinFormat = Literal["json", "ndjson", "csv", "jsonld", "annotations"]


class QuoteFilter(PublishedFilter, PageFilter):
    """Which statements to list. A parameter given twice means either; different ones must all hold."""

    speaker: Annotated[Terms, Field(description="id, slug, name or surname")] = []
    kind: list[QuoteKind] = []
    assertion: list[Assertion] = []
    q: Annotated[
        PlainStr | None,
        Field(
            min_length=1,
            max_length=500,
            description='words of the quote: `missile -range`, `"act of war"`, `a or b`',
        ),
    ] = None
    topic: Annotated[Terms, Field(description="id or slug: quotes that show a stance on it")] = []
    stance: Annotated[list[Polarity], Field(description="quotes that show this stance, on `topic` or on any")] = []
    weapon: Annotated[Terms, Field(description="slug or name: quotes that name it or state a fact on it")] = []
    article: list[Id] = []
    said_from: Annotated[Day | None, Field(description="said on this day or later, as far as the article tells")] = None
    said_to_date: Annotated[Day | None, Field(description="said on this day or earlier")] = None
    repeats: Annotated[bool, Field(description="also pull quotes and repetitions of a statement listed anyway")] = False
    format: Annotated[QuoteFormat | None, FORMAT] = None  # type: ignore[assignment]  # wider than of every list


class ArticleQuoteFilter(PageFilter):
    """Which of an article's quotes to list: all of them, page by page."""

    format: Annotated[WithinFormat | None, FORMAT] = None  # type: ignore[assignment]  # wider than of every list


def select_quotes(filter: QuoteFilter) -> Select[Any]:
    """One page of quotes, newest first, with speaker, article and what the filter's names were taken to mean."""
    resolved = {}
    if filter.speaker:
        resolved["speaker"] = resolved_speakers(filter.speaker)
    if filter.topic:
        resolved["topic"] = resolved_topics(filter.topic)
    return select_page(_quotes().where(*_conditions(filter)), NEWEST_FIRST, filter, **resolved)


def select_quote(quote_id: int) -> Select[Any]:
    """One quote, of whatever revision."""
    rows = quotes.join(revisions, revisions.c.id == quotes.c.revision_id).join(
        articles, articles.c.id == revisions.c.article_id
    )
    return _columns().select_from(described(rows, quotes.c.speaker_id, quotes.c.persona_id)).where(quotes.c.id == quote_id)


def select_article_quotes(revision_id: int) -> Select[Any]:
    """All quotes of a revision in reading order, repeats included."""
    return _quotes().where(quotes.c.revision_id == revision_id).order_by(quotes.c.position)


def select_quotes_within(revision_id: int, filter: ArticleQuoteFilter) -> Select[Any]:
    """One page of the quotes of a revision, in reading order, repeats included."""
    return select_page(_quotes().where(quotes.c.revision_id == revision_id), AS_THEY_STAND, filter)


def quote_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_quotes` as JSON."""
    fields = ("id", "kind", "text", "content", "source", "cue", "cue_text", "assertion", "said_on", "said_to")
    return {field: row[field] for field in (*fields, "medium", "via", "same_as", "confidence", "recorded_at")} | {
        "speaker": reference(row, "speaker"),
        "article": reference(row, "article"),
    }


def _quotes() -> Select[Any]:
    return _columns().select_from(described(current(quotes), quotes.c.speaker_id, quotes.c.persona_id))


def _columns() -> Select[Any]:
    own = [
        column for column in quotes.c if column.name not in ("speaker_id", "persona_id", "search", "revision_id", "sort_on")
    ]
    return select(*own, revisions.c.created_at.label("recorded_at"), *SPEAKER, *ARTICLE)


def _conditions(filter: QuoteFilter) -> list[ColumnElement[bool]]:
    conditions = [*_statement_conditions(filter), *_said_conditions(filter), *published(filter, quotes)]
    if filter.topic or filter.stance:
        shown = select(stances.c.quote_id)
        if filter.topic:
            shown = shown.where(one_of(stances.c.topic_id, matching_topics(filter.topic)))
        if filter.stance:
            shown = shown.where(stances.c.polarity.in_(filter.stance))
        # By topic they are few enough to be found first; of all stances, most pages are soon full.
        conditions.append(one_of(quotes.c.id, shown) if filter.topic else quotes.c.id.in_(shown))
    if filter.weapon:
        conditions.append(one_of(quotes.c.id, _on_weapons(filter.weapon)))
    return conditions


def _on_weapons(names: Sequence[str]) -> CompoundSelect[tuple[int]]:
    stated = select(weapon_facts.c.quote_id).where(one_of(weapon_facts.c.weapon_id, matching_weapons(names)))
    said = quotes.alias("said")
    phrases = [func.phraseto_tsquery("english", name.replace("-", " ")) for name in names]
    return union(stated, select(said.c.id).where(or_(*(said.c.search.op("@@")(phrase) for phrase in phrases))))


def _statement_conditions(filter: QuoteFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if not filter.repeats:
        conditions.append(quotes.c.same_as.is_(None))
    if filter.speaker:
        conditions.append(one_of(quotes.c.speaker_id, matching_speakers(filter.speaker)))
    if filter.kind:
        conditions.append(quotes.c.kind.in_(filter.kind))
    if filter.assertion:
        conditions.append(quotes.c.assertion.in_(filter.assertion))
    if filter.article:
        conditions.append(articles.c.id.in_(filter.article))
    if filter.q is not None:
        conditions.append(quotes.c.search.op("@@")(func.websearch_to_tsquery("english", filter.q)))
    return conditions


def _said_conditions(filter: QuoteFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.said_from is not None:
        conditions.append(quotes.c.said_last >= filter.said_from)
    if filter.said_to_date is not None:
        conditions.append(quotes.c.said_first <= filter.said_to_date)
    return conditions
