"""The people of an article: everyone it names, and everybody else who speaks in it.

`find_people` reads the mentions (names.py, nominals.py), finds out who is meant (entities.py, coreference.py) and what the
text says of each (description.py). The answer is a `Cast`, which others ask whom a source phrase stands for.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.extract.document import Mention, MentionForm, Quote, Span, Spans, Speaker, SpeakerKind
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.layout import Layout
from app.extract.lexicon import load
from app.extract.people.anonymity import Anonymity, Sources
from app.extract.people.apposition import introduced
from app.extract.people.coreference import FIRST_PERSON, resolve
from app.extract.people.description import Describing, Description
from app.extract.people.entities import Entity
from app.extract.people.mentions import MentionKind, Reference
from app.extract.people.names import find_names
from app.extract.people.nominals import find_nominals
from app.extract.people.unnamed import ORDINALS
from app.extract.people.wording import Wording, read_wording
from app.extract.quotation import Quotations
from app.extract.tagger import Tagging

# What separates the head of a noun phrase from what is said about it.
BORDERS = frozenset(load("pronouns")["phrase_borders"])
ARTICLES = frozenset(["the", "a", "an", "one", "this", "that"])
I_FORMS = frozenset(load("pronouns")["first"])
COUNTED = frozenset(["of", "dozen", "hundred", "thousand"])  # after an article: "one of them", "a dozen aides"
LONGEST_PHRASE = 12
HANDLED = frozenset(["reviewed", "obtained", "seen", "viewed", "examined", "cited", "published", "released", "posted"])


@dataclass(frozen=True, slots=True)
class CastMention:
    """One place where the text refers to somebody; `entity` numbers who it is, `None` where the text does not tell."""

    span: Span
    form: MentionForm
    entity: int | None
    kind: MentionKind


class Cast:
    """Who is mentioned where. Asking for the speaker of a source makes that speaker part of the record."""

    def __init__(
        self,
        wording: Wording,
        quotations: Quotations,
        references: Sequence[Reference],
        entities: Sequence[Entity],
        bearers: Sequence[Entity | None],
    ) -> None:
        self._wording = wording
        self._quotations = quotations
        self._references = references
        self._bearers = bearers
        self._entities = {entity.number: entity for entity in entities}
        self._starts = [reference.span.start for reference in references]
        self._countries = {e.country: e for e in entities if e.kind == "place" and e.country and e.named}
        self._ids = _ids(entities)
        self._numbers = {speaker: number for number, speaker in self._ids.items()}
        self._asked: set[int] = set()
        self._spoken: dict[str, set[int]] = {}
        self._phrases: dict[int, str] = {}
        self.mentions = tuple(
            CastMention(r.span, r.form, e.number if e is not None else None, (e.kind if e else r.kind) or "organization")
            for r, e in zip(references, bearers, strict=True)
        )

    def speaker(self, source: Spans, cue: Spans = ()) -> str | None:
        """The id of the speaker that the noun phrase `source` stands for; `None` where the text does not tell."""
        for span in source:
            head = self._head(span)
            entity = self._bearers[head] if head is not None else None
            if head is not None and entity is not None:
                government = self._government(entity)
                if government is not entity:
                    self._spoken.setdefault(self._ids[government.number], set()).add(head)
                return self._ask(government, head, span)
        return None

    def is_anonymous(self, speaker: str) -> bool:
        """Whether the text does not name the speaker with this id, who is no organisation."""
        return _is_anonymous(self._entities[self._numbers[speaker]])

    def named(self, span: Span) -> str | None:
        """The id of whoever is first mentioned inside `span`, without making that one a speaker."""
        for index in self._within(span):
            entity = self._bearers[index]
            if entity is not None:
                return self._ids[entity.number]
        return None

    def hear(self, quotes: Iterable[Quote]) -> None:
        """Count every "I" inside the quotation marks of `quotes` among the mentions of its speaker.

        "We" counts where several speak, or an organisation: said by one person it means others as well.
        """
        for quote in quotes:
            if quote.speaker is None:
                continue
            alone = self._entities[self._numbers[quote.speaker]].kind == "person"
            own = I_FORMS if alone else FIRST_PERSON
            for index in (i for span in quote.content for i in self._within(span)):
                reference = self._references[index]
                if reference.words[0] in own and self._quotations.at(reference.span.start) is not None:
                    self._spoken.setdefault(quote.speaker, set()).add(index)

    def speakers(self) -> tuple[Speaker, ...]:
        """Everyone the text names as a person and everybody who was asked for, in order of first mention."""
        chosen = [e for e in self._entities.values() if e.number in self._asked or _is_somebody(e)]
        chosen.sort(key=lambda entity: int(self._ids[entity.number][1:]))
        descriptions = Describing(self._wording, self._references, self._bearers).describe(chosen)
        sources = Sources(self._wording, self._quotations, self._references, self._bearers)
        unnamed = sources.describe([entity for entity in chosen if _is_anonymous(entity)])
        return tuple(self._speaker(e, descriptions[e.number], unnamed.get(e.number, Anonymity())) for e in chosen)

    def _ask(self, entity: Entity, head: int, source: Span) -> str:
        self._asked.add(entity.number)
        if not entity.named:
            first = entity.references[0]
            known = self._phrases.get(entity.number) or self._phrase(first, self._references[first].span)
            here = self._phrase(head, source)
            # "The first official" tells nothing but which one of those before it is meant.
            self._phrases[entity.number] = known if here.split()[0] in ORDINALS else max(known, here, key=len)
        return self._ids[entity.number]

    def _within(self, span: Span) -> range:
        """The references that begin inside `span`; if none does, the one that `span` begins inside."""
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        cut = first == last > 0 and self._references[first - 1].span.end >= span.end > span.start
        return range(first - cut, last)

    def _head(self, source: Span) -> int | None:
        """The reference at the head of the noun phrase: the last one before anything that only describes it."""
        head: int | None = None
        end = source.end + 2  # a possessive ending may be left out of the source
        for index in (i for i in self._within(source) if self._references[i].span.end <= end):
            if head is None:
                head = index
            elif not self._references[head].span.covers(self._references[index].span):
                if not self._runs_on(self._references[head], self._references[index]):
                    break
                head = index
        if head is None or self._only_handled(head, source):
            return None
        return self._apposed(head, source)

    def _only_handled(self, head: int, source: Span) -> bool:
        """Whether the source is a paper that the reference has only seen: "a report reviewed by the Daily News"."""
        first = self._references[head].lead
        if self._references[head].span.start == source.start or first < 2:
            return False
        words = self._wording.words[max(0, first - 3) : first]
        return any(verb in HANDLED and "by" in words[place:] for place, verb in enumerate(words))

    def _runs_on(self, before: Reference, after: Reference) -> bool:
        """Whether `before` only describes what `after` names: "Pentagon spokesman Jane Doe", "Putin's aide"."""
        if after.form == "pronoun":
            return False
        between = self._wording.words[before.last : after.first]
        close = len(between) <= 4 if before.form == "name" else after.lead <= before.last
        return close and not any(word in BORDERS for word in between)

    def _apposed(self, head: int, source: Span) -> int:
        """The name that a nominal introduces ("the spokesman, John Doe"), else the head itself."""
        named = introduced(self._wording, self._references, head)
        return named if named is not None and self._references[named].span.start < source.end else head

    def _government(self, entity: Entity) -> Entity:
        """The country where a capital speaks for it."""
        code = gazetteer().capitals.get(" ".join(entity.words)) if entity.kind == "place" else None
        return self._countries.get(code, entity) if code else entity

    def _phrase(self, head: int, source: Span) -> str:
        """The words of an unnamed speaker as the text has them, article left out, up to the first aside."""
        reference = self._references[head]
        first, last = reference.first, reference.last
        words = self._wording.words
        while first < reference.last - 1 and words[first] in ARTICLES and words[first + 1] not in COUNTED:
            first += 1
        end = bisect_left(self._wording.layout.token_starts, source.end)
        while last < min(end, reference.last + LONGEST_PHRASE) and not _is_aside(words[last]):
            last += 1
        return self._wording.span(first, last).of(self._wording.layout.text)

    def _speaker(self, entity: Entity, description: Description, anonymity: Anonymity) -> Speaker:
        text = self._wording.layout.text
        indexes = sorted({*entity.references, *self._spoken.get(self._ids[entity.number], ())})
        mentions = tuple(Mention(self._references[i].span, self._references[i].form) for i in indexes)
        evidence = {name: (span,) for name, span in anonymity.evidence().items()} | description.evidence
        return Speaker(
            id=self._ids[entity.number],
            name=self._phrases.get(entity.number) or self._name(entity, text),
            kind=_speaker_kind(entity),
            anonymous=_is_anonymous(entity),
            role=description.role,
            affiliation=description.affiliation or (anonymity.affiliation.of(text) if anonymity.affiliation else None),
            party=description.party,
            constituency=description.constituency,
            country=description.country,
            count=anonymity.count.number if anonymity.count is not None else None,
            reason=anonymity.reason.of(text) if anonymity.reason is not None else None,
            mentions=mentions,
            evidence=evidence,
        )

    def _name(self, entity: Entity, text: str) -> str:
        return self._references[entity.best if entity.best >= 0 else entity.references[0]].span.of(text)


def find_people(layout: Layout, quotations: Quotations, tagging: Tagging) -> Cast:
    """Read who is mentioned in the text, and where."""
    wording = read_wording(layout, tagging)
    names = find_names(wording)
    references = sorted((*names, *find_nominals(wording, names)), key=lambda r: (r.span.start, -r.span.end))
    entities, bearers = resolve(wording, quotations, references)
    return Cast(wording, quotations, references, entities, bearers)


def _ids(entities: Sequence[Entity]) -> dict[int, str]:
    order = sorted(entities, key=lambda entity: min(entity.references, default=0))
    return {entity.number: f"s{place}" for place, entity in enumerate(order, 1)}


def _is_aside(word: str) -> bool:
    return word in {",", ";", ":", "(", "—", "–", "--", "who", "whose", "which", "that", "and"}


def _is_somebody(entity: Entity) -> bool:
    return entity.kind == "person" and entity.named


def _is_anonymous(entity: Entity) -> bool:
    return not entity.named and _speaker_kind(entity) != "organization"


def _speaker_kind(entity: Entity) -> SpeakerKind:
    if entity.kind == "person" or entity.kind == "group":
        return entity.kind
    if entity.kind is None and len(entity.words) == 1 and entity.words[0] not in vocabulary().common_words:
        return "person"
    return "organization"
