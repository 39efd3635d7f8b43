"""Cues: the verbs and phrases of a passage that attribute, with their form and the words that belong to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from app.extract.attribution.clause import Passage, Range, Reading
from app.extract.lexicon import load

Form = Literal["finite", "ing", "infinitive", "passive"]
Inflection = Literal["base", "s", "past", "participle", "ing"]

GROUP = frozenset(["aux", "modal", "adv", "neg"])


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb that attributes: its head token, its whole verb group with a particle, and how it is inflected."""

    lemma: str
    head: int
    group: Range
    form: Form


def find_cues(reading: Reading, passage: Passage) -> Iterator[Cue]:
    """The cue verbs of a passage outside its quotations, in reading order."""
    inflections, tokens, quoted = verb_forms(), reading.tokens, reading.quoted
    for index in range(passage.first, passage.last):
        if quoted[index] >= 0:
            continue
        for lemma, kinds in inflections.get(tokens[index].lower, ())[:1]:
            cue = _cue(reading, passage, index, lemma, kinds)
            if cue is not None:
                yield cue


def _cue(reading: Reading, passage: Passage, index: int, lemma: str, kinds: frozenset[Inflection]) -> Cue | None:
    if reading.kind(index) == "cap":
        return None
    first = _group_start(reading, passage, index)
    form = _form(reading, passage, first, index, kinds)
    if form is None:
        return None
    lemma, last = _with_particle(reading, index, lemma)
    return Cue(lemma, index, Range(first, last), form)


def _group_start(reading: Reading, passage: Passage, index: int) -> int:
    first = index
    while first > passage.first and reading.kind(first - 1) in GROUP and reading.quoted[first - 1] < 0:
        first -= 1
    while first < index and reading.kind(first) == "adv" and reading.kind(first - 1) in {"", ".", ",", "conj", "sub"}:
        first += 1
    return first


def _form(reading: Reading, passage: Passage, first: int, index: int, kinds: frozenset[Inflection]) -> Form | None:
    before = index - 1
    while before >= first and reading.kind(before) in {"adv", "neg"}:
        before -= 1
    word, kind = reading.lower(before), reading.kind(before)
    possessed = reading.tokens[before].text.endswith(("'s", "’s", "s'", "s’")) and kind != "short"
    if "ing" in kinds and (kind == "det" or possessed):  # "the warning", "Jones's warning"
        return None
    if "ing" in kinds:
        return "finite" if word in _auxiliary("be") else "ing"
    if word == "to" and "base" in kinds:
        return "infinitive"
    if kind in {"det", "prep", "object"} or possessed:
        return None
    if "participle" in kinds and ((word in _auxiliary("be") and kind != "short") or reading.lower(index + 1) == "by"):
        return "passive"
    if kinds == {"s"} and reading.lower(index) in _plural_nouns() and not _may_govern_third(reading, before, kind, index):
        return None
    if kinds == {"base"} and not _may_govern_base(reading, before, kind):
        return None
    if kinds == {"participle"} and word not in _auxiliary("have"):
        return None
    return "finite"


@cache
def _auxiliary(name: Literal["be", "have"]) -> frozenset[str]:
    return frozenset(load("words")[name].split())


def _may_govern_base(reading: Reading, before: int, kind: str) -> bool:
    if kind in {"modal", "aux", "pron", "short", "rel", "conj"}:
        return True
    if kind == "cap" and "and" in {reading.lower(before - 1), reading.lower(before - 2), reading.lower(before - 3)}:
        return True
    return kind in {"word", "cap", "ed"} and reading.lower(before).endswith(
        ("s", "people", "men", "women", "media", "police")
    )


def _may_govern_third(reading: Reading, before: int, kind: str, index: int) -> bool:
    if reading.lower(index + 1) == "that" and reading.kind(index + 2) not in {"verb", "aux", "modal"}:
        return True
    return kind in {"cap", "pron", "rel", ")", ","} and reading.kind(index + 1) not in {"verb", "aux", "modal", "prep"}


@cache
def _plural_nouns() -> frozenset[str]:
    return frozenset(load("cues")["spelling"]["plural_nouns"].split())


def _with_particle(reading: Reading, index: int, lemma: str) -> tuple[str, int]:
    for phrase in _phrases().get(lemma, ()):
        if all(reading.lower(index + 1 + place) == word for place, word in enumerate(phrase)):
            return f"{lemma} {' '.join(phrase)}", index + 1 + len(phrase)
    return lemma, index + 1


@cache
def _phrases() -> dict[str, tuple[tuple[str, ...], ...]]:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for entry in load("cues")["phrases"]["all"]:
        lemma, *rest = entry.split()
        phrases.setdefault(lemma, []).append(tuple(rest))
    return {lemma: tuple(sorted(found, key=len, reverse=True)) for lemma, found in phrases.items()}


@cache
def verb_forms() -> dict[str, tuple[tuple[str, frozenset[Inflection]], ...]]:
    """Every inflected form of the cue verbs, with its lemmas and what it may be a form of."""
    lexicon = load("cues")
    found: dict[str, dict[str, set[Inflection]]] = {}
    lemmas = set(lexicon["verbs"]["all"].split()) | set(_phrases()) | set(lexicon["irregular"])
    for lemma in sorted(lemmas):
        for inflection, word in inflect(lemma):
            found.setdefault(word, {}).setdefault(lemma, set()).add(inflection)
    return {word: tuple((lemma, frozenset(kinds)) for lemma, kinds in by.items()) for word, by in found.items()}


def inflect(lemma: str) -> Iterator[tuple[Inflection, str]]:
    """The forms of a verb: base, third person, past, participle and -ing."""
    lexicon = load("cues")
    yield "base", lemma
    stem = _stem(lemma)
    yield "ing", stem + "ing"
    if lemma in lexicon["irregular"]:
        third, past, participle = lexicon["irregular"][lemma].split()
    else:
        third = (
            lemma[:-1] + "ies"
            if _ends_in_consonant_y(lemma)
            else lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
        )
        past = participle = _regular_past(lemma, stem)
    yield "s", third
    yield "past", past
    yield "participle", participle


def _regular_past(lemma: str, stem: str) -> str:
    if lemma.endswith("e"):
        return lemma + "d"
    return lemma[:-1] + "ied" if _ends_in_consonant_y(lemma) else stem + "ed"


def _stem(lemma: str) -> str:
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        return lemma[:-1]
    return lemma + lemma[-1] if lemma in load("cues")["spelling"]["doubling"].split() else lemma


def _ends_in_consonant_y(lemma: str) -> bool:
    return lemma.endswith("y") and lemma[-2] not in "aeiou"
