"""The schema at a glance.

An article is what a publisher put under one address; its words are in revisions, which are never altered. Everything that
was extracted hangs on a revision and points at its characters. Two promises are kept by the database itself, in the
triggers and checks of the first migration: words beside spans, such as `quotes.text` beside `quotes.content`, are what the
spans cut out of the revision's text, and what an article says of a speaker has the span that shows it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    column,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ENUM, INT4MULTIRANGE, JSONB, TSVECTOR, Range
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from app.extract.document import (
    SPEAKER_FIELDS,
    Assertion,
    Attribute,
    MentionForm,
    Polarity,
    Qualifier,
    QuoteKind,
    Span,
    Spans,
    SpeakerKind,
)

Holder = Literal["person", "reference"]
Scope = Literal["read", "ingest", "curate", "admin"]

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


class SpansType(TypeDecorator[Spans]):
    """`tuple[Span, ...]` as an int4multirange, Postgres' own set of half-open ranges."""

    impl = INT4MULTIRANGE
    cache_ok = True

    def process_bind_param(self, value: Iterable[Span] | None, dialect: Dialect) -> list[Range[int]] | None:
        """Spans to ranges."""
        return None if value is None else [Range(start, end) for start, end in value]

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Spans | None:  # noqa: ANN401 - driver's own
        """Ranges to spans."""
        return None if value is None else tuple(Span(part.lower, part.upper) for part in value)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _created_at() -> Column[datetime]:
    return Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now())


def _revision() -> Column[int]:
    return Column("revision_id", BigInteger, ForeignKey("revisions.id", ondelete="CASCADE"), nullable=False)


def _one_of(column: str, literal: Any) -> CheckConstraint:  # noqa: ANN401 - typing.Literal has no type of its own
    values = ", ".join(f"'{value}'" for value in literal.__args__)
    return CheckConstraint(f"{column} IN ({values})", name=column)


def _confidence() -> CheckConstraint:
    return CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence")


def _shown(field: str) -> CheckConstraint:
    return CheckConstraint(f"({field} IS NULL) = ({field}_at IS NULL)", name=f"{field}_shown")


articles = Table(
    "articles",
    metadata,
    _id(),
    Column("url", Text, unique=True),
    # The revision that lists show.
    Column("revision_id", BigInteger, ForeignKey("revisions.id", use_alter=True), unique=True),
    _created_at(),
)

