"""Which quotes: what may be asked of a statement, of who made it and of the article that has it, and in which order."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Double,
    Select,
    cast,
    func,
    or_,
    select,
    text,
    union,
)
from sqlalchemy.dialects.postgresql import INT4RANGE

from app.extract.document import Assertion, Polarity, QuoteKind
from app.queries.page import FORMAT, Order, PageFilter, Terms, none_of, one_of, separated
from app.queries.references import PublishedFilter, published
from app.queries.speakers import matching_speakers
from app.queries.topics import matching_topics
from app.queries.weapons import matching_weapons
from app.schemas import Day, Id, PlainStr
from app.tables import appearances, articles, mentions, personas, quotes, revisions, speakers, stances, weapon_facts

QuoteFormat = Literal["json", "ndjson", "csv", "jsonld", "atom"]
QuoteField = Literal[
    "id", "kind", "text", "content", "source", "cue", "cue_text", "speaker", "assertion", "said_on", "said_to", "medium",
    "via", "same_as", "confidence", "recorded_at", "article", "context", "highlights",
]  # fmt: skip
Sorting = Literal["newest", "oldest", "relevance"]
NEWEST_FIRST = Order((quotes.c.sort_on, quotes.c.id), descending=True)
OLDEST_FIRST = Order((quotes.c.sort_on, quotes.c.id))


class QuoteFilter(PublishedFilter, PageFilter):
    """Which statements to list. A parameter given twice means either; different ones must all hold."""

    speaker: Annotated[Terms, Field(description="id, slug, name or surname")] = []
    not_speaker: Annotated[Terms, Field(description="id, slug, name or surname of who must not have said it")] = []
    role: Annotated[Terms, Field(description="words of what the article calls the speaker: `minister`")] = []
    party: Annotated[Terms, Field(description="the speaker's, as the article words it")] = []
    country: Annotated[Terms, Field(description="the speaker's, ISO 3166-1 alpha-2")] = []
    anonymous: Annotated[bool | None, Field(description="only (true) or no (false) sources without a name")] = None
    kind: list[QuoteKind] = []
    assertion: list[Assertion] = []
    said_to: Annotated[Terms, Field(description="words of whom it was said to: `reporters`")] = []
    via: Annotated[Terms, Field(description="words of who passed it on: `reuters`")] = []
    medium: Annotated[Terms, Field(description="post, statement, interview, speech, …")] = []
    q: Annotated[
        PlainStr | None,
        Field(
            min_length=1,
            max_length=500,
            description='words of the quote: `missile -range`, `"act of war"`, `a or b`',
        ),
    ] = None
    mentions: Annotated[Terms, Field(description="whoever, or whatever weapon, is named in the quote")] = []
    topic: Annotated[Terms, Field(description="id or slug: quotes that show a stance on it")] = []
    polarity: Annotated[list[Polarity], Field(description="quotes that show this stance, on `topic` or on any")] = []
    weapon: Annotated[Terms, Field(description="slug or name: quotes that name it or state a fact on it")] = []
    article: list[Id] = []
    language: Annotated[Terms, Field(description="of the article: `en`")] = []
    said_from: Annotated[Day | None, Field(description="said on this day or later, as far as the article tells")] = None
    said_to_date: Annotated[Day | None, Field(description="said on this day or earlier")] = None
    repeats: Annotated[bool, Field(description="also pull quotes and repetitions of a statement listed anyway")] = False
    sort: Annotated[
        Sorting, Field(description="by the article's date, undated ones as the oldest; or by how well `q` fits")
    ] = "newest"
    include: Annotated[
        list[Literal["context"]], BeforeValidator(separated), Field(description="the sentences around the quote")
    ] = []
    fields: Annotated[
        list[QuoteField], BeforeValidator(separated), Field(description="of each quote, these alone: `id,text`")
    ] = []
    format: Annotated[QuoteFormat | None, FORMAT] = None  # type: ignore[assignment]  # wider than of every list

    @model_validator(mode="after")
    def _relevant(self) -> Self:
        if self.sort == "relevance" and self.q is None:
            raise ValueError("sort: relevance needs the words to be relevant to, in q")
        return self

    @property
    def shown(self) -> Sequence[str] | None:
        """The fields of each quote to send; `None` for all."""
        return list(dict.fromkeys(self.fields)) or None


class QuoteParts(BaseModel):
    """What to send along with one quote, and as what."""

    model_config = ConfigDict(extra="forbid")

    include: Annotated[
        list[Literal["context"]], BeforeValidator(separated), Field(description="the sentences around the quote")
    ] = []
    format: Annotated[Literal["json", "jsonld"] | None, FORMAT] = None


def order_of(filter: QuoteFilter) -> Order:
    """The order in which `filter` wants its quotes."""
    if filter.sort == "relevance":
        # As a double, whose digits come back from a cursor as the very number that they were.
        rank = cast(func.ts_rank_cd(quotes.c.search, searched(filter)), Double)
        return Order((rank, quotes.c.sort_on, quotes.c.id), descending=True)
    return OLDEST_FIRST if filter.sort == "oldest" else NEWEST_FIRST


def searched(filter: QuoteFilter) -> ColumnElement[str]:
    """The words that `filter` wants in a quote, as a tsquery."""
    return func.websearch_to_tsquery(text("'english'"), filter.q)


def conditions(filter: QuoteFilter) -> list[ColumnElement[bool]]:
    """The conditions of `filter` on quotes, joined to their current revisions, to speakers and to appearances."""
    return [
        *_statement_conditions(filter),
        *_speaker_conditions(filter),
        *_circumstance_conditions(filter),
        *_subject_conditions(filter),
        *published(filter, quotes),
    ]


def _statement_conditions(filter: QuoteFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if not filter.repeats:
        conditions.append(quotes.c.same_as.is_(None))
    if filter.kind:
        conditions.append(quotes.c.kind.in_(filter.kind))
    if filter.assertion:
        conditions.append(quotes.c.assertion.in_(filter.assertion))
    if filter.article:
        conditions.append(articles.c.id.in_(filter.article))
    if filter.language:
        conditions.append(revisions.c.language.in_([language.lower() for language in filter.language]))
    if filter.q is not None:
        conditions.append(quotes.c.search.op("@@")(searched(filter)))
    return conditions


def _speaker_conditions(filter: QuoteFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.speaker:
        conditions.append(one_of(quotes.c.speaker_id, matching_speakers(filter.speaker)))
    if filter.not_speaker:
        # What nobody is known to have said, he or she has not said either.
        others = none_of(quotes.c.speaker_id, matching_speakers(filter.not_speaker))
        conditions.append(or_(quotes.c.speaker_id.is_(None), others))
    if filter.role:
        conditions.append(_has_words(appearances.c.role, filter.role))
    if filter.party:
        conditions.append(func.lower(appearances.c.party).in_([party.lower() for party in filter.party]))
    if filter.country:
        conditions.append(appearances.c.country.in_([country.upper() for country in filter.country]))
    if filter.anonymous is not None:
        conditions.append(speakers.c.anonymous == filter.anonymous)
    return conditions


def _circumstance_conditions(filter: QuoteFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.said_to:
        conditions.append(_has_words(quotes.c.said_to, filter.said_to))
    if filter.via:
        conditions.append(_has_words(quotes.c.via, filter.via))
    if filter.medium:
        conditions.append(quotes.c.medium.in_([medium.lower() for medium in filter.medium]))
    if filter.said_from is not None:
        conditions.append(quotes.c.said_last >= filter.said_from)
    if filter.said_to_date is not None:
        conditions.append(quotes.c.said_first <= filter.said_to_date)
    return conditions


def _has_words(column: ColumnElement[str | None], terms: Sequence[str]) -> ColumnElement[bool]:
    """Whether all words of one of `terms` are in `column`, in any order and whatever their case."""
    words = func.to_tsvector(text("'simple'"), column)
    return or_(*(words.op("@@")(func.plainto_tsquery(text("'simple'"), term)) for term in terms))


def _subject_conditions(filter: QuoteFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.topic or filter.polarity:
        shown = select(stances.c.quote_id)
        if filter.topic:
            shown = shown.where(one_of(stances.c.topic_id, matching_topics(filter.topic)))
        if filter.polarity:
            shown = shown.where(stances.c.polarity.in_(filter.polarity))
        # By topic they are few enough to be found first; of all stances, most pages are soon full.
        conditions.append(one_of(quotes.c.id, shown) if filter.topic else quotes.c.id.in_(shown))
    if filter.weapon:
        conditions.append(one_of(quotes.c.id, _on_weapons(filter.weapon)))
    if filter.mentions:
        conditions.append(one_of(quotes.c.id, union(_on_weapons(filter.mentions), _naming(filter.mentions))))
    return conditions


def _on_weapons(names: Sequence[str]) -> CompoundSelect[tuple[int]]:
    stated = select(weapon_facts.c.quote_id).where(one_of(weapon_facts.c.weapon_id, matching_weapons(names)))
    said = quotes.alias("said")
    phrases = [func.phraseto_tsquery("english", name.replace("-", " ")) for name in names]
    return union(stated, select(said.c.id).where(or_(*(said.c.search.op("@@")(phrase) for phrase in phrases))))


def _naming(names: Sequence[str]) -> Select[tuple[int]]:
    """Quotes with a mention by name, within their content, of a speaker that any of `names` stands for."""
    naming = quotes.alias("naming")
    place = func.int4range(mentions.c.start, mentions.c.end, type_=INT4RANGE)
    return (
        select(naming.c.id)
        .select_from(
            personas.join(mentions, mentions.c.persona_id == personas.c.id).join(
                naming, naming.c.revision_id == mentions.c.revision_id
            )
        )
        .where(
            one_of(personas.c.speaker_id, matching_speakers(names)),
            mentions.c.form == "name",
            naming.c.content.op("@>")(place),
        )
    )
