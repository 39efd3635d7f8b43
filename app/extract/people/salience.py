"""How likely each of those spoken of so far is the one that a pronoun stands for.

Signs for and against a candidate are weighed and added up, in the manner of Lappin and Leass (1994): recency, grammatical
role, agreement, parallel position, quotation marks between the two.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from app.extract.gazetteer import vocabulary
from app.extract.lexicon import load
from app.extract.people.entities import Entity
from app.extract.people.mentions import Reference
from app.extract.people.wording import Wording

REACH = 4  # sentences back
LONGEST_CLAUSE = 40  # words
UNSEEN = 1e-4  # the least probability that counts


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds for or against a candidate; set on the development parts of GAP and PolNeAR."""

    by_distance: tuple[float, ...] = (100, 69, 42, 35, 20)  # sentences back
    subject: float = 10
    first: float = 13  # in its sentence
    parallel: float = 20
    possessive: float = -3
    after_preposition: float = -12
    same_gender: float = 9
    per_word: float = -0.5  # between the two, in one sentence
    spoken_of: float = 4  # for each earlier reference, up to five
    pronoun: float = -2
    same_quotation: float = 23
    leaves_quotation: float = -45
    enters_quotation: float = -100
    own_clause: float = -40
    pointed: float = 2  # for each nat by which the network thinks another one likelier
    lowest: float = 30  # what a candidate must reach


WEIGHTS = Weights()

PREPOSITIONS = frozenset(load("pronouns")["prepositions"])
SUBJECT_OPENERS = frozenset(load("pronouns")["subject_openers"])
CLAUSE_BORDERS = frozenset(load("pronouns")["clause_borders"])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reference that a later one may point back to; `quotation` is where the quotation begins that it stands in."""

    reference: Reference
    entity: Entity
    subject: bool
    first: bool
    quotation: int | None


def salience(wording: Wording, pronoun: Reference, candidate: Candidate, quotation: int | None) -> float | None:
    """The weight of `candidate` for `pronoun`, which stands in `quotation`; `None` if it cannot be meant."""
    distance = pronoun.sentence - candidate.reference.sentence
    if distance > REACH or not agrees(pronoun, candidate.entity):
        return None
    score = WEIGHTS.by_distance[distance] + _by_role(wording, pronoun, candidate)
    score += WEIGHTS.same_gender * (pronoun.gender is not None and candidate.entity.gender == pronoun.gender)
    score += WEIGHTS.spoken_of * min(len(candidate.entity.references), 5)
    score += _by_quotation(candidate.quotation, quotation)
    if distance == 0:
        score += WEIGHTS.per_word * (pronoun.first - candidate.reference.last)
        score += WEIGHTS.own_clause * _binds(wording, candidate, pronoun)
    return score


def pointed(entity: Entity, shares: Mapping[int, float], likeliest: float) -> float:
    """What it takes from a candidate's weight that the network has somebody else, of share `likeliest`, in mind."""
    return WEIGHTS.pointed * math.log(max(UNSEEN, shares.get(entity.number, 0.0)) / max(UNSEEN, likeliest))


def agrees(pronoun: Reference, entity: Entity) -> bool:
    """Whether number and, where both are known, gender allow that `pronoun` stands for `entity`."""
    if pronoun.plural:
        return entity.plural or entity.kind == "group"
    if entity.kind != "person" or entity.plural:
        return False
    return not (pronoun.gender and entity.gender and entity.gender != pronoun.gender)


def is_subject(wording: Wording, reference: Reference) -> bool:
    """Whether the reference looks like the subject of its clause, by what stands around it."""
    if reference.form == "pronoun":
        return reference.words[0] in {"he", "she", "they"}
    if reference.possessive:
        return False
    sentence = wording.layout.sentences[reference.sentence]
    before = reference.lead - 1
    while before >= sentence.first and wording.words[before] in vocabulary().determiners:
        before -= 1
    if before < sentence.first or wording.words[before] in SUBJECT_OPENERS:
        return True
    return reference.last < sentence.last and wording.words[reference.last] in vocabulary().action_words


def _by_role(wording: Wording, pronoun: Reference, candidate: Candidate) -> float:
    reference = candidate.reference
    score = WEIGHTS.subject * candidate.subject + WEIGHTS.first * candidate.first
    score += WEIGHTS.parallel * (candidate.subject == is_subject(wording, pronoun))
    score += WEIGHTS.possessive * reference.possessive + WEIGHTS.pronoun * (reference.form == "pronoun")
    governed = reference.lead > 0 and wording.words[reference.lead - 1] in PREPOSITIONS
    return score + WEIGHTS.after_preposition * governed


def _by_quotation(before: int | None, here: int | None) -> float:
    if before == here:
        return WEIGHTS.same_quotation if here is not None else 0
    return WEIGHTS.enters_quotation if here is None else WEIGHTS.leaves_quotation


def _binds(wording: Wording, candidate: Candidate, pronoun: Reference) -> bool:
    """Whether an object pronoun would stand for the subject of its own clause, which only "himself" can."""
    if pronoun.words[0] not in {"him", "her", "them"} or not candidate.subject:
        return False
    if pronoun.first - candidate.reference.last > LONGEST_CLAUSE:
        return False
    if pronoun.words[0] == "her" and _precedes_noun(wording, pronoun.last):
        return False
    between = wording.words[candidate.reference.last : pronoun.first]
    return not any(word in CLAUSE_BORDERS for word in between)


def _precedes_noun(wording: Wording, index: int) -> bool:
    if index >= len(wording.words):
        return False
    word = wording.words[index]
    return word[0].isalpha() and word not in vocabulary().function_words
