"""The public JSON at a glance.

`ExtractionOut` is what `onrecord extract` prints and needs no database; the others are the resources of the API. Both use
the same names for the same things. Spans are `[start, end]`: half-open, in code points of the article's text.
"""

import re
from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

import pycountry
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.extract.document import (
    Assertion,
    Attribute,
    MentionForm,
    Polarity,
    Qualifier,
    QuoteKind,
    SpeakerKind,
)
from app.names import name_key

SpanOut = Annotated[
    tuple[int, int],
    Field(description="[start, end): code points of the article's text", examples=[[475, 494]]),
]
SpansOut = list[SpanOut]
# Text that Postgres can hold: any but a NUL.
PlainStr = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Id = Annotated[int, Field(ge=1, lt=2**63)]
RevisionNumber = Annotated[int, Field(ge=1, lt=2**31)]
Item = TypeVar("Item")


def _written_out(value: object) -> object:
    # Pydantic would take a number, or a string of digits, for the seconds since 1970.
    if isinstance(value, str | int | float) and not (isinstance(value, str) and DAY.fullmatch(value)):
        raise ValueError("a date is written YYYY-MM-DD")
    return value


DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[date, BeforeValidator(_written_out)]


class Schema(BaseModel):
    """Base of everything served: read from rows and dataclasses alike, and closed to fields nobody declared."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


# --- what the extraction prints -------------------------------------------------------------------------------------


class MentionOut(Schema):
    """One place where the text refers to a speaker."""

    start: int
    end: int
    form: MentionForm


class ExtractedSpeaker(Schema):
    """Somebody whom the text names or quotes."""

    id: str
    name: str
    kind: SpeakerKind
    anonymous: bool
    role: str | None
    affiliation: str | None
    party: str | None
    constituency: str | None
    country: str | None = Field(description="ISO 3166-1 alpha-2")
    count: int | None = Field(description="how many an anonymous source is, where the text tells")
    reason: str | None = Field(description="why or on what terms an anonymous source is not named, in the text's words")
    evidence: dict[str, SpansOut] = Field(description="the spans that show role, affiliation, party, …")
    mentions: list[MentionOut]


class ExtractedQuote(Schema):
    """A statement and its circumstances."""

    id: str
    kind: QuoteKind
    text: str
    content: SpansOut
    source: SpansOut
    cue: SpansOut
    speaker: str | None
    assertion: Assertion
    said_on: str | None = Field(description="EDTF (ISO 8601-2), only as precise as the text")
    said_to: str | None
    medium: str | None
    via: str | None
    same_as: str | None
    confidence: float


class ExtractedStance(Schema):
    """Where a speaker stands on a topic."""

    speaker: str
    topic: str
    target: str | None
    polarity: Polarity
    evidence: SpansOut
    quote: str | None
    confidence: float


class MeasureOut(Schema):
    """A number in SI base units."""

    value: float
    unit: str


class ExtractedWeaponFact(Schema):
    """One attribute of a weapon as the article, or somebody in it, states it."""

    weapon: str
    mention: SpansOut
    attribute: Attribute
    value: float | str | None
    value_max: float | None
    unit: str | None
    qualifier: Qualifier | None
    si: MeasureOut | None
    party: str | None
    claimed_by: str | None
    quote: str | None
    on: str | None
    evidence: SpansOut
    confidence: float


class WarningOut(Schema):
    """Something that was read with doubt."""

    code: str
    message: str
    span: SpanOut | None


class ExtractorOut(Schema):
    """Which extractor made this: the same version makes the same of the same text."""

    version: str
    model: str | None


class ExtractionOut(Schema):
    """All that the text of one document yields."""

    id: str | None
    sha256: str
    language: str
    published_on: date | None
    extractor: ExtractorOut
    speakers: list[ExtractedSpeaker]
    quotes: list[ExtractedQuote]
    stances: list[ExtractedStance]
    weapon_facts: list[ExtractedWeaponFact]
    warnings: list[WarningOut]


# --- what the API serves --------------------------------------------------------------------------------------------


class CountOut(Schema):
    """How many rows there are in all."""

    rows: int
    exact: bool = Field(description="false: the database's estimate")


class PageOut(Schema):
    """Where the next page is: send `next` back as `cursor`."""

    next: str | None = Field(description="cursor of the next page, null on the last")
    has_more: bool
    count: CountOut | None = Field(default=None, description="null unless asked for: `count=exact` or `count=estimate`")


class ResolvedOut(Schema):
    """One thing that a name in a filter was taken to mean."""

    asked: str
    id: int
    slug: str
    name: str


class ListOut(Schema, Generic[Item]):
    """A page of a list."""

    data: list[Item]
    page: PageOut
    resolved: dict[str, list[ResolvedOut]] = Field(
        default_factory=dict, description="what the names in the filter were taken to mean"
    )


class ArticleRef(Schema):
    """The article something stands in."""

    id: int
    revision: int
    title: str | None
    publisher: str | None
    published_on: date | None
    url: str | None
    sha256: str


class SpeakerRef(Schema):
    """A speaker, with what the article at hand says of them."""

    id: int
    slug: str
    name: str
    kind: SpeakerKind
    anonymous: bool
    role: str | None
    affiliation: str | None
    party: str | None
    constituency: str | None
    country: str | None
    count: int | None = Field(description="how many an unnamed source is, where the article tells")
    reason: str | None = Field(description="the article's words on why, or on what terms, a source is not named")


class TopicRef(Schema):
    """A topic by name."""

    id: int
    slug: str
    statement: str


class WeaponRef(Schema):
    """A weapon by name."""

    id: int
    slug: str
    name: str


class PassageOut(Schema):
    """A passage of the article and where it stands."""

    start: int
    end: int
    text: str


class ContextOut(Schema):
    """The sentences around a quote."""

    before: PassageOut | None = Field(description="the sentence before; null at the beginning")
    sentence: PassageOut = Field(description="what the quote stands in: a sentence, or several")
    after: PassageOut | None = Field(description="the sentence after; null at the end")


class QuoteOut(Schema):
    """A statement on record."""

    id: int
    kind: QuoteKind
    text: str
    content: SpansOut
    source: SpansOut
    cue: SpansOut
    cue_text: str | None = Field(description="the words of the cue")
    speaker: SpeakerRef | None
    assertion: Assertion
    said_on: str | None = Field(description="EDTF (ISO 8601-2), only as precise as the article")
    said_to: str | None
    medium: str | None
    via: str | None
    same_as: int | None
    confidence: float
    recorded_at: datetime = Field(description="when the article was recorded, as it is in this revision")
    article: ArticleRef


class FoundQuote(QuoteOut):
    """A statement on record, with what was asked for beside it."""

    context: ContextOut | None = Field(default=None, description="with `include=context`")
    highlights: SpansOut | None = Field(default=None, description="with `q`: where the words stand")


class ReceiptChecks(Schema):
    """What was looked at again."""

    sha256: bool = Field(description="the stored text has the hash that was recorded with it")
    spans: bool = Field(description="all spans are within the text")
    text: bool = Field(description="the quote is what stands at the spans of its content")
    cue: bool = Field(description="so is the cue")


class SelectorOut(Schema):
    """A selector of the W3C Web Annotation model."""

    type: Literal["TextPositionSelector", "TextQuoteSelector"]
    start: int | None = None
    end: int | None = None
    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None


class ReceiptOut(Schema):
    """A quote checked anew against the stored text."""

    id: int
    verified: bool = Field(description="all checks hold")
    checks: ReceiptChecks
    text: str
    sha256: str = Field(description="of the stored text as UTF-8, computed now")
    characters: int = Field(description="code points of the stored text")
    current: bool = Field(description="whether the revision is the article's newest")
    content: list[PassageOut]
    source: list[PassageOut]
    cue: list[PassageOut]
    selectors: list[list[SelectorOut]] = Field(description="of each span of the content: its position, and its words")
    article: ArticleRef


class StanceOut(Schema):
    """Where a speaker stands on a topic, by one passage."""

    id: int
    speaker: SpeakerRef
    topic: TopicRef
    polarity: Polarity
    target: str | None
    evidence: SpansOut
    evidence_text: str
    quote: int | None
    confidence: float
    article: ArticleRef


class WeaponFactOut(Schema):
    """One attribute of a weapon as an article, or somebody in it, states it."""

    id: int
    weapon: WeaponRef
    mention: SpansOut
    attribute: Attribute
    value: float | str | None
    value_max: float | None
    unit: str | None
    qualifier: Qualifier | None
    si: MeasureOut | None
    party: str | None
    claimed_by: SpeakerRef | None
    quote: int | None
    on: str | None
    evidence: SpansOut
    evidence_text: str
    confidence: float
    article: ArticleRef


class SpeakerOut(SpeakerRef):
    """A speaker across all articles, described as the latest of them does."""

    names: list[str]
    quotes: int = Field(description="statements on record, repeats left out")


class AppearanceOut(Schema):
    """What one article says of a speaker, with the spans that show it."""

    article: ArticleRef
    name: str
    role: str | None
    affiliation: str | None
    party: str | None
    constituency: str | None
    country: str | None
    count: int | None
    reason: str | None
    evidence: dict[str, SpansOut]


class PartyOut(Schema):
    """Membership of a party; a date left out is not known, or still to come."""

    name: str
    since: str | None = Field(None, description="year, month or day")
    until: str | None = None


class ReferenceOut(Schema):
    """What a reference file says of a speaker."""

    country: str | None
    parties: list[PartyOut]
    aliases: list[str]


class SpeakerDetail(SpeakerOut):
    """A speaker with everything that articles have said of them, latest first."""

    wikidata: str | None = Field(description="item of Wikidata, where a reference file gives it", examples=["Q42"])
    reference: ReferenceOut | None = Field(description="what the reference file says of them; no article has said it")
    formerly: list[str] = Field(description="slugs that led to somebody else before and lead here now")
    appearances: list[AppearanceOut]


class SuggestionOut(Schema):
    """A speaker whose name begins with, or is spelt much like, what was typed."""

    id: int
    slug: str
    name: str
    kind: SpeakerKind
    wikidata: str | None
    role: str | None
    affiliation: str | None
    party: str | None
    constituency: str | None
    country: str | None
    articles: int = Field(description="articles that name the speaker, 1000 for more")
    matched: str = Field(description="the name that matches, in lower case and without accents")
    score: float = Field(description="1: the very name, 0.95: it begins so, below: how alike the two are spelt")


class SuggestionsOut(Schema):
    """The likeliest first; none is an answer too."""

    data: list[SuggestionOut]


class SpeakerName(Schema):
    """A speaker by name."""

    id: int
    slug: str
    name: str
    kind: SpeakerKind


class DuplicateOut(Schema):
    """Somebody of a like name, who may be the same."""

    speaker: SpeakerName
    score: float = Field(description="0 to 1, for ordering and no more")
    agrees: list[str] = Field(description="what articles say alike of both: country, party, …")
    differs: list[str] = Field(description="what they say differently; `articles`: one of them names both")
    together: int = Field(description="articles that name both")


class DuplicatesOut(Schema):
    """Who may be the same as a speaker, the likeliest first."""

    data: list[DuplicateOut]


class TopicOut(Schema):
    """A proposition that one can support or oppose."""

    id: int
    slug: str
    statement: str
    aliases: list[str]
    keywords: list[str]
    articles: int = Field(description="articles judged on it")
    pending: int = Field(description="articles that are still to be judged on it")
    stances: int


class WeaponOut(Schema):
    """A weapon of which the record holds facts."""

    id: int
    slug: str
    name: str
    facts: int


class ConflictOut(Schema):
    """An attribute of a weapon on which claims cannot all be true."""

    weapon: WeaponRef
    attribute: Attribute = Field(examples=["range"])
    unit: str = Field(description="of the two bounds: SI base units, or a currency", examples=["m"])
    no_less_than: float = Field(
        description="the most that a claim asks for at least, its tolerance taken off", examples=[490000.0]
    )
    no_more_than: float = Field(
        description="the least that a claim allows for at most, its tolerance added", examples=[306000.0]
    )
    total: int = Field(description="claims on record", examples=[2])
    claims: list[WeaponFactOut] = Field(description="the latest first, a hundred at most")


class LedgerEntry(Schema):
    """One attribute of a weapon with every claim on record."""

    attribute: Attribute
    agree: bool | None = Field(description="whether all claims can be true at once; null: nothing to compare")
    claims: list[WeaponFactOut] = Field(description="the latest first")


class WeaponDetail(WeaponOut):
    """A weapon with what is claimed of it, attribute by attribute."""

    ledger: list[LedgerEntry]


class ArticleOut(Schema):
    """An article, without its text."""

    id: int
    revision: int
    title: str | None
    byline: str | None
    publisher: str | None
    published_on: date | None
    url: str | None
    language: str
    sha256: str
    fetched_at: datetime | None
    extractor_version: str | None
    extracted_at: datetime | None
    words: int


class ArticleSpeaker(SpeakerRef):
    """A speaker of an article with each of their mentions."""

    mentions: list[MentionOut]
    evidence: dict[str, SpansOut]


class ArticleDetail(ArticleOut):
    """An article with its text and, when asked for, what it yielded."""

    text: str
    warnings: list[WarningOut]
    quotes: list[QuoteOut] | None = None
    speakers: list[ArticleSpeaker] | None = None
    stances: list[StanceOut] | None = None
    weapon_facts: list[WeaponFactOut] | None = None


class RevisionOut(ArticleOut):
    """One of the texts that were found under an article's address."""

    recorded_at: datetime
    current: bool = Field(description="whether lists show this one: the newest that has been read")


