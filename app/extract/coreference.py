"""Who is meant by pronouns and nominals, read in order.

Candidates in the sentence and the few before it are weighed by recency, grammatical role and agreement in gender and number, in
the manner of Lappin and Leass (1994) and CogNIAC (Baldwin, 1997); where nobody fits, the reference stays unresolved. The number of
candidates looked at is bounded, so the time is linear in the number of references.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from app.extract.entities import Entity, Names
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.mentions import Reference
from app.extract.quotation import Quotations
from app.extract.wording import Wording

WINDOW = 24  # candidates looked at
REACH = 4  # sentences back



@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds for or against a candidate; set on the development parts of GAP, PolNeAR and News-Fair."""

    by_distance: tuple[float, ...] = (100, 82, 55, 35, 20)  # sentences back
    subject: float = 30
    first: float = 10
    parallel: float = 10
    possessive: float = -12
    after_preposition: float = -12
    same_gender: float = 12
    per_word: float = -0.5  # between candidate and pronoun in one sentence
    spoken_of: float = 3  # for each earlier reference, up to five
    pronoun: float = 5
    same_quotation: float = 25
    leaves_quotation: float = -45
    enters_quotation: float = -25
    own_clause: float = -60
    announced: float = 80  # the name that follows "In his youth,"
    lowest: float = 30


WEIGHTS = Weights()

