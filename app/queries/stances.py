"""Stances: who stands where on a topic, passage by passage and summed up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, cast, func, literal, select, text, true
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
from app.tables import appearances, articles, quotes, revisions, speakers, stances, topics

NEWEST_FIRST = Order((stances.c.sort_on, stances.c.id), descending=True)
Grouping = Literal["speaker", "party", "country", "publisher", "month"]
# The passages that a summary shows of each speaker, as an SQL/JSON path.
LATEST = "$[0 to 9]"
MOST_EVIDENCE = 100  # ids of stances that a group shows
MOST_PASSAGES = 5000  # of a timeline
THRESHOLD = 0.5  # confidence from which a passage counts for a side, unless something else is asked

Standing = Polarity | Literal["unsure"]
Threshold = Annotated[
    float, Field(ge=0, le=1, description="confidence from which a passage takes a side; with less it counts as unsure")
]


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
    by: Annotated[Grouping, Field(description="what to sum up by")] = "speaker"
    threshold: Threshold = THRESHOLD


class TimelineFilter(PublishedFilter):
    """Whose stances on which topic to list in the order of time."""

    model_config = ConfigDict(extra="forbid")

    topic: Annotated[PlainStr, Field(min_length=1, max_length=500, description="id, slug or statement")]
    speaker: Annotated[Terms, Field(description="id, slug, name or surname")] = []
    changed: Annotated[bool, Field(description="only speakers who changed sides")] = False
    threshold: Threshold = THRESHOLD


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
    standing = _standing(filter.threshold)
    passage = func.jsonb_build_object(
        *("stance", stances.c.id, "quote", stances.c.quote_id, "polarity", standing),
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
    polarities = func.array_agg(standing)
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


def select_groups(filter: SummaryFilter) -> Select[Any]:
    """A row for each group and speaker who took a stance on the topic in it: how often which, and the stances' ids.

    Party and country are those that the article at hand gives the speaker, or else the latest that gives one. A topic on
    which nobody spoke is one row without a group, an unknown topic no row at all.
    """
    groups = {
        "party": _stated("party"),
        "country": _stated("country"),
        "publisher": revisions.c.publisher,
        "month": func.to_char(revisions.c.published_on, "YYYY-MM"),
    }
    passages = (
        select(
            groups[filter.by].label("group"),
            stances.c.speaker_id,
            func.array_agg(_standing(filter.threshold)).label("polarities"),
            func.array_agg(aggregate_order_by(stances.c.id, stances.c.sort_on.desc(), stances.c.id)).label("ids"),
        )
        .select_from(described(current(stances), stances.c.speaker_id, stances.c.persona_id))
        .where(stances.c.topic_id == topics.c.id, *published(filter, stances))
        .group_by(text("1"), stances.c.speaker_id)
        .lateral("passages")
    )
    return (
        select(*TOPIC, passages.c.group, passages.c.polarities, passages.c.ids)
        .select_from(topics.outerjoin(passages, true()))
        .where(topics.c.id.in_(matching_topics([filter.topic])))
        .order_by(passages.c.group.asc().nulls_last(), passages.c.speaker_id)
    )


def _standing(threshold: float) -> ColumnElement[Any]:
    """The polarity of a passage, or "unsure" where it takes a side with less confidence than `threshold`."""
    takes_side = stances.c.polarity != "neutral"
    return case((and_(takes_side, stances.c.confidence < threshold), literal("unsure")), else_=stances.c.polarity)


def _stated(field: str) -> ColumnElement[Any]:
    other = appearances.alias("other")
    then = revisions.alias("then")
    latest = (
        select(other.c[field])
        .join(then, then.c.id == other.c.revision_id)
        .where(other.c.speaker_id == stances.c.speaker_id, other.c[field].is_not(None))
        .order_by(then.c.sort_on.desc(), then.c.id.desc())
        .limit(1)
        .correlate(stances)
        .scalar_subquery()
    )
    return func.coalesce(appearances.c[field], latest)


def groups_from(rows: Sequence[RowMapping], by: Grouping, threshold: float) -> dict[str, Any]:
    """The rows of `select_groups` (at least one) as JSON; what no article tells is the group `null`."""
    groups: defaultdict[str | None, list[RowMapping]] = defaultdict(list)
    for row in rows:
        if row["polarities"] is not None:
            groups[row["group"]].append(row)
    return {
        "topic": reference(rows[0], "topic"),
        "by": by,
        "threshold": threshold,
        "n": sum(len(row["ids"]) for own in groups.values() for row in own),
        "groups": [
            {"key": key, "speakers": len(own), "n": sum(len(row["ids"]) for row in own)}
            | {"counts": _counted(summed_up(row["polarities"]) for row in own)}
            | {"evidence": [id for row in own for id in row["ids"]][:MOST_EVIDENCE]}
            for key, own in groups.items()
        ],
    }


def _counted(standings: Iterable[Standing]) -> dict[str, int]:
    counts = Counter(standings)
    return {standing: counts[standing] for standing in ("support", "oppose", "neutral", "mixed", "unsure")}


def select_timeline(filter: TimelineFilter) -> Select[Any]:
    """A row for each passage that shows a stance on the topic, speaker by speaker, in the order of what was said when.

    When is what the article tells of the quote, or else the day it was published. A topic on which nobody spoke is one row
    without a speaker, an unknown topic no row at all.
    """
    moment = func.coalesce(quotes.c.said_first, revisions.c.published_on)
    passages = (
        select(
            stances.c.id.label("stance"),
            stances.c.speaker_id,
            stances.c.persona_id,
            _standing(filter.threshold).label("polarity"),
            stances.c.evidence_text.label("text"),
            stances.c.quote_id.label("quote"),
            stances.c.confidence,
            moment.label("on"),
            articles.c.id.label("article"),
            revisions.c.publisher,
            revisions.c.published_on,
        )
        .select_from(current(stances).outerjoin(quotes, quotes.c.id == stances.c.quote_id))
        .where(stances.c.topic_id == topics.c.id, *published(filter, stances))
        .where(*([one_of(stances.c.speaker_id, matching_speakers(filter.speaker))] if filter.speaker else []))
        .lateral("passages")
    )
    latest = latest_appearance(passages.c.speaker_id)
    who = [column for column in SPEAKER if column.name.removeprefix("speaker_") not in SPEAKER_FIELDS]
    shown = ("stance", "polarity", "text", "quote", "confidence", "on", "article", "publisher", "published_on")
    return (
        select(
            *TOPIC,
            *who,
            *(latest.c[field].label(f"speaker_{field}") for field in SPEAKER_FIELDS),
            *(passages.c[name] for name in shown),
        )
        .select_from(
            topics.outerjoin(passages, true())
            .outerjoin(speakers, speakers.c.id == passages.c.speaker_id)
            .outerjoin(latest, latest.c.speaker_id == speakers.c.id)
        )
        .where(topics.c.id.in_(matching_topics([filter.topic])))
        .order_by(speakers.c.slug, passages.c.on.asc().nulls_first(), passages.c.stance)
        .limit(MOST_PASSAGES + 1)
    )


def timeline_from(rows: Sequence[RowMapping], changed: bool, threshold: float) -> dict[str, Any]:
    """The rows of `select_timeline` (at least one) as JSON: each speaker with every passage and every change of sides."""
    speaking: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for row in rows[:MOST_PASSAGES]:
        if row["speaker_id"] is not None:
            speaking[row["speaker_id"]].append(row)
    lines = [
        {"speaker": reference(own[0], "speaker"), "changes": _changes(own), "evidence": [_passage(row) for row in own]}
        for own in speaking.values()
    ]
    return {
        "topic": reference(rows[0], "topic"),
        "threshold": threshold,
        "data": [line for line in lines if line["changes"] or not changed],
        "complete": len(rows) <= MOST_PASSAGES,
    }


def _passage(row: RowMapping) -> dict[str, Any]:
    fields = ("stance", "polarity", "text", "quote", "confidence", "on", "article", "publisher", "published_on")
    return {field: row[field] for field in fields}


def _changes(passages: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """Each pair of neighbouring passages that surely take a side, between which the speaker changed it."""
    sides = [row for row in passages if row["polarity"] in ("support", "oppose")]
    pairs = [(before, after) for before, after in pairwise(sides) if before["polarity"] != after["polarity"]]
    return [{"before": _passage(before), "after": _passage(after)} for before, after in pairs]


def stance_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_stances` as JSON."""
    fields = ("id", "polarity", "target", "evidence", "evidence_text", "quote", "confidence")
    return {field: row[field] for field in fields} | {
        noun: reference(row, noun) for noun in ("speaker", "topic", "article")
    }


def summary_from(rows: Sequence[RowMapping], threshold: float) -> dict[str, Any]:
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
    return {
        "topic": reference(rows[0], "topic"),
        "threshold": threshold,
        "counts": _counted(side["polarity"] for side in sides),
        "n": sum(side["n"] for side in sides),
        "speakers": sides,
    }


def summed_up(standings: Iterable[Standing]) -> Standing:
    """Where a speaker stands by all evidence: on a side if only that was taken, mixed if both were.

    Without a side that is sure, unsure where some passage may take one, else neutral.
    """
    taken = set(standings)
    sides = taken - {"neutral", "unsure"}
    if not sides:
        return "unsure" if "unsure" in taken else "neutral"
    return sides.pop() if len(sides) == 1 else "mixed"


def _stances() -> Select[Any]:
    rows = described(current(stances), stances.c.speaker_id, stances.c.persona_id).join(
        topics, topics.c.id == stances.c.topic_id
    )
    own = [stances.c[name] for name in ("id", "polarity", "target", "evidence", "evidence_text", "confidence")]
    return select(*own, stances.c.quote_id.label("quote"), *SPEAKER, *TOPIC, *ARTICLE).select_from(rows)