class RevisionDetail(RevisionOut):
    """A revision with its text and, when asked for, what it yielded."""

    text: str
    warnings: list[WarningOut]
    quotes: list[QuoteOut] | None = None
    speakers: list[ArticleSpeaker] | None = None


class QuoteChange(Schema):
    """A quote before and after, and what of it differs."""

    before: QuoteOut
    after: QuoteOut
    fields: list[Literal["text", "speaker", "kind", "assertion", "said_on", "said_to", "medium", "via"]]


class QuoteDiffOut(Schema):
    """What became of an article's quotes between two of its revisions."""

    article: int
    first: int
    second: int
    came: list[QuoteOut]
    went: list[QuoteOut]
    changed: list[QuoteChange] = Field(description="worded differently, or told differently in the same words")
    same: int = Field(description="how many are neither")


JobKind = Literal["extract", "refresh"]
JobState = Literal["waiting", "running", "cancelling", "succeeded", "failed", "cancelled"]


class JobError(Schema):
    """Why the last attempt at a job that did not succeed did not."""

    code: str = Field(examples=["worker-lost"])
    detail: str
    at: datetime


class JobOut(Schema):
    """Something done in the background."""

    id: int
    kind: JobKind = Field(
        description="`extract`: read an article's revision; `refresh`: find what a new topic or extractor has not reached"
    )
    state: JobState
    article: int | None = Field(description="the article that it reads")
    revision: int | None = Field(description="number of the article's revision")
    attempts: int = Field(description="how often it has been tried")
    created_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    due_at: datetime | None = Field(description="before then it is not tried again")
    error: JobError | None


