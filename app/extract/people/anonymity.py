"""What a text tells of sources that it does not name: how many they are, on what terms they speak, whose they are.

The terms ("on condition of anonymity because …", "not authorised to speak publicly") stand in the source's own clause, at
the end of its sentence, or in a later sentence about it ("The officials asked not to be named").
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.extract.document import Span
from app.extract.lexicon import load
from app.extract.people.belonging import Mentioned, read_owner
from app.extract.people.count import Count, read_count
from app.extract.people.entities import Entity
from app.extract.people.mentions import Reference
from app.extract.people.salience import PREPOSITIONS
from app.extract.people.terms import FINITE, LONGEST_CAUSE, Terms, read_terms
from app.extract.people.wording import Wording
from app.extract.quotation import Quotations

MOST_REFERENCES = 40  # of one source, and before one formula
REACH = 3  # sentences back that "both" and "all" look
EVERYONE = frozenset(load("anonymity")["terms"]["everyone"])
NESTED = 3  # references before one that it may be a part of: "Treasury" in "a Treasury official"
# Between somebody and a formula these keep the one its subject: "Jane Doe, who asked not to be identified".
SUBJECT_KEEPING = FINITE | frozenset(", who spoke speaking agreed said also only".split())
# What may govern somebody who is nevertheless the one that speaks: "confirmed by an aide", "word from an aide".
SPEAKING = frozenset(["by", "from"])


@dataclass(frozen=True, slots=True)
class Anonymity:
    """How many a source is, the words on why it is not named and those on whom it belongs to, where the text tells."""

    count: Count | None = None
    reason: Span | None = None
    affiliation: Span | None = None

    def evidence(self) -> dict[str, Span]:
        """By the name of each field that the text tells, the words that tell it."""
        count = self.count.span if self.count is not None else None
        told = {"count": count, "reason": self.reason, "affiliation": self.affiliation}
        return {name: span for name, span in told.items() if span is not None}


class Sources:
    """The references of a text while its unnamed sources are looked at."""

    def __init__(
        self,
        wording: Wording,
        quotations: Quotations,
        references: Sequence[Reference],
        bearers: Sequence[Entity | None],
    ) -> None:
        self._wording = wording
        self._quotations = quotations
        self._references = references
        self._bearers = bearers
        self._firsts = [reference.first for reference in references]

    def describe(self, chosen: Sequence[Entity]) -> dict[int, Anonymity]:
        """What the text tells of every one of `chosen`, none of whom it names, by its number."""
        reasons = self._reasons({entity.number for entity in chosen}) if chosen else {}
        return {
            entity.number: Anonymity(self._count(entity), reasons.get(entity.number), self._affiliation(entity))
            for entity in chosen
        }

    def _count(self, entity: Entity) -> Count | None:
        nominals = (self._references[i] for i in entity.references[:MOST_REFERENCES])
        counts = (read_count(self._wording, nominal) for nominal in nominals if nominal.form == "nominal")
        return next((count for count in counts if count is not None), None)

    def _affiliation(self, entity: Entity) -> Span | None:
        for index in entity.references[:MOST_REFERENCES]:
            if self._references[index].form == "nominal":
                owner = read_owner(self._wording, Mentioned(self._references, self._bearers), index)
                if owner is not None:
                    return owner
        return None

    def _reasons(self, numbers: set[int]) -> dict[int, Span]:
        """By number of the source the words that say why it is not named; those that give a cause before others."""
        best: dict[int, Terms] = {}
        spoken = self._spoken(numbers)
        for terms in read_terms(self._wording, self._quotations):
            for number in self._holders(terms, numbers, spoken):
                if number not in best or (terms.told and not best[number].told):
                    best[number] = terms
        return {number: self._wording.span(terms.first, terms.last) for number, terms in best.items()}

    def _spoken(self, numbers: set[int]) -> dict[int, list[int]]:
        """The numbers of the sources by the sentences they are spoken of in."""
        spoken: defaultdict[int, list[int]] = defaultdict(list)
        for reference, bearer in zip(self._references, self._bearers, strict=True):
            if bearer is not None and bearer.number in numbers and bearer.number not in spoken[reference.sentence][-2:]:
                spoken[reference.sentence].append(bearer.number)
        return spoken

    def _holders(self, terms: Terms, numbers: set[int], spoken: dict[int, list[int]]) -> list[int]:
        """Whose terms they are: the nearest source before them in the sentence, else the first after them."""
        sentence = self._wording.layout.sentences[terms.sentence]
        inside = self._between(sentence.first, terms.first)
        if self._is_anothers(inside, terms, numbers):
            return []
        sources = [i for i in inside if self._is_source(i, numbers)]
        free = [i for i in sources if not self._is_governed(self._references[i])]
        nearest = (free or sources)[-1:]
        if not nearest and self._wording.words[sentence.first] in EVERYONE:
            return self._everyone(terms, spoken)
        if not nearest:
            after = self._between(terms.last, min(sentence.last, terms.last + LONGEST_CAUSE))
            nearest = [i for i in after if self._is_source(i, numbers)][:1]
        return [bearer.number for i in nearest if (bearer := self._bearers[i]) is not None]

    def _between(self, first: int, last: int) -> range:
        """The references, of many the last ones, that begin between two tokens."""
        begin, end = bisect_left(self._firsts, first), bisect_left(self._firsts, last)
        return range(max(begin, end - MOST_REFERENCES), end)

    def _is_source(self, index: int, numbers: set[int]) -> bool:
        bearer = self._bearers[index]
        if bearer is None or bearer.number not in numbers or self._references[index].possessive:
            return False
        return self._quotations.at(self._references[index].span.start) is None

    def _is_governed(self, reference: Reference) -> bool:
        """Whether a preposition makes somebody a part of what is said of another: "an aide to the officials"."""
        words = self._wording.words
        before = words[reference.lead - 1] if reference.lead else ""
        if before not in PREPOSITIONS or before in SPEAKING:
            return False
        return words[reference.lead - 2 : reference.lead] != ("according", "to")

    def _is_anothers(self, inside: range, terms: Terms, numbers: set[int]) -> bool:
        """Whether the terms are of the one right before them, who is no source: "the agency was not authorised to say"."""
        for index in reversed(inside):
            reference = self._references[index]
            between = self._wording.words[reference.last : terms.first]
            if not between and self._wording.words[terms.first] in PREPOSITIONS:  # "told reporters on condition of …"
                continue
            body = reference.kind == "organization" and between.count("who") + between.count(",") == 0
            if self._is_aside(index) or not (body or reference.kind in {"person", "group"}):
                continue
            known = reference.form != "pronoun" or self._bearers[index] is not None
            return known and not self._is_source(index, numbers) and all(word in SUBJECT_KEEPING for word in between)
        return False

    def _is_aside(self, index: int) -> bool:
        """Whether a reference is only a part of what is said of somebody else."""
        reference = self._references[index]
        before = self._wording.words[reference.lead - 1] if reference.lead else ""
        within = any(self._references[i].span.covers(reference.span) for i in range(max(0, index - NESTED), index))
        return within or reference.possessive or before in PREPOSITIONS

    def _everyone(self, terms: Terms, spoken: dict[int, list[int]]) -> list[int]:
        """The sources of the sentences right before, for "both" and "all"; for "they" the last of them."""
        near = [number for at in range(terms.sentence - REACH, terms.sentence) for number in spoken.get(at, ())]
        word = self._wording.words[self._wording.layout.sentences[terms.sentence].first]
        return near[-1:] if word == "they" else [*dict.fromkeys(near[-MOST_REFERENCES:])]
