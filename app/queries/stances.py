"""Stances: who stands where on a topic, passage by passage and summed up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from sqlalchemy import RowMapping, Select, cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH, aggregate_order_by

from app.extract.document import SPEAKER_FIELDS, Polarity
from app.queries.page import Order, PageFilter, Terms, one_of, select_page
from app.queries.references import (
    ARTICLE,
    SPEAKER,
    TOPIC,
    PublishedFilter,
    current,
    described,
    latest_appearance,
    published,
    reference,
)
from app.queries.speakers import matching_speakers, resolved_speakers
from app.queries.topics import matching_topics, resolved_topics
from app.schemas import Id, PlainStr
from app.tables import articles, revisions, speakers, stances, topics

NEWEST_FIRST = Order((stances.c.sort_on, stances.c.id), descending=True)
# The passages that a summary shows of each speaker, as an SQL/JSON path.
LATEST = "$[0 to 9]"


class StanceFilter(PublishedFilter, PageFilter):
    """Which stances to list."""

    topic: Annotated[Terms, Field(description="id, slug or statement")] = []
    speaker: Annotated[Terms, Field(description="id, slug, name or surname")] = []
    polarity: list[Polarity] = []
    article: list[Id] = []


class SummaryFilter(PublishedFilter):
    """Of which topic, and from which evidence, to sum up."""

    model_config = ConfigDict(extra="forbid")

    topic: Annotated[PlainStr, Field(min_length=1, max_length=500, description="id, slug or statement")]


def select_stances(filter: StanceFilter) -> Select[Any]:
    """One page of stances, newest first, each with its evidence, speaker, topic and article."""
    resolved = {}
    if filter.topic:
        resolved["topic"] = resolved_topics(filter.topic)
    if filter.speaker:
        resolved["speaker"] = resolved_speakers(filter.speaker)
    conditions = published(filter, stances)
    if filter.topic:
        conditions.append(one_of(stances.c.topic_id, matching_topics(filter.topic)))
    if filter.speaker:
        conditions.append(one_of(stances.c.speaker_id, matching_speakers(filter.speaker)))
    if filter.polarity:
        conditions.append(stances.c.polarity.in_(filter.polarity))
    if filter.article:
        conditions.append(articles.c.id.in_(filter.article))
    return select_page(_stances().where(*conditions), NEWEST_FIRST, filter, **resolved)


def select_article_stances(revision_id: int) -> Select[Any]:
    """All stances of a revision."""
    return _stances().where(stances.c.revision_id == revision_id).order_by(topics.c.slug, stances.c.id)


def select_summary(filter: SummaryFilter) -> Select[Any]:
    """A row a speaker who took a stance on the topic: how often which, and the latest passages.

    A topic on which nobody spoke is one row without a speaker, an unknown topic no row at all.
    """
    passage = func.jsonb_build_object(
        *("stance", stances.c.id, "quote", stances.c.quote_id, "polarity", stances.c.polarity),
        *("text", stances.c.evidence_text, "confidence", stances.c.confidence),
        *(
            "article",
            articles.c.id,
            "publisher",
            revisions.c.publisher,
            "published_on",
            revisions.c.published_on,
        ),
    )
    passages = func.jsonb_agg(aggregate_order_by(passage, stances.c.sort_on.desc(), stances.c.id))
    polarities = func.array_agg(stances.c.polarity)
    evidence = (
        select(stances.c.speaker_id, polarities.label("polarities"), passages.label("passages"))
        .select_from(current(stances))
        .where(stances.c.topic_id == topics.c.id, *published(filter, stances))
        .group_by(stances.c.speaker_id)
        .lateral("evidence")
    )
    latest = latest_appearance(evidence.c.speaker_id)
    who = [column for column in SPEAKER if column.name.removeprefix("speaker_") not in SPEAKER_FIELDS]
    return (
        select(
            *TOPIC,
            *who,
            *(latest.c[field].label(f"speaker_{field}") for field in SPEAKER_FIELDS),
            evidence.c.polarities,
            func.jsonb_path_query_array(evidence.c.passages, cast(LATEST, JSONPATH)).label("evidence"),
        )
        .select_from(
            topics.outerjoin(evidence, evidence.c.speaker_id.is_not(None))
            .outerjoin(speakers, speakers.c.id == evidence.c.speaker_id)
            .outerjoin(latest, latest.c.speaker_id == speakers.c.id)
        )
        .where(topics.c.id.in_(matching_topics([filter.topic])))
        .order_by(speakers.c.name, speakers.c.id)
    )


def stance_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_stances` as JSON."""
    fields = ("id", "polarity", "target", "evidence", "evidence_text", "quote", "confidence")
    return {field: row[field] for field in fields} | {
        noun: reference(row, noun) for noun in ("speaker", "topic", "article")
    }


def summary_from(rows: Sequence[RowMapping]) -> dict[str, Any]:
    """The rows of `select_summary` (at least one) as JSON."""
    sides = [
        {
            "speaker": reference(row, "speaker"),
            "polarity": summed_up(row["polarities"]),
            "n": len(row["polarities"]),
            "evidence": row["evidence"],
        }
        for row in rows
        if row["speaker_id"] is not None
    ]
    counts = Counter(side["polarity"] for side in sides)
    return {
        "topic": reference(rows[0], "topic"),
        "counts": {polarity: counts[polarity] for polarity in ("support", "oppose", "neutral", "mixed")},
        "n": sum(side["n"] for side in sides),
        "speakers": sides,
    }


def summed_up(polarities: Iterable[Polarity]) -> Polarity:
    """One speaker's polarity by all evidence: a side if only that side was taken, mixed if both were, else neutral."""
    sides = set(polarities) - {"neutral"}
    if not sides:
        return "neutral"
    return sides.pop() if len(sides) == 1 else "mixed"


def _stances() -> Select[Any]:
    rows = described(current(stances), stances.c.speaker_id, stances.c.persona_id).join(
        topics, topics.c.id == stances.c.topic_id
    )
    own = [stances.c[name] for name in ("id", "polarity", "target", "evidence", "evidence_text", "confidence")]
    return select(*own, stances.c.quote_id.label("quote"), *SPEAKER, *TOPIC, *ARTICLE).select_from(rows)