Standing = Polarity | Literal["unsure"]
Threshold = Annotated[float, Field(description="confidence from which a passage takes a side; with less it is unsure")]


class EvidenceOut(Schema):
    """A passage that shows a stance."""

    stance: int
    quote: int | None
    polarity: Standing
    text: str
    confidence: float
    article: int
    publisher: str | None
    published_on: date | None


class SpeakerStance(Schema):
    """Where one speaker stands on a topic by all the evidence, the latest ten passages shown."""

    speaker: SpeakerRef
    polarity: Standing
    n: int
    evidence: list[EvidenceOut]


class StanceSummary(Schema):
    """Who stands where on a topic."""

    topic: TopicRef
    threshold: Threshold
    counts: dict[Standing, int] = Field(description="speakers by where they stand")
    n: int = Field(description="passages that show it")
    speakers: list[SpeakerStance]


class StanceGroup(Schema):
    """Those who spoke on a topic and have a party, country, publisher or month in common."""

    key: str | None = Field(description="null: no article tells")
    counts: dict[Standing, int] = Field(description="speakers by where they stand")
    speakers: int
    n: int = Field(description="passages that show it")
    evidence: list[int] = Field(description="ids of the stances, the latest of each speaker first, a hundred at most")


class GroupedSummary(Schema):
    """Who stands where on a topic, by party, country, publisher or month."""

    topic: TopicRef
    by: Literal["party", "country", "publisher", "month"]
    threshold: Threshold
    n: int = Field(description="passages that show it")
    groups: list[StanceGroup]