CLAUSE_BORDERS = frozenset(
    [",", ";", ":", "that", "who", "which", "because", "when", "while", "after", "before", "if", "as", "and", "but", "—", "–", "“", '"', "”"]
)
PREPOSITIONS = frozenset(
    "about after against among at before behind between by during for from in into like near of on over than through to toward under upon with without".split()
)
OPENING_WORDS = PREPOSITIONS | {"when", "while", "as", "since", "until", "although", "though", "despite", "because", "if", "following", "throughout"}
FIRST_PERSON = frozenset(["i", "me", "my", "mine", "myself"])
SUBJECT_OPENERS = frozenset(
    [",", ";", ":", "that", "and", "but", "when", "while", "because", "as", "if", "although", "though", "“", '"', "‘", "(", "—", "–", "what", "how", "where", "whether", "since", "until", "or", "so", "then"]
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reference that a later one may point back to."""

    reference: Reference
    entity: Entity
    subject: bool
    first: bool
    quotation: int | None


class Discourse:
    """What has been spoken of so far, while a text is read from its first reference to its last."""

    def __init__(
        self,
        wording: Wording,
        quotations: Quotations,
        names: Names,
        references: Sequence[Reference],
        bearers: list[Entity | None],
    ) -> None:
        self._references = references
        self._bearers = bearers
        self._wording = wording
        self._quotations = quotations
        self._names = names
        self._recent: deque[Candidate] = deque(maxlen=WINDOW)
        self._phrases: dict[str, Entity] = {}
        self._heads: dict[str, Entity] = {}
        self._holders: dict[tuple[str, str | None], dict[int, Entity]] = {}

    def read(self) -> None:
        """Fill in the bearers of the references that are no names; unresolved ones stay `None`."""
        bearers = self._bearers
        for index, reference in enumerate(self._references):
            entity = bearers[index]
            if reference.form == "pronoun":
                entity = self._antecedent(index)
            elif reference.form == "nominal":
                entity = self._meant(reference)
            if entity is None:
                continue
            if bearers[index] is None:
                bearers[index] = entity
                entity.references.append(index)
            self._remember(reference, entity)

    def _remember(self, reference: Reference, entity: Entity) -> None:
        quotation = self._quotations.at(reference.span.start)
        start = quotation.span.start if quotation is not None else None
        first = not self._recent or self._recent[-1].reference.sentence != reference.sentence
        self._recent.append(Candidate(reference, entity, self._is_subject(reference), first, start))
        if reference.form == "name" and entity.kind == "person":
            for office in self._offices(reference):
                self._holders.setdefault((office, self._nation(reference)), {})[entity.number] = entity
                self._holders.setdefault((office, None), {})[entity.number] = entity

    def _offices(self, reference: Reference) -> list[str]:
        """The offices named right before the name."""
        words = self._wording.words
        before = [words[i] for i in range(reference.lead, reference.first)]
        if reference.first > 0:
            before.append(words[reference.first - 1])
        return [TITLE_NOUNS.get(w, w) for w in before if w in vocabulary().offices or w in TITLE_NOUNS]

    def _nation(self, reference: Reference) -> str | None:
        for index in range(max(0, reference.lead - 1), reference.first):
            code = gazetteer().demonyms.get(self._wording.words[index])
            if code:
                return code
        return None

    def _is_subject(self, reference: Reference) -> bool:
        if reference.form == "pronoun":
            return reference.words[0] in {"he", "she", "they"}
        if reference.possessive:
            return False
        words = self._wording.words
        sentence = self._wording.layout.sentences[reference.sentence]
        before = reference.lead - 1
        while before >= sentence.first and words[before] in vocabulary().determiners:
            before -= 1
        if before < sentence.first or words[before] in SUBJECT_OPENERS:
            return True
        return reference.last < sentence.last and words[reference.last] in vocabulary().action_words

    def _antecedent(self, index: int) -> Entity | None:
        """Whom the pronoun stands for: the best of the candidates before it, or the name that its sentence announces."""
        pronoun = self._references[index]
        if pronoun.words[0] in FIRST_PERSON:
            return None
        quotation = self._quotations.at(pronoun.span.start)
        inside = quotation.span.start if quotation is not None else None
        best, chosen = WEIGHTS.lowest, None
        for candidate in self._recent:
            score = self._score(pronoun, candidate, inside)
            if score is not None and score >= best:
                best, chosen = score, candidate.entity
        announced = self._announced(index)
        return announced if announced is not None and best < WEIGHTS.announced else chosen

    def _announced(self, index: int) -> Entity | None:
        """The subject after the comma where the pronoun stands in an opening phrase: "In his youth, Doe painted"."""
        pronoun = self._references[index]
        sentence = self._wording.layout.sentences[pronoun.sentence]
        words = self._wording.words
        if words[sentence.first] not in OPENING_WORDS or pronoun.first - sentence.first > 12:
            return None
        if "," in words[sentence.first : pronoun.first]:
            return None
        for following in range(index + 1, min(index + 6, len(self._references))):
            reference, entity = self._references[following], self._bearers[following]
            if reference.sentence != pronoun.sentence:
                return None
            if entity is not None and reference.form == "name" and entity.kind == "person":
                opened = words[reference.lead - 1] == "," or reference.possessive
                return entity if opened and _agrees(pronoun, entity) else None
        return None

    def _score(self, pronoun: Reference, candidate: Candidate, inside: int | None) -> float | None:
        entity, reference = candidate.entity, candidate.reference
        distance = pronoun.sentence - reference.sentence
        if distance > REACH or not _agrees(pronoun, entity):
            return None
        weights = WEIGHTS
        score = weights.by_distance[distance]
        score += weights.subject * candidate.subject + weights.first * candidate.first
        score += weights.parallel * (candidate.subject == self._is_subject(pronoun))
        score += weights.possessive * reference.possessive + weights.pronoun * (reference.form == "pronoun")
        score += weights.same_gender * (pronoun.gender is not None and entity.gender == pronoun.gender)
        score += weights.spoken_of * min(len(entity.references), 5)
        score += weights.after_preposition * self._follows_preposition(reference)
        if inside != candidate.quotation:
            score += weights.leaves_quotation if inside is not None else weights.enters_quotation
        elif inside is not None:
            score += weights.same_quotation
        if distance == 0:
            score += weights.per_word * (pronoun.first - reference.last)
            score += weights.own_clause * self._binds(candidate, pronoun)
        return score

    def _follows_preposition(self, reference: Reference) -> bool:
        return reference.lead > 0 and self._wording.words[reference.lead - 1] in PREPOSITIONS

    def _binds(self, candidate: Candidate, pronoun: Reference) -> bool:
        """Whether an object pronoun would stand for the subject of its own clause, which only "himself" can."""
        if pronoun.words[0] not in {"him", "her", "them"} or not candidate.subject:
            return False
        following = pronoun.last
        words = self._wording.words
        if pronoun.words[0] == "her" and following < len(words) and words[following][0].isalpha():
            if words[following] not in vocabulary().function_words:
                return False
        between = words[candidate.reference.last : pronoun.first]
        return not any(word in CLAUSE_BORDERS for word in between)

    def _meant(self, nominal: Reference) -> Entity | None:
        """The holder of the office, the country whose government it is, or whoever the same phrase stood for."""
        definite = self._wording.words[nominal.first] in {"the", "this", "that"}
        if nominal.kind == "person" and definite:
            holder = self._holder(nominal)
            if holder is not None:
                return holder
        if nominal.kind == "organization":
            government = self._government(nominal)
            if government is not None:
                return government
        if definite and len(nominal.words) == 1 and nominal.words[0] in self._heads:
            return self._heads[nominal.words[0]]
        return self._phrase(nominal)

    def _holder(self, nominal: Reference) -> Entity | None:
        nation = next((c for w in nominal.words[:-1] if (c := gazetteer().demonyms.get(w))), None)
        for office in (nominal.words[-1], *SAME_OFFICE.get(nominal.words[-1], ())):
            holders = self._holders.get((office, nation), {})
            if len(holders) == 1:
                return next(iter(holders.values()))
            if holders:
                return None
        return None

    def _government(self, nominal: Reference) -> Entity | None:
        if nominal.words[-1] not in {"government", "regime", "leadership", "authority"}:
            return None
        code = next((c for w in nominal.words[:-1] if (c := gazetteer().demonyms.get(w) or gazetteer().countries.get(w))), None)
        return self._names.country(code) if code else None

    def _phrase(self, nominal: Reference) -> Entity:
        phrase = " ".join(nominal.words) + ("+" if nominal.plural else "")
        entity = self._phrases.get(phrase)
        if entity is None:
            entity = self._names.called(nominal.words) or self._names.describe(nominal)
            self._phrases[phrase] = entity
        if not nominal.plural:
            self._heads[nominal.words[-1]] = entity
        return entity


# The noun that a written title stands for, and the offices that a noun covers.
TITLE_NOUNS = {
    "sen.": "senator", "rep.": "representative", "gov.": "governor", "gen.": "general", "col.": "colonel", "lt.": "lieutenant",
    "capt.": "captain", "sgt.": "sergeant", "adm.": "admiral", "maj.": "major", "prof.": "professor", "amb.": "ambassador", "det.": "detective",
}  # fmt: skip
SAME_OFFICE = {
    "congressman": ("representative",),
    "congresswoman": ("representative",),
    "lawmaker": ("senator", "representative"),
    "spokesperson": ("spokesman", "spokeswoman"),
    "premier": ("minister",),
}


def _agrees(pronoun: Reference, entity: Entity) -> bool:
    if pronoun.plural:
        return entity.plural or entity.kind == "group"
    if entity.kind != "person" or entity.plural:
        return False
    return not (pronoun.gender and entity.gender and entity.gender != pronoun.gender)


def resolve(
    wording: Wording, quotations: Quotations, references: Sequence[Reference]
) -> tuple[list[Entity], list[Entity | None]]:
    """The entities of a text, and for each of `references` the one it stands for."""
    names = Names()
    bearers = names.gather(references)
    Discourse(wording, quotations, names, references, bearers).read()
    return names.entities, bearers
