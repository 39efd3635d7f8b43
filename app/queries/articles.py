"""Articles: what was taken in, with or without its text."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import ColumnElement, RowMapping, Select, select

from app.queries.page import Order, PageFilter, Terms, select_page, separated
from app.schemas import Day, PlainStr
from app.tables import articles, revisions

NEWEST_FIRST = Order((revisions.c.sort_on, revisions.c.id), descending=True)
Included = Literal["quotes", "speakers", "stances", "weapon_facts"]


class ArticleFilter(PageFilter):
    """Which articles to list."""

    publisher: Terms = []
    url: Annotated[PlainStr | None, Field(max_length=4000)] = None
    sha256: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$", description="of the text as UTF-8")] = None
    language: Terms = []
    published_from: Day | None = None
    published_to: Day | None = None


class ArticleParts(BaseModel):
    """What to send along with one article."""

    model_config = ConfigDict(extra="forbid")

    include: Annotated[
        list[Included], BeforeValidator(separated), Field(description="repeated or separated by commas")
    ] = []


def select_articles(filter: ArticleFilter) -> Select[Any]:
    """One page of articles, newest first, each as its newest revision."""
    return select_page(_articles().where(*_conditions(filter)), NEWEST_FIRST, filter)


def select_article(article_id: int) -> Select[Any]:
    """One article with its text."""
    return (
        _articles()
        .add_columns(revisions.c.text, revisions.c.warnings, revisions.c.id.label("revision_id"))
        .where(articles.c.id == article_id)
    )


def select_text(article_id: int) -> Select[Any]:
    """The text of an article as it is in its newest revision, and where it was published."""
    rows = articles.join(revisions, revisions.c.id == articles.c.revision_id)
    text = (revisions.c.id.label("revision_id"), revisions.c.text, revisions.c.sha256, articles.c.url)
    return select(*text).select_from(rows).where(articles.c.id == article_id)


def article_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_articles` as JSON."""
    fields = ("id", "revision", "title", "byline", "publisher", "published_on", "url", "language", "sha256")
    return {name: row[name] for name in (*fields, "fetched_at", "extractor_version", "extracted_at", "words")}


def article_detail_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_article` as JSON."""
    return article_from(row) | {"text": row["text"], "warnings": row["warnings"]}


def _articles() -> Select[Any]:
    return select(*revision_columns()).select_from(articles.join(revisions, revisions.c.id == articles.c.revision_id))


def revision_columns() -> tuple[ColumnElement[Any], ...]:
    """What is told of an article by a revision of it, as `article_from` takes it."""
    return (
        articles.c.id,
        revisions.c.number.label("revision"),
        revisions.c.title,
        revisions.c.byline,
        revisions.c.publisher,
        revisions.c.published_on,
        articles.c.url,
        revisions.c.language,
        revisions.c.sha256,
        revisions.c.fetched_at,
        revisions.c.extractor_version,
        revisions.c.extracted_at,
        revisions.c.words,
    )


def _conditions(filter: ArticleFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.publisher:
        conditions.append(revisions.c.publisher.in_(filter.publisher))
    if filter.url is not None:
        conditions.append(articles.c.url == filter.url)
    if filter.sha256 is not None:
        conditions.append(revisions.c.sha256 == filter.sha256)
    if filter.language:
        conditions.append(revisions.c.language.in_(filter.language))
    if filter.published_from is not None:
        conditions.append(revisions.c.published_on >= filter.published_from)
    if filter.published_to is not None:
        conditions.append(revisions.c.published_on <= filter.published_to)
    return conditions