class TimelinePassage(EvidenceOut):
    """A passage that shows a stance, and the day it was said or else published."""

    on: date | None


class ChangeOfSides(Schema):
    """Two passages, one after the other, between which a speaker changed sides."""

    before: TimelinePassage
    after: TimelinePassage


class SpeakerTimeline(Schema):
    """What one speaker said on a topic, in the order of time."""

    speaker: SpeakerRef
    changes: list[ChangeOfSides]
    evidence: list[TimelinePassage]


class StanceTimeline(Schema):
    """Who said what on a topic when, speaker by speaker."""

    topic: TopicRef
    threshold: Threshold
    data: list[SpeakerTimeline]
    complete: bool = Field(description="false where there are more passages than one answer holds: ask for less")


# --- what the API takes ---------------------------------------------------------------------------------------------


def _stripped(value: object) -> object:
    return (value.strip() or None) if isinstance(value, str) else value


def _in_words(value: str) -> str:
    if not name_key(value):
        raise ValueError("there is no letter or digit in it")
    return value


Label = Annotated[Annotated[str, Field(max_length=1000)] | None, BeforeValidator(_stripped)]
Words = Annotated[PlainStr, StringConstraints(strip_whitespace=True), AfterValidator(_in_words)]


class ArticleIn(BaseModel):
    """An article to record: its words as `text`, its page as `html`, or its address alone as `url`, which is then fetched.

    With `text` or `html`, `url` says where it was published and nothing is fetched. What is given here wins over what the
    page says of itself.
    """

    model_config = ConfigDict(extra="forbid")

    text: str | None = None
    html: str | None = None
    url: Annotated[str | None, BeforeValidator(_stripped)] = None
    title: Label = None
    byline: Label = None
    publisher: Label = None
    published_on: Day | None = None


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Term = Annotated[PlainStr, Field(min_length=1, max_length=300), BeforeValidator(_as_text)]


