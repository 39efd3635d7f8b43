"""Speakers: the people, organisations and groups on record, and how a name in a filter finds them."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    RowMapping,
    ScalarSelect,
    Select,
    Text,
    and_,
    cast,
    func,
    or_,
    select,
    text,
    union,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.extract.document import SPEAKER_FIELDS, SpeakerKind
from app.names import name_key
from app.queries.page import Order, PageFilter, Terms, ids_among, one_of, select_page
from app.queries.references import ARTICLE, current, latest_appearance, reference
from app.schemas import Id, PlainStr
from app.tables import appearances, articles, mentions, names, persona_names, personas, quotes, revisions, speakers

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
    return select_page(described_speakers().where(*_conditions(filter), _is_current()), BY_SLUG, filter)


def _is_current() -> ColumnElement[bool]:
    """Whether the speaker is nobody else by now, and spoken of: a reference file names many of whom no article does."""
    named = select(appearances.c.speaker_id).where(appearances.c.speaker_id == speakers.c.id).exists()
    return and_(speakers.c.merged_into.is_(None), named)


def select_speaker(term: str) -> Select[Any]:
    """The speakers that an id, a slug or a name stands for: none, one, or several of one name.

    `moved` says of each whether `term` is an id or slug of somebody who turned out to be this one.
    """
    before = speakers.alias("before")
    is_term = or_(before.c.slug == term, before.c.id.in_(ids_among([term])))
    moved = select(before.c.id).where(before.c.merged_into == speakers.c.id, is_term).correlate(speakers).exists()
    formerly = select(func.array_agg(aggregate_order_by(before.c.slug, before.c.slug)))
    formerly = formerly.where(before.c.merged_into == speakers.c.id).correlate(speakers)
    found = described_speakers().add_columns(
        moved.label("moved"), formerly.scalar_subquery().label("formerly"), speakers.c.wikidata, speakers.c.reference
    )
    return found.where(one_of(speakers.c.id, matching_speakers([term]))).order_by(speakers.c.slug).limit(20)


def select_appearances(speaker_id: int) -> Select[Any]:
    """What articles say of a speaker, latest first."""
    at = [appearances.c[f"{field}_at"] for field in SPEAKER_FIELDS]
    fields = [appearances.c[field] for field in SPEAKER_FIELDS]
    return (
        select(appearances.c.name, *fields, *at, *ARTICLE)
        .select_from(current(appearances))
        .where(appearances.c.speaker_id == speaker_id)
        .order_by(revisions.c.sort_on.desc(), revisions.c.id.desc(), appearances.c.persona_id)
        .limit(HISTORY_LENGTH)
    )


def select_article_speakers(revision_id: int) -> Select[Any]:
    """Everybody whom a revision names, in order of first mention, with each mention.

    Of two in it who are one speaker, one gives the description.
    """
    places = (
        select(
            appearances.c.speaker_id,
            func.min(appearances.c.persona_id).label("persona_id"),
            func.jsonb_agg(
                aggregate_order_by(
                    func.jsonb_build_object("start", mentions.c.start, "end", mentions.c.end, "form", mentions.c.form),
                    mentions.c.start,
                )
            )
            .filter(mentions.c.start.is_not(None))
            .label("mentions"),
            func.min(mentions.c.start).label("first"),
        )
        .select_from(
            appearances.outerjoin(
                mentions,
                and_(
                    mentions.c.revision_id == appearances.c.revision_id,
                    mentions.c.persona_id == appearances.c.persona_id,
                ),
            )
        )
        .where(appearances.c.revision_id == revision_id)
        .group_by(appearances.c.speaker_id)
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
            places.join(speakers, speakers.c.id == places.c.speaker_id).join(
                appearances, appearances.c.persona_id == places.c.persona_id
            )
        )
        .where(appearances.c.revision_id == revision_id)
        .order_by(places.c.first.asc().nulls_last(), speakers.c.id)
    )


def matching_speakers(terms: Iterable[str]) -> CompoundSelect[tuple[int]]:
    """Ids of the speakers that any of `terms` (ids, slugs, names, surnames) stands for, also by what they were before."""
    terms = list(terms)
    return union(
        *_at(terms),
        select(personas.c.speaker_id)
        .join(persona_names, persona_names.c.persona_id == personas.c.id)
        .where(persona_names.c.key.in_(_keys(terms))),
    )


def speakers_at(terms: Iterable[str]) -> CompoundSelect[tuple[int]]:
    """Ids of the speakers whose ids or slugs, now or before, `terms` are."""
    return union(*_at(list(terms)))


def _at(terms: Sequence[str]) -> tuple[Select[tuple[int]], Select[tuple[int]]]:
    by_now = func.coalesce(speakers.c.merged_into, speakers.c.id)
    # For a union rather than a condition with OR, which would have Postgres look at every speaker.
    by_slug = select(by_now).where(speakers.c.slug.in_(terms))
    return by_slug, select(by_now).where(speakers.c.id.in_(ids_among(terms)))


def former_names() -> ColumnElement[Any]:
    """The ids and slugs that led to somebody else before and lead to the speaker now, each pair a JSON array."""
    before = speakers.alias("before")
    pairs = func.jsonb_agg(func.jsonb_build_array(cast(before.c.id, Text), before.c.slug))
    return select(pairs).where(before.c.merged_into == speakers.c.id).correlate(speakers).scalar_subquery()


def _keys(terms: Iterable[str]) -> list[str]:
    return sorted({name_key(form) for term in terms for form in (term, term.replace("-", " "))})


def resolved_speakers(terms: Iterable[str]) -> ScalarSelect[Any]:
    """What `terms` were taken to mean, as JSON with each candidate's keys and former ids, for `resolved_terms`."""
    terms = list(terms)
    keys = (
        select(func.jsonb_agg(persona_names.c.key))
        .join(personas, personas.c.id == persona_names.c.persona_id)
        .where(personas.c.speaker_id == speakers.c.id, persona_names.c.key.in_(_keys(terms)))
        .correlate(speakers)
        .scalar_subquery()
    )
    candidate = func.jsonb_build_object(
        *("id", speakers.c.id, "slug", speakers.c.slug, "name", speakers.c.name, "keys", keys, "formerly", former_names())
    )
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
        if term in (candidate["slug"], str(candidate["id"]), *chain.from_iterable(candidate["formerly"] or ()))
        or not set(_keys([term])).isdisjoint(candidate["keys"] or ())
    ]


