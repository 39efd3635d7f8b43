"""Verbs of what is done with weapons: where they stand, in which voice, and whether the text says that it happened."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from app.extract.document import Attribute
from app.extract.layout import Token
from app.extract.lexicon import load
from app.extract.weapons.passage import Passage

Form = Literal["base", "third", "past", "participle", "gerund"]
BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "get", "got", "gets", "'s"])
ANNOUNCING = frozenset(["said", "announced", "pledged", "confirmed", "promised", "vowed"])
LOOK_BACK = 7  # tokens in which an auxiliary, a negation or the verb that governs this one stands
CLAUSE_BORDERS = frozenset(";:—–()") | {"--"}
SEPARATED = 7  # tokens between a verb and its particle
APART = frozenset(["at", "into", "on", "onto", "in", "and", "but", "to", "with", "from", "that", "which", ",", "."])
# Verbs whose base form and third person are seldom nouns: they need no "to" or subject right before them.
PLAIN_IN_PRESENT = frozenset(
    ["have", "possess", "own", "hold", "operate", "maintain", "produce", "field", "deploy", "lose"]
)


@dataclass(frozen=True, slots=True)
class VerbHit:
    """A verb of the lexicon at tokens `first` to `last` (half-open). `strikes`: its object is what is hit."""

    first: int
    last: int
    lemma: str
    attribute: Attribute
    form: Form
    passive: bool
    real: bool
    strikes: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    lemma: str
    attribute: Attribute
    forms: frozenset[Form]
    particle: str | None
    strikes: bool


def find_verbs(passage: Passage) -> tuple[VerbHit, ...]:
    """The verbs of `passage`, in reading order; one that can be read in two ways is given twice."""
    hits: list[VerbHit] = []
    for index in range(passage.sentence.first, passage.sentence.last):
        readings = _readings().get(passage.tokens[index].lower, ())
        read = [(reading, hit) for reading in readings if (hit := _hit(passage, index, reading)) is not None]
        phrasal = any(reading.particle for reading, _ in read)  # "shot down" is no "shot"
        hits.extend(hit for reading, hit in read if bool(reading.particle) == phrasal)
    return tuple(hits)


def happens(passage: Passage, index: int, planned_counts: bool) -> bool:
    """Whether the verb at token `index` is said to have happened; `planned_counts`: or to be settled for the future."""
    lexicon = load("weapon_cues")["unreal"]
    if is_condition(passage, index):
        return False
    words = [token.lower for token in _clause_before(passage, index)]
    if words and words[-1] == "to":
        return _is_settled(words[:-1], planned_counts) or _is_reckoned(words[:-1])
    if planned_counts and "would" in words and not ANNOUNCING.isdisjoint(words):  # "said it would send" is "will send"
        words.remove("would")
    if _is_unreal(words):
        return False
    return planned_counts or not any(word in lexicon["planned"] for word in words[-3:])


def is_condition(passage: Passage, index: int) -> bool:
    """ "If a missile with a heavy warhead struck the dam, …": up to its comma, the sentence says what may be."""
    tokens = passage.tokens[passage.sentence.first : index]
    opening = [token for token in tokens[:2] if token.is_word][:1]
    return bool(opening) and opening[0].lower in ("if", "should", "unless") and all(token.text != "," for token in tokens)


def _is_unreal(words: list[str]) -> bool:
    bare_no = any(word == "no" and follower not in ("fewer", "less", "more") for word, follower in pairwise([*words, ""]))
    return bare_no or any(word in _unreal() or word.endswith("n't") for word in words)


def _is_reckoned(words: list[str]) -> bool:
    """ "Is believed to possess"."""
    reckoned, near = load("weapon_cues")["unreal"]["reckoned"], words[-3:]
    return any(verb in reckoned and auxiliary in BE for auxiliary, verb in pairwise(near)) and not _is_unreal(near)


def _is_settled(words: list[str], planned_counts: bool) -> bool:
    lexicon = load("weapon_cues")["unreal"]
    if _is_unreal(words):
        return False
    governing = (*lexicon["begun"], *lexicon["settled"]) if planned_counts else lexicon["begun"]
    return any(word in governing for word in words[-4:]) or (planned_counts and words[-1:] != [] and words[-1] in BE)


def _clause_before(passage: Passage, index: int) -> list[Token]:
    start = max(passage.sentence.first, index - LOOK_BACK)
    tokens = list(passage.tokens[start:index])
    for position in range(len(tokens) - 1, -1, -1):
        if tokens[position].text in CLAUSE_BORDERS or tokens[position].lower in ("after", "but"):
            return tokens[position + 1 :]
    return tokens


def _hit(passage: Passage, index: int, reading: _Reading) -> VerbHit | None:
    tokens, last = passage.tokens, index + 1
    if passage.layout.text[max(0, tokens[index].start - 1)] in "-‑":  # "U.S.-supplied" is an adjective
        return None
    if reading.particle is not None:
        place = _particle(passage, last, reading.particle)
        if place is None:
            return None
        last += place == last
    form = _form(passage, index, reading)
    if form is None:
        return None
    planned_counts = reading.attribute in ("transfer", "quantity", "operator")
    return VerbHit(
        first=index,
        last=last,
        lemma=reading.lemma,
        attribute=reading.attribute,
        form=form,
        passive=form == "participle" and _is_passive(passage, index),
        real=(happens(passage, index, planned_counts) and not _is_habit(passage, index, reading))
        or _is_output(passage, index, reading),
        strikes=reading.strikes,
    )


def _is_habit(passage: Passage, index: int, reading: _Reading) -> bool:
    """ "The Kinzhal is launched from a jet": how it is always done, and nothing that happened."""
    before = passage.tokens[index - 1].lower if index > passage.sentence.first else ""
    return reading.attribute in ("use", "test") and before in ("is", "are") and "participle" in reading.forms


def _particle(passage: Passage, first: int, particle: str) -> int | None:
    """Where the particle stands that belongs to the verb before token `first`: "shot both missiles down"."""
    for index in range(first, min(first + SEPARATED, passage.sentence.last)):
        token = passage.tokens[index]
        if token.lower == particle:
            return index
        if token.text in CLAUSE_BORDERS or token.lower in APART:
            return None
    return None


def _is_output(passage: Passage, index: int, reading: _Reading) -> bool:
    producing = reading.lemma in load("weapon_cues")["producing"]["verbs"]
    return producing and index > passage.sentence.first and passage.tokens[index - 1].lower == "can"


def _form(passage: Passage, index: int, reading: _Reading) -> Form | None:
    """Which form the verb has here; `None` where the word is rather a noun ("launches", "orders", "a drop")."""
    before = passage.tokens[index - 1] if index > passage.sentence.first else None
    word = before.lower if before else ""
    if "gerund" in reading.forms:
        return None if word in ("the", "a", "an", "of") and reading.attribute == "test" else "gerund"
    if "base" in reading.forms and word in ("to", "will", "'ll", "would", "can", "could", "may", "might", "not"):
        return "base"
    if "past" in reading.forms or "participle" in reading.forms:
        if word in ("the", "a", "an") and "base" in reading.forms:
            return None
        return "participle" if "participle" in reading.forms else "past"
    plain = reading.lemma in PLAIN_IN_PRESENT
    subject = before is not None and (before.is_capitalized or word in ("it", "he", "she", "which", "that", "who", "also"))
    if "third" in reading.forms:
        habit = word in ("which", "that", "it") and reading.attribute in ("use", "test", "loss")
        return "third" if (plain or subject) and not habit else None
    return "base" if plain and word not in ("the", "a", "an", "of", "in") else None


def _is_passive(passage: Passage, index: int) -> bool:
    position = index - 1
    floor = max(passage.sentence.first, index - 4)
    while position >= floor and _is_adverb(passage.tokens[position].lower):
        position -= 1
    if position < floor:
        return False
    word = passage.tokens[position].lower
    return word in BE or word.endswith(("wasn't", "weren't", "isn't"))


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") or word in (
        "also",
        "then",
        "later",
        "all",
        "now",
        "not",
        "already",
        "soon",
        "either",
        "both",
        "since",
        "first",
        "ever",
    )


@cache
def _unreal() -> frozenset[str]:
    return frozenset(load("weapon_cues")["unreal"]["words"])


@cache
def _readings() -> dict[str, tuple[_Reading, ...]]:
    """Word -> the verbs it can be a form of."""
    table: dict[str, list[_Reading]] = {}
    lexicon = load("weapon_cues")
    verbs: list[tuple[str, Attribute, bool]] = [
        (verb, attribute, False) for attribute, listed in lexicon["verbs"].items() for verb in listed
    ]
    verbs += [(verb, "use", True) for verb in lexicon["striking"]["verbs"]]
    for verb, attribute, strikes in verbs:
        lemma, _, particle = verb.partition(" ")
        for word, forms in inflected(lemma).items():
            if lemma == "down" and word in ("down", "downs"):  # as good as never a verb
                continue
            table.setdefault(word, []).append(_Reading(lemma, attribute, forms, particle or None, strikes))
    return {word: tuple(readings) for word, readings in table.items()}


def inflected(lemma: str) -> dict[str, frozenset[Form]]:
    """The forms of an English verb, each word with what it can be."""
    forms: dict[str, set[Form]] = {}
    for word, form in zip(_principal_parts(lemma), ("base", "third", "past", "participle", "gerund"), strict=True):
        forms.setdefault(word, set()).add(form)  # type: ignore[arg-type]
    return {word: frozenset(found) for word, found in forms.items()}


def _principal_parts(lemma: str) -> tuple[str, ...]:
    listed = load("weapon_cues")["irregular"].get(lemma)
    if listed is not None:
        return (lemma, *listed)
    stem = lemma.removesuffix("e")
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return (lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma[:-1] + "ied", lemma + "ing")
    third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return (lemma, third, stem + "ed", stem + "ed", stem + "ing")