class MergeIn(BaseModel):
    """Who else the speaker is."""

    model_config = ConfigDict(extra="forbid")

    speakers: Annotated[
        list[Term], Field(min_length=1, max_length=50, description="ids, slugs or full names", examples=[["j-smith"]])
    ]


class SplitIn(BaseModel):
    """Which articles mean somebody else of that name."""

    model_config = ConfigDict(extra="forbid")

    articles: Annotated[list[Id], Field(min_length=1, max_length=500, description="ids", examples=[[17]])]


Moment = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]


class PartyIn(BaseModel):
    """Membership of a party, as a reference file gives it; dates are years, months or days."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Words, Field(min_length=1, max_length=200)]
    since: Moment | None = None
    until: Moment | None = None


def _known_country(code: str) -> str:
    if pycountry.countries.get(alpha_2=code) is None:
        raise ValueError(f"{code!r} is no country: give two letters of ISO 3166-1, such as SE")
    return code


class PersonIn(BaseModel):
    """Somebody in a reference file."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Words, Field(min_length=1, max_length=200)]
    kind: SpeakerKind = "person"
    aliases: Annotated[list[Annotated[Words, Field(min_length=1, max_length=200)]], Field(max_length=100)] = []
    wikidata: Annotated[str | None, Field(pattern=r"^Q[1-9][0-9]{0,14}$")] = None
    country: Annotated[str | None, AfterValidator(lambda code: code and _known_country(code))] = None
    parties: Annotated[list[PartyIn], Field(max_length=50)] = []