def speaker_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_speakers` as JSON."""
    fields = ("id", "slug", "name", "kind", "anonymous", *SPEAKER_FIELDS, "quotes")
    return {field: row[field] for field in fields} | {"names": row["names"] or []}


def detail_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_speaker` as JSON, without its appearances."""
    return speaker_from(row) | {name: row[name] for name in ("wikidata", "reference")} | {"formerly": row["formerly"] or []}


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


def described_speakers() -> Select[Any]:
    """Speakers, each as the latest article about it describes it."""
    latest = latest_appearance(speakers.c.id)
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
    own = (
        select(persona_names.c.name, persona_names.c.key)
        .join(personas, personas.c.id == persona_names.c.persona_id)
        .where(personas.c.speaker_id == speakers.c.id, persona_names.c.name.is_not(None))
        .distinct()
        .correlate(speakers)
        .subquery("own")
    )
    longest_first = aggregate_order_by(own.c.name, func.length(own.c.name).desc(), own.c.key, own.c.name)
    return select(func.array_agg(longest_first)).scalar_subquery()


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
    return (
        select(personas.c.speaker_id)
        .join(persona_names, persona_names.c.persona_id == personas.c.id)
        .join(names, names.c.key == persona_names.c.key)
        .where(has_word_beginning(words))
    )


def has_word_beginning(words: str) -> ColumnElement[bool]:
    """Whether a key of `names` has these words, one after the other, each of which may be the beginning of one."""
    # A key has neither quotes nor anything else that a tsquery could trip over.
    query = func.to_tsquery(text("'simple'"), " <-> ".join(f"'{word}':*" for word in name_key(words).split()))
    return func.to_tsvector(text("'simple'"), names.c.key).op("@@")(query)


def _appearance_conditions(filter: SpeakerFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.party:
        conditions.append(func.lower(appearances.c.party).in_([party.lower() for party in filter.party]))
    if filter.country:
        conditions.append(appearances.c.country.in_([country.upper() for country in filter.country]))
    if filter.article is not None:
        conditions.append(articles.c.id == filter.article)
    return conditions
