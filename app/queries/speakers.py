"""Speakers: the people, organisations and groups on record, and how a name in a filter finds them."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, CompoundSelect, RowMapping, ScalarSelect, Select, func, select, text, union
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.extract.document import SPEAKER_FIELDS, SpeakerKind
from app.names import name_key
from app.queries.page import Order, PageFilter, Terms, ids_among, one_of, select_page
from app.queries.references import ARTICLE, current, reference
from app.schemas import Id, PlainStr
from app.tables import appearances, articles, mentions, quotes, revisions, speaker_names, speakers

BY_SLUG = Order((speakers.c.slug,))
HISTORY_LENGTH = 100


class SpeakerFilter(PageFilter):
    """Which speakers to list."""

    q: Annotated[
        PlainStr | None,
        Field(min_length=1, max_length=200, description="a word of one of the names, or how it begins"),
    ] = None
    kind: list[SpeakerKind] = []
    party: Terms = []
    country: Terms = []
    article: Annotated[Id | None, Field(description="only those whom this article names")] = None
    anonymous: Annotated[bool | None, Field(description="only (true) or no (false) sources without a name")] = None
    quoted: Annotated[bool | None, Field(description="only those with (true) or without (false) a statement on record")] = (
        None
    )


def select_speakers(filter: SpeakerFilter) -> Select[Any]:
    """One page of speakers by slug, each described as the latest article about them does."""
    return select_page(_described_speakers().where(*_conditions(filter)), BY_SLUG, filter)


def select_speaker(term: str) -> Select[Any]:
    """The speakers that an id, a slug or a name stands for: none, one, or several of one name."""
    return _described_speakers().where(one_of(speakers.c.id, matching_speakers([term]))).order_by(speakers.c.slug).limit(20)


def select_appearances(speaker_id: int) -> Select[Any]:
    """What articles say of a speaker, latest first."""
    at = [appearances.c[f"{field}_at"] for field in SPEAKER_FIELDS]
    fields = [appearances.c[field] for field in SPEAKER_FIELDS]
    return (
        select(appearances.c.name, *fields, *at, *ARTICLE)
        .select_from(current(appearances))
        .where(appearances.c.speaker_id == speaker_id)
        .order_by(revisions.c.sort_on.desc(), revisions.c.id.desc())
        .limit(HISTORY_LENGTH)
    )


def select_article_speakers(revision_id: int) -> Select[Any]:
    """Everybody whom a revision names, in order of first mention, with each mention."""
    places = (
        select(
            mentions.c.speaker_id,
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_object("start", mentions.c.start, "end", mentions.c.end, "form", mentions.c.form),
                    mentions.c.start,
                )
            ).label("mentions"),
            func.min(mentions.c.start).label("first"),
        )
        .where(mentions.c.revision_id == revision_id)
        .group_by(mentions.c.speaker_id)
        .subquery("places")
    )
    at = [appearances.c[f"{field}_at"] for field in SPEAKER_FIELDS]
    return (
        select(
            speakers.c.id,
            speakers.c.slug,
            speakers.c.name,
            speakers.c.kind,
            speakers.c.anonymous,
            *(appearances.c[field] for field in SPEAKER_FIELDS),
            *at,
            func.coalesce(places.c.mentions, func.jsonb_build_array()).label("mentions"),
        )
        .select_from(
            appearances.join(speakers, speakers.c.id == appearances.c.speaker_id).outerjoin(
                places, places.c.speaker_id == speakers.c.id
            )
        )
        .where(appearances.c.revision_id == revision_id)
        .order_by(places.c.first.asc().nulls_last(), speakers.c.id)
    )


def matching_speakers(terms: Iterable[str]) -> CompoundSelect[tuple[int]]:
    """Ids of the speakers that any of `terms` (ids, slugs, names, surnames) stands for."""
    terms = list(terms)
    keys = sorted({name_key(term.replace("-", " ")) for term in terms} | {name_key(term) for term in terms})
    # A union rather than a condition with OR, which would have Postgres look at every speaker.
    return union(
        select(speakers.c.id).where(speakers.c.slug.in_(terms)),
        select(speakers.c.id).where(speakers.c.id.in_(ids_among(terms))),
        select(speaker_names.c.speaker_id).where(speaker_names.c.key.in_(keys)),
    )


def resolved_speakers(terms: Iterable[str]) -> ScalarSelect[Any]:
    """What `terms` were taken to mean, as JSON with each candidate's keys, for `resolved_terms`."""
    keys = (
        select(func.jsonb_agg(speaker_names.c.key))
        .where(speaker_names.c.speaker_id == speakers.c.id)
        .correlate(speakers)
        .scalar_subquery()
    )
    candidate = func.jsonb_build_object("id", speakers.c.id, "slug", speakers.c.slug, "name", speakers.c.name, "keys", keys)
    return (
        select(func.coalesce(func.jsonb_agg(aggregate_order_by(candidate, speakers.c.slug)), func.jsonb_build_array()))
        .where(one_of(speakers.c.id, matching_speakers(terms)))
        .scalar_subquery()
    )


