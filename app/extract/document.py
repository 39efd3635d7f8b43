"""The values that travel through the extraction and out of it.

Every offset is a half-open range of code points into `Document.text`, which no step changes: `text[span.start:span.end]`
*is* the evidence. Source, cue and content are meant as in the PolNeAR annotation guidelines (Newell et al., 2018):
the source is the whole noun phrase something is attributed to, the cue the words that attribute it, the content what is
attributed, quotation marks included.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

SpeakerKind = Literal["person", "organization", "group"]
MentionForm = Literal["name", "nominal", "pronoun"]
QuoteKind = Literal["direct", "indirect", "mixed"]
Assertion = Literal["asserted", "denied", "questioned", "hypothetical", "refused"]
Polarity = Literal["support", "oppose", "neutral", "mixed"]
# What an article may say of a speaker, each with its evidence.
TRAITS = ("role", "affiliation", "party", "constituency", "country")
SPEAKER_FIELDS = (*TRAITS, "count", "reason")
Attribute = Literal[
    "range",
    "speed",
    "payload",
    "caliber",
    "unit_cost",
    "quantity",
    "origin",
    "manufacturer",
    "operator",
    "transfer",
    "authorization",
    "use",
    "test",
    "loss",
]
Qualifier = Literal["exactly", "about", "at_least", "at_most", "more_than", "less_than"]


class Span(NamedTuple):
    """A half-open range of code points: `start` is in it, `end` is not."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end


Spans = tuple[Span, ...]


def merged(spans: Spans) -> Spans:
    """`spans` as Postgres keeps a multirange: in order, those that touch or overlap made one.

    >>> merged((Span(7, 9), Span(0, 3), Span(3, 5)))
    (Span(start=0, end=5), Span(start=7, end=9))
    """
    apart: list[Span] = []
    for span in sorted(spans):
        if apart and span.start <= apart[-1].end:
            apart[-1] = Span(apart[-1].start, max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return tuple(apart)


@dataclass(frozen=True, slots=True)
class Topic:
    """A proposition that one can support or oppose, with words that help to find it."""

    id: str
    statement: str
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """An article as it goes into the extraction."""

    text: str
    id: str | None = None
    title: str | None = None
    published_on: date | None = None
    language: str = "en"
    topics: tuple[Topic, ...] = ()

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the text as UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where the text refers to a speaker."""

    span: Span
    form: MentionForm


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person the text names, or an organisation, group or anonymous source that speaks in it.

    The descriptive fields hold what this article says; each has its evidence in `evidence` under the field's name.
    `count` and `reason` are of anonymous sources alone: how many they are, where the text tells ("officials" may be any
    number), and its words on why or on what terms they are not named.
    """

    id: str
    name: str
    kind: SpeakerKind
    anonymous: bool = False
    role: str | None = None
    affiliation: str | None = None
    party: str | None = None
    constituency: str | None = None
    country: str | None = None
    count: int | None = None
    reason: str | None = None
    mentions: tuple[Mention, ...] = ()
    evidence: dict[str, Spans] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Content attributed to a source by a cue, before anybody is identified.

    `source` and `cue` may be empty: a quotation can stand in the text without either.
    """

    content: Spans
    cue: Spans
    source: Spans
    confidence: float


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement: an attribution with its speaker and circumstances."""

    id: str
    kind: QuoteKind
    text: str
    content: Spans
    source: Spans
    cue: Spans
    speaker: str | None
    assertion: Assertion = "asserted"
    said_on: str | None = None
    said_to: str | None = None
    medium: str | None = None
    via: str | None = None
    same_as: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Stance:
    """Where a speaker stands on a topic, and the passage that shows it."""

    speaker: str
    topic: str
    target: str | None
    polarity: Polarity
    evidence: Spans
    quote: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Measure:
    """A number in SI base units (or in items, or in an ISO 4217 currency)."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class WeaponFact:
    """One attribute of a weapon as the article, or somebody in it, states it.

    `claimed_by` is `None` where the article says it in its own voice.
    """

    weapon: str
    mention: Spans
    attribute: Attribute
    value: float | str | None
    evidence: Spans
    value_max: float | None = None
    unit: str | None = None
    qualifier: Qualifier | None = None
    si: Measure | None = None
    party: str | None = None
    claimed_by: str | None = None
    quote: str | None = None
    on: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ExtractionWarning:
    """Something in the text that was read with doubt: a code for programs, a sentence for people, and the place."""

    code: str
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that the text of one document yields."""

    speakers: tuple[Speaker, ...]
    quotes: tuple[Quote, ...]
    stances: tuple[Stance, ...]
    weapon_facts: tuple[WeaponFact, ...]
    warnings: tuple[ExtractionWarning, ...]
