"""Who is meant by pronouns and nominals, read in order after the names have found their bearers (entities.py).

A nominal goes to the one it describes or whose office it names; a pronoun to whom the network is sure of (pointing.py),
else to the most salient candidate that agrees with it (salience.py). Where nobody fits, the reference stays unresolved, as
in CogNIAC (Baldwin, 1997). The number of candidates looked at is bounded, so the time is linear in that of references.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import pairwise

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.apposition import has_verb_at, introduced
from app.extract.people.count import NUMBERS
from app.extract.people.entities import Entity, Names
from app.extract.people.mentions import Reference
from app.extract.people.offices import Offices
from app.extract.people.pointing import Pointing
from app.extract.people.salience import PREPOSITIONS, REACH, WEIGHTS, Candidate, agrees, is_subject, pointed, salience
from app.extract.people.unnamed import Unnamed
from app.extract.people.wording import Wording
from app.extract.quotation import Quotations

WINDOW = 24  # candidates looked at
NEAR = 1  # sentences back to one whom "they" may stand for
SURE = 0.7  # probability from which the network's word is enough
LONGEST_OPENING = 12  # words of a phrase before the subject
FIRST_PERSON = frozenset(load("pronouns")["first"] + load("pronouns")["first_plural"])
OPENING_WORDS = PREPOSITIONS | {
    "when", "while", "as", "since", "until", "although", "though", "despite", "because", "if", "following", "throughout",
}  # fmt: skip
# "The paper" points back at a Times or a Post.
PAPERS = ("newspaper", "paper")
PAPER_NAMES = frozenset(load("organizations")["papers"])
GOVERNMENTS = frozenset(["government", "regime", "leadership", "authority"])
# "The retired teacher" and "the former minister" are somebody whom the text has named.
PAST = frozenset(["retired", "former", "ex", "one-time", "onetime"])
TWO = frozenset(["they", "two", "both"])  # may stand for two who are named together
COPULAS = frozenset(["is", "was", "as"])  # "They chose Doe as the speaker"


class Discourse:
    """What has been spoken of so far, while a text is read from its first reference to its last."""

    def __init__(
        self,
        wording: Wording,
        quotations: Quotations,
        names: Names,
        references: Sequence[Reference],
        bearers: list[Entity | None],
        pointing: Pointing,
    ) -> None:
        self._wording = wording
        self._quotations = quotations
        self._names = names
        self._references = references
        self._bearers = bearers
        self._pointing = pointing
        self._offices = Offices(wording)
        self._recent: deque[Candidate] = deque(maxlen=WINDOW)
        self._unnamed = Unnamed(wording, names)
        self._institutions: dict[str, Entity] = {}

    def read(self) -> None:
        """Fill in the bearers of the references that are no names; unresolved ones stay `None`."""
        for reference, entity in zip(self._references, self._bearers, strict=True):
            if entity is not None:
                self._pointing.see(reference, entity)
        for index, reference in enumerate(self._references):
            entity = self._bearers[index] or self._meant(index)
            if entity is None:
                continue
            if self._bearers[index] is None:
                self._bearers[index] = entity
                entity.references.append(index)
                if reference.form == "nominal":
                    self._pointing.see(reference, entity)
            self._remember(reference, entity)

    def _meant(self, index: int) -> Entity | None:
        if self._references[index].form == "pronoun":
            return self._antecedent(index)
        return self._described(index) or self._referred(self._references[index])

    def _remember(self, reference: Reference, entity: Entity) -> None:
        first = not self._recent or self._recent[-1].reference.sentence != reference.sentence
        subject = is_subject(self._wording, reference)
        self._recent.append(Candidate(reference, entity, subject, first, self._quotation(reference)))
        if reference.form == "name" and entity.kind == "person":
            self._offices.learn(reference, entity)
        elif reference.form == "name" and entity.kind == "organization":
            for word in entity.words:
                for noun in (word, *(PAPERS if word in PAPER_NAMES else ())):
                    self._institutions[noun] = entity

    def _quotation(self, reference: Reference) -> int | None:
        quotation = self._quotations.at(reference.span.start)
        return quotation.span.start if quotation is not None else None

    def _antecedent(self, index: int) -> Entity | None:
        """Whom the network is sure that the pronoun stands for, else whom its sentence announces, else the most salient."""
        pronoun = self._references[index]
        if pronoun.words[0] in FIRST_PERSON:
            return None
        if pronoun.words[0] in NUMBERS:
            found = self._of_number(pronoun)
        else:
            shares = self._pointing.shares(pronoun)
            found = self._pointed(pronoun, shares) or self._announced(index) or self._most_salient(pronoun, shares)
        if pronoun.words[0] in TWO and self._means_a_pair(pronoun, found):
            return None
        return found or (self._unsexed(pronoun) if pronoun.words[0] == "they" else None)

    def _of_number(self, numeral: Reference) -> Entity | None:
        """The group of so many that was spoken of a moment ago: "the three said"."""
        group = self._unnamed.of_number(NUMBERS[numeral.words[0]])
        near = group is not None and numeral.sentence - self._references[group.references[-1]].sentence <= REACH
        return group if near else None

    def _means_a_pair(self, pronoun: Reference, found: Entity | None) -> bool:
        """Whether two who are named together stand nearer than `found`: "Jane Doe and John Roe met. They left"."""
        recent = [each for each in self._recent if pronoun.sentence - each.reference.sentence <= NEAR]
        last = max((at for at, each in enumerate(recent) if each.entity is found), default=-1)
        for before, after in pairwise(recent[last + 1 :]):
            between = self._wording.words[before.reference.last : after.reference.lead]
            named = before.entity.named and after.entity.named and before.entity.kind == after.entity.kind == "person"
            if named and between == ("and",) and (before.subject or before.first):
                return True
        return False

    def _unsexed(self, pronoun: Reference) -> Entity | None:
        """A source of whom nothing tells name or gender, for "they": "The official said they were not authorised"."""
        near = [each for each in self._recent if pronoun.sentence - each.reference.sentence <= NEAR]
        if any(agrees(pronoun, each.entity) for each in near):
            return None
        speaking = {each.entity.number: each.entity for each in near if self._speaks(each.reference)}
        entity = next(iter(speaking.values())) if len(speaking) == 1 else None
        return entity if entity is not None and not entity.named and entity.gender is None else None

    def _speaks(self, reference: Reference) -> bool:
        """Whether a verb of speech stands beside somebody."""
        if reference.kind != "person" or reference.form == "pronoun":
            return False
        words = self._wording.words
        around = (*words[max(0, reference.first - 1) : reference.first], *words[reference.last : reference.last + 1])
        return not vocabulary().speech_verbs.isdisjoint(around)

    def _pointed(self, pronoun: Reference, shares: Mapping[int, float]) -> Entity | None:
        """The one, named before or soon after, that the network is sure of."""
        likeliest = max(shares, key=shares.__getitem__, default=None)
        if likeliest is None or shares[likeliest] < SURE:
            return None
        entity = self._names.entities[likeliest]
        return entity if agrees(pronoun, entity) else None

    def _most_salient(self, pronoun: Reference, shares: Mapping[int, float]) -> Entity | None:
        quotation = self._quotation(pronoun)
        scored = []
        for candidate in self._recent:
            if pronoun.form == "nominal" and not self._may_vary(pronoun, candidate.entity):
                continue
            score = salience(self._wording, pronoun, candidate, quotation)
            if score is not None:
                scored.append((candidate.entity, score))
        likeliest = max((shares.get(entity.number, 0.0) for entity, _ in scored), default=0.0)
        best, chosen = WEIGHTS.lowest, None
        for entity, score in scored:
            weight = score + pointed(entity, shares, likeliest)
            if weight >= best:
                best, chosen = weight, entity
        return chosen

    def _may_vary(self, nominal: Reference, entity: Entity) -> bool:
        """Whether a nominal may be another word for somebody named: no party or nation in it is news."""
        return entity.named and self._offices.may_mean(nominal, entity)

    def _announced(self, index: int) -> Entity | None:
        """The subject after the comma where the pronoun stands in an opening phrase: "In his youth, Doe painted"."""
        pronoun, words = self._references[index], self._wording.words
        sentence = self._wording.layout.sentences[pronoun.sentence]
        if words[sentence.first] not in OPENING_WORDS or pronoun.first - sentence.first > LONGEST_OPENING:
            return None
        if "," in words[sentence.first : pronoun.first]:
            return None
        for following in range(index + 1, min(index + 6, len(self._references))):
            reference, entity = self._references[following], self._bearers[following]
            if reference.sentence != pronoun.sentence:
                return None
            if entity is not None and reference.form == "name" and entity.kind == "person":
                opens = words[reference.lead - 1] == "," or reference.possessive
                return entity if opens and agrees(pronoun, entity) else None
        return None

    def _described(self, index: int) -> Entity | None:
        """The person whom a nominal beside the name describes: "Jane Doe, a lawyer,", "the mayor, Jane Doe"."""
        nominal = self._references[index]
        if nominal.kind != "person":
            return None
        named = introduced(self._wording, self._references, index)
        entity = self._bearers[named] if named is not None else None
        if entity is not None and entity.kind == "person":
            entity.gender = nominal.gender or entity.gender
            self._offices.learn_nominal(nominal, entity)
            return entity
        for other in (index - 1, index + 1):
            if not 0 <= other < len(self._references):
                continue
            name, entity = self._references[other], self._bearers[other]
            if name.form == "name" and entity is not None and entity.kind == "person":
                before, after = (name, nominal) if other < index else (nominal, name)
                if self._stand_together(before, after, other < index):
                    entity.gender = nominal.gender or entity.gender
                    self._offices.learn_nominal(nominal, entity)
                    return entity
        return None

    def _stand_together(self, before: Reference, after: Reference, copula: bool) -> bool:
        """Whether nothing but a comma, "is" or "as" stands between the two."""
        if before.sentence != after.sentence or after.lead - before.last != 1 or before.possessive:
            return False
        words = self._wording.words
        if copula and words[before.last] == "," and words[after.first] == "the" and has_verb_at(self._wording, after.last):
            return False
        return words[before.last] == "," or (copula and words[before.last] in COPULAS)

    def _referred(self, nominal: Reference) -> Entity | None:
        """The holder of the office, the country whose government it is, or whoever the same phrase stood for."""
        definite = self._wording.words[nominal.first] in {"the", "this", "that"}
        if nominal.kind == "person" and definite:
            holder = self._offices.holder(nominal)
            varied = nominal.words[-1] in vocabulary().variations or bool(PAST.intersection(nominal.words[:-1]))
            if holder is None and varied:
                holder = self._most_salient(nominal, {})
            if holder is not None:
                return holder
        government = self._government(nominal) if nominal.kind == "organization" else None
        if government is not None:
            return government
        institution = self._institutions.get(nominal.words[-1]) if definite and not nominal.plural else None
        if institution is not None and {*nominal.words[:-1]} <= {*institution.words}:
            return institution
        return self._unnamed.meant(nominal)

    def _government(self, nominal: Reference) -> Entity | None:
        if nominal.words[-1] not in GOVERNMENTS:
            return None
        names = gazetteer()
        codes = (names.demonyms.get(word) or names.countries.get(word) for word in nominal.words[:-1])
        code = next((code for code in codes if code), None)
        return self._names.country(code) if code else None


def resolve(
    wording: Wording, quotations: Quotations, references: Sequence[Reference]
) -> tuple[list[Entity], list[Entity | None]]:
    """The entities of a text, and for each of `references` the one it stands for."""
    names = Names()
    bearers = names.gather(references)
    Discourse(wording, quotations, names, references, bearers, Pointing(wording)).read()
    return names.entities, bearers