def resolved_terms(terms: Iterable[str], candidates: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each of `terms` with each candidate it stands for, as the response's `resolved` member shows it."""
    return [
        {"asked": term, "id": candidate["id"], "slug": candidate["slug"], "name": candidate["name"]}
        for term in terms
        for candidate in candidates
        if term in (candidate["slug"], str(candidate["id"]))
        or {name_key(term), name_key(term.replace("-", " "))} & set(candidate["keys"] or ())
    ]


def speaker_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_speakers` as JSON."""
    fields = ("id", "slug", "name", "kind", "anonymous", *SPEAKER_FIELDS, "quotes")
    return {field: row[field] for field in fields} | {"names": row["names"] or []}


def appearance_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_appearances` as JSON."""
    described = {field: row[field] for field in ("name", *SPEAKER_FIELDS)}
    return described | {"evidence": _evidence(row), "article": reference(row, "article")}


def article_speaker_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_article_speakers` as JSON."""
    fields = ("id", "slug", "name", "kind", "anonymous", *SPEAKER_FIELDS, "mentions")
    return {field: row[field] for field in fields} | {"evidence": _evidence(row)}


def _evidence(row: RowMapping) -> dict[str, Any]:
    return {field: row[f"{field}_at"] for field in SPEAKER_FIELDS if row[f"{field}_at"] is not None}


def _described_speakers() -> Select[Any]:
    latest = (
        select(appearances)
        .join(revisions, revisions.c.id == appearances.c.revision_id)
        .join(articles, articles.c.revision_id == revisions.c.id)
        .where(appearances.c.speaker_id == speakers.c.id)
        .order_by(revisions.c.sort_on.desc(), revisions.c.id.desc())
        .limit(1)
        .lateral("latest")
    )
    return select(
        speakers.c.id,
        speakers.c.slug,
        speakers.c.name,
        speakers.c.kind,
        speakers.c.anonymous,
        *(latest.c[field] for field in SPEAKER_FIELDS),
        _names().label("names"),
        _statements().label("quotes"),
    ).select_from(speakers.outerjoin(latest, latest.c.speaker_id == speakers.c.id))


def _names() -> ColumnElement[Any]:
    return (
        select(
            func.array_agg(
                aggregate_order_by(speaker_names.c.name, func.length(speaker_names.c.name).desc(), speaker_names.c.key)
            )
        )
        .where(speaker_names.c.speaker_id == speakers.c.id, speaker_names.c.name.is_not(None))
        .correlate(speakers)
        .scalar_subquery()
    )


def _statements() -> ColumnElement[Any]:
    return (
        select(func.count())
        .select_from(current(quotes))
        .where(quotes.c.speaker_id == speakers.c.id, quotes.c.same_as.is_(None))
        .correlate(speakers)
        .scalar_subquery()
    )


def _conditions(filter: SpeakerFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.q is not None:
        conditions.append(speakers.c.id.in_(_named(filter.q)))
    if filter.kind:
        conditions.append(speakers.c.kind.in_(filter.kind))
    if filter.anonymous is not None:
        conditions.append(speakers.c.anonymous == filter.anonymous)
    if filter.quoted is not None:
        has_quote = select(quotes.c.id).select_from(current(quotes)).where(quotes.c.speaker_id == speakers.c.id).exists()
        conditions.append(has_quote if filter.quoted else ~has_quote)
    described = _appearance_conditions(filter)
    if described:
        conditions.append(
            speakers.c.id.in_(select(appearances.c.speaker_id).select_from(current(appearances)).where(*described))
        )
    return conditions


def _named(words: str) -> Select[tuple[int]]:
    # The last word may be the beginning of one. A key has neither quotes nor anything else that a tsquery could trip over.
    query = func.to_tsquery(text("'simple'"), " <-> ".join(f"'{word}':*" for word in name_key(words).split()))
    return select(speaker_names.c.speaker_id).where(func.to_tsvector(text("'simple'"), speaker_names.c.key).op("@@")(query))


def _appearance_conditions(filter: SpeakerFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.party:
        conditions.append(func.lower(appearances.c.party).in_([party.lower() for party in filter.party]))
    if filter.country:
        conditions.append(appearances.c.country.in_([country.upper() for country in filter.country]))
    if filter.article is not None:
        conditions.append(articles.c.id == filter.article)
    return conditions
