"""What every kind of fact has in common: the article it stands in, with what filters ask of that, and the short forms in
which rows name an article, a speaker, a topic: columns to select and the JSON they make."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, FromClause, RowMapping, Table, select

from app.extract.document import SPEAKER_FIELDS
from app.queries.page import Terms
from app.schemas import Day
from app.tables import appearances, articles, revisions, speakers, topics, weapons

# Undated articles sort as if published the day before.
FIRST_DAY = date(1, 1, 2)
ARTICLE = (
    articles.c.id.label("article_id"),
    revisions.c.number.label("article_revision"),
    revisions.c.title.label("article_title"),
    revisions.c.publisher.label("article_publisher"),
    revisions.c.published_on.label("article_published_on"),
    articles.c.url.label("article_url"),
    revisions.c.sha256.label("article_sha256"),
)
SPEAKER = (
    speakers.c.id.label("speaker_id"),
    speakers.c.slug.label("speaker_slug"),
    speakers.c.name.label("speaker_name"),
    speakers.c.kind.label("speaker_kind"),
    speakers.c.anonymous.label("speaker_anonymous"),
    *(appearances.c[field].label(f"speaker_{field}") for field in SPEAKER_FIELDS),
)
TOPIC = (
    topics.c.id.label("topic_id"),
    topics.c.slug.label("topic_slug"),
    topics.c.statement.label("topic_statement"),
)
WEAPON = (
    weapons.c.id.label("weapon_id"),
    weapons.c.slug.label("weapon_slug"),
    weapons.c.name.label("weapon_name"),
)


class PublishedFilter(BaseModel):
    """What every filter of facts takes: who published them and when, and how sure the extraction was."""

    publisher: Terms = []
    published_from: Day | None = None
    published_to: Day | None = None
    min_confidence: Annotated[float, Field(ge=0, le=1)] = 0


def published(filter: PublishedFilter, facts: Table) -> list[ColumnElement[bool]]:
    """The conditions of `filter` on `facts`, a table that hangs on revisions and is joined to them."""
    conditions: list[ColumnElement[bool]] = []
    if filter.publisher:
        conditions.append(revisions.c.publisher.in_(filter.publisher))
    # By the dates that the facts repeat, which their index is sorted by; an undated article has no day to be within.
    if filter.published_from is not None:
        conditions.append(facts.c.sort_on >= max(filter.published_from, FIRST_DAY))
    if filter.published_to is not None:
        conditions += [facts.c.sort_on <= filter.published_to, facts.c.sort_on >= FIRST_DAY]
    if filter.min_confidence > 0:
        conditions.append(facts.c.confidence >= filter.min_confidence)
    return conditions


def reference(row: RowMapping, noun: str) -> dict[str, Any] | None:
    """The columns of `row` named `noun_…` without the prefix; `None` where there is no such thing."""
    if row[f"{noun}_id"] is None:
        return None
    prefix = f"{noun}_"
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}


def current(facts: FromClause) -> FromClause:
    """`facts`, a table that hangs on revisions, joined to the newest revision of its article and to the article."""
    return facts.join(revisions, revisions.c.id == facts.c.revision_id).join(
        articles, articles.c.revision_id == revisions.c.id
    )


def described(joined: FromClause, speaker_id: ColumnElement[Any], persona_id: ColumnElement[Any]) -> FromClause:
    """`joined`, in which revisions are, with the speaker and what the revision says of them; both may be missing."""
    return joined.outerjoin(speakers, speakers.c.id == speaker_id).outerjoin(
        appearances,
        (appearances.c.persona_id == persona_id) & (appearances.c.revision_id == revisions.c.id),
    )


def latest_appearance(speaker_id: ColumnElement[Any]) -> Any:  # noqa: ANN401 - SQLAlchemy's Lateral is generic in nothing useful
    """What the latest article that names the speaker says of him or her: one row or none."""
    return (
        select(appearances)
        .select_from(current(appearances))
        .where(appearances.c.speaker_id == speaker_id)
        .order_by(revisions.c.sort_on.desc(), revisions.c.id.desc(), appearances.c.persona_id)
        .limit(1)
        .lateral("latest")
    )
