"""Topics: the propositions on which articles are judged, and how a name in a filter finds them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import RowMapping, ScalarSelect, Select, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.errors import UnknownTopic
from app.queries.page import Order, PageFilter, ids_among, select_page
from app.tables import articles, judgements, stances, topics

BY_SLUG = Order((topics.c.slug,))


class TopicFilter(PageFilter):
    """Which topics to list: all of them, page by page."""


def select_topics(filter: TopicFilter) -> Select[Any]:
    """One page of topics by slug, with how much of the record was judged on each."""
    return select_page(_counted_topics(), BY_SLUG, filter)


def select_topic(term: str) -> Select[Any]:
    """The topic that an id, a slug or its statement stands for."""
    return _counted_topics().where(topics.c.id.in_(matching_topics([term])))


def select_topic_by_id(topic_id: int) -> Select[Any]:
    """The topic of this id."""
    return _counted_topics().where(topics.c.id == topic_id)


def matching_topics(terms: Iterable[str]) -> Select[tuple[int]]:
    """Ids of the topics that any of `terms` (ids, slugs, statements, aliases) stands for."""
    terms = list(terms)
    return select(topics.c.id).where(
        or_(
            topics.c.slug.in_(terms),
            topics.c.statement.in_(terms),
            topics.c.id.in_(ids_among(terms)),
            topics.c.aliases.overlap(terms),
        )
    )


def resolved_topics(terms: Iterable[str]) -> ScalarSelect[Any]:
    """What `terms` were taken to mean, as JSON for `known_topics`."""
    candidate = func.jsonb_build_object(
        "id", topics.c.id, "slug", topics.c.slug, "statement", topics.c.statement, "aliases", topics.c.aliases
    )
    return (
        select(func.coalesce(func.jsonb_agg(aggregate_order_by(candidate, topics.c.slug)), func.jsonb_build_array()))
        .where(topics.c.id.in_(matching_topics(terms)))
        .scalar_subquery()
    )


def known_topics(terms: Iterable[str], candidates: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each of `terms` with the topic it stands for, as the response's `resolved` member shows it.

    Raises `UnknownTopic` for the first that stands for none: an empty list would look like a topic nobody spoke on.
    """
    candidates = list(candidates)
    resolved: list[dict[str, Any]] = []
    for term in terms:
        meant = [c for c in candidates if term in (c["slug"], str(c["id"]), c["statement"], *c["aliases"])]
        if not meant:
            raise UnknownTopic(f"There is no topic {term!r}: GET /v1/topics lists them, POST /v1/topics adds one.")
        resolved += [{"asked": term, "id": c["id"], "slug": c["slug"], "name": c["statement"]} for c in meant]
    return resolved


def topic_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_topics` as JSON."""
    fields = ("id", "slug", "statement", "aliases", "keywords", "articles", "pending", "stances")
    return {field: row[field] for field in fields}


def _counted_topics() -> Select[Any]:
    judged = (
        select(func.count())
        .select_from(judgements.join(articles, articles.c.revision_id == judgements.c.revision_id))
        .where(judgements.c.topic_id == topics.c.id)
        .correlate(topics)
        .scalar_subquery()
    )
    found = (
        select(func.count())
        .select_from(stances.join(articles, articles.c.revision_id == stances.c.revision_id))
        .where(stances.c.topic_id == topics.c.id)
        .correlate(topics)
        .scalar_subquery()
    )
    stored = select(func.count()).select_from(articles).scalar_subquery()
    return select(topics, judged.label("articles"), (stored - judged).label("pending"), found.label("stances"))