class ReferenceIn(BaseModel):
    """A reference file."""

    model_config = ConfigDict(extra="forbid")

    people: list[PersonIn]


Statement = Annotated[Words, Field(min_length=3, max_length=500)]
# With a letter in it: nothing but digits would look like an id.
TopicSlug = Annotated[str, Field(pattern=r"^([0-9]+-)*[0-9]*[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=80)]
Aliases = Annotated[list[Annotated[Words, Field(min_length=1, max_length=200)]], Field(max_length=50)]
Keywords = Annotated[list[Annotated[Words, Field(min_length=1, max_length=100)]], Field(max_length=50)]


class TopicIn(BaseModel):
    """A proposition to judge every article on."""

    model_config = ConfigDict(extra="forbid")

    statement: Statement
    slug: TopicSlug | None = None
    aliases: Aliases = []
    keywords: Keywords = []


class TopicChange(BaseModel):
    """What to change of a topic; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    statement: Statement = ""
    slug: TopicSlug = ""
    aliases: Aliases = []
    keywords: Keywords = []


# What follows has the names of the Reconciliation Service API, whose clients may send more than it describes.


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [] if value is None else [value]


def _spoken(value: object) -> object:
    # A value may be a string, a number or an entity with an id and a name.
    each = value.get("name") or value.get("id") if isinstance(value, dict) else value
    return str(each)


class ReconcileProperty(BaseModel):
    """What is known of somebody beside the name."""

    pid: PlainStr
    values: Annotated[
        list[Annotated[PlainStr, BeforeValidator(_spoken)]], BeforeValidator(_listed), Field(alias="v", max_length=50)
    ] = []


class ReconcileQuery(BaseModel):
    """A name to find."""

    # A cell may be empty, or hold a paragraph: that is nobody's name, and no reason to refuse the others.
    query: PlainStr = ""
    types: Annotated[list[PlainStr], BeforeValidator(_listed), Field(alias="type", max_length=10)] = []
    limit: Annotated[int, Field(ge=1, le=25)] = 5
    properties: Annotated[list[ReconcileProperty], Field(max_length=20)] = []


class ReconcileColumn(BaseModel):
    """A property to tell of."""

    id: PlainStr


class ReconcileExtension(BaseModel):
    """Of whom to tell what."""

    ids: Annotated[list[Annotated[PlainStr, Field(max_length=300)]], Field(max_length=500)]
    properties: Annotated[list[ReconcileColumn], Field(max_length=20)]


# --- problems -------------------------------------------------------------------------------------------------------


class ProblemPart(Schema):
    """One thing that is wrong: `pointer` into the body (RFC 6901), `parameter` of the query or path, or `header`."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    suggestion: str | None = Field(default=None, description="the name or value that may have been meant")


class Problem(Schema):
    """Problem details (RFC 9457), sent as application/problem+json."""

    type: str = Field(examples=["urn:onrecord:problem:unknown-topic"])
    title: str
    status: int
    detail: str
    errors: list[ProblemPart] = []
    request_id: str | None = Field(default=None, description="the `X-Request-ID` of the request, which the log names too")


class BatchLineOut(Schema):
    """What became of one line of a batch."""

    line: int = Field(description="counted from 1, blank lines too")
    status: int = Field(description="202: taken in, 200: on record already, else what is wrong", examples=[202])
    article: int | None = None
    job: Annotated[int | None, Field(description="the job that reads it")] = None
    problem: Problem | None = None


class Health(Schema):
    """Whether the service can do its work."""

    status: Literal["ok"]