revisions = Table(
    "revisions",
    metadata,
    _id(),
    Column("article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("sha256", Text, nullable=False, unique=True),
    Column("title", Text),
    Column("byline", Text),
    Column("publisher", Text),
    Column("published_on", Date),
    # Keyset pages compare row values, in which a null has no place: an undated article sorts as the oldest.
    Column("sort_on", Date, Computed("coalesce(published_on, '0001-01-01'::date)", persisted=True), nullable=False),
    Column(
        "words",
        Integer,
        Computed(r"array_length(regexp_split_to_array(btrim(text), '\s+'), 1)", persisted=True),
        nullable=False,
    ),
    Column("language", Text, nullable=False),
    Column("fetched_at", DateTime(timezone=True)),
    Column("extractor_version", Text),
    Column("extracted_at", DateTime(timezone=True)),
    Column("warnings", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    # The last one that was to read it: gone when the queue forgets it.
    Column("job_id", BigInteger, ForeignKey("procrastinate_jobs.id", ondelete="SET NULL"), index=True),
    _created_at(),
    UniqueConstraint("article_id", "number"),
    CheckConstraint("sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name="sha256"),
    CheckConstraint("text ~ '\\S'", name="text_not_empty"),
    Index(None, "sort_on", "id"),
    Index(None, "publisher", "sort_on", "id"),
    Index(None, "language", "sort_on", "id"),
)

speakers = Table(
    "speakers",
    metadata,
    _id(),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("anonymous", Boolean, nullable=False, server_default=text("false")),
    # An anonymous source is a speaker of its article alone and goes with it.
    Column("article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), index=True),
    # Whose name this one is by now; all that was said as this one is that one's.
    Column("merged_into", BigInteger, ForeignKey("speakers.id", ondelete="CASCADE"), index=True),
    Column("wikidata", Text, unique=True),
    Column("reference", JSONB(none_as_null=True), comment="what the reference file says: country, parties with dates"),
    _created_at(),
    _one_of("kind", SpeakerKind),
    CheckConstraint("merged_into <> id", name="merged_into_another"),
    CheckConstraint("anonymous = (article_id IS NOT NULL)", name="anonymous_stays"),
    # `names.stem`, by which the slugs are found that a new one must not repeat.
    Index("speakers_stem_idx", func.regexp_replace(column("slug"), text("'-[0-9]+$'"), text("''"))),
)

personas = Table(
    "personas",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("speaker_id", BigInteger, ForeignKey("speakers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("block", Text, comment="what all names share that may be one speaker's; null of the anonymous"),
    Column("country", Text),
    Column("party", Text),
    Column("constituency", Text),
    Column("role", Text, comment="of a lone name only, as a key"),
    Column("affiliation", Text, comment="of a lone name only, as a key"),
    # Of one article alone: anonymous, or told apart by a person from what other articles say under the same name.
    Column("article_id", BigInteger, ForeignKey("articles.id", ondelete="CASCADE"), index=True),
    Column("nth", Integer, nullable=False, server_default=text("0"), comment="of several that an article says the same of"),
    Column("held", Text, comment="who has decided whose this is; null: the rules"),
    _one_of("kind", SpeakerKind),
    _one_of("held", Holder),
    UniqueConstraint(
        *("name", "kind", "country", "party", "constituency", "role", "affiliation", "article_id", "nth"),
        name="personas_are_told_apart",
        postgresql_nulls_not_distinct=True,
    ),
    Index(None, "block"),
    comment="What articles say alike of somebody under one name",
)

distinctions = Table(
    "distinctions",
    metadata,
    _revision(),
    Column("persona_id", BigInteger, ForeignKey("personas.id", ondelete="CASCADE"), nullable=False),
    Column("other_id", BigInteger, ForeignKey("personas.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("revision_id", "persona_id", "other_id"),
    Index(None, "persona_id"),
    Index(None, "other_id"),
    comment="Two of alike names whom an article tells apart",
)

names = Table(
    "names",
    metadata,
    Column("key", Text, primary_key=True),
    Column("misspellings", ARRAY(Text), nullable=False, comment="each word, and it without each of its letters"),
    Index("names_words_idx", func.to_tsvector(text("'simple'"), column("key")), postgresql_using="gin"),
    Index("names_misspellings_idx", "misspellings", postgresql_using="gin"),
)

persona_names = Table(
    "persona_names",
    metadata,
    Column("persona_id", BigInteger, ForeignKey("personas.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, ForeignKey("names.key"), nullable=False),
    Column("name", Text, comment="as an article has it; null where only the key finds, as a surname taken from the name"),
    PrimaryKeyConstraint("persona_id", "key"),
    Index(None, "key", "persona_id"),
)

appearances = Table(
    "appearances",
    metadata,
    _revision(),
    Column("persona_id", BigInteger, ForeignKey("personas.id"), nullable=False),
    # The persona's own, here and with every fact, so that one index serves a speaker's whole list.
    Column("speaker_id", BigInteger, ForeignKey("speakers.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text),
    Column("role_at", SpansType),
    Column("affiliation", Text),
    Column("affiliation_at", SpansType),
    Column("party", Text),
    Column("party_at", SpansType),
    Column("constituency", Text),
    Column("constituency_at", SpansType),
    Column("country", Text),
    Column("country_at", SpansType),
    Column("count", Integer, comment="of an anonymous source: how many they are"),
    Column("count_at", SpansType),
    Column("reason", Text, comment="of an anonymous source: why, or on what terms, it is not named"),
    Column("reason_at", SpansType),
    PrimaryKeyConstraint("revision_id", "persona_id"),
    *map(_shown, SPEAKER_FIELDS),
    CheckConstraint("count > 0", name="count"),
    CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    Index(None, "speaker_id", "revision_id"),
    Index(None, "persona_id"),
    Index("appearances_role_words_idx", func.to_tsvector(text("'simple'"), column("role")), postgresql_using="gin"),
    Index("appearances_party_idx", func.lower(column("party"))),
    Index(None, "country"),
    comment="What an article says of a speaker",
)

mentions = Table(
    "mentions",
    metadata,
    _revision(),
    Column("persona_id", BigInteger, ForeignKey("personas.id"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("form", Text, nullable=False),
    PrimaryKeyConstraint("revision_id", "start", "end", "persona_id"),
    Index(None, "persona_id", "revision_id"),
    CheckConstraint('0 <= start AND start < "end"', name="span"),
    _one_of("form", MentionForm),
)

quotes = Table(
    "quotes",
    metadata,
    _id(),
    _revision(),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("content", SpansType, nullable=False),
    Column("source", SpansType, nullable=False),
    Column("cue", SpansType, nullable=False),
    # Kept beside the spans, here and with evidence, so that lists of rows need not read whole articles.
    Column("cue_text", Text),
    Column("speaker_id", BigInteger, ForeignKey("speakers.id")),
    Column("persona_id", BigInteger, ForeignKey("personas.id")),
    Column("assertion", Text, nullable=False),
    Column("said_on", Text, comment="EDTF, as precise as the article"),
    Column("said_first", Date, comment="first day that said_on can mean"),
    Column("said_last", Date, comment="last day that said_on can mean"),
    Column("said_to", Text),
    Column("medium", Text),
    Column("via", Text),
    Column("same_as", BigInteger, ForeignKey("quotes.id", ondelete="SET NULL"), index=True),
    Column("confidence", REAL, nullable=False),
    # Repeated from the revision, whose date does not change, so that one index serves the order of every list.
    Column("sort_on", Date, nullable=False),
    Column("search", TSVECTOR, Computed("to_tsvector('english', text)", persisted=True), nullable=False),
    # What keeps a quote's id when a newer extractor finds it again.
    UniqueConstraint("revision_id", "content", "source"),
    _one_of("kind", QuoteKind),
    _one_of("assertion", Assertion),
    _confidence(),
    CheckConstraint("NOT isempty(content)", name="content_not_empty"),
    CheckConstraint("(speaker_id IS NULL) = (persona_id IS NULL)", name="persona"),
    CheckConstraint("num_nulls(said_on, said_first, said_last) IN (0, 3) AND said_first <= said_last", name="said_on"),
    Index(None, "sort_on", "id"),
    Index(None, "speaker_id", "sort_on", "id"),
    Index(None, "persona_id"),
    Index(None, "said_first"),
    Index(None, "said_last"),
    Index("quotes_said_to_words_idx", func.to_tsvector(text("'simple'"), column("said_to")), postgresql_using="gin"),
    Index("quotes_via_words_idx", func.to_tsvector(text("'simple'"), column("via")), postgresql_using="gin"),
    # What most quotes have is found soon enough by walking through all of them, newest first.
    Index(None, "medium", "sort_on", "id", postgresql_where=text("medium IS NOT NULL")),
    Index(None, "assertion", "sort_on", "id", postgresql_where=text("assertion <> 'asserted'")),
    Index("quotes_search_idx", "search", postgresql_using="gin"),
)

topics = Table(
    "topics",
    metadata,
    _id(),
    Column("slug", Text, nullable=False, unique=True),
    Column("statement", Text, nullable=False, unique=True),
    Column("aliases", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    Column("keywords", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    _created_at(),
)

judgements = Table(
    "judgements",
    metadata,
    Column("topic_id", BigInteger, ForeignKey("topics.id", ondelete="CASCADE"), nullable=False),
    _revision(),
    Column("extractor_version", Text, nullable=False),
    PrimaryKeyConstraint("topic_id", "revision_id"),
    Index(None, "revision_id"),
    comment="Which revisions have been judged on which topics: a topic without stances is a result too",
)

stances = Table(
    "stances",
    metadata,
    _id(),
    _revision(),
    Column("topic_id", BigInteger, ForeignKey("topics.id", ondelete="CASCADE"), nullable=False),
    Column("speaker_id", BigInteger, ForeignKey("speakers.id"), nullable=False),
    Column("persona_id", BigInteger, ForeignKey("personas.id"), nullable=False),
    Column("polarity", Text, nullable=False),
    Column("target", Text),
    Column("evidence", SpansType, nullable=False),
    Column("evidence_text", Text, nullable=False),
    Column("quote_id", BigInteger, ForeignKey("quotes.id", ondelete="SET NULL"), index=True),
    Column("confidence", REAL, nullable=False),
    Column("sort_on", Date, nullable=False),
    UniqueConstraint("revision_id", "topic_id", "persona_id", "evidence"),
    _one_of("polarity", Polarity),
    _confidence(),
    CheckConstraint("NOT isempty(evidence)", name="evidence_not_empty"),
    Index(None, "polarity", "quote_id"),
    Index(None, "sort_on", "id"),
    Index(None, "topic_id", "sort_on", "id"),
    Index(None, "speaker_id", "sort_on", "id"),
    Index(None, "persona_id"),
)

weapons = Table(
    "weapons",
    metadata,
    _id(),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    _created_at(),
)

weapon_facts = Table(
    "weapon_facts",
    metadata,
    _id(),
    _revision(),
    Column("weapon_id", BigInteger, ForeignKey("weapons.id"), nullable=False),
    Column("mention", SpansType, nullable=False),
    Column("attribute", Text, nullable=False),
    Column("value", Double),
    Column("value_max", Double),
    Column("value_text", Text, comment="a value that is no number: a country, a maker, 'supersonic'"),
    Column("unit", Text),
    Column("qualifier", Text),
    Column("si_value", Double),
    Column("si_unit", Text),
    Column("party", Text),
    Column("claimed_by", BigInteger, ForeignKey("speakers.id"), comment="null: the article says so itself"),
    Column("persona_id", BigInteger, ForeignKey("personas.id"), comment="of claimed_by"),
    Column("quote_id", BigInteger, ForeignKey("quotes.id", ondelete="SET NULL"), index=True),
    Column("on", Text, comment="EDTF, as precise as the article"),
    # The days that `on` can mean, or else that of the publication.
    Column("on_first", Date),
    Column("on_last", Date),
    Column("evidence", SpansType, nullable=False),
    Column("evidence_text", Text, nullable=False),
    Column("confidence", REAL, nullable=False),
    Column("sort_on", Date, nullable=False),
    _one_of("attribute", Attribute),
    _one_of("qualifier", Qualifier),
    _confidence(),
    CheckConstraint("value IS NULL OR value_text IS NULL", name="one_value"),
    CheckConstraint("(si_value IS NULL) = (si_unit IS NULL)", name="si"),
    CheckConstraint("(claimed_by IS NULL) = (persona_id IS NULL)", name="persona"),
    CheckConstraint("NOT isempty(evidence) AND NOT isempty(mention)", name="shown"),
    Index(None, "revision_id"),
    Index(None, "sort_on", "id"),
    Index(None, "weapon_id", "sort_on", "id"),
    Index(None, "claimed_by", "sort_on", "id"),
    Index(None, "persona_id"),
    Index(None, "attribute", "si_unit", "si_value"),
    Index(None, "on_last", "on_first"),
    Index("weapon_facts_party_idx", func.lower(column("party"))),
)

# The queue's own tables, made by the queue's own schema: what is read of them here is a part.
jobs = Table(
    "procrastinate_jobs",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("task_name", Text, nullable=False),
    Column("args", JSONB, nullable=False),
    Column(
        "status",
        ENUM(
            *("todo", "doing", "succeeded", "failed", "cancelled", "aborting", "aborted"), name="procrastinate_job_status"
        ),
        nullable=False,
    ),
    Column("scheduled_at", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False),
    Column("abort_requested", Boolean, nullable=False),
    Column("worker_id", BigInteger),
)

job_events = Table(
    "procrastinate_events",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("job_id", BigInteger, nullable=False),
    Column("type", Text),
    Column("at", DateTime(timezone=True)),
)

queue_workers = Table(
    "procrastinate_workers",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("last_heartbeat", DateTime(timezone=True), nullable=False),
)

failures = Table(
    "failures",
    metadata,
    Column("job_id", BigInteger, ForeignKey("procrastinate_jobs.id", ondelete="CASCADE"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("job_id", "attempt"),
    comment="Why an attempt at a job did not succeed",
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("scope", Text, nullable=False, comment="what the key was sent to"),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False, comment="of the body that it came with"),
    Column("created", Boolean, nullable=False, comment="whether the request brought the revision"),
    _revision(),
    _created_at(),
    PrimaryKeyConstraint("scope", "key"),
    Index(None, "created_at"),
    Index(None, "revision_id"),
    comment="Requests that were answered, so that sending them again does nothing again",
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    Column("name", Text, nullable=False, comment="whose it is, or what for"),
    Column("prefix", Text, nullable=False, unique=True, comment="how the key begins, by which people know it"),
    Column("sha256", Text, nullable=False, unique=True, comment="of the whole key, which is kept nowhere"),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True), comment="written at most once a minute"),
    _created_at(),
    CheckConstraint(f"scopes <> '{{}}' AND scopes <@ ARRAY{list(get_args(Scope))}", name="scopes"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
)
